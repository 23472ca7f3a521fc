"""Which expressions only compute a number or text, and what that depends on.

step + 1                    step
-math.pi * angle            angle
row[index]                  row, index, and the items of lists like `row`
len(row)                    row, and the length of lists like `row`
line.strip()                line
show(row)                   not pure

Pure is what operators, builtins and `math` make of what is known to be numbers, and
what some methods make of what is known to be a string.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import NamedTuple

import libcst as cst

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import Binding, Bindings
from codemods.facts.builtin_types import elements
from codemods.facts.call_uses import CHOOSING
from codemods.facts.full_names import FullNames
from codemods.facts.immutable_types import READABLE
from codemods.facts.library import find_in_library, is_function
from codemods.facts.scopes import Role
from codemods.facts.type_names import MAIN, Type

NUMBERS = frozenset({"bool", "int", "float"})
CALLED = frozenset({"builtins.abs", "builtins.float", "builtins.max", "builtins.min"})
TEXTS = frozenset({"str"})
TEXT_METHODS = frozenset({"lower", "lstrip", "rstrip", "strip", "title", "upper"})
SIZED = READABLE | {"bytes", "range", "str"}
INDEXED = frozenset({"dict", "list", "tuple"})
ORDERS = (
    *(cst.Equal, cst.NotEqual, cst.LessThan, cst.LessThanEqual),
    *(cst.GreaterThan, cst.GreaterThanEqual),
)
SHARED = {Role.GLOBAL, Role.NONLOCAL}


class Part(NamedTuple):
    """What is read of containers of one type: an item, or only how long they are."""

    type: Type
    of_length: bool


class Reading(NamedTuple):
    """What a pure expression depends on."""

    names: frozenset[Binding] = frozenset()
    parts: frozenset[Part] = frozenset()

    def with_other(self, other: Reading) -> Reading:
        return Reading(self.names | other.names, self.parts | other.parts)


class PureValues:
    """The pure expressions of one module."""

    def __init__(self, bindings: Bindings, types: AnnotatedTypes) -> None:
        self._bindings = bindings
        self._types = types
        self._names = FullNames(bindings)

    def find(self, node: cst.BaseExpression) -> Reading | None:
        """What an expression depends on, or None if it may do more than compute."""
        match node:
            case cst.Integer() | cst.Float():
                return Reading()
            case cst.Name():
                return self._of_number(node)
            case cst.Attribute():
                value = find_in_library(self._names.find(node))
                return Reading() if isinstance(value, float) else None
            case cst.UnaryOperation(operator=cst.Minus() | cst.Plus() | cst.Not()):
                return self.find(node.expression)
            case cst.BinaryOperation():
                return self._of_all([node.left, node.right])
            case cst.Comparison():
                return self._of_comparison(node)
            case cst.Subscript():
                return self._of_item(node)
            case cst.Call():
                return self._of_call(node)
        return None

    def variable(self, node: cst.BaseExpression) -> Binding | None:
        """The variable that a name stands for, if no other scope can bind it."""
        binding = (
            self._bindings.binding_of(node) if isinstance(node, cst.Name) else None
        )
        if binding is None:
            return None
        uses = self._bindings.occurrences(binding)
        return None if any(use.role in SHARED for use in uses) else binding

    def _of_number(self, node: cst.Name) -> Reading | None:
        binding = self.variable(node)
        is_number = self._has_type(node, NUMBERS)
        return Reading(frozenset({binding})) if binding and is_number else None

    def _of_all(self, nodes: Iterable[cst.BaseExpression]) -> Reading | None:
        found = [self.find(node) for node in nodes]
        known = [reading for reading in found if reading is not None]
        if len(known) < len(found):
            return None
        return reduce(Reading.with_other, known, Reading())

    def _of_comparison(self, node: cst.Comparison) -> Reading | None:
        if not all(isinstance(c.operator, ORDERS) for c in node.comparisons):
            return None
        return self._of_all([node.left, *(c.comparator for c in node.comparisons)])

    def _of_item(self, node: cst.Subscript) -> Reading | None:
        container = self.variable(node.value)
        index = node.slice[0].slice
        if container is None or len(node.slice) > 1 or not isinstance(index, cst.Index):
            return None
        if not self._has_type(node.value, INDEXED) or not self._has_type(node, NUMBERS):
            return None
        part = Part(self._types.type_of(node.value), of_length=False)
        reading = Reading(frozenset({container}), frozenset({part}))
        place = self.find(index.value)
        return None if place is None else reading.with_other(place)

    def _of_call(self, node: cst.Call) -> Reading | None:
        if any(a.star or a.keyword is not None for a in node.args):
            return None
        values = [argument.value for argument in node.args]
        if isinstance(node.func, cst.Attribute) and not values:
            found = self._of_text(node.func)
            if found is not None:
                return found
        name = self._names.find(node.func)
        if name == "builtins.len" and len(values) == 1:
            return self._of_length(values[0])
        if name in CHOOSING and len(values) == 1:
            return self._of_items(values[0])
        is_math = name.startswith("math.") and is_function(name)
        if not is_math and name not in CALLED:
            return None
        return self._of_all(values)

    def _of_text(self, method: cst.Attribute) -> Reading | None:
        """What a method makes of a string, whatever the locale."""
        text = self.variable(method.value)
        is_text = method.attr.value in TEXT_METHODS and (
            self._has_type(method.value, TEXTS)
        )
        return Reading(frozenset({text})) if text and is_text else None

    def _of_length(self, node: cst.BaseExpression) -> Reading | None:
        container = self.variable(node)
        if container is None or not self._has_type(node, SIZED):
            return None
        part = Part(self._types.type_of(node), of_length=True)
        return Reading(frozenset({container}), frozenset({part}))

    def _of_items(self, node: cst.BaseExpression) -> Reading | None:
        """All items of a container of numbers."""
        container = self.variable(node)
        numbers = elements(self._types.type_of(node)).members
        is_known = bool(numbers) and all(member.name in NUMBERS for member in numbers)
        if container is None or not is_known or not self._has_type(node, INDEXED):
            return None
        part = Part(self._types.type_of(node), of_length=False)
        return Reading(frozenset({container}), frozenset({part}))

    def _has_type(self, node: cst.BaseExpression, names: Iterable[str]) -> bool:
        """Whether all values of an expression are of one of these builtin types."""
        members = self._types.type_of(node).members
        return bool(members) and all(
            member.name in names and member.module != MAIN for member in members
        )
