"""The derivatives that operations with branches record, one way after the other."""

from __future__ import annotations

import pytest

from codemods.adjoint.rules import RULES
from codemods.facts.bindings import Bindings
from codemods.facts.metadata import parse, wrap
from codemods.facts.recorded_graph import find_recorded_graph
from codemods.facts.recorded_rules import recorded_rules
from codemods.refusal import Refusal

MAKER = """\
from typing import TypeAlias
import math
import random

Node: TypeAlias = int
Tape: TypeAlias = tuple[list[float], list[tuple[Node, ...]], list[tuple[float, ...]]]
def make(
    number: float,
    tape: Tape,
    children: tuple[Node, ...] = (),
    slopes: tuple[float, ...] = (),
) -> Node:
    numbers, families, gradients = tape
    node = len(numbers)
    numbers.append(number)
    families.append(children)
    gradients.append(slopes)
    return node
def operate(x: Node, y: Node, tape: Tape) -> Node:
    numbers, families, gradients = tape
"""
END = "    return make(number, tape, (x,), (slope,))\n"


def rules_of(lines: list[str], end: str = END) -> object:
    code = MAKER + "".join(f"    {line}\n" for line in lines) + end
    graph = find_recorded_graph(Bindings(wrap(parse(code))))
    assert graph is not None
    assert "operate" in graph.operations
    return recorded_rules(graph)


def branch(test: str, held: str, failed: str) -> list[str]:
    return [f"if {test}:", f"    {held}", "else:", f"    {failed}"]


KNOWN = [
    pytest.param(
        branch("numbers[x] > 0", "number = numbers[x]", "number = 0")
        + branch("numbers[x] > 0", "slope = 1.0", "slope = 0.0"),
        id="two-tests-alike",
    ),
    pytest.param(
        ["if numbers[x] > 0:", "    number = numbers[x]", "    slope = 1"]
        + ["else:", "    number = 0.0", "    slope = 0"],
        id="one-test",
    ),
    pytest.param(
        ["number = 0", "slope = 0"]
        + ["if numbers[x] > 0:", "    number = numbers[x]", "    slope = 1"],
        id="without-an-else",
    ),
    pytest.param(
        ["number = max(0, numbers[x])"]
        + branch("numbers[x] > 0", "slope = 1", "slope = 0"),
        id="of-a-selection",
    ),
    pytest.param(
        ["data = numbers[x]"]
        + branch("data > 0", "number = data", "number = 0.5 * data")
        + branch("numbers[x] > 0", "slope = 1", "slope = 0.5"),
        id="an-operation-one-way",
    ),
]


@pytest.mark.parametrize("lines", KNOWN)
def test_reads_each_way(lines: list[str]) -> None:
    assert rules_of(lines) == RULES


def test_each_way_has_its_own_spelling() -> None:
    lines = [
        *("if numbers[x] > 0:", "    number = math.exp(numbers[x])"),
        *(
            "    slope = math.exp(numbers[x])",
            "else:",
            "    number = 0",
            "    slope = 0",
        ),
    ]
    rules = rules_of(lines)
    assert isinstance(rules, dict)
    assert rules["math.exp(x)"].dx == "z"


REFUSED = [
    pytest.param(
        branch("numbers[x] > 0", "number = numbers[x]", "number = 0")
        + branch("numbers[x] > 1", "slope = 1.0", "slope = 0.0"),
        "0.0 of numbers[x]",
        id="another-test",
    ),
    pytest.param(
        branch("numbers[x] > 0", "number = numbers[x]", "number = 0")
        + branch("numbers[x] > 0", "slope = 0.5", "slope = 0.0"),
        "0.5 of numbers[x]",
        id="another-slope",
    ),
    pytest.param(
        branch("numbers[x] > 0", "number = numbers[x]", "number = 0")
        + branch("numbers[x] > 0", "slope = 1", "slope = 1"),
        "1 of 0",
        id="a-slope-of-a-constant",
    ),
    pytest.param(
        branch("numbers[x] > 0", "number = numbers[y]", "number = 0")
        + branch("numbers[x] > 0", "slope = 1", "slope = 0"),
        "1 of numbers[y]",
        id="another-operand",
    ),
    pytest.param(
        branch("random.random() > 0.5", "number = numbers[x]", "number = 0")
        + branch("random.random() > 0.5", "slope = 1", "slope = 0"),
        "0 of numbers[x]",
        id="a-test-that-may-end-otherwise",
    ),
    pytest.param(
        ["number = max(0, numbers[x])"]
        + branch("numbers[x] > 1", "slope = 1", "slope = 0"),
        "1 of max(0, numbers[x])",
        id="a-selection-by-another-test",
    ),
    pytest.param(
        ["number = numbers[x]", "slope = 1"], "1 of numbers[x]", id="no-operation"
    ),
]


@pytest.mark.parametrize(("lines", "found"), REFUSED)
def test_refuses(lines: list[str], found: str) -> None:
    with pytest.raises(Refusal) as refusal:
        rules_of(lines)
    expected = "expected derivatives of an operation that there is a rule for"
    assert f"{expected}, found {found}" in str(refusal.value)


def test_refuses_fewer_slopes_than_children() -> None:
    with pytest.raises(Refusal, match="an operation that there is a rule for"):
        rules_of(
            ["number = max(0, numbers[x])"], "    return make(number, tape, (x,), ())\n"
        )
