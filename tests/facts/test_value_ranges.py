"""Ranges of numbers, and operations that cannot fail."""

from __future__ import annotations

import libcst as cst
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import Bindings
from codemods.facts.find_nodes import find
from codemods.facts.metadata import parse, wrap
from codemods.facts.value_ranges import Range, ValueRanges


def ranges_of(code: str) -> tuple[cst.Module, ValueRanges]:
    bindings = Bindings(wrap(parse(code)))
    return bindings.wrapper.module, ValueRanges(bindings, AnnotatedTypes(bindings))


def shown(code: str) -> tuple[ValueRanges, cst.BaseExpression]:
    """The ranges of a module, and what it passes to `show`."""
    module, ranges = ranges_of(code)
    [call] = [c for c in find(module, cst.Call) if c.func.deep_equals(cst.Name("show"))]
    return ranges, call.args[0].value


WHOLE = [
    pytest.param("show(3)\n", (3, 3), id="a-literal"),
    pytest.param("width = 3\nshow(-width)\n", (-3, -3), id="a-setting"),
    pytest.param("x = 1\nx = 5\nshow(x)\n", (1, 5), id="a-variable-bound-twice"),
    pytest.param("for i in range(5):\n    show(i)\n", (0, 4), id="a-count"),
    pytest.param(
        "for i in reversed(range(2, 5)):\n    show(i)\n", (2, 4), id="a-count-back"
    ),
    pytest.param(
        "for i in range(9, -1, -1):\n    show(i)\n", (0, 9), id="a-count-down"
    ),
    pytest.param(
        "for i in range(n):\n    show(i)\n", (0, 2**64), id="a-count-to-anything"
    ),
    pytest.param(
        "for i, x in enumerate(row):\n    show(i)\n", (0, 2**64), id="a-numbered-item"
    ),
    pytest.param("show(len(row))\n", (0, 2**63), id="a-length"),
    pytest.param("show(min(7, len(row)))\n", (0, 7), id="the-lesser"),
    pytest.param("for i in range(5):\n    show(i % 3)\n", (0, 3), id="a-remainder"),
    pytest.param("for i in range(5):\n    show(i // 2)\n", (0, 2), id="a-whole-part"),
    pytest.param("for i in range(-2, 5):\n    show(abs(i))\n", (0, 4), id="no-sign"),
    pytest.param("for i in range(-3, 3):\n    show(i**2)\n", (0, 9), id="a-square"),
    pytest.param(
        "def f(a, b=7):\n    show(b)\nf(1)\nf(1, 2)\nf(1, b=3)\n",
        (2, 7),
        id="a-parameter",
    ),
]


@pytest.mark.parametrize(("code", "expected"), WHOLE)
def test_finds(code: str, expected: tuple[int, int]) -> None:
    ranges, node = shown(code)
    assert ranges.find(node) == Range(*expected)


UNKNOWN = [
    pytest.param("show(x)\n", id="a-name-of-elsewhere"),
    pytest.param("x = 1\nx += 1\nshow(x)\n", id="what-is-updated"),
    pytest.param("x = 1\nx = x + 1\nshow(x)\n", id="what-is-counted"),
    pytest.param("x, y = 1, 2\nshow(x)\n", id="a-part-of-a-tuple"),
    pytest.param("for i in row:\n    show(i)\n", id="an-item"),
    pytest.param("for x, i in enumerate(row):\n    show(i)\n", id="the-other-part"),
    pytest.param("def f(a):\n    show(a)\nf(*b)\n", id="arguments-spread-out"),
    pytest.param("def f(a):\n    show(a)\nf(1)\ng = f\n", id="a-function-as-a-value"),
    pytest.param(
        "def f(a=1, /, **b):\n    show(a)\nf(a=5)\n", id="an-argument-of-any-name"
    ),
    pytest.param("def f(*a):\n    show(a)\nf(1)\n", id="all-arguments"),
    pytest.param("def f(a):\n    show(a)\n", id="a-function-nobody-calls"),
    pytest.param("x = 1\nglobals()['x'] = 2\nshow(x)\n", id="a-look-up"),
    pytest.param("for i in range(3):\n    show(1 / i)\n", id="a-division-by-zero"),
    pytest.param("for i in range(3):\n    show(0.0 ** -i)\n", id="a-power-of-zero"),
    pytest.param("show((-2) ** 0.5)\n", id="a-root-that-is-complex"),
    pytest.param("show(10.0**400)\n", id="an-overflow"),
    pytest.param("show(2 ** (2**64))\n", id="what-would-take-for-ever"),
    pytest.param("def len(x):\n    return x\nshow(len(2))\n", id="no-builtin"),
]


@pytest.mark.parametrize("code", UNKNOWN)
def test_does_not_know(code: str) -> None:
    ranges, node = shown(code)
    assert ranges.find(node) is None


def test_powers_of_a_decay() -> None:
    ranges, node = shown(
        "decay = 0.9\nfor step in range(500):\n    next_step = step + 1\n"
        "    power = decay**next_step\n    rest = 1 - power\n    show(2 / rest)\n"
    )
    found = ranges.find(node)
    assert found is not None
    assert 1.99 < found.low < 2.01
    assert 19.9 < found.high < 20.1


HEAD = "def f(x: float, y: float, n: int, row: list[float]):\n    show({})\n"


@pytest.mark.parametrize(
    "text", "x+y x*y x-3 n*n n+1 x/4 n//3 n%3 x<y abs(x) max(x,y) len(row) -x".split()
)
def test_cannot_fail(text: str) -> None:
    ranges, node = shown(HEAD.format(text))
    assert ranges.cannot_fail(node)


@pytest.mark.parametrize(
    "text", "x/y n/3 n*x x**2 2**n float(n) x//n row[0] x%2 int(x) max(row)".split()
)
def test_may_fail(text: str) -> None:
    ranges, node = shown(HEAD.format(text))
    assert not ranges.cannot_fail(node)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("range(3)", True),
        ("range(0)", False),
        ("range(n)", False),
        ("range(2, 2)", False),
        ("range(3, 1, -1)", True),
        ("reversed(range(2))", True),
        ("[1, 2]", False),
    ],
)
def test_certainly_runs(text: str, expected: bool) -> None:
    module, ranges = ranges_of(f"for i in {text}:\n    print(i)\n")
    [loop] = find(module, cst.For)
    assert ranges.certainly_runs(loop) is expected


NUMBERS = st.sampled_from("0 1 2 3 7 0.0 0.5 0.9 3.0 1e-3 1e300".split())


@st.composite
def expressions(draw: st.DrawFn, depth: int = 0) -> str:
    if depth > 2 or draw(st.booleans()):
        return draw(NUMBERS | st.sampled_from(("a", "b", "i", "j")))
    left, right = draw(expressions(depth + 1)), draw(expressions(depth + 1))
    operator = draw(st.sampled_from("+ - * / // % **".split()))
    return draw(
        st.sampled_from(
            (
                f"({left} {operator} {right})",
                f"(-{left})",
                f"abs({left})",
                f"max({left}, {right})",
                f"float({left})",
            )
        )
    )


@settings(max_examples=300, deadline=None)
@given(text=expressions(), a=NUMBERS, b=NUMBERS)
def test_ranges_hold(text: str, a: str, b: str) -> None:
    """What has a range can be computed, and lies in it."""
    code = (
        f"a = {a}\nb = {b}\nfor i in range(-2, 3):\n"
        f"    for j in range(4, 0, -1):\n        show({text})\n"
    )
    ranges, node = shown(code)
    found = ranges.find(node)
    if found is not None:
        values: list[float] = []
        exec(code, {"show": values.append})
        assert all(found.low <= value <= found.high for value in values)
