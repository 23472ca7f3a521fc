"""Totals of objects that start from a number."""

from __future__ import annotations

import pytest
from statement_checks import outcome

from codemods.facts.metadata import parse
from codemods.facts.observed_types import observe_types
from codemods.layout import format_source
from codemods.transforms.start_totals import start_totals

NODES = """\
class Node:
    def __init__(self, n, k=()):
        self.n = n
        self.k = k

    def __add__(self, other):
        other = other if isinstance(other, Node) else Node(other)
        return Node(self.n + other.n, (self, other))

    def __mul__(self, other):
        other = other if isinstance(other, Node) else Node(other)
        return Node(self.n * other.n, (self, other))

    def __radd__(self, other):
        return self + other


nodes = [Node(0.1), Node(0.2), Node(0.3)]
"""
PLAIN = """\
total = 0
for node in nodes:
    total += node
print(total.n)
"""


def started(code: str) -> str:
    after = start_totals(parse(code), observe_types).code
    assert outcome(after) == outcome(code)
    assert start_totals(parse(after), observe_types).code == after
    return format_source(after)


IN_FUNCTION = """\
def add_up(nodes):
    total = 0.0
    for node in nodes:
        total = total + node * node
    total = total * nodes[0]
    return total


print(add_up(nodes).n)
"""


@pytest.mark.parametrize(
    ("code", "start"),
    [
        pytest.param(PLAIN, "total = Node(0)", id="updated"),
        pytest.param(IN_FUNCTION, "total = Node(0.0)", id="in-a-function"),
        pytest.param(
            PLAIN.replace("total += node", "total = total + node"),
            "total = Node(0)",
            id="assigned",
        ),
        pytest.param(
            PLAIN + "total = 0\nprint(total)\n", "total = Node(0)", id="once-of-two"
        ),
    ],
)
def test_starts_from_an_object(code: str, start: str) -> None:
    assert start in started(NODES + code)


def test_only_what_is_added_to_is_an_object() -> None:
    after = started(NODES + PLAIN + "total = 0\nprint(total)\n")
    assert "total = 0\nprint(total)\n" in after


LEFT_ALONE = [
    pytest.param(PLAIN.replace("in nodes", "in [1, 2]").replace(".n", ""), id="number"),
    pytest.param(PLAIN.replace("    total", "    print(total == 0)\n    total", 1),
                 id="read-as-a-number"),
    pytest.param(PLAIN.replace("in nodes", "in [nodes[0], 0.5]"), id="both"),
    pytest.param("for few in ([], nodes):\n    total = 0\n    for node in few:\n"
                 "        total += node\n    print(total == 0)\n", id="of-nothing"),
    pytest.param(PLAIN.replace("+= node", "= node + total"), id="from-the-right"),
    pytest.param(PLAIN + "def f(): return total\n", id="read-by-a-function"),
    pytest.param("total = 0\nif nodes == []:\n    for node in nodes:\n"
                 "        total += node\n", id="not-run"),
    pytest.param("def f(Node):\n    total = 0\n    for node in nodes:\n"
                 "        total += node\n    return total.n\nprint(f(1))\n",
                 id="another-name"),
]  # fmt: skip


@pytest.mark.parametrize("code", LEFT_ALONE)
def test_leaves_alone(code: str) -> None:
    module = parse(NODES + code)
    assert start_totals(module, observe_types) is module


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(
            "        other = other if isinstance(other, Node) else Node(other)\n"
            "        return Node(self.n + other.n, (self, other))\n",
            "        n = other.n if isinstance(other, Node) else other\n"
            "        return Node(self.n + n, (self, other))\n",
            id="a-class-that-adds-numbers",
        ),
        pytest.param(
            "    def __radd__",
            "    def __iadd__(self, other):\n        self.n += other.n\n"
            "        return self\n\n    def __radd__",
            id="a-class-that-adds-in-place",
        ),
        pytest.param("class Node:", "class Node(object):", id="a-class-with-a-base"),
    ],
)
def test_leaves_totals_of(old: str, new: str) -> None:
    module = parse(NODES.replace(old, new, 1) + PLAIN)
    assert start_totals(module, observe_types) is module


def test_leaves_a_total_that_starts_ahead_of_the_class() -> None:
    module = parse("total = 0\n" + NODES + PLAIN.removeprefix("total = 0\n"))
    assert start_totals(module, observe_types) is module
