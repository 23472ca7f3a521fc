"""Tests of what a parameter is: those that calls answer, and those that stay."""

from __future__ import annotations

import libcst as cst
import pytest
from statement_checks import outcome, rewritten

from codemods.facts.graph_class import find_graph_class
from codemods.facts.metadata import parse
from codemods.refusal import Refusal
from codemods.transforms.decide_type_tests import decide_type_tests

HEAD = """\
class Value:
    def __init__(self, data: float, children: "tuple[Value, ...]" = ()) -> None:
        self.data: float = data
        self.children: tuple[Value, ...] = children


def add_values(value: Value, other: Value) -> Value:
    return Value(value.data + other.data, (value, other))


def multiply_values(value: Value, other: Value) -> Value:
    return Value(value.data * other.data, (value, other))


a: Value = Value(2)


"""
POWER = "def power(value: Value, other: {kind}) -> Value:\n"
DONE = "    return Value(value.data**other, (value,))\n\n\n"
CALL = "print(power(a, {other}).data)\n"


def decided(module: cst.Module) -> cst.Module:
    return decide_type_tests(module, find_graph_class)[0]


def script(body: str, other: str = "3", kind: str = "float") -> str:
    return HEAD + POWER.format(kind=kind) + body + DONE + CALL.format(other=other)


KEPT = [
    pytest.param(
        "    assert isinstance(other, float)\n", "3.0", id="a-float-or-an-int"
    ),
    pytest.param("    assert isinstance(other, str)\n", "3", id="an-assertion-to-fail"),
    pytest.param("    assert other > 2\n", "3", id="a-test-of-the-number"),
    pytest.param(
        "    assert isinstance(other, int) and other > 2\n", "3", id="both-at-once"
    ),
    pytest.param(
        "    isinstance = print\n    assert isinstance(other, int) is None\n",
        "3",
        id="another-isinstance",
    ),
    pytest.param(
        "    if not isinstance(other, float):\n        other = float(other)\n",
        "3",
        id="a-conversion",
    ),
    pytest.param(
        "    if isinstance(other, int):\n        other = float(other)\n",
        "3",
        id="a-conversion-that-is-always-made",
    ),
    pytest.param(
        "    other = float(other)\n    assert isinstance(other, int)\n",
        "3",
        id="behind-a-conversion",
    ),
    pytest.param(
        "    for _ in range(2):\n"
        "        if isinstance(other, int):\n"
        "            print(other)\n"
        "        other = 0.5\n",
        "3",
        id="ahead-of-a-conversion-in-a-loop",
    ),
    pytest.param("    assert isinstance(a, Value)\n", "3", id="no-parameter"),
]


@pytest.mark.parametrize(("body", "other"), KEPT)
def test_keeps(body: str, other: str) -> None:
    code = script(body, other)
    assert rewritten(decided, code) == code


UNKNOWN = [
    pytest.param("for number in [a, 2]:\n    power(a, number)\n", id="objects-too"),
    pytest.param("def f(x):\n    power(a, x)\n", id="of-no-type"),
]


@pytest.mark.parametrize("call", UNKNOWN)
def test_keeps_what_one_call_does_not_tell(call: str) -> None:
    code = script("    assert isinstance(other, (int, float))\n") + call
    assert rewritten(decided, code) == code


def test_keeps_what_no_call_tells() -> None:
    code = script("    assert isinstance(other, int)\n").replace(CALL[:5], "str")
    code = code[: code.index("str(power")]
    assert rewritten(decided, code) == code


def test_keeps_tests_in_functions_of_no_objects() -> None:
    code = (
        "def show(x: float) -> None:\n"
        "    assert isinstance(x, float)\n"
        "    print(x)\n\n\n"
        "show(1.5)\nprint(list(map(show, [1.5])))\n"
    )
    assert rewritten(decided, HEAD + code) == HEAD + code


def test_looks_at_functions_by_their_names() -> None:
    module = parse(script("    assert isinstance(other, int)\n"))
    assert decide_type_tests(module, find_graph_class, ["add_values"])[0] is module
    after, _ = decide_type_tests(module, find_graph_class, ["power"])
    assert after.code == script("")


def test_refuses_a_function_as_a_value() -> None:
    code = script("    assert isinstance(other, int)\n") + "print(power)\n"
    with pytest.raises(Refusal, match="expected `power` to be called and nothing else"):
        decided(parse(code))


DECIDED = [
    pytest.param(
        '    assert isinstance(other, (int, float)), "no"\n', "", id="asserted"
    ),
    pytest.param(
        "    assert isinstance(value, Value)\n    assert isinstance(other, int)\n",
        "",
        id="several",
    ),
    pytest.param(
        "    if not isinstance(other, (int, float)):\n        raise TypeError(other)\n",
        "",
        id="raised",
    ),
    pytest.param(
        "    if isinstance(other, Value):\n"
        "        return multiply_values(value, other)\n",
        "",
        id="early-for-others",
    ),
    pytest.param(
        "    if isinstance(other, Value):\n"
        "        print(0)\n"
        "    elif isinstance(other, int):\n"
        "        print(1)\n"
        "    else:\n"
        "        print(2)\n",
        "    print(1)\n",
        id="a-chain",
    ),
    pytest.param(
        "    if value.data > 1:\n"
        "        print(0)\n"
        "    elif isinstance(other, Value):\n"
        "        print(1)\n"
        "    else:\n"
        "        print(2)\n",
        "    if value.data > 1:\n        print(0)\n    else:\n        print(2)\n",
        id="inside-a-chain",
    ),
    pytest.param(
        "    if value.data > 1:\n"
        "        print(0)\n"
        "    elif isinstance(other, int):\n"
        "        print(1)\n"
        "    else:\n"
        "        print(2)\n",
        "    if value.data > 1:\n        print(0)\n    else:\n        print(1)\n",
        id="the-end-of-a-chain",
    ),
    pytest.param(
        "    while value.data > 9:\n        assert isinstance(other, int)\n",
        "    while value.data > 9:\n        pass\n",
        id="all-of-a-block",
    ),
    pytest.param(
        "    assert isinstance(other, int)\n    other = 0.5\n",
        "    other = 0.5\n",
        id="ahead-of-another-value",
    ),
]


@pytest.mark.parametrize(("before", "after"), DECIDED)
def test_decides(before: str, after: str) -> None:
    code = script(before)
    found = rewritten(decided, code)
    assert found == script(after)
    assert outcome(found) == outcome(code)
    assert outcome(code)[1] == "well"


def test_what_stands_behind_a_return_leaves_with_its_comments() -> None:
    early = (
        "    # a number\n"
        "    if isinstance(other, int):\n"
        "        # at once\n"
        "        return Value(value.data + other)\n"
    )
    rest = (
        "    if not isinstance(other, Value):  # wrap\n        other = Value(other)\n"
    )
    done = DONE.replace("value.data**other", "value.data + other.data")
    code = HEAD + POWER.format(kind="float") + early + rest + done
    code += CALL.format(other="3")
    after, lost = decide_type_tests(parse(code), find_graph_class)
    assert lost == ("# a number", "# wrap")
    assert after.code == HEAD + POWER.format(kind="float") + (
        "    # at once\n    return Value(value.data + other)\n\n\n"
    ) + CALL.format(other="3")
    assert outcome(after.code) == outcome(code)
