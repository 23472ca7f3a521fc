"""Numbers that callers wrap: what is refused, the names of the constants, the order."""

from __future__ import annotations

import libcst as cst
import pytest
from statement_checks import outcome, rewritten

from codemods.facts.graph_class import find_graph_class
from codemods.facts.metadata import parse
from codemods.refusal import Refusal
from codemods.transforms.wrap_arguments import wrap_arguments

CLASS = """\
made: list[float] = []


class Value:
    def __init__(self, data: float, children: "tuple[Value, ...]" = ()) -> None:
        self.data: float = data
        self.children: tuple[Value, ...] = children
        made.append(data)


"""

WRAPPING = """\
def add_values(value: Value, other: Value | float) -> Value:
    if not isinstance(other, Value):
        other = Value(other)
    return Value(value.data + other.data, (value, other))


def multiply_values(value: Value, other: Value | float) -> Value:
    if not isinstance(other, Value):
        other = Value(other)
    return Value(value.data * other.data, (value, other))


"""

PLAIN = """\
def add_values(value: Value, other: Value) -> Value:
    return Value(value.data + other.data, (value, other))


def multiply_values(value: Value, other: Value) -> Value:
    return Value(value.data * other.data, (value, other))


"""

END = "print(made)\n"


def wrapped(module: cst.Module) -> cst.Module:
    return wrap_arguments(module, find_graph_class)[0]


REFUSED = [
    pytest.param(
        "def scale(other: Value | float) -> Value:\n"
        "    return add_values(Value(1), other)\n",
        "24:33: expected a number, or always a Value, found Value | float",
        id="a-union",
    ),
    pytest.param(
        "def scale(other) -> Value:\n    return add_values(Value(1), other)\n",
        "24:33: expected a number, or always a Value, found ?",
        id="an-unknown-argument",
    ),
    pytest.param(
        'add_values(Value(1), "2")\n',
        "23:22: expected a number, or always a Value, found str",
        id="neither-a-number-nor-an-object",
    ),
    pytest.param(
        "add = add_values\n",
        "23:7: expected `add_values` to be called and nothing else",
        id="a-function-as-a-value",
    ),
    pytest.param(
        "pair = (Value(1), 2)\nadd_values(*pair)\n",
        "24:12: expected arguments of `add_values` one by one, found `*`",
        id="arguments-in-a-tuple",
    ),
    pytest.param(
        "add_values(other=4, value=multiply_values(Value(2), Value(3)))\n",
        "23:21: expected nothing that may make objects behind the number, found a call",
        id="a-keyword-ahead-of-a-call-that-makes-objects",
    ),
]


@pytest.mark.parametrize(("code", "message"), REFUSED)
def test_refuses(code: str, message: str) -> None:
    with pytest.raises(Refusal) as refusal:
        wrapped(parse(CLASS + WRAPPING + code))
    assert message in str(refusal.value)


def test_refuses_a_default_that_is_wrapped() -> None:
    functions = WRAPPING.replace("other: Value | float", "other: Value | float = 1")
    with pytest.raises(Refusal) as refusal:
        wrapped(parse(CLASS + functions + "add_values(Value(2))\n"))
    assert "23:1: expected `other` to be passed, found its default" in str(
        refusal.value
    )


def test_refuses_a_module_without_such_a_class() -> None:
    with pytest.raises(Refusal, match="one class whose operators build a graph"):
        wrapped(parse("print(1)\n"))


def test_leaves_a_function_that_does_nothing_else() -> None:
    lines = WRAPPING.splitlines(keepends=True)[:3]
    module = parse(CLASS + "".join(lines) + "\n\n" + PLAIN.replace("add_", "sum_"))
    assert wrapped(module) is module


def test_without_wrapping_nothing_changes() -> None:
    module = parse(CLASS + PLAIN + "print(add_values(Value(1), Value(2)).data)\n")
    assert wrapped(module) is module


CASES = [
    pytest.param(
        "add_values(Value(1), Value(2))\n",
        "one_value = Value(1)\n"
        "two_value = Value(2)\n"
        "add_values(one_value, two_value)\n",
        id="objects",
    ),
    pytest.param(
        "pair = [Value(1), Value(2)]\nadd_values(pair[0], len(made))\n",
        "pair = [Value(1), Value(2)]\npair_item = pair[0]\n"
        "length_of_made_value = Value(len(made))\n"
        "add_values(pair_item, length_of_made_value)\n",
        id="an-entry-before-a-number",
    ),
    pytest.param(
        "square = Value(3)\nshifted = add_values(square, 1e-5)\n",
        "square = Value(3)\n"
        "epsilon_value = Value(1e-5)\n"
        "shifted = add_values(square, epsilon_value)\n",
        id="epsilon",
    ),
    pytest.param(
        "square = Value(3)\nnegative = multiply_values(square, -1)\n",
        "square = Value(3)\n"
        "minus_one_value = Value(-1)\n"
        "negative = multiply_values(square, minus_one_value)\n",
        id="minus-one",
    ),
    pytest.param(
        "rate: float = 0.5\n"
        "square = Value(3)\n"
        "scaled = multiply_values(square, rate)\n",
        "rate: float = 0.5\n"
        "square = Value(3)\n"
        "rate_value = Value(rate)\n"
        "scaled = multiply_values(square, rate_value)\n",
        id="a-variable",
    ),
    pytest.param(
        "square = Value(3)\nshifted = add_values(other=2, value=square)\n",
        "square = Value(3)\n"
        "two_value = Value(2)\n"
        "shifted = add_values(other=two_value, value=square)\n",
        id="keywords-in-another-order",
    ),
    pytest.param(
        "def shift(value: Value) -> Value:\n    return add_values(value, 2)\n\n\n"
        "shift(Value(1))\n",
        "def shift(value: Value) -> Value:\n"
        "    two_value = Value(2)\n"
        "    return add_values(value, two_value)\n\n\n"
        "shift(Value(1))\n",
        id="inside-a-function",
    ),
    pytest.param(
        "value = Value(1)\nfor _ in range(2):\n    value = add_values(value, 2)\n",
        "value = Value(1)\n"
        "for _ in range(2):\n"
        "    two_value = Value(2)\n"
        "    value = add_values(value, two_value)\n",
        id="once-an-iteration",
    ),
]


@pytest.mark.parametrize(("before", "after"), CASES)
def test_wraps(before: str, after: str) -> None:
    code = CLASS + WRAPPING + before + END
    found = rewritten(wrapped, code)
    assert found == CLASS + PLAIN + after + END
    assert outcome(found) == outcome(code)


ORDERED = [
    pytest.param(
        "add_values(multiply_values(Value(2), 3), 4)\n", id="a-call-that-makes-objects"
    ),
    pytest.param(
        "[add_values(Value(2), number) for number in [1, 2]]\n", id="a-comprehension"
    ),
    pytest.param("len(made) > 3 and add_values(Value(2), 3)\n", id="not-evaluated"),
    pytest.param(
        "while len(made) < 9 and add_values(Value(2), 3).data > 2:\n    print(made)\n",
        id="a-test-of-a-loop",
    ),
    pytest.param(
        "def later(value: Value = add_values(Value(1), 2)) -> Value:\n"
        "    return add_values(value, 3)\n\n\nlater()\n",
        id="a-default",
    ),
]


@pytest.mark.parametrize("code", ORDERED)
def test_makes_objects_in_the_same_order(code: str) -> None:
    code = CLASS + WRAPPING + code + END
    after = rewritten(wrapped, code)
    assert "isinstance" not in after
    assert outcome(after) == outcome(code)
    assert outcome(code)[1] == "well"


def test_comments_on_a_test_leave_with_it() -> None:
    test = "    if not isinstance(other, Value):\n"
    commented = WRAPPING.replace(test, f"    # numbers too\n{test}        # once\n", 1)
    made = "    return Value(value.data + other.data"
    kept = f"    # of both\n{made}"
    commented = commented.replace(made, kept)
    after, lost = wrap_arguments(parse(CLASS + commented), find_graph_class)
    assert sorted(lost) == ["# numbers too", "# once"]
    assert after.code == CLASS + PLAIN.replace(made, kept)
