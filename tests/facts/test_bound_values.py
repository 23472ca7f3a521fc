"""What is watched of a program of which only what it binds is wanted."""

from __future__ import annotations

from collections.abc import Collection

import libcst as cst

from codemods.facts.bindings import Bindings
from codemods.facts.bound_values import bound_values, with_types_of_bound
from codemods.facts.find_nodes import find
from codemods.facts.metadata import parse, wrap
from codemods.facts.observed_types import ObservedTypes, observe_types

SOURCE = """\
class Node:
    pass


def scale(node, factor=2 + 1):
    node.size = factor * node.size
    return [node]


node = Node()
node.size = 1
pairs = [(name, size) for name, size in {"a": 1}.items()]
for index in range(1):
    scale(node)
    print(index)
"""


def text(node: cst.CSTNode) -> str:
    return cst.Module([]).code_for_node(node)


def test_watches_what_is_bound_and_its_owners_and_defaults() -> None:
    bindings = Bindings(wrap(parse(SOURCE)))
    found = sorted({text(node) for node in bound_values(bindings)})
    names = ["Node", "factor", "index", "name", "node", "pairs", "scale", "size"]
    assert found == sorted([*names, "node.size", "2 + 1"])


def test_leaves_out_what_the_text_of_an_annotation_binds() -> None:
    module = parse('def f(x: "lambda q: q"):\n    return x\nprint(f(1))\n')
    found = {text(node) for node in bound_values(Bindings(wrap(module)))}
    assert found == {"f", "x"}


def asking_for(number: int) -> tuple[list[bool], str]:
    """Whether all was watched each time, and the type of the number that is asked."""
    watched: list[bool] = []

    def observe(
        module: cst.Module, nodes: Collection[cst.CSTNode] | None
    ) -> ObservedTypes:
        watched.append(nodes is None)
        return observe_types(module, nodes)

    def use(module: cst.Module, types: ObservedTypes) -> str:
        values = [n for n in find(module, cst.Name) if n.value == "factor"]
        seen = types.on(module)
        stored, loaded = seen.stored(values[0]), seen.loaded
        return str(stored if number == 0 else loaded(values[number]))

    return watched, with_types_of_bound(parse(SOURCE), observe, use)


def test_watches_only_what_is_bound_if_that_is_enough() -> None:
    assert asking_for(0) == ([False], "int")


def test_watches_all_if_more_is_asked() -> None:
    assert asking_for(1) == ([False, True], "int")
