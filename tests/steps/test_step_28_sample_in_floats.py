"""The whole step on a small script, with the checks that every step passes through."""

from __future__ import annotations

from libcst.codemod import CodemodContext
from script_variants import printed

from codemods.facts.metadata import parse
from codemods.steps.step_28_sample_in_floats import SampleInFloats

BEFORE = '''\
from typing import TypeAlias

# What a program records.
Value: TypeAlias = int
Graph: TypeAlias = tuple[list[float], list[float]]


def create_value(data: float, graph: Graph) -> Value:
    node_data, node_gradients = graph
    value = len(node_data)
    node_data.append(data)
    node_gradients.append(0)
    return value


def add_values(value: Value, other: Value, graph: Graph) -> Value:
    node_data, node_gradients = graph
    data = node_data[value] + node_data[other]
    return create_value(data, graph)


def sum_of(row: range, graph: Graph) -> Value:
    """Adds from left to right."""
    total: Value = create_value(0, graph)
    for weight in row:
        total = add_values(total, weight, graph)  # one by one
    return total


def slope(value: Value, graph: Graph) -> float:
    node_data, node_gradients = graph
    node_gradients[value] += 1
    return node_gradients[value]


def sample(row: range, graph: Graph) -> float:
    node_data, node_gradients = graph
    # Nobody asks for its slope.
    total = sum_of(row, graph)
    return node_data[total]


node_data: list[float] = [0.1, 0.2, 0.3]
node_gradients: list[float] = [0, 0, 0]
graph: Graph = (node_data, node_gradients)
row: range = range(3)
print(slope(sum_of(row, graph), graph))
print(f"{sample(row, graph):.17g}")
'''


def test_comments_stay_and_the_output_too() -> None:
    step = SampleInFloats(CodemodContext(filename="script.py"))
    after = step.transform_module(parse(BEFORE)).code
    assert printed(after) == printed(BEFORE)
    assert after.count("# one by one") == after.count('"""Adds') == 1
    assert "    # Nobody asks for its slope.\n    total = sum_of_forward(" in after
    assert "def sample(row: range, node_data: list[float]) -> float:\n" in after
