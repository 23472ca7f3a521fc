"""Lines that move ahead of loops: what stays, what moves, and what it computes."""

from __future__ import annotations

from textwrap import indent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statement_checks import outcome, rewritten

from codemods.facts.metadata import parse
from codemods.transforms.hoist_invariants import hoist_invariants

HEAD = """\
import math
import random

width: int = 16
rate: float = 0.5


def show(number: float) -> float:
    print(number)
    return number


def extend(row: list[float]) -> None:
    row.append(1.0)


"""

TAIL = """\


print(total([1.0, 2.0], 3, 0.5))
print(total([], 3, 0.5))
"""


def function(body: str) -> str:
    """A function that is called with a list of two, and with an empty one."""
    first = "def total(row: list[float], step: int, scale: float) -> float:\n"
    return HEAD + first + indent(body, "    ") + TAIL


def loop(body: str, before: str = "", after: str = "") -> str:
    """A function with a loop over the items of its list."""
    head = f"{before}result: float = 0.0\nfor item in row:\n"
    return function(head + indent(body, "    ") + after + "return result\n")


def unknown(code: str) -> str:
    """The same, but nobody knows beforehand what the number of the step is."""
    return code.replace(", 3, 0.5)", ', int("3"), 0.5)')


LEFT = [
    pytest.param(
        loop("shown = show(scale)\nresult = result + shown\n"), id="a-call-that-prints"
    ),
    pytest.param(
        loop("drawn = random.random()\nresult = result + drawn\n"), id="a-random-number"
    ),
    pytest.param(
        loop("power = math.exp(scale)\nresult = result + power\n"),
        id="a-function-that-may-fail",
    ),
    pytest.param(
        loop("product = scale * item\nresult = result + product\n"),
        id="what-the-loop-binds",
    ),
    pytest.param(
        loop("step = step + 1\ndouble = step * 2\nresult = result + double\n"),
        id="an-operand-that-is-counted",
    ),
    pytest.param(
        loop("double = step * 2\nstep += 1\nresult = result + double\n"),
        id="an-operand-that-is-updated-below",
    ),
    pytest.param(
        loop("first = row[0]\nrow[0] = 4.0\nresult = result + first\n"),
        id="an-item-that-is-assigned",
    ),
    pytest.param(
        loop(
            "size = len(grown)\ngrown.append(item)\nresult = result + size\n",
            before="grown: list[float] = []\n",
        ),
        id="the-length-of-a-list-that-grows",
    ),
    pytest.param(
        loop(
            "size = len(grown)\nextend(grown)\nresult = result + size\n",
            before="grown: list[float] = []\n",
        ),
        id="the-length-of-a-list-that-a-function-gets",
    ),
    pytest.param(
        loop(
            "size = len(grown)\nalias.append(item)\nresult = result + size\n",
            before="grown: list[float] = []\nalias: list[float] = grown\n",
        ),
        id="the-length-of-a-list-with-another-name",
    ),
    pytest.param(
        unknown(loop("quotient = 1 / step\nresult = result + quotient\n")),
        id="a-division-by-what-may-be-zero",
    ),
    pytest.param(
        unknown(loop("power = scale**step\nresult = result + power\n")),
        id="a-power-of-anything",
    ),
    pytest.param(
        unknown(loop("part = step * scale\nresult = result + part\n")),
        id="an-integer-that-may-be-no-float",
    ),
    pytest.param(
        loop(
            "result = result + double\ndouble = step * 2\n",
            before="double = 1\n",
        ),
        id="a-name-that-is-read-with-another-value",
    ),
    pytest.param(
        loop(
            "double = step * 2\nresult = result + double\n",
            before="double = 1\n",
            after="result = result + double\n",
        ),
        id="a-name-that-is-read-below",
    ),
    pytest.param(
        loop(
            "double = step * 2\nresult = result + double\n",
            before="if step > 5:\n    double = 1\n",
            after="if step > 5:\n    result = result + double\n",
        ),
        id="a-name-that-is-bound-on-some-paths",
    ),
    pytest.param(
        loop("double = step * 2\nresult = result + double\ndouble = step * 3\n"),
        id="a-name-that-is-bound-twice",
    ),
    pytest.param(
        loop("if item > 1:\n    double = step * 2\n    result = result + double\n"),
        id="under-a-condition",
    ),
    pytest.param(
        loop(
            "double = part * 2\nresult = result + double\n",
            before="if step > 5:\n    part = step * 7\n",
        ).replace("[1.0, 2.0], 3", "[1.0, 2.0], 6"),
        id="an-operand-that-may-be-unbound",
    ),
    pytest.param(
        loop(
            "total_of_both = step * 2\nresult = result + twice()\n",
            before="def twice() -> int:\n    return total_of_both\n\n",
        ),
        id="a-name-that-another-function-reads",
    ),
    pytest.param(loop("double = step * 2\n"), id="a-loop-that-does-nothing-else"),
    pytest.param(
        loop("copied = scale\nresult = result + copied\n"), id="another-name-for-it"
    ),
    pytest.param(
        loop(
            "text = name * 2\nresult = result + len(text)\n", before='name: str = "a"\n'
        ),
        id="what-is-no-number",
    ),
    pytest.param(
        loop(
            "both = [scale] * 2\nboth.append(item)\nresult = result + len(both)\n",
        ),
        id="a-list-of-its-own",
    ),
    pytest.param(
        function(
            "try:\n    for item in row:\n        double = step * 2\n"
            "        print(1 / 0, double)\n"
            "except ZeroDivisionError:\n    print(double)\nreturn scale\n"
        ),
        id="where-a-failure-is-caught",
    ),
    pytest.param(
        loop("quotient = step / width\nresult = result + quotient\n").replace(
            "width: int = 16\n", "width: int = 16\nwidth = 0\n"
        ),
        id="a-setting-that-is-rebound",
    ),
    pytest.param(
        loop("globals()['rate'] = 1\ndouble = step * 2\nresult = result + double\n"),
        id="a-look-up-of-all-names",
    ),
    pytest.param(
        HEAD + "def set_width() -> None:\n    global width\n    width = 3\n\n\n"
        "for item in [1, 2]:\n    double = width * 2\n    print(double)\n"
        "    set_width()\n",
        id="a-global-variable",
    ),
    pytest.param(
        HEAD + "def show_double() -> None:\n    print(double)\n\n\n"
        "for item in [1, 2]:\n    double = width * 2\n    show_double()\n",
        id="a-variable-of-the-module-that-functions-read",
    ),
    pytest.param(
        "class Number:\n    def __mul__(self, other):\n        print(other)\n"
        "        return 1\n\n\n"
        "number = Number()\nfor item in [1, 2]:\n    double = number * 2\n"
        "    print(double)\n",
        id="an-operator-of-a-class",
    ),
    pytest.param(
        unknown(
            function(
                "for index in range(width):\n    show(scale)\n"
                "    quotient = 1 / step\n    show(quotient)\nreturn scale\n"
            )
        ),
        id="a-failure-behind-other-work",
    ),
]


SOFTMAX = (
    "greatest = max(row)\n"
    "powers: list[float] = []\n"
    "for item in row:\n"
    "    power = math.exp(item - greatest)\n"
    "    powers.append(power)\n"
    "result: float = 0.0\n"
    "for power in powers:\n"
    "    result = result + power\n"
    "shares: list[float] = [0.0] * len(powers)\n"
    "for index in reversed(range(len(powers))):\n"
    "    power = powers[index]\n"
    "    reciprocal = result**-1\n"
    "    shares[index] += power * reciprocal\n"
    "    square = result**-2\n"
    "    shares[index] += square\n"
    "print(shares)\n"
    "return result\n"
)


def changed(old: str, new: str) -> str:
    """The softmax of a list with one passage replaced."""
    assert SOFTMAX.count(old) == 1
    return function(SOFTMAX.replace(old, new))


COUNTED = SOFTMAX.replace(
    "shares: list[float] = [0.0] * len(powers)\n"
    "for index in reversed(range(len(powers))):\n",
    "size = len(powers)\n"
    "shares: list[float] = [0.0] * size\n"
    "for index in reversed(range(size)):\n",
)

PERHAPS_EMPTY = [
    pytest.param(
        function(COUNTED.replace("shares:", "size = size - 1\nshares:")),
        id="a-length-that-is-another-number",
    ),
    pytest.param(
        function(COUNTED.replace("size = ", "if step > 1:\n    size = ")),
        id="a-length-that-may-be-that-of-another-list",
    ),
    pytest.param(
        function(COUNTED.replace("size = ", "powers.pop()\nsize = ")),
        id="the-length-of-a-list-that-lost-an-item",
    ),
    pytest.param(changed("max(row)", "scale"), id="a-list-that-may-be-empty"),
    pytest.param(
        changed(
            "    powers.append(power)\n",
            "    if power > 2:\n        powers.append(power)\n",
        ),
        id="an-item-on-a-condition",
    ),
    pytest.param(
        changed(
            "    powers.append", "    if power < 2:\n        break\n    powers.append"
        ),
        id="a-loop-that-is-left",
    ),
    pytest.param(
        changed("result: float", "powers.pop()\nresult: float"),
        id="an-item-that-leaves",
    ),
    pytest.param(
        changed("result: float", "del row[0]\nresult: float"),
        id="an-item-that-leaves-another-list",
    ),
    pytest.param(
        changed("result: float", "powers = []\nresult: float"), id="another-list"
    ),
    pytest.param(
        changed(
            "    powers.append(power)\n", "    powers.append(power)\n    powers = []\n"
        ),
        id="another-list-in-each-turn",
    ),
    pytest.param(
        changed("    power = powers", "    print(index)\n    power = powers"),
        id="output-ahead-of-the-failure",
    ),
    pytest.param(
        changed("    power = powers", "    show(scale)\n    power = powers"),
        id="a-function-ahead-of-the-failure",
    ),
    pytest.param(
        changed(
            "    power = powers", "    if index > 9:\n        break\n    power = powers"
        ),
        id="a-loop-that-may-be-left-before",
    ),
    pytest.param(
        function(SOFTMAX).replace(
            "print(total([], 3, 0.5))\n",
            "try:\n    print(total([], 3, 0.5))\nexcept ValueError:\n    print(0)\n",
        ),
        id="a-program-that-goes-on",
    ),
]


@pytest.mark.parametrize("code", PERHAPS_EMPTY)
def test_leaves_what_may_fail_where_it_did_not_run(code: str) -> None:
    assert hoist_invariants(parse(code)).code == code


@pytest.mark.parametrize("code", LEFT)
def test_leaves(code: str) -> None:
    assert hoist_invariants(parse(code)).code == code


MOVED = [
    pytest.param(
        "result: float = 0.0\n"
        "for item in row:\n"
        "    next_step = step + 1\n"
        "    power = rate**next_step\n"
        "    rest = 1 - power\n"
        "    result = result + item / rest\n"
        "return result\n",
        "result: float = 0.0\n"
        "next_step = step + 1\n"
        "power = rate**next_step\n"
        "rest = 1 - power\n"
        "for item in row:\n"
        "    result = result + item / rest\n"
        "return result\n",
        id="a-chain",
    ),
    pytest.param(
        "result: float = 0.0\n"
        "for index in range(width):\n"
        "    for item in row:\n"
        "        root = width**0.5\n"
        "        reciprocal = root**-1\n"
        "        offset = index * width\n"
        "        result = result + reciprocal * offset\n"
        "return result\n",
        "result: float = 0.0\n"
        "root = width**0.5\n"
        "reciprocal = root**-1\n"
        "for index in range(width):\n"
        "    offset = index * width\n"
        "    for item in row:\n"
        "        result = result + reciprocal * offset\n"
        "return result\n",
        id="as-far-as-it-goes",
    ),
    pytest.param(
        "result: float = 0.0\n"
        "\n"
        "# Add them up.\n"
        "for item in row:\n"
        "    # twice the scale\n"
        "    double: float = scale * 2  # once\n"
        "\n"
        "    # the sum so far\n"
        "    result = result + double\n"
        "return result\n",
        "result: float = 0.0\n"
        "\n"
        "# twice the scale\n"
        "double: float = scale * 2  # once\n"
        "# Add them up.\n"
        "for item in row:\n"
        "\n"
        "    # the sum so far\n"
        "    result = result + double\n"
        "return result\n",
        id="comments",
    ),
    pytest.param(
        "result: float = 0.0\n"
        "for item in row:\n"
        "    # Add twice the item.\n"
        "    double = scale * 2\n"
        "    product = item * double\n"
        "    # Add half of it.\n"
        "    half = scale / 2\n"
        "\n"
        "    result = result + product * half\n"
        "return result\n",
        "result: float = 0.0\n"
        "double = scale * 2\n"
        "# Add half of it.\n"
        "half = scale / 2\n"
        "for item in row:\n"
        "    # Add twice the item.\n"
        "    product = item * double\n"
        "\n"
        "    result = result + product * half\n"
        "return result\n",
        id="a-comment-on-what-stays-as-well",
    ),
    pytest.param(
        "result: float = 0.0\n"
        "for item in row:\n"
        "    size = len(row)\n"
        "    row[0] = item\n"
        "    result = result + size\n"
        "return result\n",
        "result: float = 0.0\n"
        "size = len(row)\n"
        "for item in row:\n"
        "    row[0] = item\n"
        "    result = result + size\n"
        "return result\n",
        id="a-length-that-stays",
    ),
    pytest.param(
        "words: list[str] = []\n"
        "for item in row:\n"
        "    size = len(row)\n"
        "    words.append(str(size))\n"
        "return scale\n",
        "words: list[str] = []\n"
        "size = len(row)\n"
        "for item in row:\n"
        "    words.append(str(size))\n"
        "return scale\n",
        id="the-length-of-another-list",
    ),
    pytest.param(
        "result: float = 0.0\n"
        "for index in reversed(range(width)):\n"
        "    power = math.exp(scale)\n"
        "    result = result + power * index\n"
        "print(power)\n"
        "return result\n",
        "result: float = 0.0\n"
        "power = math.exp(scale)\n"
        "for index in reversed(range(width)):\n"
        "    result = result + power * index\n"
        "print(power)\n"
        "return result\n",
        id="what-may-fail-first-thing-in-a-loop-that-runs",
    ),
    pytest.param(
        "result: float = 0.0\n"
        "for item in row:\n"
        "    angle = math.pi * scale\n"
        "    is_steep = angle > 1\n"
        "    lesser = min(angle, scale)\n"
        "    if is_steep:\n"
        "        result = result - lesser\n"
        "return result\n",
        "result: float = 0.0\n"
        "angle = math.pi * scale\n"
        "is_steep = angle > 1\n"
        "lesser = min(angle, scale)\n"
        "for item in row:\n"
        "    if is_steep:\n"
        "        result = result - lesser\n"
        "return result\n",
        id="functions-and-comparisons",
    ),
    pytest.param(
        "count = 0\n"
        "while count < 3:\n"
        "    double = step * 2\n"
        "    count = count + double\n"
        "return count\n",
        "count = 0\n"
        "double = step * 2\n"
        "while count < 3:\n"
        "    count = count + double\n"
        "return count\n",
        id="out-of-a-while-loop",
    ),
    pytest.param(
        "result: float = 0.0\n"
        "for item in row:\n"
        "    double = scale * 2\n"
        "    result = result + double\n"
        "for item in row:\n"
        "    double = scale * 2\n"
        "    result = result - double * item\n"
        "return result\n",
        "result: float = 0.0\n"
        "double = scale * 2\n"
        "for item in row:\n"
        "    result = result + double\n"
        "for item in row:\n"
        "    result = result - double * item\n"
        "return result\n",
        id="the-same-of-two-loops",
    ),
]


@pytest.mark.parametrize(("before", "after"), MOVED)
def test_moves(before: str, after: str) -> None:
    found = rewritten(hoist_invariants, function(before))
    assert found == function(after)
    assert outcome(found) == outcome(function(before))


@pytest.mark.parametrize("body", [SOFTMAX, COUNTED], ids=["length", "counted"])
def test_moves_out_of_loops_over_lists_that_hold_something(body: str) -> None:
    before = body
    moving = ("    reciprocal = result**-1\n", "    square = result**-2\n")
    for line in moving:
        body = body.replace(line, "")
    ahead = "".join(line.strip() + "\n" for line in moving)
    body = body.replace("for index in reversed", f"{ahead}for index in reversed")
    code = function(before).replace("print(total([], 3, 0.5))\n", "")
    after = function(body).replace("print(total([], 3, 0.5))\n", "")
    assert rewritten(hoist_invariants, code) == after
    assert outcome(after) == outcome(code)
    assert outcome(after)[1] == "well"


def test_moves_out_of_the_loops_of_the_main_sequence() -> None:
    before = (
        "names: list[str] = ['a', 'b']\n"
        "number_of_names: int = len(names)\n"
        "print(number_of_names)\n"
        "for step in range(3):\n"
        "    # Take one.\n"
        "    number_of_names = len(names)\n"
        "    index = step % number_of_names\n"
        "    print(names[index])\n"
    )
    after = before.replace("    number_of_names = len(names)\n", "")
    assert rewritten(hoist_invariants, before) == after
    assert outcome(after) == outcome(before)


NAMES = ("first", "second", "third")
FLOATS = st.floats(-4, 4).map(lambda number: round(number, 3))


@st.composite
def operations(draw: st.DrawFn) -> str:
    """One operation, which may fail, on two names or numbers."""
    names = st.sampled_from((*NAMES, "item", "size", "width", "rate"))
    left, right = draw(names), draw(names | FLOATS.map(repr))
    operator = draw(st.sampled_from(("+", "-", "*", "/", "**", "<")))
    return draw(
        st.sampled_from(
            (f"{left} {operator} {right}", f"abs({left})", "len(row)", "max(values)")
        )
    )


@st.composite
def blocks(draw: st.DrawFn, depth: int = 0) -> list[str]:
    """Assignments, changes of a list, conditions and loops."""
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(("name", "name", "name", "list", "if", "loop")))
        name = draw(st.sampled_from(NAMES))
        if kind == "name" or (depth > 1 and kind in ("if", "loop")):
            lines.append(f"{name} = {draw(operations())}")
        elif kind == "list":
            change = draw(st.sampled_from(("row[0] = {}", "row.append({})")))
            lines.append(change.format(name))
        else:
            heads = (
                ("if item < 1:", f"if {name} < 1:")
                if kind == "if"
                else ("for item in values:", "for size in range(2):", "for size in ():")
            )
            lines.append(draw(st.sampled_from(heads)))
            lines += [f"    {line}" for line in draw(blocks(depth + 1))]
    return lines


@settings(max_examples=40, deadline=None)
@given(body=blocks(), numbers=st.tuples(FLOATS, FLOATS, FLOATS))
def test_computes_the_same(body: list[str], numbers: tuple[float, ...]) -> None:
    """Every variable is the same to the last bit, and so is whether it fails."""
    lines = "".join(f"    {line}\n" for line in body)
    arguments = ", ".join(map(repr, numbers))
    before = (
        "width: int = 3\nrate: float = 0.5\n\n\n"
        "def compute(first: float, second: float, third: float,"
        " row: list[float], values: list[float]) -> None:\n"
        "    item: float = 0.5\n    size: int = 2\n"
        f"{lines}    print(first, second, third, row, item, size)\n\n\n"
        f"compute({arguments}, [0.25], [1.5, -0.5, 1.5])\n"
        f"compute({arguments}, [0.25], [])\n"
    )
    after = hoist_invariants(parse(before)).code
    assert hoist_invariants(parse(after)).code == after
    (printed, ending), (expected, expected_ending) = map(outcome, (after, before))
    assert printed == expected
    assert (ending == "well") is (expected_ending == "well")
