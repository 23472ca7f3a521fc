"""What the annotations of the classes of a module say about their members."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import libcst as cst
from libcst.helpers import get_full_name_for_node

from codemods.facts.annotation_types import Annotations, class_type
from codemods.facts.bindings import Bindings
from codemods.facts.class_family import ClassFamily
from codemods.facts.find_nodes import find
from codemods.facts.scopes import all_parameters
from codemods.facts.type_names import (
    ANY_LENGTH,
    MAIN,
    NUMBERS,
    OBJECT,
    UNOBSERVED,
    Type,
    callable_type,
)

PROPERTIES = frozenset({"property", "cached_property", "functools.cached_property"})
METHODS = frozenset({"classmethod", "staticmethod"})

Member = cst.FunctionDef | cst.Annotation


class ClassMembers:
    """The annotated attributes and methods of the classes of one module."""

    def __init__(self, bindings: Bindings, annotations: Annotations) -> None:
        self._bindings = bindings
        self._annotations = annotations
        self._members: dict[cst.ClassDef, dict[str, list[Member]]] = {}
        self._families: dict[cst.ClassDef, ClassFamily] = {}

    def attribute(self, owner: Type, name: str) -> Type:
        """The type of an attribute of instances of a class."""
        match self._find(owner, name):
            case cst.Annotation() as annotation:
                return self._annotations.read(annotation)
            case cst.FunctionDef() as method:
                decorators = _decorators(method)
                if decorators and decorators <= PROPERTIES:
                    return self.returned(method)
                if decorators <= METHODS:
                    bound = 0 if "staticmethod" in decorators else 1
                    return self.signature(method, bound)
        return UNOBSERVED

    def result(self, owner: Type, name: str) -> Type:
        """What a method of a class returns."""
        method = self._find(owner, name)
        if isinstance(method, cst.FunctionDef) and _decorators(method) <= METHODS:
            return self.returned(method)
        return UNOBSERVED

    def operand(self, owner: Type, name: str) -> Type:
        """What a method takes besides its object."""
        method = self._find(owner, name)
        if not isinstance(method, cst.FunctionDef) or method.decorators:
            return UNOBSERVED
        parameters = all_parameters(method.params)
        annotation = parameters[1].annotation if len(parameters) > 1 else None
        return UNOBSERVED if annotation is None else self._annotations.read(annotation)

    def has(self, owner: Type, name: str) -> bool:
        """Whether a class has a member of that name, as far as the module says."""
        return self._find(owner, name) is not None or self._is_foreign(owner)

    def returned(self, function: cst.FunctionDef) -> Type:
        """What a function is annotated to return."""
        if function.returns is None or function.asynchronous is not None:
            return UNOBSERVED
        return self._annotations.read(function.returns)

    def signature(self, function: cst.FunctionDef, bound: int = 0) -> Type:
        """The type of a function whose first parameters are bound already.

        Its parameters are left out if they are not all positional and annotated.
        """
        result = self.returned(function)
        if result == UNOBSERVED:
            return UNOBSERVED
        parameters = function.params
        plain = [*parameters.posonly_params, *parameters.params]
        types = [
            UNOBSERVED if p.annotation is None else self._annotations.read(p.annotation)
            for p in plain[bound:]
        ]
        all_plain = len(plain) == len(all_parameters(parameters))
        known = all_plain and UNOBSERVED not in types
        return callable_type(types if known else [ANY_LENGTH], result)

    def receiver(self, function: cst.FunctionDef, owner: Type) -> Type:
        """What the first parameter of a method of a class holds."""
        decorators = _decorators(function)
        if "staticmethod" in decorators:
            return UNOBSERVED
        takes_class = function.name.value in ("__new__", "__init_subclass__")
        if takes_class or "classmethod" in decorators:
            return Type("type", (owner,))
        return owner

    def fits(self, given: Type, declared: Type) -> bool:
        """Whether values of one type surely are what is declared as the other."""
        return given != UNOBSERVED and all(
            any(self._fits(one, other) for other in declared.members)
            for one in given.members
        )

    def derives(self, type_: Type, base: Type) -> bool:
        """Whether one type is the other, or a class of the module that inherits it."""
        definition = self._definition(type_)
        if type_ == base or definition is None:
            return type_ == base
        ancestry = self._ancestry(definition)
        return base in (class_type(self._bindings, one) for one in ancestry)

    def makes_instances(self, type_: Type) -> bool:
        """Whether calling a class of the module makes one of its instances."""
        definition = self._definition(type_)
        return (
            definition is not None
            and not definition.keywords
            and _decorators(definition) <= {"dataclass", "dataclasses.dataclass"}
            and self._find(type_, "__new__") is None
        )

    def is_class(self, type_: Type) -> bool:
        """Whether a type is a class of the module."""
        return self._definition(type_) is not None

    def class_around(self, function: cst.CSTNode) -> Type:
        """The class that a function is a method of, if it is one."""
        scope = self._bindings.scopes.by_node[function].parent
        if scope is None or not scope.is_class:
            return UNOBSERVED
        return class_type(self._bindings, scope.node)

    def _fits(self, given: Type, declared: Type) -> bool:
        if declared == OBJECT or self.derives(given, declared):
            return True
        if given.name in NUMBERS and declared.name in NUMBERS:
            return NUMBERS.index(given.name) <= NUMBERS.index(declared.name)
        same_kind = (given.name, given.module) == (declared.name, declared.module)
        if not same_kind or len(given.arguments) != len(declared.arguments):
            return False
        pairs = zip(given.arguments, declared.arguments, strict=True)
        if given.name == "tuple":
            return all(self.fits(one, other) for one, other in pairs)
        return all(one in (other, UNOBSERVED) for one, other in pairs)

    def _find(self, owner: Type, name: str) -> Member | None:
        """A member of a class or of the first of its bases that has it."""
        definition = self._definition(owner)
        if definition is None:
            return None
        for one in self._ancestry(definition):
            found = self._members_of(one).get(name, [])
            if found:
                return found[0] if len(found) == 1 else None
        return None

    def _is_foreign(self, owner: Type) -> bool:
        """Whether a class may have members that the module does not tell of."""
        definition = self._definition(owner)
        return (
            definition is None
            or self._family(definition).foreign_base() is not None
            or any(one.keywords for one in self._ancestry(definition))
        )

    def _ancestry(self, definition: cst.ClassDef) -> list[cst.ClassDef]:
        """A class and those that it inherits from, the nearest first."""
        found = [definition]
        for one in found:
            found += [b for b in self._family(one).bases(one) if b not in found]
        return found

    def _family(self, definition: cst.ClassDef) -> ClassFamily:
        if definition not in self._families:
            self._families[definition] = ClassFamily(self._bindings, definition)
        return self._families[definition]

    def _definition(self, type_: Type) -> cst.ClassDef | None:
        return self._definitions.get(type_) if type_.module == MAIN else None

    @cached_property
    def _definitions(self) -> dict[Type, cst.ClassDef]:
        """The classes that are defined once under their name."""
        found: dict[Type, list[cst.ClassDef]] = {}
        for node in self._bindings.scopes.by_node:
            if isinstance(node, cst.ClassDef):
                found.setdefault(class_type(self._bindings, node), []).append(node)
        return {type_: one[0] for type_, one in found.items() if len(one) == 1}

    def _members_of(self, definition: cst.ClassDef) -> dict[str, list[Member]]:
        if definition not in self._members:
            members: dict[str, list[Member]] = {}
            for name, member in _own_members(definition):
                members.setdefault(name, []).append(member)
            self._members[definition] = members
        return self._members[definition]


def _own_members(definition: cst.ClassDef) -> Iterator[tuple[str, Member]]:
    """What a class body defines and annotates, and what its methods do on `self`."""
    for statement in definition.body.body:
        if isinstance(statement, cst.FunctionDef):
            if not _is_setter(statement):
                yield statement.name.value, statement
            yield from _annotated_on_self(statement)
        elif isinstance(statement, cst.SimpleStatementLine):
            for line in statement.body:
                if isinstance(line, cst.AnnAssign) and isinstance(
                    line.target, cst.Name
                ):
                    yield line.target.value, line.annotation


def _annotated_on_self(method: cst.FunctionDef) -> Iterator[tuple[str, Member]]:
    parameters = all_parameters(method.params)
    for node in find(method.body, cst.AnnAssign):
        match node.target:
            case cst.Attribute(value=cst.Name(value=owner), attr=attribute):
                if parameters and owner == parameters[0].name.value:
                    yield attribute.value, node.annotation


def _decorators(node: cst.FunctionDef | cst.ClassDef) -> set[str]:
    """The names of the decorators of a function or class, without their arguments."""
    found = (d.decorator for d in node.decorators)
    names = (d.func if isinstance(d, cst.Call) else d for d in found)
    return {get_full_name_for_node(name) or "" for name in names}


def _is_setter(function: cst.FunctionDef) -> bool:
    """Whether a method only changes what happens when a property is assigned to."""
    return any(
        isinstance(d.decorator, cst.Attribute)
        and d.decorator.attr.value in ("setter", "deleter")
        for d in function.decorators
    )
