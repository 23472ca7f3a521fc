"""Where a loop keeps objects that it makes, and where they end with it."""

from __future__ import annotations

import libcst as cst
import pytest

from codemods.facts.bindings import BINDING_ROLES, Bindings
from codemods.facts.call_graph import CallGraph
from codemods.facts.kept_objects import KeptObjects
from codemods.facts.metadata import parse, wrap
from codemods.facts.type_names import MAIN, Type
from codemods.facts.walk import walk
from codemods.refusal import Refusal

CLASSES = """
class Node:
    def __init__(self, data: float) -> None:
        self.data: float = data

class Store:
    def __init__(self, first: Node) -> None:
        self.first: Node = first

history: list[Node] = []
table: dict[str, Node] = {}
store = Store(Node(0.0))
"""


def kept(code: str) -> list[str]:
    """The places where the loop that a module ends with keeps nodes."""
    module = parse(f"{CLASSES}{code}")
    bindings = Bindings(wrap(module))
    loop = cst.ensure_type(module.body[-1], cst.For)
    inside = set(walk(loop))
    bound = {
        bindings.binding_of(use.node)
        for use in bindings.scopes.occurrences
        if use.role in BINDING_ROLES and use.node in inside
    }
    bodies = [loop, *CallGraph(bindings).reached_from([loop])]
    known = {binding for binding in bound if binding is not None}
    places = KeptObjects(bindings, Type("Node", (), MAIN)).find(bodies, known)
    return [module.code_for_node(place) for place in places]


def loop(*lines: str) -> str:
    """A loop over these lines."""
    return "for step in range(3):\n" + "".join(f"    {line}\n" for line in lines)


NOTE = "def note(node: Node, where: list[Node]) -> None:\n    where.append(node)\n"
BOX = (
    "class Box:\n    def __init__(self) -> None:\n        self.nodes: list[Node] = []\n"
    "    def take(self, node: Node) -> None:\n        self.nodes.append(node)\n"
)
PASS_ON = (
    f"{NOTE}def pass_on(to: list[Node]) -> None:\n    other = to\n"
    "    note(Node(1.0), other)\n"
)
NOTE_OR_KEEP = NOTE.replace("]) ->", "] = []) ->")


def test_refuses_a_function_that_may_be_called_by_another_name() -> None:
    with pytest.raises(Refusal, match="found `note` as a value"):
        kept(f"{NOTE}other = note\n{loop('note(Node(1.0), history)')}")


KEPT = [
    pytest.param(
        loop("history.append(Node(1.0))"), "history.append(Node(1.0))", id="in-a-list"
    ),
    pytest.param(loop("table['last'] = Node(1.0)"), "table['last']", id="at-a-key"),
    pytest.param(loop("store.first = Node(1.0)"), "store.first", id="as-an-attribute"),
    pytest.param(loop("history[0:] = [Node(1.0)]"), "history[0:]", id="in-a-slice"),
    pytest.param(
        loop("pair = [Node(1.0)]", "history.extend(pair)"),
        "history.extend(pair)",
        id="in-a-list-of-them",
    ),
    pytest.param(
        "rows: list[list[Node]] = [[]]\n"
        + loop("for row in rows:", "    row.append(Node(1.0))"),
        "row.append(Node(1.0))",
        id="in-a-part-of-something-older",
    ),
    pytest.param(
        loop("where = history", "where.append(Node(1.0))"),
        "where.append(Node(1.0))",
        id="by-a-name-that-the-loop-binds",
    ),
    pytest.param(
        NOTE + loop("note(Node(1.0), history)"),
        "where.append(node)",
        id="by-a-function",
    ),
    pytest.param(
        NOTE + loop("note(where=history, node=Node(1.0))"),
        "where.append(node)",
        id="by-a-function-that-is-given-names",
    ),
    pytest.param(
        NOTE.replace(".append(node)", " += [node]") + loop("note(Node(1.0), history)"),
        "where",
        id="by-a-function-that-makes-a-list-longer",
    ),
    pytest.param(
        PASS_ON + loop("pass_on(history)"),
        "where.append(node)",
        id="by-a-function-of-a-function",
    ),
    pytest.param(
        NOTE_OR_KEEP
        + loop("own: list[Node] = []", "note(Node(1.0), own)", "note(Node(1.0))"),
        "where.append(node)",
        id="in-a-default",
    ),
    pytest.param(
        f"{BOX}box = Box()\n" + loop("box.take(Node(1.0))"),
        "self.nodes.append(node)",
        id="by-a-method",
    ),
]


@pytest.mark.parametrize(("code", "place"), KEPT)
def test_kept(code: str, place: str) -> None:
    assert kept(code) == [place]


NOT_KEPT = [
    pytest.param(loop("node = Node(1.0)"), id="bound"),
    pytest.param(loop("history.append(step)"), id="something-else"),
    pytest.param(
        loop("own: list[Node] = []", "own.append(Node(1.0))"),
        id="in-a-list-of-the-loop",
    ),
    pytest.param(
        loop("own: list[Node] = [Node(1.0)]", "history.remove(own[0])"), id="taken-out"
    ),
    pytest.param(
        "def f() -> None:\n    own: list[Node] = []\n    own.append(Node(1.0))\n"
        + loop("f()"),
        id="in-a-list-of-a-function",
    ),
    pytest.param(
        NOTE + loop("own: list[Node] = []", "note(Node(1.0), own)"),
        id="in-a-list-of-the-loop-by-a-function",
    ),
    pytest.param(loop("own = Store(Node(1.0))"), id="in-a-new-object"),
    pytest.param(
        BOX + loop("own = Box()", "own.take(Node(2.0))"),
        id="in-a-new-object-by-a-method",
    ),
    pytest.param(
        "def add(total: Node) -> Node:\n    total += Node(1.0)\n    return total\n"
        + loop("total = add(store.first)"),
        id="added-to-a-number",
    ),
    pytest.param(f"{NOTE}note(Node(1.0), history)\n{loop('pass')}", id="before"),
]


@pytest.mark.parametrize("code", NOT_KEPT)
def test_not_kept(code: str) -> None:
    assert kept(code) == []
