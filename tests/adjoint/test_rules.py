"""Each rule against a difference of the operation that it is for."""

from __future__ import annotations

import math

import pytest

from codemods.adjoint.rules import RULES, SELECTIONS

WIDTH = 1e-6
POINT = {"x": 0.7, "y": 1.9}


def value(expression: str, **names: float) -> float:
    return float(eval(expression, {"math": math, **names}))


@pytest.mark.parametrize(
    ("name", "operand"),
    [(name, operand) for name in RULES for operand in "xy"],
)
def test_a_rule_is_the_slope_of_its_operation(name: str, operand: str) -> None:
    rule = RULES[name]
    derivative = rule.dx if operand == "x" else rule.dy
    if derivative is None:
        return
    after = value(name, **{**POINT, operand: POINT[operand] + WIDTH})
    before = value(name, **{**POINT, operand: POINT[operand] - WIDTH})
    slope = value(derivative, **POINT, z=value(name, **POINT))
    assert slope == pytest.approx((after - before) / (2 * WIDTH), rel=1e-8)


@pytest.mark.parametrize("name", SELECTIONS)
@pytest.mark.parametrize(("x", "y"), [(1.0, 2.0), (2.0, 1.0), (1.0, 1.0)])
def test_a_selection_chooses_what_the_operation_does(
    name: str, x: float, y: float
) -> None:
    chosen = y if value(f"y {SELECTIONS[name]} x", x=x, y=y) else x
    assert chosen == value(name, x=x, y=y)


def test_equal_operands_are_the_first() -> None:
    zero, negative = 0.0, -0.0
    for name in SELECTIONS:
        chosen = value(name, x=negative, y=zero)
        assert math.copysign(1, chosen) == -1
