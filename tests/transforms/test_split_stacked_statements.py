"""Stacked statements, and the order in which they evaluate and bind."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statement_checks import (
    at_the_top,
    guarded,
    in_a_function,
    outcome,
    rewritten,
    unwatched,
)

from codemods.refusal import Refusal
from codemods.transforms.split_stacked_statements import split_stacked_statements

NOWHERE = "a place where a temporary variable makes no difference"

REFUSED = [
    pytest.param(
        "class A:\n    a = 1\n    b = 2\n    a, b = b, a\n",
        f"4:5: expected {NOWHERE}, found a class body",
        id="swap-in-a-class-body",
    ),
    pytest.param(
        "def f(a, b):\n    a, b = b, a\n    return locals()\n",
        f"2:5: expected {NOWHERE}, found a dictionary of the variables",
        id="swap-in-a-module-that-looks-at-its-variables",
    ),
]

UNCHANGED = [
    pytest.param("a = 1\n", id="one-assignment"),
    pytest.param("a, b = pair()\n", id="unpacking-a-call"),
    pytest.param("a, b = pair\n", id="unpacking-a-variable"),
    pytest.param("a, *b = 1, 2, 3\n", id="starred-target"),
    pytest.param("a, b = *c, 1\n", id="starred-value"),
    pytest.param("a, b = 1, 2, 3\n", id="lengths-that-differ"),
    pytest.param("a, b = 'xy'\n", id="unpacking-text"),
    pytest.param("a += 1, 2\n", id="augmented"),
    pytest.param("a: int = 1\n", id="annotated"),
    pytest.param("for i, p in enumerate(x):\n    pass\n", id="loop-targets"),
    pytest.param("def f():\n    return 1, 2\n", id="returned-tuple"),
    pytest.param("from a import b, c\nglobal d, e\n", id="import-from-and-global"),
    pytest.param("with a as b, c as d:\n    pass\n", id="with"),
]

CHANGED = [
    pytest.param(
        "rate, decay = 0.1, 0.9  # tuned\n",
        "# tuned\nrate = 0.1\ndecay = 0.9\n",
        id="parallel-with-comment",
    ),
    pytest.param(
        "a, b = (\n    1,  # one\n    # own line\n    2,  # two\n)  # both\n",
        "# own line\n# both\na = 1  # one\nb = 2  # two\n",
        id="comments-beside-values",
    ),
    pytest.param(
        "[a, b] = [\n    1,  # one\n    2  # two\n]\n",
        "a = 1  # one\nb = 2  # two\n",
        id="lists",
    ),
    pytest.param(
        "a, b = (1 +\n  2), f(\n  3)\n",
        "a = (1 +\n  2)\nb = (f(\n  3))\n",
        id="values-over-several-lines",
    ),
    pytest.param(
        "a, b = b, a  # swap\n",
        "# swap\nnext_a = b\nb = a\na = next_a\n",
        id="swap",
    ),
    pytest.param(
        "next_a = 0\na, b = b, a + b + next_a\n",
        "next_a = 0\nsecond_next_a = b\nb = a + b + next_a\na = second_next_a\n",
        id="the-name-is-taken",
    ),
    pytest.param(
        "a, b, c = b, c, a\n",
        "next_a = b\nb = c\nc = a\na = next_a\n",
        id="rotation",
    ),
    pytest.param(
        "(a, b), c = (1, 2), 3\n", "a = 1\nb = 2\nc = 3\n", id="nested-displays"
    ),
    pytest.param(
        "(a, b), c = pair(), 3\n", "a, b = pair()\nc = 3\n", id="nested-unpacking"
    ),
    pytest.param(
        "keys, values = [[] for _ in range(n)], [[] for _ in range(n)]\n"
        "def f(keys):\n    return keys\n",
        "keys = [[] for _ in range(n)]\nvalues = [[] for _ in range(n)]\n"
        "def f(keys):\n    return keys\n",
        id="a-parameter-of-the-same-name-is-another-variable",
    ),
    pytest.param(
        "keys, values = make(), make()\ndef f():\n    return keys\n",
        "next_keys = make()\nvalues = make()\nkeys = next_keys\n"
        "def f():\n    return keys\n",
        id="a-function-may-see-the-variable",
    ),
    pytest.param(
        "size, half = 8, width // 2\nwidth = 16\ndef f():\n    return size\n",
        "size = 8\nhalf = width // 2\nwidth = 16\ndef f():\n    return size\n",
        id="numbers-call-nothing",
    ),
    pytest.param(
        "def f():\n    global a\n    a, b = 1, make()\n",
        "def f():\n    global a\n    b = make()\n    a = 1\n",
        id="a-literal-waits-without-a-variable",
    ),
    pytest.param(
        "def f(m, v, i):\n    m[i], v[i] = m[i] + 1, 2 * v[i]\n",
        "def f(m, v, i):\n    next_m = m[i] + 1\n    next_v = 2 * v[i]\n"
        "    m[i] = next_m\n    v[i] = next_v\n",
        id="items",
    ),
    pytest.param(
        "class A:\n    def __init__(self, x, y):\n        self.x, self.y = x, y\n",
        "class A:\n    def __init__(self, x, y):\n        self.x = x\n"
        "        self.y = y\n",
        id="attributes",
    ),
    pytest.param(
        "i, x[i] = 1, 2\n", "i = 1\nx[i] = 2\n", id="a-target-reads-an-earlier-one"
    ),
    pytest.param(
        "a, b = 1, (a := 3)\n", "b = (a := 3)\na = 1\n", id="walrus-binds-the-target"
    ),
    pytest.param(
        "try:\n    a, b = f(), g()\nexcept E:\n    pass\n",
        "try:\n    next_a = f()\n    b = g()\n    a = next_a\nexcept E:\n    pass\n",
        id="try",
    ),
    pytest.param(
        "try:\n    text, number = str, long\nexcept NameError:\n    number = int\n",
        "try:\n    next_text = str\n    number = long\n    text = next_text\n"
        "except NameError:\n    number = int\n",
        id="try-with-a-name-that-may-be-missing",
    ),
    pytest.param("a = b = c = f()\n", "a = f()\nb = a\nc = a\n", id="chain"),
    pytest.param("a = b[0] = c.d = 0\n", "a = 0\nb[0] = 0\nc.d = 0\n", id="literal"),
    pytest.param("a = b = -1\n", "a = -1\nb = -1\n", id="negative-literal"),
    pytest.param("a.x = a.y = z\n", "a.x = z\na.y = z\n", id="chain-of-a-variable"),
    pytest.param(
        "a.x = a.y = f()  # one\n",
        "# one\nshared_x = f()\na.x = shared_x\na.y = shared_x\n",
        id="chain-of-attributes",
    ),
    pytest.param(
        "def f(self):\n    self.x = y = g()\n    return y\n",
        "def f(self):\n    y = g()\n    self.x = y\n    return y\n",
        id="chain-whose-second-target-is-local",
    ),
    pytest.param("i = a[i] = f()\n", "i = f()\na[i] = i\n", id="chain-left-to-right"),
    pytest.param(
        "node = node.next = f()\n", "node = f()\nnode.next = node\n", id="linked-list"
    ),
    pytest.param("a = x, y = f()\n", "a = f()\nx, y = a\n", id="chain-with-unpacking"),
    pytest.param(
        "class A:\n    a = b = f()\n", "class A:\n    a = f()\n    b = a\n", id="class"
    ),
    pytest.param(
        "import os, sys as s  # two\n",
        "# two\nimport os\nimport sys as s\n",
        id="import",
    ),
    pytest.param(
        "del a, (b, c[0]), d.e\n", "del a\ndel b\ndel c[0]\ndel d.e\n", id="del"
    ),
    pytest.param("f(), (g(), h())\n", "f()\ng()\nh()\n", id="tuple-of-calls"),
    pytest.param(
        "async def f():\n    a, b = await g(), await h()\n",
        "async def f():\n    a = await g()\n    b = await h()\n",
        id="await",
    ),
    pytest.param(
        "x: int = 1; y, z = 2, 3\n", "x: int = 1\ny = 2\nz = 3\n", id="stacked"
    ),
]


@pytest.mark.parametrize(("code", "message"), REFUSED)
def test_refuses(code: str, message: str) -> None:
    with pytest.raises(Refusal) as refusal:
        split_stacked_statements(cst.parse_module(code))
    assert str(refusal.value) == message


@pytest.mark.parametrize("code", UNCHANGED)
def test_leaves_alone(code: str) -> None:
    assert rewritten(split_stacked_statements, code) == code


@pytest.mark.parametrize(("before", "after"), CHANGED)
def test_splits(before: str, after: str) -> None:
    assert rewritten(split_stacked_statements, before) == after


def test_the_targets_of_a_chain_are_one_object() -> None:
    code = "a = b = []\na.append(1)\nprint(a is b, b)\n"
    assert outcome(rewritten(split_stacked_statements, code)) == ("True [1]\n", "well")


NAMES = st.sampled_from(["a", "b", "c"])
TARGETS = NAMES | st.sampled_from(
    ["box.x", "box.y", "box[a]", "box[b]", "box[see('key', c)]", "box[bump(0)]"]
)
VALUES = NAMES | st.sampled_from(
    [
        "7", "'t'", "None", "see('value', 5)", "bump(6)", "a + 1", "[b, c]", "box.x",
        "box[c]", "(a := 8)", "(b := a)", "[c for c in range(2)]", "(a, b)", "fail()",
        "f'{a}'", "b is c", "-c",
    ]
)  # fmt: skip
SETTINGS = st.sampled_from([at_the_top, in_a_function, unwatched])


@st.composite
def assignments(draw: st.DrawFn) -> str:
    """A parallel, chained or nested assignment, sometimes in a `try`."""
    count = draw(st.integers(2, 3))
    targets = [draw(TARGETS) for _ in range(count)]
    values = [draw(VALUES) for _ in range(count)]
    kind = draw(st.sampled_from(["parallel", "parallel", "chained", "nested", "both"]))
    if kind == "chained":
        statement = f"{' = '.join(targets)} = {values[0]}"
    elif kind == "nested":
        pair = draw(st.sampled_from(["see('pair', (1, 2))", f"({values[0]}, 4)"]))
        statement = f"(a, {targets[0]}), {targets[1]} = {pair}, {values[1]}"
    else:
        statement = f"{', '.join(targets)} = {', '.join(values)}"
        statement = f"{draw(TARGETS)} = {statement}" if kind == "both" else statement
    return guarded(statement) if draw(st.booleans()) else statement


@settings(max_examples=150, deadline=None)
@given(assignments(), SETTINGS)
def test_keeps_every_order_that_a_program_can_observe(
    statement: str, place: Callable[[str], str]
) -> None:
    before = place(statement)
    after = split_stacked_statements(cst.parse_module(before)).code
    assert outcome(after) == outcome(before), after
