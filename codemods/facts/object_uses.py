"""Where an object of a class is used, and a number in its place would show.

    rows.append(node)               it is kept, and so is a number
    print(node)                     its text is printed, or may be
    show = print; show(node)        who knows
    node == 0                       never, but a number may be 0

What is not known to only keep an object, or to pass it on, may do anything with it.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.annotation_types import class_type
from codemods.facts.bindings import Bindings
from codemods.facts.builtin_types import elements
from codemods.facts.call_arguments import parameter_of
from codemods.facts.find_nodes import find
from codemods.facts.full_names import FullNames, full_names_of_builtins
from codemods.facts.known_types import join_known
from codemods.facts.scopes import Role, all_parameters
from codemods.facts.targets import is_target
from codemods.facts.type_names import CONTAINERS, MAIN, NONE, NUMBERS, UNOBSERVED, Type
from codemods.facts.walk import children, parents

KEEPING = (
    *(cst.AnnAssign, cst.AsName, cst.Assign, cst.AssignTarget, cst.BaseComp),
    *(cst.BaseDictElement, cst.BaseElement, cst.BooleanOperation, cst.Call),
    *(cst.ClassDef, cst.CompFor, cst.CompIf, cst.Comparison, cst.ComparisonTarget),
    *(cst.Decorator, cst.Del, cst.ExceptHandler, cst.Expr, cst.For, cst.From),
    *(cst.FunctionDef, cst.If, cst.IfExp, cst.Index, cst.Lambda, cst.NamedExpr),
    *(cst.List, cst.Param, cst.Raise, cst.Return, cst.Set, cst.Slice, cst.Subscript),
    *(cst.Tuple, cst.UnaryOperation, cst.While, cst.WithItem, cst.Yield),
)
"""In what an object may stand: it is kept, passed on or tested, but not looked into."""

SILENT = (cst.Annotation, cst.Global, cst.Import, cst.ImportFrom, cst.Nonlocal)
"""What evaluates nothing."""

KEEPERS = (
    full_names_of_builtins(
        "dict enumerate frozenset iter len list next range reversed set sum tuple zip"
    )
    | {f"itertools.{name}" for name in ("chain", "chain.from_iterable", "islice")}
    | {f"random.{name}" for name in ("choice", "choices", "sample", "shuffle")}
    | {"collections.deque"}
)
"""Functions that only keep what they get, hand it out again or count it.

Those that put things in order do not: objects have none, but by a `key`.
"""

SEEKING = frozenset("count discard get index remove".split())
"""Methods that compare their first argument with what a container holds."""

KNOWN = (
    CONTAINERS
    | frozenset(NUMBERS)
    | frozenset(
        "BinaryIO Callable Collection EllipsisType Generator ItemsView Iterable "
        "Iterator KeysView Mapping ModuleType MutableMapping MutableSequence None "
        "Sequence TextIO ValuesView bytearray bytes range slice str type | ...".split()
    )
)
"""Builtin types that hold what their arguments say, and nothing else."""

BUILTIN_MODULES = ("builtins", "collections.abc", "types", "typing")


class ObjectUses:
    """The uses of the objects of one class outside its definition."""

    def __init__(
        self,
        bindings: Bindings,
        types: AnnotatedTypes,
        owner: cst.ClassDef,
        *,
        is_shown: bool,
    ) -> None:
        """Whatever may be an object counts as one if the class `is_shown` somehow.

        Otherwise nothing prints an object as it did before, and only what is known to
        be one counts.
        """
        self._bindings = bindings
        self._types = types
        self._owner = owner
        self._kind = Type(owner.name.value, (), MAIN)
        self._is_shown = is_shown
        self._names = FullNames(bindings)
        self._parents = parents(bindings.wrapper.module)
        self._nodes = list(self._evaluated(bindings.wrapper.module))

    def lost(self) -> Iterator[tuple[cst.BaseExpression, Type]]:
        """What may hold an object, and goes where that may be more than kept."""
        for node in self._nodes:
            if not isinstance(node, cst.BaseExpression) or self._is_kept(node):
                continue
            if self._may_hold(node):
                yield node, self._types.type_of(node)

    def mixed(self) -> Iterator[tuple[cst.BaseExpression, Type]]:
        """What is asked to be equal to something, where one of them may be no object.

        With the type of both.
        """
        for node in self._nodes:
            for asked, *types in self._compared(node):
                both = join_known(types)
                if any(map(self._holds, types)) and self._mixes(both):
                    yield asked, both

    def _evaluated(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        if node is self._owner or isinstance(node, SILENT):
            return
        yield node
        for child in children(node):
            yield from self._evaluated(child)

    # Types.

    def _holds(self, type_: Type) -> bool:
        return self._kind in _held(type_)

    def _may_hold(self, node: cst.BaseExpression) -> bool:
        if isinstance(node, cst.Name) and self._names.find(node):
            return False  # it is a builtin, or from another module
        type_ = self._types.type_of(node)
        is_open = self._is_shown and any(map(_is_open, _held(type_)))
        return is_open or self._holds(type_)

    def _mixes(self, type_: Type) -> bool:
        return type_ == UNOBSERVED or any(
            self._kind in part.members and not {self._kind, NONE} >= {*part.members}
            for part in _held(type_)
        )

    def _is_made_of(self, node: cst.CSTNode, names: frozenset[str]) -> bool:
        """Whether the value of an expression is always of such a builtin type."""
        assert isinstance(node, cst.BaseExpression)
        members = self._types.type_of(node).members
        known = [m for m in members if m.name in names and m.module != MAIN]
        return bool(members) and len(known) == len(members)

    # Places.

    def _is_kept(self, node: cst.BaseExpression) -> bool:
        match parent := self._parents[node]:
            case cst.Arg():
                return node is parent.keyword or self._is_passed_on(parent)
            case cst.Attribute(attr=cst.Name(value=name)):
                is_plain = name != "sort" and not name.startswith("__")
                return is_plain or node is parent.attr
            case cst.Assert():
                return node is parent.test
            case cst.BinaryOperation(left=left, right=right) | (
                cst.AugAssign(target=left, value=right)
            ):
                known = CONTAINERS | frozenset(NUMBERS)
                if not isinstance(parent.operator, cst.Modulo | cst.ModuloAssign):
                    known |= {"str"}  # which puts in no texts then
                return self._is_made_of(right if node is left else left, known)
        return isinstance(parent, KEEPING)

    def _is_passed_on(self, argument: cst.Arg) -> bool:
        """Whether a call only keeps an argument or passes it on."""
        call = self._parents[argument]
        if not isinstance(call, cst.Call):  # the base of a class
            return False
        name = self._names.find(call.func)
        if name:
            return name in KEEPERS
        functions = self._functions(call.func)
        if functions:
            is_object = self._holds(self._types.type_of(argument.value))
            return not is_object or all(
                self._takes_object(function, call, argument) for function in functions
            )
        if isinstance(call.func, cst.Attribute):
            return self._is_made_of(call.func.value, CONTAINERS)
        return isinstance(call.func, cst.Name) and self._is_owner(call.func)

    def _functions(self, called: cst.BaseExpression) -> list[cst.FunctionDef]:
        """All that an expression may mean, if that is functions of the module."""
        found: list[cst.CSTNode] = []
        if isinstance(called, cst.Attribute):
            found = self._methods(called)
        elif isinstance(called, cst.Name):
            binding = self._bindings.binding_of(called)
            if binding is not None and self._bindings.roles(binding) == {Role.FUNCTION}:
                uses = self._bindings.occurrences(binding)
                defined = [use.node for use in uses if use.role is Role.FUNCTION]
                found = [self._parents[name] for name in defined]
        functions = [f for f in found if isinstance(f, cst.FunctionDef)]
        return functions if not any(f.decorators for f in functions) else []

    def _methods(self, called: cst.Attribute) -> list[cst.CSTNode]:
        """What the classes of the module define by the name of an attribute."""
        name, module = called.attr.value, self._bindings.wrapper.module
        for other in find(module, cst.Attribute):
            if other.attr.value == name and is_target(self._parents, other):
                return []  # an object may have something else there
        owners = self._types.type_of(called.value).members
        found: list[cst.CSTNode] = []
        for owner in find(module, cst.ClassDef):
            if class_type(self._bindings, owner) in owners:
                methods = find(owner, cst.FunctionDef)
                found += [method for method in methods if method.name.value == name]
        return found if len(found) == len(owners) else []

    def _takes_object(
        self, function: cst.FunctionDef, call: cst.Call, argument: cst.Arg
    ) -> bool:
        """Whether a function says that an object is what it gets as an argument."""
        given = list(call.args)
        if isinstance(call.func, cst.Attribute):
            given.insert(0, cst.Arg(call.func.value))  # what a method is called on
        parameter = None if argument.star else parameter_of(function, given, argument)
        several = all_parameters(function.params)
        return any(
            self._holds(self._type_of_parameter(one))
            for one in ([parameter] if parameter is not None else several)
        )

    def _is_owner(self, name: cst.Name) -> bool:
        binding = self._bindings.binding_of(name)
        return binding is not None and binding == self._bindings.binding_of(
            self._owner.name
        )

    def _type_of_parameter(self, parameter: cst.Param) -> Type:
        binding = self._bindings.binding_of(parameter.name)
        return UNOBSERVED if binding is None else self._types.of_binding(binding)

    def _compared(
        self, node: cst.CSTNode
    ) -> Iterator[tuple[cst.BaseExpression, Type, Type]]:
        """What is asked to be equal to something, and the types of both."""
        type_of = self._types.type_of
        match node:
            case cst.Comparison(left=asked, comparisons=comparisons):
                for one in comparisons:
                    other = type_of(one.comparator)
                    if isinstance(one.operator, cst.Equal | cst.NotEqual):
                        yield asked, type_of(asked), other
                    elif isinstance(one.operator, cst.In | cst.NotIn):
                        yield asked, type_of(asked), elements(other)
                    asked = one.comparator
            case cst.Call(func=cst.Attribute() as method, args=[argument, *_]):
                if method.attr.value in SEEKING and (
                    self._is_made_of(method.value, CONTAINERS)
                ):
                    held = elements(type_of(method.value))
                    yield argument.value, type_of(argument.value), held


def _held(type_: Type) -> Iterator[Type]:
    """The types of a value and of what it holds; functions and classes hold nothing."""
    yield type_
    if type_.name not in ("Callable", "type"):
        for argument in type_.arguments:
            yield from _held(argument)


def _is_open(type_: Type) -> bool:
    """Whether a type does not say what its values are, or what they hold.

    Nothing is in an object of another module's class that was not passed to it.
    """
    is_builtin = type_.module in BUILTIN_MODULES and type_.name not in KNOWN
    return type_ == UNOBSERVED or type_.module == MAIN or is_builtin
