"""Which values are containers, and which are no data, as far as the text tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import libcst as cst

from codemods.facts.bindings import Binding, Bindings
from codemods.facts.last_name import last_name
from codemods.facts.scopes import Role
from codemods.facts.type_names import CONTAINERS, NO_DATA

MAKERS = CONTAINERS | {"sorted"}
LIST_METHODS = frozenset(
    "choices readlines rsplit sample split splitlines tolist".split()
)
OTHER_MAKERS = ("enumerate", "filter", "iter", "map", "reversed", "type", "zip")
"""Builtins of which the results are no data."""

NOT_DATA_ROLES = {Role.CLASS, Role.FUNCTION, Role.IMPORT}


class ValueKinds:
    """What kind of value the expressions of a module give.

    `values` are what it assigns, and `hints` its annotations, by the names and
    attributes that they are for.
    """

    def __init__(
        self,
        bindings: Bindings,
        values: Mapping[cst.CSTNode, cst.BaseExpression],
        hints: Mapping[cst.CSTNode, cst.Annotation],
    ) -> None:
        self._bindings = bindings
        self._values = values
        self._hints = hints
        self._known: dict[Binding, bool] = {}
        self._open: set[Binding] = set()

    def is_container(self, node: cst.BaseExpression) -> bool:
        """Whether an expression obviously gives a list, dictionary, set or tuple."""
        hint = self._hint_of(node)
        if hint is not None:
            return not CONTAINERS.isdisjoint(_names_of(hint))
        match node:
            case cst.List() | cst.Tuple() | cst.Set() | cst.Dict():
                return True
            case cst.BaseComp():
                return not isinstance(node, cst.GeneratorExp)
            case cst.Name():
                return self._holds_container(node)
            case cst.Call():
                return self._makes_container(node.func)
            case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Slice())]):
                return self.is_container(node.value)
            case _:
                return any(map(self.is_container, _alternatives(node)))

    def _holds_container(self, name: cst.Name) -> bool:
        binding = self._bindings.binding_of(name)
        if binding is None or binding in self._open:
            return False
        if binding not in self._known:
            uses = self._bindings.occurrences(binding)
            values = (self._values[u.node] for u in uses if u.node in self._values)
            self._open.add(binding)
            known = any(map(self.is_container, values))
            self._open.discard(binding)
            if self._open and not known:
                return False  # perhaps for want of what is being looked up
            self._known[binding] = known
        return self._known[binding]

    def _makes_container(self, function: cst.BaseExpression) -> bool:
        name = last_name(function)
        if isinstance(function, cst.Attribute) and name in LIST_METHODS:
            return True
        is_builtin = self._bindings.is_builtin(function, name)
        return name in MAKERS and (is_builtin or self._bindings.is_imported(function))

    def is_no_data(self, node: cst.BaseExpression) -> bool:
        """Whether an expression is a file, a module, a function or an iterator."""
        hint = self._hint_of(node)
        if hint is not None:
            return not NO_DATA.isdisjoint(_names_of(hint))
        match node:
            case cst.Lambda() | cst.GeneratorExp():
                return True
            case cst.Name():
                return self._is_defined(node)
            case cst.Call(func=function):
                is_builtin = self._bindings.is_builtin(function, *OTHER_MAKERS)
                return is_builtin or last_name(function) == "open"
            case _:
                return False

    def _is_defined(self, name: cst.Name) -> bool:
        """Whether a name stands for something imported, defined or built in."""
        if name.value in ("True", "False", "None"):
            return False
        binding = self._bindings.binding_of(name)
        if binding is None:
            return self._bindings.is_builtin(name, name.value)
        return bool(self._bindings.roles(binding) & NOT_DATA_ROLES)

    def _hint_of(self, node: cst.BaseExpression) -> cst.BaseExpression | None:
        """What annotations say of an expression."""
        match node:
            case cst.Name():
                return self._hint_at(node, Role.STORE, Role.PARAMETER)
            case cst.Call(func=cst.Name() as function):
                return self._hint_at(function, Role.FUNCTION)
            case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index())]):
                whole = self._hint_of(node.value)
                return None if whole is None else _hint_of_item(whole)
            case _:
                return None

    def _hint_at(self, name: cst.Name, *roles: Role) -> cst.BaseExpression | None:
        binding = self._bindings.binding_of(name)
        uses = [] if binding is None else self._bindings.occurrences(binding)
        for use in uses:
            if use.role in roles and use.node in self._hints:
                hint = self._hints[use.node].annotation
                if isinstance(hint, cst.SimpleString):
                    return self._bindings.scopes.annotations.get(hint)
                return hint
        return None


def _alternatives(node: cst.BaseExpression) -> Sequence[cst.BaseExpression]:
    """The parts of an expression of which one is like the whole."""
    match node:
        case cst.BinaryOperation(operator=cst.Add() | cst.Multiply()):
            return [node.left, node.right]
        case cst.BooleanOperation():
            return [node.left, node.right]
        case cst.IfExp():
            return [node.body, node.orelse]
        case cst.NamedExpr():
            return [node.value]
        case _:
            return []


def _hint_of_item(hint: cst.BaseExpression) -> cst.BaseExpression | None:
    """What an annotation says of the items: the `int` of a `dict[str, int]`.

    The items of a tuple of several types are not told apart.
    """
    if not isinstance(hint, cst.Subscript) or last_name(hint.value) == "tuple":
        return None
    last = hint.slice[-1].slice
    return last.value if isinstance(last, cst.Index) else None


def _names_of(hint: cst.BaseExpression) -> Iterator[str]:
    """The classes that an annotation names, without what is in their brackets."""
    match hint:
        case cst.BinaryOperation():
            yield from _names_of(hint.left)
            yield from _names_of(hint.right)
        case cst.Subscript():
            yield last_name(hint.value)
        case _:
            yield last_name(hint)
