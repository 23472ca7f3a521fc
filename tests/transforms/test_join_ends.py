"""Objects made at several ends of a function: which are joined, and which stay."""

from __future__ import annotations

import libcst as cst
import pytest
from statement_checks import outcome, rewritten

from codemods.facts.graph_class import find_graph_class
from codemods.facts.metadata import parse
from codemods.transforms.join_ends import join_ends

HEAD = """\
class Value:
    def __init__(
        self,
        data: float,
        children: "tuple[Value, ...]" = (),
        slopes: tuple[float, ...] = (),
    ) -> None:
        self.data: float = data
        self.children: tuple[Value, ...] = children
        self.slopes: tuple[float, ...] = slopes


def add_values(value: Value, other: Value) -> Value:
    return Value(value.data + other.data, (value, other), (1, 1))


def subtract_values(value: Value, other: Value) -> Value:
    return Value(value.data - other.data, (value, other), (1, -1))


def choose(value: Value, other: Value) -> Value:
"""
END = """

for x in (-1.5, 0.5, 2.0):
    for y in (-0.5, 2.5):
        made = choose(Value(x), Value(y))
        print(made.data, [child.data for child in made.children], made.slopes)
"""


def joined(module: cst.Module) -> cst.Module:
    return join_ends(module, find_graph_class)


KEPT = [
    pytest.param(
        "    if value.data > 0:\n"
        "        return Value(value.data, (value,), (1.0,))\n"
        "    return Value(other.data, (value, other), (0.0, 1.0))\n",
        id="more-children",
    ),
    pytest.param(
        "    if value.data > 0:\n"
        "        return Value(value.data, (value,), (1.0,))\n"
        "    return Value(0.0)\n",
        id="fewer-arguments",
    ),
    pytest.param(
        "    if value.data > 0:\n"
        "        return Value(2 * value.data, (value,), (2.0,))\n"
        "    return Value(value.data, (value,), (1.0,))\n",
        id="an-argument-that-is-computed",
    ),
    pytest.param(
        "    if value.data > 0:\n"
        "        return Value(value.data, slopes=(1.0,))\n"
        "    return Value(value.data, slopes=(0.0,))\n",
        id="keywords",
    ),
    pytest.param(
        "    if value.data > 0:\n        return value\n    return Value(0.0)\n",
        id="an-object-that-is-there",
    ),
    pytest.param(
        "    if value.data > 0:\n        return Value(1)\n    return Value(1)\n",
        id="no-difference",
    ),
    pytest.param(
        "    if value.data > 0:\n"
        "        return Value(1)\n"
        "    elif other.data > 0:\n"
        "        return Value(2)\n"
        "    return Value(3)\n",
        id="a-chain",
    ),
    pytest.param(
        "    for number in (1, 2):\n"
        "        if number > value.data:\n"
        "            return Value(1)\n"
        "    return Value(2)\n",
        id="in-a-loop",
    ),
    pytest.param("    return add_values(value, other)\n", id="one-end"),
]


@pytest.mark.parametrize("body", KEPT)
def test_keeps(body: str) -> None:
    assert rewritten(joined, HEAD + body + END) == HEAD + body + END


def test_keeps_methods() -> None:
    method = (
        "    def choose(self) -> Value:\n"
        "        if self.data > 0:\n            return Value(1)\n"
        "        return Value(2)\n"
    )
    code = HEAD.replace("\n\ndef add", f"\n{method}\n\ndef add") + "    return value\n"
    assert rewritten(joined, code) == code


JOINED = [
    pytest.param(
        "    if value.data > 0:\n"
        "        return Value(value.data, (value,), (1.0,))\n"
        "    return Value(0.0, (value,), (0.0,))\n",
        "    if value.data > 0:\n"
        "        data = value.data\n"
        "        slope = 1.0\n"
        "    else:\n"
        "        data = 0.0\n"
        "        slope = 0.0\n"
        "    return Value(data, (value,), (slope,))\n",
        id="early",
    ),
    pytest.param(
        "    if value.data > other.data:\n"
        "        return Value(value.data, (value, other), (1, 0))\n"
        "    else:\n"
        "        return Value(other.data, (value, other), (0, 1))\n",
        "    if value.data > other.data:\n"
        "        data = value.data\n"
        "        slope = 1\n"
        "        second_slope = 0\n"
        "    else:\n"
        "        data = other.data\n"
        "        slope = 0\n"
        "        second_slope = 1\n"
        "    return Value(data, (value, other), (slope, second_slope))\n",
        id="otherwise",
    ),
    pytest.param(
        "    if value.data > other.data:\n"
        "        return Value(0, (value,), (1,))\n"
        "    return Value(other.data, (other,), (1,))\n",
        "    if value.data > other.data:\n"
        "        data: float = 0\n"
        "        child = value\n"
        "    else:\n"
        "        data = other.data\n"
        "        child = other\n"
        "    return Value(data, (child,), (1,))\n",
        id="of-two-types",
    ),
    pytest.param(
        "    if value.data > 0:\n"
        "        # on\n"
        "        return Value(1)  # one\n"
        "\n"
        "    half = value.data / 2\n"
        "    # off\n"
        "    return Value(half)\n",
        "    if value.data > 0:\n"
        "        # on\n"
        "        # one\n"
        "        data: float = 1\n"
        "    else:\n"
        "        half = value.data / 2\n"
        "        # off\n"
        "        data = half\n"
        "    return Value(data)\n",
        id="comments-and-lines-before-the-end",
    ),
    pytest.param(
        "    data = value.data\n"
        "    if data > 0:\n"
        "        return Value(data)\n"
        "    return Value(0.0)\n",
        "    data = value.data\n"
        "    if data > 0:\n"
        "        second_data = data\n"
        "    else:\n"
        "        second_data = 0.0\n"
        "    return Value(second_data)\n",
        id="a-name-that-is-taken",
    ),
    pytest.param(
        "    if value.data > 1:\n"
        "        return Value(1.0)\n"
        "    if other.data > 1:\n"
        "        return Value(2.0)\n"
        "    return Value(3.0)\n",
        "    if value.data > 1:\n"
        "        second_data = 1.0\n"
        "    else:\n"
        "        if other.data > 1:\n"
        "            data = 2.0\n"
        "        else:\n"
        "            data = 3.0\n"
        "        second_data = data\n"
        "    return Value(second_data)\n",
        id="several",
    ),
]


@pytest.mark.parametrize(("before", "after"), JOINED)
def test_joins(before: str, after: str) -> None:
    found = rewritten(joined, HEAD + before + END)
    assert found == HEAD + after + END
    assert outcome(found) == outcome(HEAD + before + END)
    assert outcome(found)[1] == "well"


def test_needs_the_class() -> None:
    module = parse(HEAD + "    return value\n")
    assert joined(module) is module
