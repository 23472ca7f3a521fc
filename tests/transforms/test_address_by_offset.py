"""Lists of indices that become ranges: what is refused, left, and printed."""

from __future__ import annotations

import libcst as cst
import pytest
from statement_checks import outcome, rewritten

from codemods.facts.metadata import parse
from codemods.layout import format_source
from codemods.refusal import Refusal
from codemods.transforms.address_by_offset import address_by_offset


def address(module: cst.Module) -> cst.Module:
    return address_by_offset(module)[0]


HEAD = """\
import random
from typing import TypeAlias

Node: TypeAlias = int
Layout: TypeAlias = list[tuple[str, int, int, float]]

node_data: list[float] = []
node_children: list[tuple[Node, ...]] = []


def create_node(data: float, children: tuple[Node, ...] = ()) -> Node:
    node = len(node_data)
    node_data.append(data)
    node_children.append(children)
    return node


def multiply_nodes(left: Node, right: Node) -> Node:
    data = node_data[left] * node_data[right]
    return create_node(data, (left, right))


def list_matrices(size: int) -> Layout:
    layout: Layout = [("embedding", size, 3, 0.1)]
    for layer in range(2):
        layout.append((f"layer{layer}.weights", 3, 2, 0))
    return layout
"""

MAKER = """\


def create_matrix(rows: int, columns: int, deviation: float) -> list[list[Node]]:
    # row after row
    matrix: list[list[Node]] = []
    for _ in range(rows):
        row: list[Node] = []
        for _ in range(columns):
            data = random.gauss(0, deviation)  # drawn
            node = create_node(data)
            row.append(node)
        matrix.append(row)
    return matrix
"""

FILLING = """\


def initialize(size: int) -> tuple[dict[str, list[list[Node]]], list[Node]]:
    layout: Layout = list_matrices(size)
    # all that is learned
    weights: dict[str, list[list[Node]]] = {}
    for name, rows, columns, deviation in layout:
        weights[name] = create_matrix(rows, columns, deviation)
    # one list of all
    parameters: list[Node] = []
    for matrix in weights.values():
        for row in matrix:
            for parameter in row:
                parameters.append(parameter)
    return weights, parameters
"""

USES = """\


def scale(row: list[Node], factor: Node) -> list[Node]:
    products: list[Node] = []
    for node in row:
        product = multiply_nodes(node, factor)
        products.append(product)
    return products


def transform(matrix: list[list[Node]], factor: Node) -> list[list[Node]]:
    return [scale(row, factor) for row in matrix]


def update(parameters: list[Node], buffer: list[float]) -> None:
    for index, parameter in enumerate(parameters):
        buffer[index] += node_data[parameter]
        node_data[parameter] -= buffer[index]
"""

MAIN = """\


random.seed(1)
weights, parameters = initialize(4)
buffer: list[float] = [0.0] * len(parameters)
first: list[Node] = weights["embedding"][1]
print(transform(weights["layer1.weights"], first[2]), len(first))
update(parameters, buffer)
print([node_data[parameter] for parameter in parameters], buffer)
"""

SCRIPT = HEAD + MAKER + FILLING + USES + MAIN

ADDRESSED = HEAD + """\


def create_matrix(rows: int, columns: int, deviation: float) -> None:
    # row after row
    number_of_elements = rows * columns
    for _ in range(number_of_elements):
        data = random.gauss(0, deviation)  # drawn
        create_node(data)


# the elements of the matrices are numbered from 0 on: each row is a range
def locate_rows(layout: Layout) -> tuple[dict[str, list[range]], int]:
    weights: dict[str, list[range]] = {}
    start = 0
    for name, rows, columns, _ in layout:
        matrix: list[range] = []
        for _ in range(rows):
            stop = start + columns
            row = range(start, stop)
            matrix.append(row)
            start = stop
        weights[name] = matrix
    return weights, start


def initialize(size: int) -> tuple[dict[str, list[range]], range]:
    layout: Layout = list_matrices(size)
    # all that is learned
    weights, number_of_parameters = locate_rows(layout)
    for _, rows, columns, deviation in layout:
        create_matrix(rows, columns, deviation)
    # one list of all
    parameters: range = range(number_of_parameters)
    return weights, parameters


def scale(row: range, factor: Node) -> list[Node]:
    products: list[Node] = []
    for node in row:
        product = multiply_nodes(node, factor)
        products.append(product)
    return products


def transform(matrix: list[range], factor: Node) -> list[list[Node]]:
    return [scale(row, factor) for row in matrix]


def update(parameters: range, buffer: list[float]) -> None:
    for parameter in parameters:
        buffer[parameter] += node_data[parameter]
        node_data[parameter] -= buffer[parameter]


random.seed(1)
weights, parameters = initialize(4)
buffer: list[float] = [0.0] * len(parameters)
first: range = weights["embedding"][1]
print(transform(weights["layer1.weights"], first[2]), len(first))
update(parameters, buffer)
print([node_data[parameter] for parameter in parameters], buffer)
"""


def changed(old: str, new: str) -> str:
    """The script with one passage replaced."""
    assert SCRIPT.count(old) == 1
    return SCRIPT.replace(old, new)


def behind(lines: str) -> str:
    """The script with lines at its end."""
    return SCRIPT + lines


RANGE = "expected a use that range has as well, found another"
ROWS = "expected a use that list[range] has as well, found another"
KEYS = (
    "expected keys that certainly differ in every row of the table, "
    "found some that may not"
)
NO_NODE = "expected no node before those of the matrices, found code that may make one"
CALL = 'weights["embedding"]'

REFUSED = [
    # What becomes a range is used as a list.
    pytest.param(behind(f"{CALL}[0][1] = 0\n"), f"83:1: {RANGE}", id="a-changed-row"),
    pytest.param(
        behind(f"{CALL}.append([0])\n"), f"83:1: {ROWS}", id="a-longer-matrix"
    ),
    pytest.param(
        behind(f"print({CALL}[0] + [0])\n"), f"83:7: {RANGE}", id="a-row-and-a-list"
    ),
    pytest.param(
        behind(f"print({CALL}[0] == [0, 1, 2])\n"),
        f"83:7: {RANGE}",
        id="a-row-that-equals-a-list",
    ),
    pytest.param(behind("print(first)\n"), f"83:7: {RANGE}", id="a-printed-row"),
    pytest.param(
        behind("first += [0]\n"), f"83:1: {RANGE}", id="a-row-that-gets-longer"
    ),
    pytest.param(behind("print([*first])\n"), f"83:9: {RANGE}", id="a-row-spread-out"),
    pytest.param(
        behind("print(scale([0, 1], first[0]))\n"),
        "83:13: expected range here as elsewhere, found list[int]",
        id="a-function-that-takes-other-lists-as-well",
    ),
    pytest.param(
        changed("enumerate(parameters)", "enumerate(parameters[1:])"),
        "71:39: expected all elements, or one of them, found some",
        id="some-of-all-elements",
    ),
    # The numbers of the nodes are others.
    pytest.param(
        changed("random.seed(1)\n", "unused = create_node(1)\nrandom.seed(1)\n"),
        f"76:1: {NO_NODE}",
        id="a-node-before",
    ),
    pytest.param(
        changed(
            "    layout: Layout = list_m",
            "    create_node(1)\n    layout: Layout = list_m",
        ),
        f"44:5: {NO_NODE}",
        id="a-node-before-the-loop",
    ),
    pytest.param(
        changed(
            "            data = ", "            create_node(1)\n            data = "
        ),
        "36:13: expected lines that name what an element needs, found another",
        id="a-node-between",
    ),
    pytest.param(
        changed(
            "            data = ",
            "            other = create_node(1)\n            data = ",
        ),
        "38:13: expected one new node for each element, found others",
        id="a-named-node-between",
    ),
    pytest.param(
        changed("    for _ in range(rows):", "    for place in range(rows):").replace(
            "gauss(0, deviation)", "gauss(place, deviation)"
        ),
        "36:33: expected elements made alike, found one made by its place",
        id="elements-that-know-their-row",
    ),
    pytest.param(
        behind("create_matrix(1, 1, 0)\n"),
        "83:1: expected matrices made by the loop over the table, found another",
        id="a-matrix-beside-the-table",
    ),
    pytest.param(
        behind("again, _ = initialize(2)\n"),
        "43:5: expected one call of the function that makes the matrices, "
        "found another number",
        id="matrices-made-twice",
    ),
    pytest.param(
        changed(
            "weights, parameters = initialize(4)\n",
            "for _ in range(1):\n    weights, parameters = initialize(4)\n",
        ),
        "78:27: expected a call that runs once, found one in a block",
        id="matrices-made-in-a-loop",
    ),
    pytest.param(
        changed("node_data: list[float] = []", "node_data: list[float] = [1.0]"),
        "37:13: expected a function that numbers nodes by the length of an empty list, "
        "found another",
        id="a-node-that-is-there-at-first",
    ),
    pytest.param(
        changed("rows, columns, deviation)\n    #", "rows, 3, deviation)\n    #"),
        "48:25: expected `columns` from the table, found another value",
        id="a-size-beside-the-table",
    ),
    # Two matrices have one name.
    pytest.param(
        changed('f"layer{layer}.weights"', '"weights"'), f"47:43: {KEYS}", id="one-key"
    ),
    pytest.param(
        changed('f"layer{layer}.weights"', 'f"{layer}.weights"')
        .replace('("embedding", size', '("1.weights", size')
        .replace('"embedding"', '"1.weights"'),
        f"47:43: {KEYS}",
        id="a-key-that-the-loop-makes-as-well",
    ),
    pytest.param(
        changed("    return layout", "    layout = layout + layout\n    return layout"),
        f"48:43: {KEYS}",
        id="a-table-twice-as-long",
    ),
]


@pytest.mark.parametrize(("code", "message"), REFUSED)
def test_refuses(code: str, message: str) -> None:
    with pytest.raises(Refusal) as refusal:
        address(parse(code))
    assert str(refusal.value) == message


UNCHANGED = [
    pytest.param("x = {}\nfor name, n in []:\n    x[name] = n\n", id="no-function"),
    pytest.param(
        SCRIPT.replace("weights[name] = ", "print(name)\n        weights[name] = "),
        id="another-loop",
    ),
]


@pytest.mark.parametrize("code", UNCHANGED)
def test_leaves(code: str) -> None:
    assert rewritten(address, code) == code


def test_computes_ranges_from_the_table() -> None:
    after = format_source(rewritten(address, SCRIPT))
    assert after == ADDRESSED
    printed, ending = outcome(after)
    assert (printed, ending) == outcome(SCRIPT)
    assert ending == "well"


def test_takes_rows_that_are_listed_whole_as_their_elements() -> None:
    code = changed(
        "            for parameter in row:\n"
        "                parameters.append(parameter)\n",
        "            parameters.extend(row)\n",
    )
    assert format_source(rewritten(address, code)) == ADDRESSED
    assert outcome(code) == outcome(SCRIPT)


def test_works_where_nothing_lists_all_elements() -> None:
    collecting = FILLING[FILLING.index("    # one list") : FILLING.index("    return")]
    code = changed(collecting, "    parameters = [0, 1, 2]\n")
    after = rewritten(address, code)
    assert "def locate_rows(layout: Layout) -> dict[str, list[range]]:\n" in after
    assert "    weights: dict[str, list[range]] = locate_rows(layout)\n" in after
    assert "for index, parameter in enumerate(parameters):" in after
    assert outcome(after) == outcome(code)


def test_keeps_the_index_where_counting_starts_elsewhere() -> None:
    code = changed("enumerate(parameters):", "enumerate(parameters, 1):").replace(
        "[0.0] * len(parameters)", "[0.0] * 40"
    )
    after = rewritten(address, code)
    assert "for index, parameter in enumerate(parameters, 1):" in after
    assert outcome(after) == outcome(code)


def test_reads_ranges_as_lists_were_read() -> None:
    code = behind(
        "for name, matrix in weights.items():\n"
        "    print(name, len(matrix), matrix[0][-1], 4 in matrix[0])\n"
        "print(list(first), sum(first), first.index(4), list(zip(first, first[1:])))\n"
        'print("embedding" in weights, [node for node in reversed(first)])\n'
    )
    after = rewritten(address, code)
    assert outcome(after) == outcome(code)
    assert outcome(after)[1] == "well"


SHIFT = """\


def shift(nodes: list[Node], count: int) -> list[Node]:
    return [node + count for node in nodes]


"""

COPIED = {
    "assigned": (
        'state: list[Node] = weights["embedding"][2]\nstate = shift(state, 1)\n'
        "print(state)\n",
        'state: list[Node] = []\nfor element in weights["embedding"][2]:\n'
        "    state.append(element)\nstate = shift(state, 1)\nprint(state)\n",
    ),
    "assigned-again": (
        "state: list[Node] = [1]\nprint(state)\n# a row\n"
        'state = weights["embedding"][1]\nprint(shift(state, 1))\n',
        "state: list[Node] = [1]\nprint(state)\n# a row\nstate = []\n"
        'for element in weights["embedding"][1]:\n    state.append(element)\n'
        "print(shift(state, 1))\n",
    ),
    "passed": (
        'print(shift(shift(weights["embedding"][2], 1), 2))\n',
        "nodes: list[Node] = []\n"
        'for node in weights["embedding"][2]:\n    nodes.append(node)\n'
        "print(shift(shift(nodes, 1), 2))\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), COPIED.values(), ids=COPIED)
def test_copies_rows_that_get_to_where_other_lists_do(before: str, after: str) -> None:
    code = behind(SHIFT + before)
    addressed = format_source(rewritten(address, code))
    assert addressed == ADDRESSED + SHIFT + after
    assert outcome(addressed) == outcome(code)


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(
            'state: list[Node] = weights["embedding"][2]\nstate.append(1)\n'
            "state = shift(state, 1)\n",
            id="a-row-that-changes",
        ),
        pytest.param(
            'keep = [weights["embedding"][2]]\n'
            "state: list[Node] = shift(keep[0], 1) + shift([2], 1)\n",
            id="a-row-from-elsewhere",
        ),
        pytest.param(
            "for _ in range(2):\n"
            '    print([shift(weights["embedding"][i], 1) for i in range(2)])\n'
            "print(shift([1], 2))\n",
            id="a-row-in-a-comprehension",
        ),
        pytest.param(
            'print(shift([1], 2))\nprint(len(""), shift(weights["embedding"][2], 1))\n',
            id="a-row-behind-another-call",
        ),
        pytest.param(
            "def choose(index: int) -> list[Node]:\n    if index < 2:\n"
            '        return weights["embedding"][0]\n    return [index]\n\n\n',
            id="a-row-that-is-returned",
        ),
    ],
)
def test_does_not_copy(lines: str) -> None:
    with pytest.raises(Refusal, match="here as elsewhere|a use that"):
        address(parse(behind(SHIFT + lines)))


def test_lets_comments_quote_the_type_of_all_elements_as_it_is_now() -> None:
    code = changed("    # one list of all\n", "    # a list[Node] of list[float]\n")
    after, requoted = address_by_offset(parse(code))
    assert requoted == ("# a list[Node] of list[float]",)
    above = "    # a range of list[float]\n    parameters: range = range("
    assert above in format_source(after.code)
