"""Which containers a piece of code may change, by their types.

    row[0] = 1              an item of a `list[int]`
    rows.append(row)        a `list[list[int]]`, and how long it is
    extend(row)             what the body of `extend` changes
    library.show(row)       anything

Two containers are believed to be different ones where their declared types say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import libcst as cst

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import Bindings
from codemods.facts.call_graph import CallGraph
from codemods.facts.call_uses import (
    CHANGED_ARGUMENT,
    CHOOSING,
    COPIERS,
    MUTATORS,
    PAIRING,
    READING,
    READING_MODULES,
    SPREADERS,
)
from codemods.facts.evaluation import PURE_METHODS
from codemods.facts.full_names import FullNames
from codemods.facts.immutable_types import READABLE, has_methods, is_immutable
from codemods.facts.scopes import Role
from codemods.facts.type_names import ANY_LENGTH, MAIN, NUMBERS, UNOBSERVED, Type
from codemods.facts.walk import walk

HARMLESS = READING | COPIERS | PAIRING | CHOOSING | SPREADERS
UNKNOWN = (cst.Await, cst.Import, cst.ImportFrom, cst.With, cst.Yield)
"""What may run code that is not in the module, or not here."""


class Change(NamedTuple):
    """A change of a container of a type, perhaps one of its length."""

    type: Type
    of_length: bool


ANYTHING = Change(UNOBSERVED, True)


class ContainerChanges:
    """The changes that the code of one module makes."""

    def __init__(self, bindings: Bindings, types: AnnotatedTypes) -> None:
        self._bindings = bindings
        self._types = types
        self._names = FullNames(bindings)
        self._calls = CallGraph(bindings)
        self._known: dict[cst.CSTNode, list[Change]] = {}
        module = bindings.wrapper.module
        self._is_open = any(
            isinstance(node, cst.ClassDef | cst.Yield) for node in walk(module)
        )

    def may_change(
        self, code: Iterable[cst.CSTNode], kind: Type, *, of_length: bool
    ) -> bool:
        """Whether code may change a container of a type, or how long it is."""
        if is_immutable(kind):
            return False
        if self._is_open:
            return True
        code = [part for node in code for part in _run_by(node)]
        return any(
            may_be_one(change.type, kind) and (change.of_length or not of_length)
            for body in [*code, *self._calls.reached_from(code)]
            for change in self._changes(body)
        )

    def _changes(self, body: cst.CSTNode) -> list[Change]:
        """What a body itself changes, functions that it calls left out."""
        if body not in self._known:
            found = (change for node in walk(body) for change in self._made_by(node))
            self._known[body] = list(found)
        return self._known[body]

    def _made_by(self, node: cst.CSTNode) -> Iterator[Change]:
        match node:
            case cst.Call():
                yield from self._called(node)
            case cst.AugAssign(target=cst.Name() as target):
                if not is_immutable(kind := self._types.type_of(target)):
                    yield Change(kind, True)
            case cst.Del():
                yield from (
                    self._stored(t, of_length=True) for t in _places(node.target)
                )
            case cst.AssignTarget() | cst.AnnAssign() | cst.AugAssign():
                yield from map(self._stored, _places(node.target))
            case cst.For() | cst.CompFor() | cst.NamedExpr():
                yield from map(self._stored, _places(node.target))
            case cst.AsName():
                yield from map(self._stored, _places(node.name))
            case _ if isinstance(node, UNKNOWN):
                yield ANYTHING

    def _stored(self, place: cst.BaseExpression, *, of_length: bool = False) -> Change:
        """A change by assignment to an item, a slice or an attribute."""
        if not isinstance(place, cst.Subscript):
            return ANYTHING
        kind = self._types.type_of(place.value)
        is_item = isinstance(place.slice[0].slice, cst.Index)
        is_list = bool(kind.members) and all(m.name == "list" for m in kind.members)
        return Change(kind, of_length or not is_item or not is_list)

    def _called(self, call: cst.Call) -> Iterator[Change]:
        """What a call changes that is none of a function of the module."""
        name = self._names.find(call.func)
        owner, _, _ = name.rpartition(".")
        if name in CHANGED_ARGUMENT:
            index = CHANGED_ARGUMENT[name]
            values = [argument.value for argument in call.args]
            yield from (
                Change(self._types.type_of(v), True) for v in values[index:][:1]
            )
        elif name in HARMLESS or owner in READING_MODULES:
            pass
        elif not name and isinstance(call.func, cst.Attribute):
            yield from self._method(call.func)
        elif not self._is_function(call.func):
            yield ANYTHING

    def _method(self, method: cst.Attribute) -> Iterator[Change]:
        receiver, name = self._types.type_of(method.value), method.attr.value
        if receiver == UNOBSERVED or has_methods(receiver):
            yield ANYTHING
        elif name in MUTATORS:
            yield Change(receiver, True)
        elif name not in PURE_METHODS and not is_immutable(receiver):
            yield ANYTHING

    def _is_function(self, called: cst.BaseExpression) -> bool:
        """Whether only functions of the module are called, as they are."""
        if not isinstance(called, cst.Name):
            return False
        binding = self._bindings.binding_of(called)
        if binding is None or self._bindings.roles(binding) != {Role.FUNCTION}:
            return False
        uses = [use.node for use in self._bindings.occurrences(binding)]
        functions = [
            self._calls.functions[n] for n in uses if n in self._calls.functions
        ]
        return not any(function.decorators for function in functions)


def _run_by(statement: cst.CSTNode) -> list[cst.CSTNode]:
    """What runs where a statement stands: of a definition, not its body."""
    if isinstance(statement, cst.FunctionDef):
        return [statement.params, *statement.decorators]
    return [statement]


def may_be_one(one: Type, other: Type) -> bool:
    """Whether one object may be of both types; numbers are not told apart."""
    if UNOBSERVED in (one, other) or ANY_LENGTH in (one, other):
        return True
    return any(
        _may_be_one(left, right) for left in one.members for right in other.members
    )


def _may_be_one(left: Type, right: Type) -> bool:
    if left.name in NUMBERS and right.name in NUMBERS:
        return True
    known = [
        t.module != MAIN and (t.name in READABLE or is_immutable(t))
        for t in (left, right)
    ]
    if left.name != right.name:
        return not all(known) or not (_is_concrete(left) and _is_concrete(right))
    if left.name == "tuple":
        return True
    pairs = zip(left.arguments, right.arguments, strict=False)
    return all(may_be_one(a, b) for a, b in pairs)


def _is_concrete(type_: Type) -> bool:
    """Whether values of a type are of the class of that name."""
    return type_.name in CONCRETE or is_immutable(type_)


CONCRETE = frozenset("bytearray deque dict frozenset list set tuple".split())


def _places(target: cst.BaseExpression) -> list[cst.BaseExpression]:
    """The items and attributes among the parts of a target."""
    match target:
        case cst.Tuple() | cst.List():
            parts = [_places(element.value) for element in target.elements]
            return [place for part in parts for place in part]
        case cst.StarredElement():
            return _places(target.value)
        case cst.Name():
            return []
    return [target]
