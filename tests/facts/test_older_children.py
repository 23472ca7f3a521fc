"""Lists of children that are all older than their nodes, and lists that may not be."""

from __future__ import annotations

import pytest

from codemods.facts.bindings import Bindings
from codemods.facts.metadata import parse, wrap
from codemods.facts.older_children import OlderChildren
from codemods.refusal import Refusal

LISTS = """
node_data: list[float] = []
node_children: list[tuple[int, ...]] = []
"""
MAKER = """
def create_node(data: float, children: tuple[int, ...] = ()) -> int:
    node = len(node_data)
    node_data.append(data)
    node_children.append(children)
    return node
"""
NODES = LISTS + MAKER
FIRST = "first = create_node(1.0)\n"
ADD = (
    "def add(left: int, right: int) -> int:\n"
    "    total = node_data[left] + node_data[right]\n"
    "    return create_node(total, (left, right))\n"
)


def are_older(code: str, name: str = "node_children") -> bool:
    return OlderChildren(Bindings(wrap(parse(code)))).in_list(name)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        pytest.param(f"{NODES}make = create_node\n", "`create_node` as a value",
                     id="maker-as-a-value"),
        pytest.param(f"{NODES}{ADD}add(*pair)\n", r"`\*`", id="unknown-arguments"),
    ],
)  # fmt: skip
def test_refuses(code: str, found: str) -> None:
    with pytest.raises(Refusal, match=found):
        are_older(code)


MAY_BE_YOUNGER = [
    # The maker.
    pytest.param(f"{LISTS}", id="no-maker"),
    pytest.param(NODES + MAKER.replace("create", "make"), id="two-makers"),
    pytest.param(NODES.replace("= len(node_data)", "= 1"), id="another-index"),
    pytest.param(NODES.replace("return node", "return data"), id="another-result"),
    pytest.param(NODES.replace("    return", "    print(data)\n    return"),
                 id="maker-with-other-work"),
    pytest.param(NODES.replace("(children)", "((0,))"), id="children-of-its-own"),
    pytest.param(f"{NODES}{FIRST}".replace("] = ()", "] = (1,)"), id="default"),
    # The lists.
    pytest.param(NODES.replace("]] = []", "]] = [(1,)]"), id="not-empty-at-first"),
    pytest.param(NODES.replace("node_children: list[tuple[int, ...]]", "node_children"),
                 id="not-declared"),
    pytest.param(f"{NODES}node_children.append((1,))\n", id="longer-elsewhere"),
    pytest.param(f"{NODES}node_data.append(1.0)\n", id="others-longer-elsewhere"),
    pytest.param(f"{NODES}node_children[0] = (1,)\n", id="item-replaced"),
    pytest.param(f"{NODES}node_children[0] += (1,)\n", id="item-added-to"),
    pytest.param(f"{NODES}node_children[0].append(1)\n", id="item-changed"),
    pytest.param(f"{NODES}other = node_children\n", id="other-name"),
    pytest.param(f"{NODES}node_children = [(1,)]\n", id="bound-again"),
    pytest.param(f"{NODES}lists = (node_data, node_children)\n"
                 "pair = (node_children, node_data)\n", id="packed-in-another-order"),
    pytest.param(f"{NODES}kept = len(node_data)\ndel node_data[kept:]\n",
                 id="only-others-made-shorter"),
    pytest.param(f"{NODES}del node_data[0]\ndel node_children[0]\n",
                 id="first-deleted"),
    # What is passed as children.
    pytest.param(f"{NODES}create_node(1.0, (0,))\n", id="number"),
    pytest.param(f"{NODES}{FIRST}create_node(1.0, (first + 1,))\n", id="computed"),
    pytest.param(f"{NODES}{FIRST}pair = (first, first)\ncreate_node(1.0, pair)\n",
                 id="no-tuple"),
    pytest.param(f"{NODES}{FIRST}first += 1\ncreate_node(1.0, (first,))\n",
                 id="counted-up"),
    pytest.param(f"{NODES}for index in range(3):\n    create_node(1.0, (index,))\n",
                 id="counted"),
    pytest.param(f"{NODES}for index, child in enumerate([create_node(1.0)]):\n"
                 "    create_node(1.0, (index, child))\n", id="the-count-of-a-list"),
    pytest.param(f"{NODES}for child, _ in enumerate([create_node(1.0)]):\n"
                 "    create_node(1.0, (child,))\n", id="the-count-named-as-a-child"),
    pytest.param("def enumerate(row):\n"
                 "    return [(child, child + 1) for child in row]\n\n\n"
                 f"{NODES}for index, child in enumerate([create_node(1.0)]):\n"
                 "    create_node(1.0, (child,))\n", id="another-enumerate"),
    pytest.param(f"{NODES}create_node(1.0, children=(len(node_data),))\n",
                 id="index-of-itself"),
    pytest.param(f"{NODES}{ADD}add(create_node(1.0), 1)\n", id="by-a-function"),
    pytest.param(f"{NODES}{ADD}add(right=1, left=create_node(1.0))\n",
                 id="by-a-function-that-is-given-names"),
    pytest.param(f"{NODES}{ADD.replace('right: int', 'right: int = 1')}"
                 "add(create_node(1.0))\n", id="by-the-default-of-a-function"),
    pytest.param(f"{NODES}{ADD.replace('right:', '*right:')}"
                 "add(create_node(1.0), 1)\n", id="by-the-rest-of-the-arguments"),
    pytest.param(f"{NODES}def pick() -> int:\n    return 7\n"
                 "create_node(1.0, (pick(),))\n", id="result-of-a-function"),
    pytest.param(f"{NODES}create_node(1.0, (elsewhere(),))\n",
                 id="result-of-an-unknown-function"),
    pytest.param(f"{NODES}class Graph:\n    def link(self, child: int) -> int:\n"
                 "        return create_node(1.0, (child,))\n"
                 "graph = Graph()\ngraph.link(3)\n", id="by-a-method"),
]  # fmt: skip


@pytest.mark.parametrize("code", MAY_BE_YOUNGER)
def test_may_be_younger(code: str) -> None:
    assert not are_older(code)


OLDER = [
    pytest.param(NODES, id="no-nodes"),
    pytest.param(f"{NODES}{FIRST}create_node(2.0, (first, first))\n", id="made-before"),
    pytest.param(f"{NODES}{FIRST}create_node(children=(first,), data=2.0)\n",
                 id="by-names"),
    pytest.param(f"{NODES}{FIRST}last = first\nlast = create_node(2.0, (last,))\n",
                 id="by-another-name"),
    pytest.param(f"{NODES}{ADD}sum = add(create_node(1.0), create_node(2.0))\n"
                 "add(sum, right=sum)\n", id="by-a-function"),
    pytest.param(f"{NODES}row = [create_node(1.0)]\nfor child in row:\n"
                 "    create_node(2.0, (child, row[0]))\n", id="from-a-list"),
    pytest.param(f"{NODES}lists = (node_data, node_children)\ndef f() -> None:\n"
                 "    (node_data, node_children) = lists\n", id="packed"),
    pytest.param(f"{NODES}row = [create_node(1.0)]\n"
                 "for index, child in enumerate(row):\n"
                 "    create_node(2.0, (child, row[index]))\n", id="counted-list"),
    pytest.param(f"{NODES}{FIRST}children = node_children[first]\n"
                 "print(len(node_children))\n", id="read"),
    pytest.param(f"{NODES}kept = len(node_data)\ndel node_data[kept:]\n"
                 "del node_children[kept:]\n", id="made-shorter"),
    pytest.param(NODES.replace("(children)", "(())"), id="never-any"),
    pytest.param(f"{NODES}{ADD.replace('right: int', 'right: int = 1')}"
                 "add(create_node(1.0), create_node(2.0))\n", id="unused-default"),
    pytest.param(f"{NODES}class Graph:\n    def link(self, child: int) -> int:\n"
                 "        return create_node(1.0, (child,))\n"
                 "graph = Graph()\ngraph.link(create_node(2.0))\n", id="by-a-method"),
]  # fmt: skip


@pytest.mark.parametrize("code", OLDER)
def test_older(code: str) -> None:
    assert are_older(code)


def test_another_list_of_the_same_nodes() -> None:
    assert are_older(f"{NODES}{FIRST}", "node_children")
    assert not are_older(f"{NODES}{FIRST}", "node_data")
    assert not are_older(f"{NODES}{FIRST}", "elsewhere")
