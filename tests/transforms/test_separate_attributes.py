"""Classes that become lists: what is refused, and each way to get at an attribute."""

from __future__ import annotations

import libcst as cst
import pytest
from statement_checks import outcome, rewritten

from codemods.facts.metadata import parse
from codemods.layout import format_source
from codemods.refusal import Refusal
from codemods.transforms.separate_attributes import separate_attributes

CLASS = '''\
class Node:
    """A number, and where it is from."""

    def __init__(self, data: float, children: "tuple[Node, ...]") -> None:
        # the number
        self.data: float = data
        self.grad: float = 0
        self._children: tuple[Node, ...] = children


'''

MAKER = """\
def create_node(
    data: float, nodes: list[Node], children: "tuple[Node, ...]" = ()
) -> Node:
    node = Node(data, children)
    nodes.append(node)
    return node


"""

LIST = """\
# all of them
nodes: list[Node] = []
"""

SEPARATED_TOP = """\
from typing import TypeAlias

# A number, and where it is from.
Node: TypeAlias = int  # index of a node in each list of the graph
Graph: TypeAlias = tuple[list[float], list[float], list[tuple[Node, ...]]]


def create_node(data: float, graph: Graph, children: "tuple[Node, ...]" = ()) -> Node:
    node_data, node_grads, node_children = graph
    node = len(node_data)
    node_data.append(data)
    node_grads.append(0)
    node_children.append(children)
    return node


"""

SEPARATED_LISTS = """\
# all of them
# the number
node_data: list[float] = []
node_grads: list[float] = []
node_children: list[tuple[Node, ...]] = []
graph: Graph = (node_data, node_grads, node_children)
"""

SCRIPT = CLASS + MAKER + LIST

LENGTH_OR_END = "expected the length of `nodes`, or its end to be deleted"
HINT = "expected `Node` as a type hint, found another use"

REFUSED = [
    pytest.param(
        "def show(thing) -> None:\n    print(thing.data)\n",
        "22:11: expected something that is a Node, found ?",
        id="an-attribute-of-something-unknown",
    ),
    pytest.param(
        "def show(thing: Node | str) -> None:\n    print(thing.data)\n",
        "22:11: expected something that is a Node, found Node | str",
        id="an-attribute-of-one-or-the-other",
    ),
    pytest.param(
        "def show(node: Node) -> None:\n    node.label = 1\n",
        "22:5: expected an attribute that `__init__` stores, to stay there, "
        "found `label`",
        id="an-attribute-that-comes-later",
    ),
    pytest.param(
        "def drop(node: Node) -> None:\n    del node.grad\n",
        "22:9: expected an attribute that `__init__` stores, to stay there, "
        "found `grad`",
        id="an-attribute-that-goes",
    ),
    pytest.param(
        'def show(node: Node) -> None:\n    print(getattr(node, "data"))\n',
        "22:11: expected attributes by their names, found `getattr`",
        id="an-attribute-by-a-string",
    ),
    pytest.param(
        "def show(node: Node) -> None:\n    if node:\n        print(1)\n",
        "22:8: expected a test that holds for 0 as well, found an object",
        id="a-test-for-truth",
    ),
    pytest.param(
        "def show(node: Node | None) -> None:\n    print(not node)\n",
        "22:15: expected a test that holds for 0 as well, found an object",
        id="a-test-for-none-by-truth",
    ),
    pytest.param(
        "def is_same(node: Node, other: Node) -> bool:\n    return node is other\n",
        "22:12: expected a test that holds for 0 as well, found an object",
        id="a-test-for-identity",
    ),
    pytest.param(
        "def show(thing: Node | float) -> None:\n    print(isinstance(thing, Node))\n",
        f"22:29: {HINT}",
        id="a-test-for-the-class",
    ),
    pytest.param(
        "Row = list[Node]\n",
        f"21:12: {HINT}",
        id="an-alias-of-a-type",
    ),
    pytest.param(
        "for node in nodes:\n    print(node.data)\n",
        f"21:13: {LENGTH_OR_END}, found another use",
        id="a-loop-over-the-list",
    ),
    pytest.param(
        "print(nodes[0].data)\n",
        f"21:7: {LENGTH_OR_END}, found another use",
        id="an-element-of-the-list",
    ),
    pytest.param(
        "del nodes[0]\n",
        f"21:5: {LENGTH_OR_END}, found another use",
        id="an-element-that-is-deleted",
    ),
    pytest.param(
        "nodes.clear()\n",
        f"21:1: {LENGTH_OR_END}, found another use",
        id="a-method-of-the-list",
    ),
    pytest.param(
        "def count(nodes) -> int:\n    return len(nodes)\n",
        f"21:11: {LENGTH_OR_END}, found another use",
        id="a-list-without-a-type-hint",
    ),
    pytest.param(
        "others: list[Node] = []\ncreate_node(1, others)\n",
        "22:16: expected the one list of objects, found another value",
        id="a-second-list",
    ),
    pytest.param(
        "def show(nodes: list[Node] = nodes) -> None:\n    print(len(nodes))\n"
        "show()\n",
        "23:1: expected the one list of objects, found another value",
        id="a-list-by-default",
    ),
    pytest.param(
        "graph = 1\n",
        "1:7: expected the name `graph` to be free, found another use",
        id="a-name-that-is-taken",
    ),
]


def separated(module: cst.Module) -> cst.Module:
    return separate_attributes(module)[0]


@pytest.mark.parametrize(("code", "message"), REFUSED)
def test_refuses(code: str, message: str) -> None:
    with pytest.raises(Refusal) as refusal:
        separate_attributes(parse(SCRIPT + code))
    assert message in str(refusal.value)


OTHER_CLASSES = [
    pytest.param(
        CLASS.rstrip() + "\n\n    def double(self) -> float:\n        return 2\n\n\n",
        "1:7: expected a class that is nothing but `__init__`, found more, or less",
        id="a-method",
    ),
    pytest.param(
        CLASS.replace("    def", "    count: int = 0\n\n    def", 1),
        "1:7: expected a class that is nothing but `__init__`, found more, or less",
        id="a-variable-of-the-class",
    ),
    pytest.param(
        CLASS.replace("class Node:", "class Node(dict):"),
        "1:12: expected a class without bases or decorators, found one",
        id="a-base",
    ),
    pytest.param(
        "import functools\n\n\n@functools.total_ordering\n" + CLASS,
        "4:1: expected a class without bases or decorators, found one",
        id="a-decorator",
    ),
    pytest.param(
        CLASS.replace("self.grad: float = 0", "print(data)"),
        "7:9: expected an annotated attribute to be stored, found another line",
        id="a-constructor-that-prints",
    ),
    pytest.param(
        CLASS.replace("self.grad: float = 0", "self.grad: float = self.data"),
        "7:9: expected an annotated attribute to be stored, found another line",
        id="an-attribute-made-of-another",
    ),
    pytest.param(
        CLASS.replace("self.grad:", "self._data:"),
        "1:7: expected attributes with different names for their lists, "
        "found data, _data, _children",
        id="two-attributes-for-one-list",
    ),
]


@pytest.mark.parametrize(("code", "message"), OTHER_CLASSES)
def test_refuses_classes(code: str, message: str) -> None:
    with pytest.raises(Refusal) as refusal:
        separate_attributes(parse(code + MAKER + LIST))
    assert message in str(refusal.value)


MAKERS = [
    pytest.param(
        MAKER.replace("Node(data, children)", "Node(data, children=children)"),
        "14:23: expected variables by their places, found another way",
        id="a-keyword",
    ),
    pytest.param(
        MAKER.replace("Node(data, children)", "Node(print(data), children)"),
        "14:17: expected variables by their places, found another way",
        id="an-argument-that-is-computed",
    ),
    pytest.param(
        MAKER.replace("Node(data, children)", "Node(data)"),
        "14:12: expected every argument to be given, found fewer",
        id="a-missing-argument",
    ),
]


@pytest.mark.parametrize(("maker", "message"), MAKERS)
def test_refuses_makers(maker: str, message: str) -> None:
    with pytest.raises(Refusal) as refusal:
        separate_attributes(parse(CLASS + maker + LIST))
    assert message in str(refusal.value)


def test_refuses_a_list_without_a_declaration() -> None:
    with pytest.raises(Refusal) as refusal:
        separate_attributes(parse(CLASS + MAKER + "nodes = []\n"))
    assert "11:5: expected one declaration of `nodes` as an empty list" in str(
        refusal.value
    )


LEFT = [
    pytest.param("print(1)\n", id="no-class"),
    pytest.param(CLASS + "print(Node(1, ()).data)\n", id="objects-made-by-the-module"),
    pytest.param(
        CLASS + MAKER.replace("append(", "insert(0, ") + LIST, id="newest-first"
    ),
    pytest.param(SCRIPT + "print(Node(1, ()).data)\n", id="objects-made-elsewhere"),
    pytest.param(
        CLASS + MAKER.replace("return node", "return nodes[0]") + LIST,
        id="another-result",
    ),
]


@pytest.mark.parametrize("code", LEFT)
def test_leaves(code: str) -> None:
    module = parse(code)
    assert separated(module) is module


CASES = [
    pytest.param(
        "",
        "print(create_node(2, nodes).data)\n",
        "",
        "print(node_data[create_node(2, graph)])\n",
        id="read-by-the-module",
    ),
    pytest.param(
        "def show(node: Node) -> float:\n    return node.data * node.grad\n\n\n",
        "print(show(create_node(2, nodes)))\n",
        "def show(node: Node, graph: Graph) -> float:\n"
        "    node_data, node_grads, node_children = graph\n"
        "    return node_data[node] * node_grads[node]\n\n\n",
        "print(show(create_node(2, graph), graph))\n",
        id="read-by-a-function-without-the-list",
    ),
    pytest.param(
        "def negate(node: Node, nodes: list[Node]) -> Node:\n"
        "    return create_node(-node.data, nodes, (node,))\n\n\n",
        "print(negate(create_node(2, nodes), nodes).data)\n",
        "def negate(node: Node, graph: Graph) -> Node:\n"
        "    node_data, node_grads, node_children = graph\n"
        "    return create_node(-node_data[node], graph, (node,))\n\n\n",
        "print(node_data[negate(create_node(2, graph), graph)])\n",
        id="read-by-a-function-with-the-list",
    ),
    pytest.param(
        "def step(row: list[Node]) -> None:\n"
        "    for node in row:\n"
        "        for child in node._children:\n"
        "            child.grad += 2 * node.grad\n"
        "        node.data -= 0.5\n"
        "        node.grad = 0\n\n\n",
        "node = create_node(2, nodes)\nstep([node])\nprint(node.data)\n",
        "def step(row: list[Node], graph: Graph) -> None:\n"
        "    node_data, node_grads, node_children = graph\n"
        "    for node in row:\n"
        "        for child in node_children[node]:\n"
        "            node_grads[child] += 2 * node_grads[node]\n"
        "        node_data[node] -= 0.5\n"
        "        node_grads[node] = 0\n\n\n",
        "node = create_node(2, graph)\nstep([node], graph)\nprint(node_data[node])\n",
        id="updates",
    ),
    pytest.param(
        "def largest(row: list[Node]) -> float:\n"
        "    return max([node.data for node in row])\n\n\n",
        "row: list[Node] = [create_node(2, nodes), create_node(3, nodes)]\n"
        "print(largest(row), [node.grad for node in row])\n",
        "def largest(row: list[Node], graph: Graph) -> float:\n"
        "    node_data, node_grads, node_children = graph\n"
        "    return max([node_data[node] for node in row])\n\n\n",
        "row: list[Node] = [create_node(2, graph), create_node(3, graph)]\n"
        "print(largest(row, graph), [node_grads[node] for node in row])\n",
        id="comprehensions",
    ),
    pytest.param(
        "",
        "kept: int = len(nodes)\n"
        "for number in [1, 2]:\n"
        "    print(create_node(number, nodes).data)\n"
        "    del nodes[kept:]\n",
        "",
        "kept: int = len(node_data)\n"
        "for number in [1, 2]:\n"
        "    print(node_data[create_node(number, graph)])\n"
        "    del node_data[kept:]\n"
        "    del node_grads[kept:]\n"
        "    del node_children[kept:]\n",
        id="the-end-is-forgotten",
    ),
]


@pytest.mark.parametrize(("functions", "main", "functions_after", "main_after"), CASES)
def test_separates(
    functions: str, main: str, functions_after: str, main_after: str
) -> None:
    code = CLASS + MAKER + functions + LIST + main
    found = rewritten(separated, code)
    expected = SEPARATED_TOP + functions_after + SEPARATED_LISTS + main_after
    assert format_source(found) == expected
    assert outcome(found) == outcome(code)
    assert outcome(code)[1] == "well"


def test_separates_one_attribute() -> None:
    code = (
        "class Node:\n    def __init__(self, data: float) -> None:\n"
        "        self.data: float = data\n\n\n"
        "def create_node(data: float, nodes: list[Node]) -> Node:\n"
        "    node = Node(data)\n    nodes.append(node)\n    return node\n\n\n"
        "nodes: list[Node] = []\nprint(create_node(2, nodes).data)\n"
    )
    found = rewritten(separated, code)
    assert "graph: Graph = (node_data,)\n" in found
    assert outcome(found) == outcome(code) == ("2\n", "well")


def test_keeps_the_name_of_the_class_in_hints() -> None:
    code = SCRIPT.replace(
        "self._children: tuple[Node, ...]", 'self._children: "tuple[Node, ...]"'
    )
    found = rewritten(separated, "def first() -> 'Node': ...\n\n\n" + code)
    assert "list[tuple[Node, ...]]]\n" in found
    assert "def first() -> 'Node': ...\n" in found


def test_leaves_out_the_list_of_attributes() -> None:
    slots = "    __slots__ = ('data', 'grad', '_children')\n\n    def __init__"
    with_slots = SCRIPT.replace("    def __init__", slots, 1)
    assert with_slots != SCRIPT
    assert separated(parse(with_slots)).code == separated(parse(SCRIPT)).code


def test_comments_stay_but_for_those_on_the_list_of_attributes() -> None:
    code = (
        SCRIPT.replace("class Node:", "class Node:  # of a graph", 1)
        .replace(
            "    def __init__",
            "    # less memory\n    __slots__ = ()  # all\n\n"
            "    # begin\n    def __init__",
            1,
        )
        .replace("self.grad: float = 0", "self.grad: float = 0  # the slope", 1)
    )
    after, lost = separate_attributes(parse(code))
    assert lost == ("# less memory", "# all")
    above, _, below = after.code.partition("Node: TypeAlias")
    comments = ["A number, and where it is from.", "of a graph", "begin"]
    assert above.endswith("".join(f"# {comment}\n" for comment in comments))
    assert "# the number\nnode_data: list[float] = []\n" in below
    assert "# the slope\nnode_grads: list[float] = []\n" in below


SHOWN = CLASS.rstrip() + """

    # as in a log
    def __repr__(self) -> str:
        return f"Node({self.data})"


"""
SHOW = "def show(it: {}) -> None:\n    print(it)\n\n\nshow(create_node(2, nodes))\n"
PRINTED = [
    pytest.param("print(create_node(2, nodes))\n", "7: Node", id="print"),
    pytest.param("print([create_node(2, nodes)])\n", "7: list[Node]", id="a-list"),
    pytest.param('text = f"{create_node(2, nodes)}"\n', "11: Node", id="an-f-string"),
    pytest.param(
        'text = "{}".format(create_node(2, nodes))\n', "20: Node", id="format"
    ),
    pytest.param('text = "%s" % create_node(2, nodes)\n', "15: Node", id="percent"),
    pytest.param(
        'text = "%s"\ntext %= create_node(2, nodes)\n', "9: Node", id="update"
    ),
    pytest.param("import pprint\npprint.pprint(create_node(2, nodes))\n", "15: Node"),
    pytest.param(
        "import builtins\nbuiltins.print(create_node(2, nodes))\n", "16: Node"
    ),
    pytest.param("show = print\nshow(create_node(2, nodes))\n", "6: Node", id="alias"),
    pytest.param('", ".join(map(str, [create_node(2, nodes)]))\n', "20: list[Node]"),
    pytest.param("raise ValueError(create_node(2, nodes))\n", "18: Node"),
    pytest.param("assert 2 > 3, create_node(2, nodes)\n", "15: Node"),
    pytest.param(
        'import logging\nlogging.warning("%s", create_node(2, nodes))\n', "23: Node"
    ),
    pytest.param("sorted([create_node(2, nodes)], key=repr)\n", "8: list[Node]"),
    pytest.param("[create_node(2, nodes)].sort(key=repr)\n", "1: list[Node]"),
    pytest.param("create_node(2, nodes).__repr__()\n", "1: Node"),
    pytest.param("def show(it) -> None:\n    print(it)\n", "11: ?", id="who-knows"),
    pytest.param(SHOW.format("object"), "11: object", id="any-object"),
    pytest.param(
        f"from collections.abc import Hashable\n{SHOW.format('Hashable')}",
        "11: Hashable",
        id="more-than-objects",
    ),
    pytest.param(
        "class Box:\n    def __init__(self, node: Node) -> None:\n"
        "        self.node: Node = node\n\n\n"
        "def show(box: Box) -> None:\n    print(box)\n",
        "11: Box",
        id="what-holds-one",
    ),
    pytest.param(
        "try:\n    {}[create_node(2, nodes)]\n"
        "except KeyError as error:\n    print(error)\n",
        "11: KeyError",
        id="what-is-raised",
    ),
    pytest.param(
        "from functools import cache\n\n\n@cache\n"
        "def show(node: Node) -> None: ...\n\n\nshow(create_node(2, nodes))\n",
        "6: Node",
        id="a-decorated-function",
    ),
]
KEPT = """\
from random import choice


class Trainer:
    def update(self, row: list[Node]) -> float:
        return sum([node.data for node in row])


def count(*row: Node) -> int:
    return len(row)


def is_at(index: int, node: Node, row: list[Node]) -> bool:
    return node == row[index]


# all of them
nodes: list[Node] = []
row: list[Node] = [create_node(2, nodes)]
row.append(create_node(-3, nodes))
row += [row[0]]
both: list[Node] = row + row[:1] * 2
first, *others = both
table: dict[str, Node] = {"first": first, **{"last": others[-1]}}
print(table["last"].data, choice(row[:1]).data, Trainer().update(row=row))
for index, (name, node) in enumerate(zip(table, table.values())):
    print(index, name, node.data, count(node), count(*row))
pair = (1, row[1])
print(is_at(*pair, row), row[0] == None, row[0] == row[1], first in row)
print(row.index(row[2]), [row] == [], len(set(row)))
print("%d of %s" % (len(row), "all"), 7 % 3, "x" + "y")
"""


def test_methods_for_printing_leave_where_no_object_is_printed() -> None:
    use = 'print(create_node(2, nodes).data % 3, f"{len(nodes)}")\n'
    after, lost = separate_attributes(parse(SHOWN + MAKER + LIST + use))
    assert after.code == separated(parse(CLASS + MAKER + LIST + use)).code
    assert lost == ("# as in a log",)


@pytest.mark.parametrize(("use", "found"), PRINTED)
def test_refuses_to_print_an_index(use: str, found: str) -> None:
    column, _, kind = found.partition(": ")
    with pytest.raises(Refusal) as refusal:
        separate_attributes(parse(SHOWN + MAKER + LIST + use))
    assert str(refusal.value).partition(":")[2] == (
        f"{column}: expected no object where a number would show, found {kind}"
    )


@pytest.mark.parametrize("owner", [SHOWN, CLASS])
def test_objects_may_be_kept_and_passed_on(owner: str) -> None:
    code = owner + MAKER + KEPT
    after = separated(parse(code)).code
    assert outcome(after) == outcome(code)
    assert outcome(code)[1] == "well"


@pytest.mark.parametrize(
    "use", ["print(type(node))", "id(node)", "isinstance(node, int)"]
)
def test_refuses_what_an_index_shows_of_any_class(use: str) -> None:
    code = f"node: Node = create_node(2, nodes)\n{use}\n"
    with pytest.raises(Refusal, match="where a number would show, found Node"):
        separate_attributes(parse(SCRIPT + code))


def test_what_no_object_gets_to_may_be_anything_where_none_is_printed() -> None:
    assert separated(parse(SCRIPT + "def show(it) -> None:\n    print(it)\n"))


def test_refuses_to_pass_an_object_as_something_else() -> None:
    with pytest.raises(Refusal) as refusal:
        separate_attributes(parse(SCRIPT + SHOW.format("object")))
    assert "25:6: expected no object where a number would show" in str(refusal.value)


COMPARED = [
    pytest.param("create_node(2, nodes) == 0", "1: Node | int", id="a-number"),
    pytest.param("0 != create_node(2, nodes)", "1: Node | int", id="on-the-right"),
    pytest.param("0 in [create_node(2, nodes)]", "1: Node | int", id="a-number-in"),
    pytest.param("create_node(2, nodes) not in [0]", "1: Node | int", id="not-in"),
    pytest.param("[create_node(2, nodes)] == [0]", "1: ", id="in-lists"),
    pytest.param("create_node(2, nodes) == unknown", "1: ?", id="who-knows"),
    pytest.param("[create_node(2, nodes)].count(0)", "31: Node | int", id="counted"),
    pytest.param("{create_node(2, nodes): 1}.get(0)", "32: Node | int", id="a-key"),
]


@pytest.mark.parametrize(("test", "found"), COMPARED)
def test_refuses_to_compare_an_index_with_a_number(test: str, found: str) -> None:
    column, _, kind = found.partition(": ")
    with pytest.raises(Refusal) as refusal:
        separate_attributes(parse(f"{SCRIPT}{test}\n"))
    assert (
        f"21:{column}: expected objects to be compared with nothing but objects, "
        f"found {kind}" in str(refusal.value)
    )
