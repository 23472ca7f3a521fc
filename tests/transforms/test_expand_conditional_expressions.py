"""Conditional expressions, `and` and `or` where they choose values."""

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
from codemods.transforms.expand_conditional_expressions import (
    expand_conditional_expressions,
)

ONCE = "expected a choice that its statement makes exactly once, found"

REFUSED = [
    pytest.param("x = [a if b else c for b in d]\n", f"1:6: {ONCE} `a if b else c`",
                 id="comprehension"),
    pytest.param("f = lambda: a if b else c\n", f"1:13: {ONCE} `a if b else c`",
                 id="lambda"),
    pytest.param("while f(a if b else c):\n    pass\n", f"1:9: {ONCE} `a if b else c`",
                 id="condition-of-a-loop"),
    pytest.param("def f(x=a if b else c):\n    pass\n", f"1:9: {ONCE} `a if b else c`",
                 id="default"),
    pytest.param("@f(a if b else c)\nclass A:\n    pass\n",
                 f"1:4: {ONCE} `a if b else c`", id="decorator"),
    pytest.param("if a and f(b if c else d):\n    pass\n",
                 f"1:12: {ONCE} `b if c else d`", id="behind-and"),
    pytest.param("x = 1 < a < (b if c else d)\n", f"1:14: {ONCE} `(b if c else d)`",
                 id="behind-a-comparison"),
    pytest.param("assert a, b if c else d\n", f"1:11: {ONCE} `b if c else d`",
                 id="message-of-assert"),
    pytest.param("raise A from (b if c else d)\n", f"1:15: {ONCE} `(b if c else d)`",
                 id="cause-of-an-exception"),
    pytest.param("class A:\n    x = f(a if b else c)\n",
                 f"2:11: {ONCE} `a if b else c`", id="inside-a-value-in-a-class"),
    pytest.param("box.x += 1 if f() else 2\n",
                 "1:1: expected an update by a value that cannot change its target, "
                 "found a call that may, evaluated after the target is read",
                 id="update-of-an-attribute-by-a-call"),
    pytest.param("class A:\n    x = f() or x\n",
                 "2:5: expected a place where a temporary variable makes no "
                 "difference, found a class body, or a module that looks at its "
                 "variables",
                 id="temporary-in-a-class"),
]  # fmt: skip

UNCHANGED = [
    pytest.param("if a and b or not c:\n    pass\n", id="conditions"),
    pytest.param("x = a > 0 and b\n", id="and-after-a-comparison"),
    pytest.param("x = isinstance(a, int) or a is None\n", id="or-of-questions"),
    pytest.param("x = not (a or b)\n", id="not"),
    pytest.param("x = [a for a in b if a and c]\n", id="filter-of-a-comprehension"),
]

CHANGED = [
    pytest.param(
        "x = a if c else b  # why\n",
        "# why\nif c:\n    x = a\nelse:\n    x = b\n",
        id="assignment-with-comment",
    ),
    pytest.param(
        "x = a if c else b if d else e\n",
        "if c:\n    x = a\nelif d:\n    x = b\nelse:\n    x = e\n",
        id="chain",
    ),
    pytest.param(
        "x = (a if d else e) if c else b\n",
        "if c:\n    if d:\n        x = a\n    else:\n        x = e\nelse:\n    x = b\n",
        id="nested",
    ),
    pytest.param(
        "def f(x):\n    x = x if isinstance(x, int) else int(x)\n    return x\n",
        "def f(x):\n    if not isinstance(x, int):\n        x = int(x)\n    return x\n",
        id="the-variable-itself-first",
    ),
    pytest.param(
        "def f(x, c):\n    x = 3 if c else x\n    return x\n",
        "def f(x, c):\n    if c:\n        x = 3\n    return x\n",
        id="the-variable-itself-last",
    ),
    pytest.param(
        "def f(x, c):\n    x = x if c is None else 2\n    x = x if c or x else 2\n",
        "def f(x, c):\n    if c is not None:\n        x = 2\n"
        "    if not (c or x):\n        x = 2\n",
        id="negations",
    ),
    pytest.param(
        "def f(x, c):\n    x = x if not c else 2\n    x = x if c in x else 2\n",
        "def f(x, c):\n    if c:\n        x = 2\n    if c not in x:\n        x = 2\n",
        id="more-negations",
    ),
    pytest.param(
        "x = x if c else 1\n",
        "if c:\n    x = x\nelse:\n    x = 1\n",
        id="a-variable-without-another-binding",
    ),
    pytest.param(
        "x = 1\nclass A:\n    x = x if c else 2\n    y = 1\n    y = y if c else 2\n",
        "x = 1\nclass A:\n    if c:\n        x = x\n    else:\n        x = 2\n"
        "    y = 1\n"
        "    if c:\n        y = y\n    else:\n        y = 2\n",
        id="a-class-attribute-may-copy-a-variable",
    ),
    pytest.param(
        "def f(a):\n    return 1 if a > 2 else 2\n",
        "def f(a):\n    if a > 2:\n        return 1\n    else:\n        return 2\n",
        id="return",
    ),
    pytest.param(
        "a() if c else b()\nc and d()\nc or d or e()\n",
        "if c:\n    a()\nelse:\n    b()\nif c:\n    d()\nif not (c or d):\n    e()\n",
        id="expression-statements",
    ),
    pytest.param(
        "x: int = 1 if c else 2\n",
        "x: int\nif c:\n    x = 1\nelse:\n    x = 2\n",
        id="annotated",
    ),
    pytest.param(
        "def f(t, c):\n    t += 1 if c() else 2\n    return t\n",
        "def f(t, c):\n    if c():\n        t += 1\n    else:\n"
        "        t += 2\n    return t\n",
        id="update",
    ),
    pytest.param(
        "box.x += 1 if c else 2\n",
        "if c:\n    chosen_value = 1\nelse:\n    chosen_value = 2\n"
        "box.x += chosen_value\n",
        id="update-of-an-attribute",
    ),
    pytest.param(
        "size = 2 * (1 if small else 4)\n",
        "if small:\n    chosen_value = 1\nelse:\n    chosen_value = 4\n"
        "size = 2 * chosen_value\n",
        id="inside-an-operation",
    ),
    pytest.param(
        "f(x, pause=a if b else c)\n",
        "if b:\n    pause = a\nelse:\n    pause = c\nf(x, pause=pause)\n",
        id="keyword",
    ),
    pytest.param(
        "def f(x, pause): ...\nf(1, a if b else c)\n",
        "def f(x, pause):\n    ...\nif b:\n    pause = a\nelse:\n    pause = c\n"
        "f(1, pause)\n",
        id="argument-of-a-function-of-the-module",
    ),
    pytest.param(
        "class A:\n    def __init__(self, pauses): ...\nA((a if b else c,))\n",
        "class A:\n    def __init__(self, pauses):\n        ...\n"
        "if b:\n    pause = a\nelse:\n    pause = c\nA((pause,))\n",
        id="item-of-an-argument",
    ),
    pytest.param(
        "f([a if b else c])\n",
        "if b:\n    chosen_value = a\nelse:\n    chosen_value = c\n"
        "f([chosen_value])\n",
        id="item-of-no-known-argument",
    ),
    pytest.param(
        "f(g(), a if h() else c)\n",
        "g_result = g()\nif h():\n    f_argument = a\nelse:\n"
        "    f_argument = c\nf(g_result, f_argument)\n",
        id="after-a-call",
    ),
    pytest.param(
        "if a:\n    pass\nelif f(1 if b else 2):\n    pass\n",
        "if a:\n    pass\nelse:\n    if b:\n        f_argument = 1\n    else:\n"
        "        f_argument = 2\n    if f(f_argument):\n        pass\n",
        id="elif",
    ),
    pytest.param(
        "if a: x = 1 if b else 2\n",
        "if a:\n    if b:\n        x = 1\n    else:\n        x = 2\n",
        id="one-line-suite",
    ),
    pytest.param(
        "x = (  # all\n    1  # one\n    if c  # test\n    else 2  # two\n)\n",
        "# all\n# one\n# test\n# two\nif c:\n    x = 1\nelse:\n    x = 2\n",
        id="comments-inside",
    ),
    pytest.param(
        "def f(a):\n    x = a or 3\n    return x\n",
        "def f(a):\n    x = a\n    if not x:\n        x = 3\n    return x\n",
        id="or",
    ),
    pytest.param(
        "def f(a, b, c):\n    x = a and b or c\n    return x\n",
        "def f(a, b, c):\n    x = a\n    if x:\n        x = b\n    if not x:\n"
        "        x = c\n    return x\n",
        id="and-or",
    ),
    pytest.param(
        "def f(a):\n    a = a or 3\n    return a\n",
        "def f(a):\n    if not a:\n        a = 3\n    return a\n",
        id="or-for-a-default",
    ),
    pytest.param(
        "def f(a, x):\n    x = a or x\n    return x\n",
        "def f(a, x):\n    chosen_x = a\n    if not chosen_x:\n        chosen_x = x\n"
        "    x = chosen_x\n    return x\n",
        id="or-that-reads-the-variable",
    ),
    pytest.param(
        "def f(self, name):\n    self.name = name or 'nobody'\n",
        "def f(self, name):\n    chosen_name = name\n    if not chosen_name:\n"
        "        chosen_name = 'nobody'\n    self.name = chosen_name\n",
        id="or-for-an-attribute",
    ),
    pytest.param(
        "def f(a):\n    return a or g(a)\n",
        "def f(a):\n    chosen_value = a\n    if not chosen_value:\n"
        "        chosen_value = g(a)\n    return chosen_value\n",
        id="return-or",
    ),
    pytest.param(
        "async def f(c):\n    x = await a() if c else await b()\n    return x\n",
        "async def f(c):\n    if c:\n        x = await a()\n    else:\n"
        "        x = await b()\n    return x\n",
        id="await",
    ),
]


@pytest.mark.parametrize(("code", "message"), REFUSED)
def test_refuses(code: str, message: str) -> None:
    with pytest.raises(Refusal) as refusal:
        expand_conditional_expressions(cst.parse_module(code))
    assert str(refusal.value) == message


@pytest.mark.parametrize("code", UNCHANGED)
def test_leaves_conditions_alone(code: str) -> None:
    assert rewritten(expand_conditional_expressions, code) == code


@pytest.mark.parametrize(("before", "after"), CHANGED)
def test_expands(before: str, after: str) -> None:
    assert rewritten(expand_conditional_expressions, before) == after


ATOMS = st.sampled_from(
    ["a", "b", "c", "0", "''", "see('t', 5)", "see('f', [])", "bump(0)", "box.x",
     "fail()", "a is b", "(not b)", "b - 2"]
)  # fmt: skip
CHOICES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, inner, inner).map(lambda v: f"({v[0]} if {v[1]} else {v[2]})"),
        st.tuples(inner, inner).map(lambda v: f"({v[0]} or {v[1]})"),
        st.tuples(inner, inner).map(lambda v: f"({v[0]} and {v[1]})"),
    ),
    max_leaves=5,
)
FORMS = st.sampled_from(
    ["a = {0}", "b = {0}", "box.x = {0}", "box[a] = {0}", "a = [b, {0}]", "{0}",
     "b = see({0}, see('u', {1}))", "c = d = {0}", "print({0} == {1}, b)"]
)  # fmt: skip
SETTINGS = st.sampled_from([at_the_top, in_a_function, unwatched])


@settings(max_examples=150, deadline=None)
@given(FORMS, CHOICES, CHOICES, SETTINGS, st.booleans())
def test_keeps_every_order_that_a_program_can_observe(
    form: str, first: str, second: str, place: Callable[[str], str], is_guarded: bool
) -> None:
    statement = form.format(first, second)
    before = place(guarded(statement) if is_guarded else statement)
    try:
        after = expand_conditional_expressions(cst.parse_module(before)).code
    except Refusal:
        return
    assert outcome(after) == outcome(before), after
