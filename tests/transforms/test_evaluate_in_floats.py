"""Functions of nodes that become functions of numbers: refused, idle, and rewritten."""

from __future__ import annotations

import pytest
from statement_checks import outcome, rewritten

from codemods.facts.metadata import parse
from codemods.layout import format_source
from codemods.refusal import Refusal
from codemods.transforms.evaluate_in_floats import evaluate_in_floats

GRAPH = """\
import math
from typing import TypeAlias

Node: TypeAlias = int
Tape: TypeAlias = tuple[list[float], list[float], list[tuple[Node, ...]]]


def make_node(number: float, tape: Tape, children: tuple[Node, ...] = ()) -> Node:
    numbers, slopes, families = tape
    node = len(numbers)
    numbers.append(number)
    slopes.append(0)
    families.append(children)
    return node


def add(left: Node, right: Node, tape: Tape) -> Node:
    numbers, slopes, families = tape
    number = numbers[left] + numbers[right]
    return make_node(number, tape, (left, right))


def multiply(left: Node, right: Node, tape: Tape) -> Node:
    numbers, slopes, families = tape
    number = numbers[left] * numbers[right]
    return make_node(number, tape, (left, right))


def power(node: Node, exponent: float, tape: Tape) -> Node:
    numbers, slopes, families = tape
    number = numbers[node] ** exponent
    slope = exponent * number
    return make_node(number, tape, (node,))


def divide(left: Node, right: Node, tape: Tape) -> Node:
    reciprocal = power(right, -1, tape)
    return multiply(left, reciprocal, tape)


def shrink(node: Node, size: float, tape: Tape) -> Node:
    reciprocal = size**-1
    reciprocal_node = make_node(reciprocal, tape)
    return multiply(node, reciprocal_node, tape)


def backward(last: Node, tape: Tape) -> None:
    numbers, slopes, families = tape
    slopes[last] = 1
    for node in range(last, -1, -1):
        for child in families[node]:
            slopes[child] += slopes[node]


"""

SETUP = """\
def make_row(size: int, tape: Tape) -> range:
    numbers, slopes, families = tape
    start = len(numbers)
    for index in range(size):
        make_node(0.1 * index + 0.3, tape)
    stop = len(numbers)
    return range(start, stop)


numbers: list[float] = []
slopes: list[float] = []
families: list[tuple[Node, ...]] = []
tape: Tape = (numbers, slopes, families)
row = make_row(3, tape)
"""

MODEL = """\
# All of a row, one after the other.
def add_up(values: list[Node], weights: range, tape: Tape) -> Node:
    # It starts with nothing.
    total: Node = make_node(0, tape)
    for value, weight in zip(values, weights):
        product = multiply(value, weight, tape)  # once each
        total = add(total, product, tape)
    return total


"""

FLOAT_MODEL = """\
def add_up_forward(
    values: list[float], weights: range, numbers: list[float]
) -> float:
    total: float = 0.0
    for value, weight in zip(values, weights):
        product = value * numbers[weight]
        total = total + product
    return total


"""

TRAINING = """\
kept: int = len(numbers)
for step in range(2):
    values: list[Node] = [make_node(0.7, tape)]
    last = add_up(values, row, tape)
    backward(last, tape)
    print(f"{numbers[last]:.17g} {slopes[0]:.17g}")
    del numbers[kept:]
    del slopes[kept:]
    del families[kept:]
"""

SHOW = """\
def show(row: range, tape: Tape) -> list[str]:
    numbers, slopes, families = tape
    # Some value.
    values: list[Node] = [make_node(0.7, tape)]
    total = add_up(values, row, tape)
    mean = shrink(total, 3, tape)
    ratio = divide(mean, total, tape)
    return [f"{numbers[mean]:.17g} {numbers[ratio]:.17g}"]


"""

FLOAT_SHOW = """\
def show(row: range, numbers: list[float]) -> list[str]:
    # Some value.
    values: list[float] = [0.7]
    total = add_up_forward(values, row, numbers)
    reciprocal_of_three = 3**-1
    mean = total * reciprocal_of_three
    reciprocal_of_total = total**-1
    ratio = mean * reciprocal_of_total
    return [f"{mean:.17g} {ratio:.17g}"]


"""

SAMPLING = """\
for sample in range(2):
    print(show(row, tape))
    del numbers[kept:]
    del slopes[kept:]
    del families[kept:]
print(len(numbers))
"""

FLOAT_SAMPLING = """\
for sample in range(2):
    print(show(row, numbers))
print(len(numbers))
"""


def script(*parts: str) -> str:
    return format_source("".join(parts))


def after(code: str) -> str:
    """The code after the transform, which must print the same."""
    changed = format_source(rewritten(evaluate_in_floats, code))
    assert outcome(changed) == outcome(code)
    return changed


def replaced(code: str, old: str, new: str) -> str:
    assert old in code
    return code.replace(old, new)


def refused(code: str) -> str:
    with pytest.raises(Refusal) as caught:
        evaluate_in_floats(parse(code))
    assert caught.value.line is not None
    return str(caught.value)


BEFORE = script(GRAPH, MODEL, SHOW, SETUP, TRAINING, SAMPLING)


REFUSED = {
    "nodes that are plain integers": (
        "Node: TypeAlias = int\n",
        "Node = float\n",
        "an alias",
    ),
    "nodes from outside": (
        "def show(row: range, tape: Tape)",
        "def show(row: list[Node], tape: Tape)",
        "the indices of parameters, found list[Node]",
    ),
    "a name that is taken": (
        "tape: Tape = (",
        "add_up_forward = 1\ntape: Tape = (",
        "`add_up_forward` to be free",
    ),
    "arithmetic on nodes": (
        "    total = add_up(values, row, tape)\n",
        "    total = add_up(values, row, tape)\n    following = total + 1\n",
        "nodes to be used by operations",
    ),
    "a comparison of nodes": (
        "    total = add_up(values, row, tape)\n",
        "    total = add_up(values, row, tape)\n"
        "    if total > 3:\n        print(row)\n",
        "nodes to be used by operations",
    ),
    "a node that is printed": (
        "    total = add_up(values, row, tape)\n",
        "    total = add_up(values, row, tape)\n    print(total)\n",
        "nodes to be used by operations",
    ),
    "the greatest of some nodes": (
        "    total = add_up(values, row, tape)\n",
        "    total = add_up(values, row, tape)\n    print(max(values))\n",
        "nodes to be used by operations",
    ),
    "an index in a list of nodes": (
        "    total = add_up(values, row, tape)\n",
        "    values.extend(row)\n    total = add_up(values, row, tape)\n",
        "list[Node]",
    ),
    "a node as the index of something else": (
        "    total = add_up(values, row, tape)\n",
        "    total = add_up(values, row, tape)\n    print(row[values[0]])\n",
        "nodes to be used by operations",
    ),
    "a type that is made of nodes": (
        "    values: list[Node] = [make_node(0.7, tape)]\n    total",
        "    values: Row = [make_node(0.7, tape)]\n    total",
        "names no nodes but its own",
    ),
    "a variable of the module that holds nodes": (
        "    total = add_up(values, row, tape)\n",
        "    everything.append(values[0])\n    total = add_up(values, row, tape)\n",
        "names no nodes but its own",
    ),
    "an operation that takes several lines in a condition": (
        "    total = add_up(values, row, tape)\n",
        "    total = add_up(values, row, tape)\n"
        "    if numbers[divide(total, total, tape)] > 3:\n        print(row)\n",
        "operations in statements of their own",
    ),
    "an operation that is not only computed": (
        "    slope = exponent * number\n",
        "    slope = exponent * number\n    print_line = print(slope)\n",
        "local gradients that are only computed",
    ),
}


@pytest.mark.parametrize(
    ("old", "new", "message"), REFUSED.values(), ids=REFUSED.keys()
)
def test_refused(old: str, new: str, message: str) -> None:
    rows = "Row: TypeAlias = list[Node]\neverything: list[Node] = []\n\n\ndef make_node"
    code = replaced(BEFORE, "def make_node", rows)
    assert message in refused(replaced(code, old, new))


def test_a_script_without_a_graph_is_left_alone() -> None:
    module = parse("def double(x: float) -> float:\n    return 2 * x\n")
    assert evaluate_in_floats(module) is module


def test_what_asks_for_gradients_is_left_alone() -> None:
    module = parse(script(GRAPH, MODEL, SETUP, TRAINING))
    assert evaluate_in_floats(module) is module


ELSEWHERE = {
    "another variable by the name of the list": "    numbers = [0.5]\n",
    "a number that is changed": "    numbers[0] = 0.5\n",
    "a slope that is read": "    print(slopes[0])\n",
    "the length of the list": "    print(len(numbers))\n",
}


@pytest.mark.parametrize("line", ELSEWHERE.values(), ids=ELSEWHERE.keys())
def test_what_does_more_with_the_graph_is_left_alone(line: str) -> None:
    total = "    total = add_up(values, row, tape)\n"
    module = parse(replaced(BEFORE, total, total + line))
    assert evaluate_in_floats(module) is module


def test_a_copy_is_made_beside_and_the_function_in_its_place() -> None:
    expected = script(
        *(GRAPH, MODEL, FLOAT_MODEL, FLOAT_SHOW),
        *(SETUP, TRAINING, FLOAT_SAMPLING),
    )
    assert after(BEFORE) == expected


def test_what_only_samples_call_is_rewritten_in_its_place() -> None:
    code = replaced(BEFORE, "last = add_up(values, row, tape)", "last = values[0]")
    changed = after(code)
    assert "add_up_forward" not in changed
    assert "# It starts with nothing.\n    total: float = 0.0\n" in changed


def test_a_list_that_would_be_a_copy_is_not_made() -> None:
    code = script(
        GRAPH,
        "def show(row: range, tape: Tape) -> None:\n"
        "    numbers, slopes, families = tape\n"
        "    doubles: list[Node] = []\n"
        "    for weight in row:\n"
        "        double = add(weight, weight, tape)\n"
        "        doubles.append(double)\n"
        "    data: list[float] = []\n"
        "    for item in doubles:\n"
        "        data.append(numbers[item])\n"
        "    print(max(data))\n"
        "    rest: list[float] = [numbers[double] for double in doubles]\n"
        "    print(min(rest))\n",
        SETUP,
        "show(row, tape)\n",
    )
    expected = (
        "    for weight in row:\n"
        "        double = numbers[weight] + numbers[weight]\n"
        "        doubles.append(double)\n"
        "    print(max(doubles))\n"
        "    print(min(doubles))\n"
    )
    assert expected in after(code)


COUNTED = """\
def show(row: range, tape: Tape) -> None:
    numbers, slopes, families = tape
    doubles: list[Node] = [add(weight, weight, tape) for weight in row]
    data: list[float] = [numbers[double] for double in doubles]
    count = range(len(row))
    print(max(data), count)


"""


def test_a_copy_is_not_made_for_a_line_behind_one_that_counts() -> None:
    code = after(script(GRAPH, COUNTED, SETUP, "show(row, tape)\n"))
    assert "    count = range(len(row))\n    print(max(doubles), count)\n" in code


def test_a_copy_is_made_where_its_source_is_counted_anew() -> None:
    counted = COUNTED.replace("count", "doubles")
    module = parse(script(GRAPH, counted, SETUP, "show(row, tape)\n"))
    try:
        code = evaluate_in_floats(module).code
    except Refusal:
        return
    assert "    print(max(data), doubles)\n" in code


def test_a_copy_that_is_changed_is_made() -> None:
    code = replaced(
        BEFORE,
        "    total = add_up(values, row, tape)\n",
        "    total = add_up(values, row, tape)\n"
        "    data: list[float] = [numbers[value] for value in values]\n"
        "    data.append(3.5)\n"
        "    print(data, numbers[values[0]])\n",
    )
    assert "    data: list[float] = [value for value in values]\n" in after(code)


NUMBERED = """\
def show(row: range, tape: Tape) -> None:
    numbers, slopes, families = tape
    values: list[Node] = [make_node(0.7, tape)]
    total = add_up(values, row, tape)
    share = 1 / len(values)
    share_node = make_node(share, tape)
    mean = multiply(total, share_node, tape)
    print(f"{numbers[mean]:.17g}")


"""


def test_a_number_that_would_be_a_copy_is_not_made() -> None:
    code = after(script(GRAPH, MODEL, NUMBERED, SETUP, "show(row, tape)\n"))
    assert "    share = 1 / len(values)\n    mean = total * share\n" in code


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    mean =", "    share = 2.0\n    mean ="),
        ("    share_node =", "    # Of each.\n    share_node ="),
        ("    mean =", "    if share > 2:\n        share_node = total\n    mean ="),
    ],
    ids=["bound-again", "commented", "copy-bound-again"],
)
def test_a_number_that_is_another_one_is_made(old: str, new: str) -> None:
    changed = replaced(NUMBERED, old, new)
    code = after(script(GRAPH, MODEL, changed, SETUP, "show(row, tape)\n"))
    assert "    share_node = share\n" in code


BRANCHES = """\
def bend(node: Node, tape: Tape) -> Node:
    numbers, slopes, families = tape
    if numbers[node] > 0.4:
        number = numbers[node]
        slope = 1.0
    else:
        scaled = 0.1 * numbers[node]
        number = scaled
        slope = 0.1
    return make_node(number, tape, (node,))


"""


def test_an_operation_with_branches() -> None:
    code = replaced(BEFORE, "def backward", f"{BRANCHES}def backward")
    code = replaced(
        code,
        "    mean = shrink(total, 3, tape)\n",
        "    mean = bend(total, tape)\n    mean = bend(mean, tape)\n",
    )
    expected = (
        "    if total > 0.4:\n"
        "        mean = total\n"
        "    else:\n"
        "        scaled = 0.1 * total\n"
        "        mean = scaled\n"
    )
    changed = after(code)
    assert expected in changed
    assert "slope = 0.1" not in changed[changed.index("def show") :]


def test_an_operation_that_the_module_calls_otherwise() -> None:
    tangent = (
        "def tangent(node: Node, tape: Tape) -> Node:\n"
        "    numbers, slopes, families = tape\n"
        "    number = math.tanh(numbers[node])\n"
        "    squared = number**2\n"
        "    return make_node(number, tape, (node,))\n\n\n"
    )
    code = replaced(BEFORE, "def backward", f"{tangent}def backward")
    code = replaced(code, "shrink(total, 3, tape)", "tangent(total, tape)")
    assert "    mean = math.tanh(total)\n" in after(code)


def test_a_name_in_an_operation_that_means_something_else() -> None:
    tangent = (
        "def tangent(node: Node, tape: Tape) -> Node:\n"
        "    numbers, slopes, families = tape\n"
        "    number = math.tanh(numbers[node])\n"
        "    return make_node(number, tape, (node,))\n\n\n"
    )
    code = replaced(BEFORE, "def backward", f"{tangent}def backward")
    call = "    math = 2\n    mean = tangent(total, tape)\n"
    code = replaced(code, "    mean = shrink(total, 3, tape)\n", call)
    assert "`math` to mean the same" in refused(code)


def test_a_negative_number_under_a_power() -> None:
    code = replaced(BEFORE, "shrink(total, 3, tape)", "shrink(total, -3, tape)")
    expected = "    reciprocal_of_minus_three = (-3) ** -1\n"
    assert expected in after(code)


def test_an_operation_on_nothing() -> None:
    zero = (
        "def zero(tape: Tape) -> Node:\n    return make_node(0, tape)\n\n\n"
        "def nothing(tape: Tape) -> Node:\n    return zero(tape)\n\n\n"
    )
    code = replaced(BEFORE, "def backward", f"{zero}def backward")
    code = replaced(code, "shrink(total, 3, tape)", "nothing(tape)")
    assert "    mean = 0\n" in after(code)


def test_a_number_that_an_operation_has_by_default_is_refused() -> None:
    code = replaced(
        BEFORE, "exponent: float, tape: Tape)", "tape: Tape, exponent: float = -1)"
    )
    code = replaced(code, "power(right, -1, tape)", "power(right, tape)")
    assert "`exponent` to mean the same" in refused(code)


def test_the_graph_passed_by_its_name() -> None:
    code = replaced(BEFORE, "print(show(row, tape))", "print(show(row, tape=tape))")
    assert "print(show(row, numbers=numbers))" in after(code)


def test_calls_between_functions_that_end() -> None:
    code = replaced(
        BEFORE,
        "def make_row",
        "def show_all(rows: list[range], tape: Tape) -> None:\n"
        "    for row in rows:\n"
        "        print(show(row, tape))\n\n\n"
        "def make_row",
    )
    code = replaced(
        code, "print(show(row, tape))\n    del", "show_all([row], tape)\n    del"
    )
    expected = (
        "def show_all(rows: list[range], numbers: list[float]) -> None:\n"
        "    for row in rows:\n"
        "        print(show(row, numbers))\n"
    )
    changed = after(code)
    assert expected in changed
    assert "    show_all([row], numbers)\nprint" in changed


def test_a_main_function_that_is_passed_the_graph() -> None:
    body = "".join(f"    {line}\n" for line in (TRAINING + SAMPLING).splitlines())
    unpack = "    numbers, slopes, families = tape\n"
    main = f"def main(row: range, tape: Tape) -> None:\n{unpack}{body}\n\n"
    changed = after(script(GRAPH, MODEL, SHOW, main, SETUP, "main(row, tape)\n"))
    assert "        print(show(row, numbers))\n    print(len(numbers))\n" in changed


def test_a_loop_that_goes_on_to_record_goes_on_to_forget() -> None:
    code = replaced(
        BEFORE,
        "    print(show(row, tape))\n",
        "    print(show(row, tape))\n    extra = make_node(2.0, tape)\n",
    )
    assert after(code).count("del numbers[kept:]") == 2
