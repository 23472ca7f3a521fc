"""Operators of a class, replaced by calls of functions that do the same."""

from __future__ import annotations

from collections.abc import Collection
from textwrap import dedent

import libcst as cst
import pytest
from statement_checks import outcome

from codemods.facts.find_nodes import find
from codemods.facts.metadata import parse
from codemods.facts.observed_types import ObservedTypes, observe_types
from codemods.layout import format_source
from codemods.refusal import Refusal
from codemods.transforms.replace_operators import replace_operators

HEAD = """\
made: list[int] = []


class {name}:
    def __init__(self, data: float) -> None:
        made.append(len(made))
        self.data: float = data

"""
ADD = """\
    def __add__(self, other: "Value | float") -> "Value":
        if not isinstance(other, Value):
            other = Value(other)
        return Value(self.data + other.data)

"""
RADD = """\
    def __radd__(self, other: float) -> "Value":
        return self + other

"""
NEG = """\
    def __neg__(self) -> "Value":
        return Value(-self.data)

"""
SUB = """\
    def __sub__(self, other: "Value | float") -> "Value":
        negative = -other
        return self + negative

"""
POW = """\
    def __pow__(self, other: float) -> "Value":
        return Value(self.data**other)

"""
SCALE = """\
    def __mul__(self, other: "Value | float") -> "Value":
        if isinstance(other, (int, float)):
            return Value(self.data * other)
        if not isinstance(other, Value):
            other = Value(other)
        return Value(self.data * other.data)

"""
LESS = """\
    def __lt__(self, other: "Value") -> bool:
        return self.data < other.data

"""
TAIL = """\

a: Value = Value(1.5)
b: Value = Value(2.5)
"""
END = "print(made, a.data, b.data)\n"

ADD_VALUES = """\
def add_values(value: Value, other: Value | float) -> Value:
    if not isinstance(other, Value):
        other = Value(other)
    return Value(value.data + other.data)
"""
NEGATE = """\
def negate_value(value: Value) -> Value:
    return Value(-value.data)
"""


def script(methods: str, code: str, *, name: str = "Value") -> str:
    text = HEAD.format(name=name) + methods + TAIL + dedent(code) + END
    return format_source(text.replace("Value", name))


def find_class(module: cst.Module) -> cst.ClassDef:
    return next(find(module, cst.ClassDef))


def nothing_to_observe(
    module: cst.Module, nodes: Collection[cst.CSTNode]
) -> ObservedTypes:
    raise AssertionError("observed for nothing")


def replaced(before: str) -> str:
    """The text behind the class, once both versions have printed the same."""
    made, _ = replace_operators(parse(before), find_class, observe_types)
    after = made.code
    assert outcome(after) == outcome(before)
    again, _ = replace_operators(parse(after), find_class, nothing_to_observe)
    assert again.code == after
    after = format_source(after)
    behind = after[after.index("self.data: float = data\n") :]
    return behind.split("\n", 1)[1].lstrip("\n").replace(END, "")


CASES = [
    pytest.param(
        ADD + NEG + SUB,
        "print((a + b).data)\n",
        f"{ADD_VALUES}{TAIL}print(add_values(a, b).data)\n",
        id="unused-operators-are-dropped",
    ),
    pytest.param(
        ADD + RADD,
        "c = 1 + a\nprint(c.data)\n",
        f"{ADD_VALUES}{TAIL}c = add_values(a, 1)\nprint(c.data)\n",
        id="turned-round",
    ),
    pytest.param(
        ADD + RADD,
        "c = 2 * (1 + a.data) + a\nprint(c.data)\n",
        f"{ADD_VALUES}{TAIL}c = add_values(a, 2 * (1 + a.data))\n" "print(c.data)\n",
        id="turned-round-around-numbers",
    ),
    pytest.param(
        NEG + '    def __radd__(self, other: float) -> "Value":\n'
        "        return Value(other + self.data)\n\n",
        "print((1 + a).data)\n",
        "def add_to_number(value: Value, other: float) -> Value:\n"
        "    return Value(other + value.data)\n"
        f"{TAIL}print(add_to_number(a, 1).data)\n",
        id="reflected-but-not-turned-round",
    ),
    pytest.param(
        ADD + NEG + SUB,
        "print((a - b).data, (a - 1).data)\n",
        f"{ADD_VALUES}\n\n{NEGATE}\n\n"
        "def subtract_values(value: Value, other: Value) -> Value:\n"
        "    negative = negate_value(other)\n"
        "    return add_values(value, negative)\n\n\n"
        "def subtract_number(value: Value, other: float) -> Value:\n"
        "    negative = -other\n"
        "    return add_values(value, negative)\n"
        f"{TAIL}print(subtract_values(a, b).data, subtract_number(a, 1).data)\n",
        id="split-by-the-kind-of-operand",
    ),
    pytest.param(
        SCALE,
        "print((a * b).data, (a * 2).data)\n",
        "def multiply_values(value: Value, other: Value) -> Value:\n"
        "    if not isinstance(other, Value):\n"
        "        other = Value(other)\n"
        "    return Value(value.data * other.data)\n\n\n"
        "def multiply_by_number(value: Value, other: float) -> Value:\n"
        "    return Value(value.data * other)\n"
        f"{TAIL}print(multiply_values(a, b).data, multiply_by_number(a, 2).data)\n",
        id="split-by-an-early-return",
    ),
    pytest.param(
        SCALE,
        "print((a * 2).data)\n",
        "def multiply_by_number(value: Value, other: float) -> Value:\n"
        "    return Value(value.data * other)\n"
        f"{TAIL}print(multiply_by_number(a, 2).data)\n",
        id="an-early-return-for-all-there-is",
    ),
    pytest.param(
        ADD + NEG + SUB,
        "print((-(a - b) + 1).data)\n",
        f"{ADD_VALUES}\n\n{NEGATE}\n\n"
        "def subtract_values(value: Value, other: Value) -> Value:\n"
        "    negative = negate_value(other)\n"
        "    return add_values(value, negative)\n"
        f"{TAIL}print(add_values(negate_value(subtract_values(a, b)), 1).data)\n",
        id="nested",
    ),
    pytest.param(
        ADD,
        """\
        total = a
        total += b
        rows = [a]
        rows[0] += 1
        print(total.data, rows[0].data)
        """,
        f"{ADD_VALUES}{TAIL}total = a\ntotal = add_values(total, b)\nrows = [a]\n"
        "rows[0] = add_values(rows[0], 1)\nprint(total.data, rows[0].data)\n",
        id="augmented-assignment",
    ),
    pytest.param(
        POW + LESS,
        "print((a**2).data, a < b, a == b, 2**3, isinstance(a, Value))\n",
        f"{LESS}\ndef raise_to_power(value: Value, other: float) -> Value:\n"
        "    return Value(value.data**other)\n"
        f"{TAIL}print(raise_to_power(a, 2).data, a < b, a == b, 2**3, "
        "isinstance(a, Value))\n",
        id="comparisons-and-numbers-are-left-alone",
    ),
    pytest.param(
        ADD + LESS.replace("self.data < other.data", "(self + other).data < 9"),
        "print(a < b)\n",
        LESS.replace("self.data < other.data", "add_values(self, other).data < 9")
        + f"\n{ADD_VALUES}{TAIL}print(a < b)\n",
        id="used-by-another-method",
    ),
    pytest.param(
        ADD.replace(", other: ", ", other: ").replace('float")', 'float", /)'),
        "print((a + b).data)\n",
        f"{ADD_VALUES}{TAIL}print(add_values(a, b).data)\n".replace(
            "float) ->", "float, /) ->"
        ),
        id="positional-only",
    ),
    pytest.param(
        ADD,
        "for a_or_number in [a]:\n    c = a_or_number + 1\nfor a_or_number in [1]:\n"
        "    print(c.data, a_or_number + 1)\n",
        f"{ADD_VALUES}{TAIL}for a_or_number in [a]:\n"
        "    c = add_values(a_or_number, 1)\n"
        "for a_or_number in [1]:\n    print(c.data, a_or_number + 1)\n",
        id="one-name-for-objects-and-numbers",
    ),
]


@pytest.mark.parametrize(("methods", "code", "after"), CASES)
def test_replaces(methods: str, code: str, after: str) -> None:
    expected = after.lstrip()
    found = replaced(script(methods, code))
    assert format_source(dedent(found)) == format_source(dedent(expected))


def test_names_come_from_the_class() -> None:
    before = script(ADD + NEG, "print((-(a + b)).data)\n", name="GraphNode")
    assert "print(negate_graph_node(add_graph_nodes(a, b)).data)" in replaced(before)


REFUSED = [
    pytest.param(
        ADD,
        "def add_values() -> None:\n    pass\nprint(a + b)\n",
        "expected a free name for a function, found `add_values` in use",
        id="name-taken",
    ),
    pytest.param(
        ADD,
        "def f(add_values: float) -> None:\n    print(a + b, add_values)\nf(1)\n",
        "expected a free name for a function, found `add_values` in use",
        id="name-taken-where-it-is-called",
    ),
    pytest.param(
        ADD + RADD,
        "def number() -> int:\n    made.append(9)\n    return 1\nprint(number() + a)\n",
        "expected an operand that can be evaluated in another order, "
        "found one that does something",
        id="reflected-operand-with-an-effect",
    ),
    pytest.param(
        ADD,
        "rows = [a]\ndef row() -> int:\n    return len(made) - 3\nrows[row()] += 1\n",
        "expected an operand that can be evaluated in another order",
        id="updated-item-with-an-effect",
    ),
    pytest.param(
        ADD,
        "rows = [a]\ndef f() -> int:\n    rows.append(b)\n    return 1\n"
        "rows[-1] += f()\n",
        "expected an operand that can be evaluated in another order",
        id="item-updated-with-an-effect",
    ),
    pytest.param(
        ADD,
        "def f() -> None:\n    print(a + b)\n",
        "expected an operand that is Value, as a run shows, found one that did not run",
        id="did-not-run",
    ),
    pytest.param(
        ADD,
        "def f(x) -> None:\n    print(x + x)\n",
        "expected an operand whose type is known, found one that did not run",
        id="did-not-run-without-annotation",
    ),
    pytest.param(
        ADD,
        "for x in [a, 1]:\n    print(x + 1)\n",
        "expected an operand that is always Value, found Value | int",
        id="mixed",
    ),
    pytest.param(
        ADD.replace(
            "        if",
            "        if other is None:\n"
            "            return NotImplemented\n        if",
            1,
        ),
        "print(a + b)\n",
        "expected a method that does the whole operation, found `NotImplemented`",
        id="not-implemented",
    ),
    pytest.param(
        "    @final\n" + ADD,
        "print(a + b)\n",
        "expected a method without decorators, found a decorator",
        id="decorated",
    ),
    pytest.param(
        ADD.replace(
            "        return Value(", "        value = 1\n        return Value("
        ),
        "print(a + b)\n",
        "expected `value` to be free, found a variable",
        id="name-of-the-object-taken",
    ),
    pytest.param(
        ADD.replace(
            "self.data + other.data",
            "max([value * self.data " "for value in [other.data]])",
        ),
        "print(a + b)\n",
        "expected `value` to be free, found a variable",
        id="name-of-the-object-taken-in-a-comprehension",
    ),
    pytest.param(
        "    zero = 0.0\n\n" + ADD.replace('float") ->', 'float", base=zero) ->'),
        "print(a + b)\n",
        "expected a method that can be moved, found a variable of the class",
        id="default-from-the-class",
    ),
    pytest.param(
        '    def __lshift__(self, other: float) -> "Value":\n'
        "        return Value(self.data + other)\n\n",
        "print(a << 1)\n",
        "expected an operator that there is a name for, found `__lshift__`",
        id="operator-without-a-name",
    ),
    pytest.param(
        ADD + "    __radd__ = __add__\n\n",
        "print((1 + a).data)\n",
        "expected operators that are written as such, found `__add__`",
        id="alias",
    ),
    pytest.param(
        ADD + RADD,
        "class Leaf(Value):\n    pass\nprint((Leaf(1) + a).data)\n",
        "expected a class without relatives, found one of a family",
        id="subclass",
    ),
]


@pytest.mark.parametrize(("methods", "code", "message"), REFUSED)
def test_refuses(methods: str, code: str, message: str) -> None:
    before = script(methods, code).replace("@final", "@staticmethod", 0)
    if "@final" in before:
        before = "from typing import final\n\n" + before
    with pytest.raises(Refusal) as refusal:
        replace_operators(parse(before), find_class, observe_types)
    assert message in str(refusal.value)
    assert refusal.value.line is not None


def test_without_operators_nothing_is_observed() -> None:
    module = parse(script(LESS, "print(a < b)\n"))
    after, lost = replace_operators(module, find_class, nothing_to_observe)
    assert (after.code, lost) == (module.code, ())


def test_comments_leave_with_methods_that_become_no_function() -> None:
    commented = [
        f"    # {sign}\n{method}"
        for sign, method in (("plus", ADD), ("turned", RADD), ("minus", NEG))
    ]
    before = script(f"    # less\n{LESS}{''.join(commented)}", "print((1 + a).data)\n")
    before = before.replace("self.data: float", "# number\n        self.data: float")
    after, lost = replace_operators(parse(before), find_class, observe_types)
    assert lost == ("# turned", "# minus")
    assert "# number\n        self.data: float" in after.code
    assert "# plus\ndef add_values(" in after.code


def test_refuses_what_is_in_a_method_where_it_is_in_the_class() -> None:
    summed = SUB.replace("self + negative", "sum([negative], self)")
    before = script(ADD + NEG + summed, "print((a - b).data)\n")
    line = next(i for i, x in enumerate(before.splitlines(), 1) if "__sub__" in x)
    with pytest.raises(Refusal) as refusal:
        replace_operators(parse(before), find_class, observe_types)
    assert str(refusal.value) == (
        f"{line}:5: expected operators that are written as such, "
        "found `sum` of objects"
    )


def test_comments_on_what_is_not_done_for_a_kind_stay_with_the_other() -> None:
    scale = SCALE.replace(
        "        if isinstance", "        # at once\n        if isinstance"
    )
    code = script(scale, "print((a * b).data, (a * 2).data)\n")
    made, lost = replace_operators(parse(code), find_class, observe_types)
    assert (made.code.count("# at once"), lost) == (0, ("# at once",))
    scale = SCALE.replace(
        "            return", "            # at once\n            return"
    )
    code = script(scale, "print((a * b).data, (a * 2).data)\n")
    made, lost = replace_operators(parse(code), find_class, observe_types)
    assert (made.code.count("# at once"), lost) == (1, ())
