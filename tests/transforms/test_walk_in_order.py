"""Searches that become countdowns: what is refused, what is left, what they print."""

from __future__ import annotations

import libcst as cst
import pytest
from statement_checks import outcome, rewritten

from codemods.facts.metadata import parse
from codemods.refusal import Refusal
from codemods.transforms.walk_in_order import walk_in_order

MAKER = """\
def create_node(data: float, children: tuple[int, ...] = ()) -> int:
    node = len(node_data)
    node_data.append(data)
    node_gradients.append(0)
    node_children.append(children)
    return node


def add_nodes(left: int, right: int) -> int:
    data = node_data[left] + node_data[right]
    return create_node(data, (left, right))


"""

LISTS = """\
node_data: list[float] = []
node_gradients: list[float] = []
node_children: list[tuple[int, ...]] = []
"""

SEARCH = """\
def search(node: int, visited: set[int], order: list[int]) -> None:
    if node not in visited:
        visited.add(node)
        for child in node_children[node]:
            search(child, visited, order)
        order.append(node)


"""

WALK = """\
def backward(last: int) -> None:
    order: list[int] = []
    visited: set[int] = set()
    search(last, visited, order)
    node_gradients[last] = 1
    for node in reversed(order):
        for child in node_children[node]:
            node_gradients[child] += 2 * node_gradients[node]


"""

COUNTDOWN = """\
def backward(last: int) -> None:
    node_gradients[last] = 1
    for node in range(last, -1, -1):
        for child in node_children[node]:
            node_gradients[child] += 2 * node_gradients[node]


"""

MAIN = """\
first = create_node(1)
second = create_node(2)
unused = create_node(3)
total = add_nodes(add_nodes(first, second), first)
unrelated = add_nodes(total, unused)
backward(total)
print(node_gradients)
"""

PARTS = [LISTS, MAKER, SEARCH, WALK, MAIN]
SCRIPT = "".join(PARTS)

YOUNGER = "expected children that are older than their node"
OTHER_WORK = "expected sums of multiples of what a node has, found other work"


def changed(old: str, new: str) -> str:
    """The script with one passage replaced."""
    assert SCRIPT.count(old) == 1
    return SCRIPT.replace(old, new)


REFUSED = [
    pytest.param(
        changed(
            "node_children: list[tuple[int, ...]] = []",
            "node_children: list[tuple[int, ...]] = [(1,), ()]",
        ),
        f"20:22: {YOUNGER}",
        id="children-that-are-there-at-first",
    ),
    pytest.param(
        SCRIPT + "node_children[first] = (total,)\nbackward(first)\n",
        f"20:22: {YOUNGER}",
        id="children-that-are-replaced",
    ),
    pytest.param(
        SCRIPT + "node_children[first] += (total,)\n",
        f"20:22: {YOUNGER}",
        id="children-that-are-added",
    ),
    pytest.param(
        SCRIPT + "node_children.append((7,))\n",
        f"20:22: {YOUNGER}",
        id="children-appended-elsewhere",
    ),
    pytest.param(
        SCRIPT + "node_children.reverse()\n",
        f"20:22: {YOUNGER}",
        id="children-in-another-order",
    ),
    pytest.param(
        SCRIPT + "node_children += [(7,)]\n",
        f"20:22: {YOUNGER}",
        id="a-longer-list",
    ),
    pytest.param(
        SCRIPT + "alias = node_children\nalias[0] = (total,)\n",
        f"20:22: {YOUNGER}",
        id="a-second-name",
    ),
    pytest.param(
        SCRIPT + "for node_children[0] in [(total,)]:\n    print(total)\n",
        f"20:22: {YOUNGER}",
        id="children-that-a-loop-binds",
    ),
    pytest.param(
        SCRIPT + "del node_children[0]\n",
        f"20:22: {YOUNGER}",
        id="indices-that-move",
    ),
    pytest.param(
        SCRIPT + "kept: int = 2\ndel node_children[kept:]\n",
        f"20:22: {YOUNGER}",
        id="lists-of-different-lengths",
    ),
    pytest.param(
        changed("(left, right))", "(left, right + 1))"),
        f"20:22: {YOUNGER}",
        id="a-child-that-is-computed",
    ),
    pytest.param(
        SCRIPT + "create_node(5, (9,))\n",
        f"20:22: {YOUNGER}",
        id="a-child-that-is-a-number",
    ),
    pytest.param(
        SCRIPT + "add_nodes(first, 9)\n",
        f"20:22: {YOUNGER}",
        id="an-operand-that-is-a-number",
    ),
    pytest.param(
        SCRIPT + "for number in range(9):\n    add_nodes(first, number)\n",
        f"20:22: {YOUNGER}",
        id="an-operand-that-is-counted",
    ),
    pytest.param(
        SCRIPT + "def pick() -> int:\n    return 9\nadd_nodes(first, pick())\n",
        f"20:22: {YOUNGER}",
        id="an-operand-that-a-function-makes-up",
    ),
    pytest.param(
        SCRIPT + "pair = (first, 9)\ncreate_node(5, pair)\n",
        f"20:22: {YOUNGER}",
        id="children-that-are-not-written-out",
    ),
    pytest.param(
        changed("    return node\n", "    return node + 1\n"),
        f"20:22: {YOUNGER}",
        id="an-index-that-is-not-the-length",
    ),
    pytest.param(
        changed("list[tuple[int, ...]]", "list[list[int]]"),
        f"20:22: {YOUNGER}",
        id="children-in-lists",
    ),
    pytest.param(
        SCRIPT + "order: list[int] = []\nvisited: set[int] = set()\n"
        "search(total, visited, order)\n",
        "17:5: expected one call that begins the search, found another number",
        id="a-second-search",
    ),
    pytest.param(
        LISTS + MAKER + SEARCH + "last = create_node(1)\norder: list[int] = []\n"
        "visited: set[int] = set()\nsearch(last, visited, order)\n",
        "28:1: expected a line of a function, found another place",
        id="a-search-by-the-module",
    ),
    pytest.param(
        changed("    node_gradients[last] = 1\n", "    print(order)\n"),
        "28:5: expected a result that one loop uses, found other uses",
        id="a-result-that-is-printed",
    ),
    pytest.param(
        changed(
            "    node_gradients[last] = 1\n",
            "    for node in reversed(order):\n        print(node)\n",
        ),
        "28:5: expected a result that one loop uses, found other uses",
        id="a-result-used-twice",
    ),
    pytest.param(
        changed("reversed(order)", "order"),
        "28:5: expected a result that one loop uses, found other uses",
        id="children-first",
    ),
    pytest.param(
        changed("visited: set[int] = set()\n", "visited: set[int] = {0}\n"),
        "28:5: expected an empty set and an empty list, made above the search",
        id="a-node-that-counts-as-visited",
    ),
    pytest.param(
        changed("    node_gradients[last] = 1\n", "    last = 0\n"),
        "28:12: expected a node in a variable that keeps it",
        id="a-beginning-that-changes",
    ),
    pytest.param(
        changed(
            "search(last, visited, order)\n    node",
            "search(2, visited, order)\n    node",
        ),
        "28:12: expected a node in a variable that keeps it",
        id="a-beginning-without-a-name",
    ),
    pytest.param(
        changed("def backward(last: int)", "def backward(last: str)"),
        "28:12: expected the index of a node, found something else",
        id="a-beginning-that-is-no-index",
    ),
    pytest.param(
        changed(
            "        for child in node_children[node]:\n            node_gr",
            "        print(node)\n"
            "        for child in node_children[node]:\n            node_gr",
        ),
        f"31:9: {OTHER_WORK}",
        id="a-loop-that-prints",
    ),
    pytest.param(
        changed("+= 2 * node_gradients[node]", "+= 1"),
        f"32:13: {OTHER_WORK}",
        id="a-loop-that-counts",
    ),
    pytest.param(
        changed("+= 2 * node_gradients[node]", "+= 2 * node_data[node]"),
        f"32:13: {OTHER_WORK}",
        id="a-loop-that-adds-something-else",
    ),
    pytest.param(
        changed("+= 2 * node_gradients[node]", "-= 2 * node_gradients[node]"),
        f"32:13: {OTHER_WORK}",
        id="a-loop-that-subtracts",
    ),
]


@pytest.mark.parametrize(("code", "message"), REFUSED)
def test_refuses(code: str, message: str) -> None:
    with pytest.raises(Refusal) as refusal:
        walk_in_order(parse(code))
    assert message in str(refusal.value)


def walked(module: cst.Module) -> cst.Module:
    return walk_in_order(module)[0]


LEFT = [
    pytest.param("print(1)\n", id="no-search"),
    pytest.param(LISTS + MAKER + COUNTDOWN + MAIN, id="a-countdown"),
    pytest.param(
        LISTS + MAKER + "def backward(last: int) -> None:\n"
        "    order: list[int] = []\n"
        "    stack: list[int] = [last]\n"
        "    visited: set[int] = set()\n"
        "    while stack:\n"
        "        node = stack.pop()\n"
        "        if node not in visited:\n"
        "            visited.add(node)\n"
        "            for child in node_children[node]:\n"
        "                stack.append(child)\n"
        "            order.append(node)\n"
        "    for node in reversed(order):\n"
        "        print(node)\n\n\n" + MAIN,
        id="an-iterative-search",
    ),
    pytest.param(
        changed(
            "        visited.add(node)\n",
            "        visited.add(node)\n        print(node)\n",
        ),
        id="a-search-that-prints",
    ),
    pytest.param(
        changed(
            "    if node not in visited:\n",
            "    print(node)\n    if node not in visited:\n",
        ),
        id="a-search-that-prints-what-it-meets",
    ),
    pytest.param(
        changed(
            "            search(child, visited, order)",
            "            search(child, set(), order)",
        ),
        id="a-search-that-forgets",
    ),
    pytest.param(
        changed("        order.append(node)", "        order.append(-node)"),
        id="another-result",
    ),
    pytest.param(
        changed("        visited.add(node)\n", "        visited.add(0)\n"),
        id="another-visit",
    ),
    pytest.param(
        SCRIPT.replace("def search(node", "def look(node")
        .replace(" search(child", " print(child")
        .replace("search(last", "look(last"),
        id="no-recursion",
    ),
]


@pytest.mark.parametrize("code", LEFT)
def test_leaves(code: str) -> None:
    assert walk_in_order(parse(code)) == (parse(code), ())


def test_counts_down() -> None:
    after = rewritten(walked, SCRIPT)
    assert after == LISTS + MAKER + COUNTDOWN + MAIN
    assert outcome(after) == outcome(SCRIPT)
    assert outcome(after) == ("[6, 4, 0, 2, 1, 0]\n", "well")


def test_counts_down_with_lists_in_a_tuple() -> None:
    """Of nodes that were forgotten together, the ends of all lists are deleted."""
    unpack = "    node_data, node_gradients, node_children = graph\n"
    parts = []
    for part in (MAKER, SEARCH, WALK, COUNTDOWN):
        lines = part.replace(") -> ", ", graph: Graph) -> ")
        parts.append(lines.replace(":\n", f":\n{unpack}", 1))
    maker, search, walk, countdown = parts
    maker = maker.replace(
        "children: tuple[int, ...] = (), graph: Graph",
        "graph: Graph, children: tuple[int, ...] = ()",
    )
    maker = maker.replace("int:\n    data =", f"int:\n{unpack}    data =")
    maker = maker.replace("create_node(data, (", "create_node(data, graph, (")
    search = search.replace("visited, order)", "visited, order, graph)")
    walk = walk.replace("visited, order)", "visited, order, graph)")
    lists = (
        "from typing import TypeAlias\n\n"
        "Graph: TypeAlias = "
        "tuple[list[float], list[float], list[tuple[int, ...]]]\n" + LISTS + ""
        "graph: Graph = (node_data, node_gradients, node_children)\n"
    )
    main = (
        "first = create_node(1, graph)\n"
        "kept: int = len(node_data)\n"
        "for step in range(2):\n"
        "    total = add_nodes(first, first, graph)\n"
        "    backward(total, graph)\n"
        "    print(node_gradients)\n"
        "    del node_data[kept:]\n"
        "    del node_gradients[kept:]\n"
        "    del node_children[kept:]\n"
    )
    code = lists + maker + search + walk + main
    after = rewritten(walked, code)
    assert after == lists + maker + countdown + main
    assert outcome(after) == outcome(code) == ("[4, 1]\n[8, 1]\n", "well")


def test_counts_down_where_the_share_has_a_name() -> None:
    update = "            node_gradients[child] += 2 * node_gradients[node]\n"
    named = (
        "            share = node_gradients[node] * 2\n"
        "            node_gradients[child] += share\n"
    )
    code = changed(update, named)
    after = rewritten(walked, code)
    assert after == LISTS + MAKER + COUNTDOWN.replace(update, named) + MAIN
    assert outcome(after) == outcome(code)


def test_comments_on_the_search_leave_with_it() -> None:
    code = changed("def search(", "# behind its children\ndef search(")
    code = code.replace("    visited: set", "    # been there\n    visited: set")
    code = code.replace(
        "    for node in reversed", "    # down\n    for node in reversed"
    )
    after, lost = walk_in_order(parse(code))
    assert sorted(lost) == ["# been there", "# behind its children"]
    down = COUNTDOWN.replace(
        "    for node in range", "    # down\n    for node in range"
    )
    assert after.code == LISTS + MAKER + down + MAIN
