"""Graphs that nothing records any more: refused, idle, and dropped."""

from __future__ import annotations

import pytest
from recorded_script import HEAD, TANH, WALK
from statement_checks import outcome

from codemods.facts.metadata import parse
from codemods.layout import format_source
from codemods.refusal import Refusal
from codemods.transforms.drop_graph import drop_graph

LISTS = """\
# the numbers
node_data: list[float] = []
# their slopes
node_gradients: list[float] = []
# who made them
node_children: list[tuple[Value, ...]] = []
node_local_gradients: list[tuple[float, ...]] = []
graph: Graph = (node_data, node_gradients, node_children, node_local_gradients)
create_row(3, graph)
number_of_kept_nodes: int = len(node_data)
"""

DRAW = """\
# Draws from a normal distribution.
def create_row(size: int, graph: Graph) -> None:
    for _ in range(size):
        data = random.gauss(0, 1)
        # as a leaf
        create_value(data, graph)


"""

PRINT = """\
for index in range(3):
    print(node_data[index], node_gradients[index])
"""

DROPPED = """\
import math
import random

random.seed(3)


# Draws from a normal distribution.
def create_row(
    size: int, node_data: list[float], node_gradients: list[float]
) -> None:
    for _ in range(size):
        data = random.gauss(0, 1)
        # as a leaf
        node_data.append(data)
        node_gradients.append(0)


# the numbers
node_data: list[float] = []
# their slopes
node_gradients: list[float] = []
create_row(3, node_data, node_gradients)
for index in range(3):
    print(node_data[index], node_gradients[index])
"""

SCRIPT = HEAD + TANH + WALK + DRAW + LISTS + PRINT

REFUSED = [
    pytest.param(
        SCRIPT.replace("        create_value(data", "        node = create_value(data"),
        "a node that is only stored",
        id="a-node-that-is-kept",
    ),
    pytest.param(
        SCRIPT.replace(
            "        # as a leaf\n        create_value(data, graph)\n",
            "        create_value(data, graph, (1,), (2,))\n",
        ),
        "a node that is only stored",
        id="a-node-with-children",
    ),
    pytest.param(
        SCRIPT + "print(add_values(0, 1, graph))\n",
        "a node that is only stored",
        id="an-operation",
    ),
]


@pytest.mark.parametrize(("code", "expected"), REFUSED)
def test_refuses(code: str, expected: str) -> None:
    with pytest.raises(Refusal, match=expected):
        drop_graph(parse(code))


def test_leaves_a_script_without_a_graph_alone() -> None:
    module = parse(DROPPED)
    assert drop_graph(module) == (module, ())


def test_keeps_the_lists_that_are_in_use() -> None:
    dropped, lost = drop_graph(parse(SCRIPT))
    tidy = format_source(dropped.code).replace("from typing import TypeAlias\n", "")
    assert format_source(tidy) == format_source(DROPPED)
    assert outcome(dropped.code) == outcome(SCRIPT)
    assert "# who made them" in lost
    assert "# the numbers" not in lost


def test_the_index_of_a_node_is_an_index_of_the_lists() -> None:
    reset = """\
def reset({parameter}: {kind}, {lists}) -> None:
    {unpack}node_gradients[{parameter}] = 0


"""
    before = reset.format(
        parameter="value",
        kind="Value",
        lists="graph: Graph",
        unpack="node_data, node_gradients, node_children, node_local_gradients = graph"
        "\n    ",
    )
    after = reset.format(
        parameter="value", kind="int", lists="node_gradients: list[float]", unpack=""
    )
    code = SCRIPT.replace(DRAW, before + DRAW) + "reset(1, graph)\n"
    dropped, _ = drop_graph(parse(code))
    assert after in format_source(dropped.code)
    assert dropped.code.endswith("reset(1, node_gradients)\n")
    assert outcome(dropped.code) == outcome(code)


def test_comments_on_nodes_leave_with_them() -> None:
    spoken = "node_data: list[float] = []  # data of a node"
    code = SCRIPT.replace("node_data: list[float] = []", spoken).replace(
        "# their slopes", "# all nodes: slopes"
    )
    dropped, lost = drop_graph(parse(code))
    tidy = dropped.code.replace("from typing import TypeAlias\n", "")
    assert format_source(tidy) == format_source(DROPPED.replace("# their slopes\n", ""))
    assert {"# data of a node", "# all nodes: slopes"} <= set(lost)
