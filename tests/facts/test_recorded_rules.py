"""The derivatives that operations record: those of the table, and their own."""

from __future__ import annotations

import pytest

from codemods.adjoint.rules import RULES
from codemods.facts.bindings import Bindings
from codemods.facts.metadata import parse, wrap
from codemods.facts.recorded_graph import find_recorded_graph
from codemods.facts.recorded_rules import RecordedRules, recorded_rules

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


def read(lines: list[str], end: str = END) -> RecordedRules:
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
]


@pytest.mark.parametrize("lines", KNOWN)
def test_reads_each_way(lines: list[str]) -> None:
    assert read(lines) == RecordedRules(RULES, [])


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
    found = read(lines)
    assert found.rules["math.exp(x)"].dx == "z"
    assert found.own == []


OWN = [
    pytest.param(
        branch("numbers[x] > 0", "number = numbers[x]", "number = 0")
        + branch("numbers[x] > 1", "slope = 1.0", "slope = 0.0"),
        id="another-test",
    ),
    pytest.param(
        branch("numbers[x] > 0", "number = numbers[x]", "number = 0")
        + branch("numbers[x] > 0", "slope = 0.5", "slope = 0.0"),
        id="another-slope",
    ),
    pytest.param(
        branch("numbers[x] > 0", "number = numbers[x]", "number = 0")
        + branch("numbers[x] > 0", "slope = 1", "slope = 1"),
        id="a-slope-of-a-constant",
    ),
    pytest.param(
        branch("numbers[x] > 0", "number = numbers[y]", "number = 0")
        + branch("numbers[x] > 0", "slope = 1", "slope = 0"),
        id="another-operand",
    ),
    pytest.param(
        branch("random.random() > 0.5", "number = numbers[x]", "number = 0")
        + branch("random.random() > 0.5", "slope = 1", "slope = 0"),
        id="a-test-that-may-end-otherwise",
    ),
    pytest.param(
        ["number = max(0, numbers[x])"]
        + branch("numbers[x] > 1", "slope = 1", "slope = 0"),
        id="a-selection-by-another-test",
    ),
    pytest.param(["number = numbers[x]", "slope = 1"], id="no-operation"),
    pytest.param(
        ["data = numbers[x]"]
        + branch("data > 0", "number = data", "number = 0.5 * data")
        + branch("numbers[x] > 0", "slope = 1", "slope = 0.5"),
        id="an-operand-one-way",
    ),
    pytest.param(
        ["number = math.erf(numbers[x])", "slope = math.exp(-numbers[x] ** 2)"],
        id="an-operation-that-is-not-in-the-table",
    ),
    pytest.param(
        ["number = 1 / numbers[x]", "slope = math.log(numbers[x], 2)"],
        id="a-derivative-that-cannot-be-spelt",
    ),
]


@pytest.mark.parametrize("lines", OWN)
def test_leaves_an_operation_its_own_derivative(lines: list[str]) -> None:
    found = read(lines)
    assert [operation.name.value for operation in found.own] == ["operate"]
    assert found.rules == RULES


def test_fewer_slopes_than_children_are_no_rule() -> None:
    lines = ["number = max(0, numbers[x])"]
    found = read(lines, "    return make(number, tape, (x,), ())\n")
    assert len(found.own) == 1


def test_the_table_comes_before_what_disagrees_with_it() -> None:
    head = MAKER[MAKER.index("def operate") :].replace("operate", "join")
    add = "    number = numbers[x] + numbers[y]\n"
    end = "    return make(number, tape, (x, y), {})\n"
    odd, even = add + end.format("(1, 2)"), add + end.format("(1, 1)")
    found = read([], odd + head + even)
    assert [operation.name.value for operation in found.own] == ["operate"]
    assert found.rules == RULES
