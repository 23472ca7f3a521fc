"""What is the maker, an operation, a node; and where integers are read as nodes."""

from __future__ import annotations

import libcst as cst
import pytest

from codemods.facts.bindings import Bindings
from codemods.facts.metadata import parse, wrap
from codemods.facts.node_uses import NodeUses
from codemods.facts.recorded_graph import RecordedGraph, find_recorded_graph
from codemods.refusal import Refusal

MAKER = """\
from typing import TypeAlias

Node: TypeAlias = int
Tape: TypeAlias = tuple[list[float], list[float], list[tuple[Node, ...]]]
def make(number: float, tape: Tape, children: tuple[Node, ...] = ()) -> Node:
    numbers, slopes, families = tape
    node = len(numbers)
    numbers.append(number)
    slopes.append(0)
    families.append(children)
    return node
def add(left: Node, right: Node, tape: Tape) -> Node:
    numbers, slopes, families = tape
    number = numbers[left] + numbers[right]
    return make(number, tape, (left, right))
"""


def graph_of(code: str) -> RecordedGraph:
    graph = find_recorded_graph(Bindings(wrap(parse(code))))
    assert graph is not None
    return graph


def refusal_of(code: str) -> str:
    with pytest.raises(Refusal) as caught:
        graph_of(code)
    return str(caught.value)


def test_a_maker_whose_nodes_are_plain_integers_is_refused() -> None:
    assert "alias" in refusal_of(MAKER.replace("-> Node", "-> int"))


def test_a_maker_without_a_type_for_the_graph_is_refused() -> None:
    assert "graph" in refusal_of(MAKER.replace("tape: Tape", "tape"))


def test_a_long_line_of_lists_may_be_broken() -> None:
    code = MAKER.replace("families = tape", "families = (\n        tape\n    )")
    assert graph_of(code).lists == ["numbers", "slopes", "families"]


def test_a_maker_with_two_numbers_is_refused() -> None:
    code = MAKER.replace("make(number: float,", "make(number: float, slope: float,")
    code = code.replace("slopes.append(0)", "slopes.append(slope)")
    assert "one parameter for the number" in refusal_of(code)


def test_a_module_without_a_maker() -> None:
    code = "def make(number: float) -> float:\n    return number\n"
    assert find_recorded_graph(Bindings(wrap(parse(code)))) is None


def test_what_a_graph_is_made_of() -> None:
    graph = graph_of(MAKER)
    assert (graph.node_name, graph.graph_name) == ("Node", "Tape")
    assert list(graph.lists) == ["numbers", "slopes", "families"]
    assert (graph.data_list, graph.data_name) == ("numbers", "number")
    assert graph.bindings.wrapper.module.code_for_node(graph.data_type) == "list[float]"


OPERATIONS = {
    "one that is made of others": (
        "def double(node: Node, tape: Tape) -> Node:\n"
        "    return add(node, node, tape)\n",
        True,
    ),
    "one with branches": (
        "def bend(node: Node, slope: float, tape: Tape) -> Node:\n"
        "    numbers, slopes, families = tape\n"
        "    if numbers[node] > 0:\n"
        "        number = numbers[node]\n"
        "    else:\n"
        "        number = slope * numbers[node]\n"
        "    return make(number, tape, (node,))\n",
        True,
    ),
    "one with a list": (
        "def first(nodes: list[Node], tape: Tape) -> Node:\n"
        "    return add(nodes[0], nodes[1], tape)\n",
        False,
    ),
    "one with a loop": (
        "def repeat(node: Node, count: int, tape: Tape) -> Node:\n"
        "    for _ in range(count):\n"
        "        node = add(node, node, tape)\n"
        "    return add(node, node, tape)\n",
        False,
    ),
    "one that calls itself": (
        "def again(node: Node, tape: Tape) -> Node:\n" "    return again(node, tape)\n",
        False,
    ),
    "one that gives a node it had": (
        "def same(node: Node, tape: Tape) -> Node:\n    return node\n",
        False,
    ),
}


@pytest.mark.parametrize(("code", "is_one"), OPERATIONS.values(), ids=OPERATIONS.keys())
def test_operations(code: str, is_one: bool) -> None:
    found = set(graph_of(MAKER + code).operations)
    assert found - {"add"} == ({code[4 : code.index("(")]} if is_one else set())


def read_in(body: str) -> list[str]:
    """The integers that a function reads as nodes."""
    head = "def use(row: range, nodes: list[Node], tape: Tape) -> Node:\n"
    indented = "".join(f"    {line}\n" for line in body.splitlines())
    graph = graph_of(MAKER + head + indented)
    function = graph.bindings.wrapper.module.body[-1]
    found = NodeUses(graph).read_integers(cst.ensure_type(function, cst.FunctionDef))
    code = graph.bindings.wrapper.module.code_for_node
    return sorted(code(node) for node in found)


READ = {
    "nodes only": ("return add(nodes[0], nodes[1], tape)", []),
    "an operand": ("return add(row[0], nodes[1], tape)", ["row[0]"]),
    "a variable": ("node: Node = row[0]\nreturn node", ["row[0]"]),
    "an element": ("nodes.append(row[0])\nreturn nodes[0]", ["row[0]"]),
    "a result": ("return row[1]", ["row[1]"]),
    "an element of pairs": (
        "for index, node in zip(row, nodes):\n    add(index, node, tape)\n"
        "return nodes[0]",
        ["index"],
    ),
}


@pytest.mark.parametrize(("body", "read"), READ.values(), ids=READ.keys())
def test_integers_that_are_read_as_nodes(body: str, read: list[str]) -> None:
    assert read_in(body) == read


OTHER = {
    "a sum": "return nodes[0] + 1",
    "a negative": "return -nodes[0]",
    "a test": "if nodes[0]:\n    pass\nreturn nodes[0]",
    "a comparison of lists": "assert nodes == []\nreturn nodes[0]",
    "text": 'print(f"{nodes[0]}")\nreturn nodes[0]',
    "an index": "return nodes[nodes[0]]",
    "the place of a node": "nodes.index(nodes[0])\nreturn nodes[0]",
    "an order": "return sorted(nodes)[0]",
    "a list of integers": "rest: list[int] = nodes\nreturn nodes[0]",
    "integers as nodes": "rest: list[Node] = list(row)\nreturn rest[0]",
    "a part of the graph": "return len(tape[0])",
    "another list": "numbers, slopes, families = tape\nreturn nodes[int(slopes[0])]",
    "a number that is changed": (
        "numbers, slopes, families = tape\nnumbers[0] = 2\nreturn nodes[0]"
    ),
}


@pytest.mark.parametrize("body", OTHER.values(), ids=OTHER.keys())
def test_other_uses_are_refused(body: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_in(body)
    assert caught.value.line is not None
