"""Adjoints of programs nobody thought of: refused, or right to the last bit."""

from __future__ import annotations

import copy
import sys
from functools import partial
from types import FrameType
from typing import Any

from adjoint_checks import check, load
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from plain_programs import Programs

from codemods.refusal import Refusal

ARGUMENTS = (0.7, -1.2, [0.3, 1.1, -0.6], [0.9, -0.4, 1.7], 2)
LINES = 600
"""How long a program may run."""
LONG = 10_000
"""How many entries a list may have; one that is doubled in a loop has them soon."""
LARGE = 1e4
"""Numbers beyond this are not compared: differences of them say little."""

FAILURES = (ArithmeticError, IndexError, TypeError, UnboundLocalError, ValueError)


class TooLong(Exception):
    """A program that goes on and on."""


@st.composite
def programs(draw: st.DrawFn) -> str:
    return Programs(lambda number: draw(st.integers(0, number - 1))).module()


def outcome(source: str) -> list[Any]:
    """The numbers that a program ends with."""
    left = LINES

    def count(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal left
        left -= 1
        lists = (x for x in frame.f_locals.values() if isinstance(x, list))
        if left < 0 or any(len(x) > LONG for x in lists):
            raise TooLong
        return count

    given_ = copy.deepcopy(ARGUMENTS)
    # lists that are walked together are as long as the first, or the adjoint is wrong
    forward = load(source, zip=partial(zip, strict=True))["f"]
    before = sys.gettrace()
    sys.settrace(count)
    try:
        return flat([forward(*given_), *given_])
    finally:
        sys.settrace(before)


def flat(result: Any) -> list[Any]:
    if isinstance(result, list | tuple):
        return [number for one in result for number in flat(one)]
    return [result]


def is_usable(source: str) -> bool:
    try:
        numbers = outcome(source)
    except (*FAILURES, TooLong):
        return False
    return all(isinstance(n, float | int) and abs(n) < LARGE for n in numbers)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(source=programs())
def test_a_program_is_refused_or_its_derivatives_are_right(source: str) -> None:
    assume(is_usable(source))
    try:
        check(source, "f", *ARGUMENTS, is_exact=False)
    except Refusal:
        assume(False)
