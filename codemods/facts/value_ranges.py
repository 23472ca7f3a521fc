"""Between which numbers the values of a script lie, as far as literals decide it.

width = 16                      16
root = width**0.5               about 4
for step in range(500):         0 … 499
    kept = 0.9**step            about 0 … 1
    lost = 1 - kept             about 0 … 1: to divide by it might fail

A variable lies between the least and the greatest of all that it is ever bound to, and
a parameter between those of its arguments.  What has a range is a finite number, and
can be computed without failure.  Taken for granted is that no loop makes 2**64 turns,
and that what is annotated `float` is no integer too great to be one.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import NamedTuple

import libcst as cst

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.assigned_values import givers
from codemods.facts.bindings import Binding, Bindings
from codemods.facts.call_arguments import arguments_of
from codemods.facts.full_names import FullNames
from codemods.facts.library import find_in_library
from codemods.facts.reflection import Reflection
from codemods.facts.scopes import Occurrence
from codemods.facts.walk import parents

MOST_TURNS = 2**64
LARGEST_SIZE = 2**63
MOST_BITS = 4096
"""How long a power of integers may be for its ends to be computed here."""

ULPS = 4
"""By how many units in the last place a power may differ from one machine to another,
and then some."""

OPERATIONS: dict[type[cst.CSTNode], Callable[[float, float], float]] = {
    cst.Add: operator.add,
    cst.Subtract: operator.sub,
    cst.Multiply: operator.mul,
    cst.Divide: operator.truediv,
    cst.FloorDivide: operator.floordiv,
    cst.Power: operator.pow,
}
DIVISIONS = (cst.Divide, cst.FloorDivide, cst.Modulo)
TOTAL = (cst.Add, cst.Subtract, cst.Multiply)
"""Operations that fail for no two numbers of one kind."""

WHOLE = frozenset({"bool", "int"})


class Range(NamedTuple):
    """The least and the greatest value; integers if all values are."""

    low: float
    high: float

    @property
    def is_whole(self) -> bool:
        return isinstance(self.low, int) and isinstance(self.high, int)

    @property
    def has_zero(self) -> bool:
        return self.low <= 0 <= self.high


class ValueRanges:
    """The ranges of the numbers in one module."""

    def __init__(self, bindings: Bindings, types: AnnotatedTypes) -> None:
        self._bindings = bindings
        self._types = types
        self._names = FullNames(bindings)
        self._parents = parents(bindings.wrapper.module)
        self._known: dict[Binding, Range | None] = {}

    def find(self, node: cst.BaseExpression) -> Range | None:
        """The range of an expression; None if there is none, or it is not known."""
        match node:
            case cst.Integer() | cst.Float():
                return _hull([node.evaluated_value])
            case cst.Attribute():
                value = find_in_library(self._names.find(node))
                return _hull([value]) if isinstance(value, float) else None
            case cst.Name():
                binding = self._bindings.binding_of(node)
                return None if binding is None else self._of_binding(binding)
            case cst.UnaryOperation(operator=cst.Minus()):
                found = self.find(node.expression)
                return None if found is None else Range(-found.high, -found.low)
            case cst.BinaryOperation():
                left, right = self.find(node.left), self.find(node.right)
                if left is None or right is None:
                    return None
                return _combine(node.operator, left, right)
            case cst.Call():
                return self._of_call(node)
        return None

    def cannot_fail(self, node: cst.BaseExpression) -> bool:
        """Whether arithmetic certainly has a result, given that its names have.

        What it is made of are numbers, and containers of which the length is taken.
        """
        match node:
            case cst.Name() | cst.BaseNumber() | cst.Attribute():
                return True
            case cst.UnaryOperation(operator=cst.Minus() | cst.Plus() | cst.Not()):
                return self.cannot_fail(node.expression)
            case cst.Comparison():
                operands = [node.left, *(c.comparator for c in node.comparisons)]
                return all(map(self.cannot_fail, operands))
            case cst.BinaryOperation():
                is_total = self.find(node) is not None or self._is_total(node)
                return is_total and all(map(self.cannot_fail, (node.left, node.right)))
            case cst.Call():
                values = [argument.value for argument in node.args]
                is_total = self._is_total_call(node)
                return is_total and all(map(self.cannot_fail, values))
        return False

    def certainly_runs(self, loop: cst.For | cst.While) -> bool:
        """Whether a loop makes one turn at least, if it is reached."""
        ends = self._ends(loop.iter) if isinstance(loop, cst.For) else None
        if ends is None:
            return False
        start, stop, step = ends
        if start is None or stop is None:
            return False
        return stop.low > start.high if step > 0 else stop.high < start.low

    # Variables.

    def _of_binding(self, binding: Binding) -> Range | None:
        if self._looks_up_names:
            return None
        if binding not in self._known:
            self._known[binding] = None  # while it is being found out
            found = [self._bound(use) for use in givers(self._bindings, binding)]
            self._known[binding] = _join(found)
        return self._known[binding]

    def _bound(self, use: Occurrence) -> Range | None:
        """What one binding gives a variable."""
        parent = self._parents[use.node]
        above = self._parents[parent]
        match parent:
            case cst.AssignTarget() if isinstance(above, cst.Assign):
                return self.find(above.value)
            case cst.AnnAssign(value=cst.BaseExpression() as value):
                return self.find(value)
            case cst.For() | cst.CompFor() if parent.target is use.node:
                return self._turns(parent.iter)
            case cst.Element() if isinstance(above, cst.Tuple):
                return self._counted(above, parent)
            case cst.Param():
                given = arguments_of(self._bindings, parent)
                return None if given is None else _join([self.find(a) for a in given])
        return None

    def _counted(self, target: cst.Tuple, element: cst.Element) -> Range | None:
        """The first of two targets of a loop over `enumerate(…)`."""
        loop = self._parents[target]
        if not isinstance(loop, cst.For | cst.CompFor) or loop.target is not target:
            return None
        is_first = target.elements[0] is element and len(target.elements) == 2
        if not is_first or len(self._called(loop.iter, "enumerate")) != 1:
            return None
        return Range(0, MOST_TURNS)

    @cached_property
    def _looks_up_names(self) -> bool:
        return Reflection(self._bindings).every_name is not None

    # Loops.

    def _turns(self, iterable: cst.BaseExpression) -> Range | None:
        """What a loop over a `range` counts through."""
        ends = self._ends(iterable)
        start, stop, step = ends or (None, None, 1)
        if start is None:
            return None
        way = MOST_TURNS * abs(step)
        if step > 0:
            high = start.high + way if stop is None else stop.high - 1
            return Range(start.low, max(start.low, high))
        low = start.low - way if stop is None else stop.low + 1
        return Range(min(start.high, low), start.high)

    def _ends(
        self, iterable: cst.BaseExpression
    ) -> tuple[Range | None, Range | None, int] | None:
        """Start, stop and step of a `range`, or of one that is reversed."""
        inner = self._called(iterable, "reversed")
        values = self._called(inner[0] if len(inner) == 1 else iterable, "range")
        if not values:
            return None
        if len(values) == 1:
            return Range(0, 0), self._whole(values[0]), 1
        step = self._whole(values[2]) if len(values) == 3 else Range(1, 1)
        if step is None or step.low != step.high or step.low == 0:
            return None
        return self._whole(values[0]), self._whole(values[1]), int(step.low)

    def _whole(self, node: cst.BaseExpression) -> Range | None:
        found = self.find(node)
        return found if found is not None and found.is_whole else None

    # Calls and operations.

    def _called(
        self, node: cst.BaseExpression, *names: str
    ) -> Sequence[cst.BaseExpression]:
        """The arguments of a call of a builtin, if there are only plain ones."""
        if not isinstance(node, cst.Call):
            return []
        is_plain = not any(a.star or a.keyword is not None for a in node.args)
        is_called = is_plain and self._bindings.is_builtin(node.func, *names)
        return [argument.value for argument in node.args] if is_called else []

    def _of_call(self, node: cst.Call) -> Range | None:
        if len(self._called(node, "len")) == 1:
            return Range(0, LARGEST_SIZE)
        values = self._called(node, "abs", "float", "max", "min")
        ranges = [found for found in map(self.find, values) if found is not None]
        if not ranges or len(ranges) != len(values):
            return None
        name = cst.ensure_type(node.func, cst.Name).value
        if name in ("max", "min") and len(ranges) > 1:
            choose = max if name == "max" else min
            return Range(choose(r.low for r in ranges), choose(r.high for r in ranges))
        return _converted(name, ranges[0]) if len(ranges) == 1 else None

    def _is_total_call(self, node: cst.Call) -> bool:
        values = self._called(node, "abs", "len", "float")
        several = self._called(node, "max", "min")
        if len(values) == 1 and self._bindings.is_builtin(node.func, "float"):
            return self._is_float(values[0]) or self.find(node) is not None
        return len(values) == 1 or len(several) > 1

    def _is_total(self, node: cst.BinaryOperation) -> bool:
        """Whether numbers of these types have a result, though they have no range."""
        sides = (node.left, node.right)
        is_whole = all(map(self._is_whole, sides))
        if isinstance(node.operator, DIVISIONS):
            divisor = self.find(node.right)
            if divisor is None or divisor.has_zero:
                return False
            if is_whole:
                return not isinstance(node.operator, cst.Divide)
            return isinstance(node.operator, cst.Divide) and self._are_floats(sides)
        return isinstance(node.operator, TOTAL) and (
            is_whole or self._are_floats(sides)
        )

    def _are_floats(self, sides: Sequence[cst.BaseExpression]) -> bool:
        """Whether all are floats, or integers that can be converted to floats."""
        return all(
            self._is_float(side) or self.find(side) is not None for side in sides
        )

    def _is_whole(self, node: cst.BaseExpression) -> bool:
        members = self._types.type_of(node).members
        return bool(members) and all(m.name in WHOLE for m in members)

    def _is_float(self, node: cst.BaseExpression) -> bool:
        members = self._types.type_of(node).members
        return bool(members) and all(m.name == "float" for m in members)


def _combine(operation: cst.BaseBinaryOp, left: Range, right: Range) -> Range | None:
    if isinstance(operation, DIVISIONS) and right.has_zero:
        return None
    if isinstance(operation, cst.Modulo):
        return Range(min(0, right.low), max(0, right.high))
    compute = OPERATIONS.get(type(operation))
    if compute is None:
        return None
    between: list[float] = []
    if isinstance(operation, cst.Power):
        if not _is_real_power(left, right):
            return None
        between = [0, 1] if left.low <= 0 else []
    try:
        ends = [compute(a, b) for a in left for b in right]
    except ArithmeticError:
        return None
    return _hull([*ends, *between])


def _is_real_power(base: Range, exponent: Range) -> bool:
    """Whether a power has its extremes at the ends of its operands, or at 0 and 1."""
    if base.is_whole and exponent.is_whole:
        bits = max(int(end).bit_length() for end in base)
        if bits * max(abs(end) for end in exponent) > MOST_BITS:
            return False
    if base.low > 0:
        return True
    is_fixed = exponent.is_whole and exponent.low == exponent.high
    return exponent.low >= 0 and (base.low == 0 or is_fixed)


def _converted(name: str, found: Range) -> Range | None:
    if name == "float":
        try:
            return Range(float(found.low), float(found.high))
        except OverflowError:
            return None
    if name == "abs":
        ends = [abs(found.low), abs(found.high)]
        return Range(type(ends[0])(0) if found.has_zero else min(ends), max(ends))
    return None


def _join(found: Sequence[Range | None]) -> Range | None:
    """The range of what lies in one of these."""
    known = [one for one in found if one is not None]
    if not known or len(known) != len(found):
        return None
    return Range(min(one.low for one in known), max(one.high for one in known))


def _hull(values: Sequence[float]) -> Range | None:
    """The range around values, a little wider where they are rounded."""
    if not all(map(math.isfinite, values)):
        return None
    low, high = min(values), max(values)
    for _ in range(ULPS):
        low = math.nextafter(low, -math.inf) if isinstance(low, float) else low
        high = math.nextafter(high, math.inf) if isinstance(high, float) else high
    return Range(low, high)
