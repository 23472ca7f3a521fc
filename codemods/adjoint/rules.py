"""The derivatives of what the plain form can compute, as mathematics writes them.

For the result `z` of an operation on `x` and `y`, the table gives the derivative of `z`
with respect to each.  A derivative is spelt as it is to be computed: `z` where the
result serves, one operation at a time from the inside out.  Floating-point numbers make
the spelling matter, since `x ** 2` and `x * x` differ in their last bits.
"""

from __future__ import annotations

from typing import NamedTuple


class Rule(NamedTuple):
    """The derivatives of an operation by its operands; None where it is constant."""

    operation: str
    dx: str | None
    dy: str | None = None


RULES = {
    rule.operation: rule
    for rule in (
        Rule("x", "1"),
        Rule("-x", "-1"),
        Rule("x + y", "1", "1"),
        Rule("x - y", "1", "-1"),
        Rule("x * y", "y", "x"),
        Rule("x / y", "1 / y", "-z / y"),
        Rule("x ** y", "y * x ** (y - 1)"),
        Rule("math.exp(x)", "z"),
        Rule("math.log(x)", "1 / x"),
        Rule("math.sqrt(x)", "0.5 / z"),
        Rule("math.tanh(x)", "1 - z ** 2"),
        Rule("math.sin(x)", "math.cos(x)"),
        Rule("math.cos(x)", "-math.sin(x)"),
        Rule("float(x)", "1"),
    )
}

SELECTIONS = {"max(x, y)": ">", "min(x, y)": "<"}
"""Operations that choose an operand: `y` where it compares so with `x`, or else `x`."""
