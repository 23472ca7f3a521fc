"""The types that the annotations of a module give its expressions.

    def scale(row: list[float], factor: int) -> list[float]:
        products = []                           products: list[?], it is not annotated
        for number in row:                      number: float, an element of row
            product = number * factor           product: float
            products.append(product)
        return products

Annotations are believed: an expression is of the type that is declared, where `float`
stands for `int` as well.  A variable without an annotation has the type that everything
has that it is bound to.  Narrow by intention: whatever is not understood, or may be of
another type, is `UNOBSERVED`.

An alias is what it stands for, unless it is to be opaque: then it is a type of its own,
and what is of that type is neither of the other nor of another alias for it.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import NamedTuple

import libcst as cst

from codemods.facts.annotation_types import TYPING, Annotations, class_type
from codemods.facts.bindings import BINDING_ROLES, Binding, Bindings
from codemods.facts.builtin_types import CONSTANTS, MODULE, STR, elements, method_result
from codemods.facts.class_members import ClassMembers
from codemods.facts.expression_types import ExpressionTypes
from codemods.facts.imported_names import ImportedNames
from codemods.facts.known_types import (
    agree,
    build,
    distribute,
    number_of_items,
    unpack,
)
from codemods.facts.scopes import Occurrence, Role
from codemods.facts.type_arithmetic import UPDATES, literal_integer
from codemods.facts.type_names import ANY_LENGTH, UNOBSERVED, Type
from codemods.facts.type_rounds import Pending, TypeRounds
from codemods.facts.walk import parents


class AnnotatedTypes:
    """The types that the annotations of a module give its expressions."""

    def __init__(self, bindings: Bindings, opaque: Collection[str] = ()) -> None:
        """`opaque` are the names of aliases that are types of their own."""
        self._bindings = bindings
        self._imports = ImportedNames(bindings)
        self._annotations = Annotations(bindings, self._imports, opaque)
        self._members = ClassMembers(bindings, self._annotations)
        self._expressions = ExpressionTypes(
            bindings, self._imports, self._members, self.type_of, self.of_binding
        )
        forget = self._expressions.narrowing.forget
        self._rounds = TypeRounds(bindings, self._infer, forget)

    def type_of(self, node: cst.BaseExpression) -> Type:
        """The type of an expression; `UNOBSERVED` where the annotations do not tell.

        A name that is assigned to is of the type that its variable has everywhere; one
        that is loaded may be of fewer types at its place.
        """
        return self._rounds.of_node(node, lambda: self._expressions.find(node))

    def given_to(self, target: cst.Name) -> Type:
        """What an assignment or a loop gives a name, however that is declared."""
        return self._stored(target)

    def of_binding(self, binding: Binding) -> Type:
        """The type that a variable is declared with, or that all its values have."""
        return self._rounds.of_binding(binding)

    def holds(
        self, test: cst.BaseExpression, binding: Binding, type_: Type
    ) -> bool | None:
        """Whether a test surely holds, or fails, where a variable is of a type."""
        return self._expressions.narrowing.holds(test, binding, type_)

    def aliases_of(self, type_: Type) -> set[str]:
        """The names of the module that stand for a type: those of `int`, for one."""
        return self._annotations.aliases_of(type_)

    def annotation_of(self, binding: Binding) -> cst.Annotation | None:
        """The annotation that a variable or parameter is declared with, wherever."""
        for occurrence in self._bindings.occurrences(binding):
            match self._parents.get(occurrence.node):
                case cst.Param(name=occurrence.node, annotation=annotation) | (
                    cst.AnnAssign(target=occurrence.node, annotation=annotation)
                ) if (annotation is not None):
                    return annotation
        return None

    def _infer(self, binding: Binding) -> Type:
        annotation = self.annotation_of(binding)
        if annotation is not None and not self._is_bare_final(annotation):
            return self._declared(annotation)
        types: list[Type] = []
        for occurrence in self._bindings.occurrences(binding):
            if occurrence.role in BINDING_ROLES - {Role.DELETE}:
                types += self._bound_if_known(occurrence)
        if not types:
            raise Pending
        return agree(types)

    def _bound_if_known(self, occurrence: Occurrence) -> list[Type]:
        """The type that one binding gives a variable; none while that is pending."""
        try:
            return [self._bound(occurrence)]
        except Pending:
            return []

    def _declared(self, annotation: cst.Annotation) -> Type:
        found = self._annotations.read(annotation)
        match self._parents[annotation]:
            case cst.Param(star="*"):
                return build("tuple", (found, ANY_LENGTH))
            case cst.Param(star="**"):
                return build("dict", (STR, found))
        return found

    def _is_bare_final(self, annotation: cst.Annotation) -> bool:
        name = self._imports.full_name(annotation.annotation)
        return name in {f"{module}.Final" for module in TYPING}

    def _bound(self, occurrence: Occurrence) -> Type:
        """What one binding gives a variable."""
        node = occurrence.node
        parent = self._parents[node]
        match parent:
            case cst.FunctionDef() if not parent.decorators:
                return self._members.signature(parent)
            case cst.ClassDef():
                return Type("type", (class_type(self._bindings, parent),))
            case cst.Param():
                return self._receiver(parent)
        if occurrence.role is Role.IMPORT:
            return self._imported(node)
        if occurrence.role in (Role.STORE, Role.UPDATE):
            return self._stored(node)
        return UNOBSERVED

    def _imported(self, node: cst.Name) -> Type:
        binding = self._bindings.binding_of(node)
        if binding is not None and self._imports.is_module(binding):
            return MODULE
        return CONSTANTS.get(self._imports.full_name(node), UNOBSERVED)

    def _receiver(self, parameter: cst.Param) -> Type:
        """What a method is called on, if a parameter without annotation is that."""
        parameters = self._parents[parameter]
        function = self._parents[parameters]
        if not isinstance(function, cst.FunctionDef):
            return UNOBSERVED
        first = (*function.params.posonly_params, *function.params.params)[:1]
        owner = self._members.class_around(function)
        if first != (parameter,) or owner == UNOBSERVED:
            return UNOBSERVED
        return self._members.receiver(function, owner)

    def _stored(self, name: cst.Name) -> Type:
        """What an assignment, a loop or the like binds to a name among its targets."""
        target, steps = self._outermost_target(name)
        whole = self._bound_to(target, self._parents[target])
        for step in reversed(steps):
            whole = distribute(step.take, whole)
        return whole

    def _outermost_target(self, name: cst.Name) -> tuple[cst.CSTNode, list[_Step]]:
        """The target that a name is part of, and the way from the name up to it."""
        target: cst.CSTNode = name
        steps: list[_Step] = []
        while isinstance(element := self._parents[target], cst.BaseElement):
            target = self._parents[element]
            if isinstance(target, cst.Tuple | cst.List):
                steps.append(_step_to(element, target))
        return target, steps

    def _bound_to(self, target: cst.CSTNode, parent: cst.CSTNode) -> Type:
        match parent:
            case cst.AssignTarget():
                assign = cst.ensure_type(self._parents[parent], cst.Assign)
                return self.type_of(assign.value)
            case cst.NamedExpr():
                return self.type_of(parent.value)
            case cst.AnnAssign(value=cst.BaseExpression() as value):
                return self.type_of(value)
            case cst.AugAssign():
                return self._updated(parent)
            case cst.For() | cst.CompFor() if parent.target is target:
                return elements(self.type_of(parent.iter))
            case cst.AsName():
                return self._as_name(self._parents[parent])
        return UNOBSERVED

    def _updated(self, node: cst.AugAssign) -> Type:
        return self._expressions.arithmetic.update(
            UPDATES[type(node.operator)],
            self.type_of(node.target),
            self.type_of(node.value),
            literal_integer(node.value),
        )

    def _as_name(self, parent: cst.CSTNode) -> Type:
        """What `with … as` and `except … as` bind."""
        match parent:
            case cst.WithItem():
                return distribute(self._entered, self.type_of(parent.item))
            case cst.ExceptHandler(type=cst.BaseExpression() as caught):
                found = self.type_of(caught)
                return found.arguments[0] if found.name == "type" else UNOBSERVED
        return UNOBSERVED

    def _entered(self, manager: Type) -> Type:
        if self._members.is_class(manager):
            return self._members.result(manager, "__enter__")
        return method_result(manager, "__enter__")

    @cached_property
    def _parents(self) -> dict[cst.CSTNode, cst.CSTNode]:
        return parents(self._bindings.wrapper.module)


class _Step(NamedTuple):
    """From a target of several parts to one of them."""

    before: int
    """How many parts come before it."""

    after: int
    is_starred: bool
    is_behind_star: bool

    def take(self, whole: Type) -> Type:
        """The type of what the part takes of a value."""
        if not self.is_starred:
            index = -self.after - 1 if self.is_behind_star else self.before
            return unpack(whole, index, elements)
        number = number_of_items(whole)
        if number is not None:
            taken = whole.arguments[self.before : number - self.after]
            whole = Type("tuple", taken)
        return build("list", [elements(whole)])


def _step_to(element: cst.BaseElement, target: cst.Tuple | cst.List) -> _Step:
    index = next(i for i, one in enumerate(target.elements) if one is element)
    return _Step(
        index,
        len(target.elements) - index - 1,
        isinstance(element, cst.StarredElement),
        any(isinstance(e, cst.StarredElement) for e in target.elements[:index]),
    )
