"""Tests that choose the greater or the lesser, and calls that choose alike."""

from __future__ import annotations

import itertools
import math
import struct

import libcst as cst
import pytest

from codemods.facts.selections import selection

NUMBERS = [0, 0.0, -0.0, 1, 1.0, -2.5, math.inf, -math.inf, math.nan]

ALIKE = [
    pytest.param("x if x > y else y", "max(y, x)", id="greater"),
    pytest.param("x if y < x else y", "max(y, x)", id="greater-turned-round"),
    pytest.param("x if x < y else y", "min(y, x)", id="lesser"),
    pytest.param("x if y > x else y", "min(y, x)", id="lesser-turned-round"),
    pytest.param("x if x > 0 else 0.0", "max(0.0, x)", id="an-equal-number"),
    pytest.param("0.0 if x < 0 else x", "max(x, 0.0)", id="an-equal-number-first"),
]
OTHER = [
    pytest.param("x if x >= y else y", id="no-number-would-be-chosen"),
    pytest.param("x if x > 1 else y", id="another-limit"),
    pytest.param("x if x > 1 else 0", id="another-number-as-limit"),
    pytest.param("x if x > y > 0 else y", id="two-comparisons"),
    pytest.param("x if x else y", id="no-comparison"),
    pytest.param("2 * x if x > y else y", id="another-number"),
]


def selected(code: str) -> str | None:
    choice = cst.ensure_type(cst.parse_expression(code), cst.IfExp)
    found = selection(choice.test, choice.body, choice.orelse)
    return None if found is None else cst.Module([]).code_for_node(found)


def bits(number: float) -> tuple[type, bytes]:
    return type(number), struct.pack("d", number)


@pytest.mark.parametrize(("choice", "call"), ALIKE)
def test_the_call_gives_the_same_bits(choice: str, call: str) -> None:
    assert selected(choice) == call
    for x, y in itertools.product(NUMBERS, repeat=2):
        known = {"x": x, "y": y}
        assert bits(eval(choice, known)) == bits(eval(call, known))


@pytest.mark.parametrize("choice", OTHER)
def test_no_call_chooses_alike(choice: str) -> None:
    assert selected(choice) is None
