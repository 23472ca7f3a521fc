"""Choices of the greater or the lesser of two numbers that are written as a test.

    if number > 0: chosen = number          max(0, number)
    else: chosen = 0
    if number < limit: chosen = number      min(limit, number)
    else: chosen = limit

`max` and `min` give their first argument where neither is greater, or one is no number
at all, just as the test does that is written this way round.
"""

from __future__ import annotations

import libcst as cst

EXTREMES: dict[type[cst.BaseCompOp], tuple[str, str]] = {
    cst.GreaterThan: ("max", "min"),
    cst.LessThan: ("min", "max"),
}
"""What chooses the left side where a comparison holds, and what the right one."""


def selection(
    test: cst.BaseExpression, chosen: cst.BaseExpression, otherwise: cst.BaseExpression
) -> cst.Call | None:
    """A call of `max` or `min` that gives `chosen` if a test holds, or `otherwise`.

    None if there is no such call.  All that is compared is to be the same whenever it
    is evaluated.
    """
    match test:
        case cst.Comparison(
            left=left,
            comparisons=[cst.ComparisonTarget(operator=operator, comparator=right)],
        ) if (
            type(operator) in EXTREMES
        ):
            for_left, for_right = EXTREMES[type(operator)]
            if _compare_alike(left, chosen) and _compare_alike(right, otherwise):
                return _call(for_left, otherwise, chosen)
            if _compare_alike(right, chosen) and _compare_alike(left, otherwise):
                return _call(for_right, otherwise, chosen)
    return None


def _compare_alike(one: cst.BaseExpression, other: cst.BaseExpression) -> bool:
    """Whether two expressions are the same, or numbers as equal as 0 and 0.0."""
    match one, other:
        case cst.Integer() | cst.Float(), cst.Integer() | cst.Float():
            return bool(one.evaluated_value == other.evaluated_value)
    return one.deep_equals(other)


def _call(
    function: str, first: cst.BaseExpression, second: cst.BaseExpression
) -> cst.Call:
    return cst.Call(cst.Name(function), [cst.Arg(first), cst.Arg(second)])
