"""Comprehensions in code of every shape."""

from __future__ import annotations

import pytest
from statement_checks import outcome, rewritten

from codemods.facts.metadata import parse
from codemods.layout import format_source
from codemods.refusal import Refusal
from codemods.transforms.unroll_comprehensions import unroll_comprehensions

EXPECTED = "expected a comprehension that a loop can stand before"

REFUSED = [
    pytest.param(
        "f = lambda n: [g(i) for i in range(n)]\n",
        f"1:15: {EXPECTED}, found one that is evaluated on demand",
        id="in-a-lambda",
    ),
    pytest.param(
        "x = ready and [g(i) for i in y]\n",
        f"1:15: {EXPECTED}, found one that is evaluated on demand",
        id="right-of-and",
    ),
    pytest.param(
        "x = 1 if ready else [g(i) for i in y]\n",
        f"1:21: {EXPECTED}, found one that is evaluated on demand",
        id="branch-of-a-conditional-expression",
    ),
    pytest.param(
        "while len([i for i in y if i]) > 1:\n    y.pop()\n",
        f"1:11: {EXPECTED}, found one in a definition's header or a repeated condition",
        id="condition-of-while",
    ),
    pytest.param(
        "def f(x=[g(i) for i in y]):\n    pass\n",
        f"1:9: {EXPECTED}, found one in a definition's header or a repeated condition",
        id="default-value",
    ),
    pytest.param(
        "class A:\n    x = [g(i) for i in range(3)]\n",
        f"2:9: {EXPECTED}, found one in a class body",
        id="class-body",
    ),
    pytest.param(
        "async def f():\n    return [g(i) async for i in y]\n",
        f"2:12: {EXPECTED}, found an asynchronous one",
        id="asynchronous",
    ),
    pytest.param(
        "for x in (g(i) for i in y):\n    print(x)\n",
        f"1:11: {EXPECTED}, found a generator that may be consumed lazily",
        id="generator-consumed-lazily",
    ),
    pytest.param(
        "x = next(g(i) for i in y)\n",
        f"1:10: {EXPECTED}, found a generator that may be consumed lazily",
        id="generator-consumed-in-part",
    ),
    pytest.param(
        "x = any(g(i) for i in y)\n",
        f"1:9: {EXPECTED}, found a generator that may be consumed lazily",
        id="generator-consumed-until-true",
    ),
    pytest.param(
        "if a: b = f([g(i) for i in y]); c = 1\n",
        "1:7: expected one statement on a line that has to be taken apart, "
        "found 2 statements",
        id="several-statements-on-the-line-of-a-suite",
    ),
    pytest.param(
        "x = [f(i) for i in y]\nprint(locals())\n",
        "2:7: expected a module that does not look its variables up by name, "
        "found locals, which would see the new ones",
        id="looks-its-variables-up",
    ),
    pytest.param(
        'print(f"{max(v + 1 for v in y) = }")\n',
        f"1:14: {EXPECTED}, found one that is evaluated on demand",
        id="field-that-prints-its-own-text",
    ),
    pytest.param(
        "a = 1; b = f([g(i) for i in y])\n",
        "1:1: expected one statement on a line that has to be taken apart, "
        "found 2 statements",
        id="several-statements-on-a-line",
    ),
    pytest.param(
        "x = {f(i): g(i) for i in y}\n",
        "1:5: expected keys and values that can be evaluated in either order, "
        "found calls in both",
        id="calls-in-key-and-value",
    ),
    pytest.param(
        "x = [(lambda: i) for i in y]\n",
        f"1:5: {EXPECTED}, found one that makes a function which reads its `i`",
        id="function-that-reads-a-variable",
    ),
    pytest.param(
        "x = [[(lambda: i) for _ in y] for i in y]\n",
        f"1:5: {EXPECTED}, found one that makes a function which reads its `i`",
        id="function-that-reads-a-variable-of-the-comprehension-around",
    ),
    pytest.param(
        "x = [(f(i, v) for v in y) for i in y]\n",
        f"1:7: {EXPECTED}, found a generator that may be consumed lazily",
        id="generator-that-reads-a-variable",
    ),
    pytest.param(
        "class A:\n    def join(self, x):\n        return x\n"
        "x = A().join(f(i) for i in y)\n",
        f"4:14: {EXPECTED}, found a generator that may be consumed lazily",
        id="join-of-the-module",
    ),
    pytest.param(
        "x = z.list(f(i) for i in y)\n",
        f"1:12: {EXPECTED}, found a generator that may be consumed lazily",
        id="method-that-is-called-like-a-builtin",
    ),
    pytest.param(
        "def list(x):\n    return x\nx = list(f(i) for i in y)\n",
        f"3:10: {EXPECTED}, found a generator that may be consumed lazily",
        id="function-that-is-called-like-a-builtin",
    ),
    pytest.param(
        "x = max((f(i) for i in y), key=g())\n",
        f"1:10: {EXPECTED}, found a generator that is consumed after what stands "
        "behind it",
        id="argument-behind-a-generator",
    ),
    pytest.param(
        "set = frozenset\nx = {f(i) for i in y}\n",
        f"2:5: {EXPECTED}, found one of a set, where `set` is something else",
        id="no-way-to-make-an-empty-set",
    ),
]

UNCHANGED = [
    pytest.param("x = [0 for _ in y]\n", id="constant"),
    pytest.param("x = [p.data for p in y]\n", id="attribute"),
    pytest.param("x = [[] for _ in range(n)]\n", id="empty-lists"),
    pytest.param("x = [row[0] for row in y]\n", id="item"),
    pytest.param("x = [-1 for _ in y]\n", id="negative-constant"),
    pytest.param("x = sum(f(i) for i in y)\n", id="sum-computes-between-elements"),
]

REWRITTEN = [
    pytest.param(
        "x: list[int] = [a for b in y for a in b]  # flat\n",
        "x: list[int] = []  # flat\n"
        "for b in y:\n    for a in b:\n        x.append(a)\n",
        id="declared",
    ),
    pytest.param(
        "x = [f(i) for i in y]\n",
        "x = []\nfor i in y:\n    x.append(f(i))\n",
        id="mapping",
    ),
    pytest.param(
        "def f(y):\n    return [i * i for i in y]\n",
        "def f(y):\n    squares = []\n    for i in y:\n        squares.append(i * i)\n"
        "    return squares\n",
        id="returned",
    ),
    pytest.param(
        "x = [i for i in y if i > 1 if i < 9]\n",
        "x = []\nfor i in y:\n    if i > 1:\n        if i < 9:\n"
        "            x.append(i)\n",
        id="conditions",
    ),
    pytest.param(
        "x = [f(a, b) for a in y for b in a]\n",
        "x = []\nfor a in y:\n    for b in a:\n        x.append(f(a, b))\n",
        id="two-clauses",
    ),
    pytest.param(
        "x = [[f(a, b) for b in z] for a in y]\n",
        "x = []\nfor a in y:\n    f_results = []\n    for b in z:\n"
        "        f_results.append(f(a, b))\n    x.append(f_results)\n",
        id="nested",
    ),
    pytest.param(
        "x = {f(i) for i in y}\n",
        "x = set()\nfor i in y:\n    x.add(f(i))\n",
        id="set",
    ),
    pytest.param(
        "x = {k: f(v) for k, v in y.items()}\n",
        "x = {}\nfor k, v in y.items():\n    x[k] = f(v)\n",
        id="dictionary",
    ),
    pytest.param(
        "x = max(v.data for v in y)\n",
        "v_data = []\nfor v in y:\n    v_data.append(v.data)\nx = max(v_data)\n",
        id="generator-taken-whole",
    ),
    pytest.param(
        'x = ",".join(str(i) for i in y)\n',
        'text = []\nfor i in y:\n    text.append(str(i))\nx = ",".join(text)\n',
        id="generator-joined",
    ),
    pytest.param(
        "from os.path import join\nx = ','.join(str(i) for i in y)\n",
        "from os.path import join\n\ntext = []\nfor i in y:\n    text.append(str(i))\n"
        'x = ",".join(text)\n',
        id="generator-joined-by-a-string-for-sure",
    ),
    pytest.param(
        "x = max((f(i) for i in y), key=len, default=-1)\n",
        "f_results = []\nfor i in y:\n    f_results.append(f(i))\n"
        "x = max(f_results, key=len, default=-1)\n",
        id="arguments-behind-a-generator",
    ),
    pytest.param(
        "x = [(lambda i=i: i) for i in y]\n",
        "x = []\nfor i in y:\n    x.append((lambda i=i: i))\n",
        id="function-that-reads-variables-of-its-own",
    ),
    pytest.param(
        "x = [x + 1 for x in x]\n",
        "updated_x = []\nfor each_x in x:\n    updated_x.append(each_x + 1)\n"
        "x = updated_x\n",
        id="target-read-inside",
    ),
    pytest.param(
        "i = 5\nx = [f(i) for i in y]\nprint(i)\n",
        "i = 5\nx = []\nfor each_i in y:\n    x.append(f(each_i))\nprint(i)\n",
        id="variable-that-means-something-else-outside",
    ),
    pytest.param(
        "for i in z:\n    x = [f(i) for i in y]\n    print(i, x)\n",
        "for i in z:\n    x = []\n    for each_i in y:\n        x.append(f(each_i))\n"
        "    print(i, x)\n",
        id="variable-of-the-loop-around",
    ),
    pytest.param(
        "x = [f(i) for i in y]\nz = [g(i) for i in y]\n",
        "x = []\nfor i in y:\n    x.append(f(i))\n"
        "z = []\nfor i in y:\n    z.append(g(i))\n",
        id="variable-shared-by-loops",
    ),
    pytest.param(
        "def g():\n    return i\nx = [f(i) for i in y]\n",
        "def g():\n    return i\n\n\nx = []\nfor each_i in y:\n"
        "    x.append(f(each_i))\n",
        id="variable-that-a-function-reads",
    ),
    pytest.param(
        "x = [f(id) for id in y]\n",
        "x = []\nfor each_id in y:\n    x.append(f(each_id))\n",
        id="variable-that-hides-a-builtin",
    ),
    pytest.param(
        "print(f(), [g(i) for i in y])\n",
        "f_result = f()\ng_results = []\nfor i in y:\n    g_results.append(g(i))\n"
        "print(f_result, g_results)\n",
        id="earlier-call-stays-earlier",
    ),
    pytest.param(
        "print(sum(f(i) for i in y), [g(i) for i in y])\n",
        "sum_of_f_results = sum(f(i) for i in y)\ng_results = []\nfor i in y:\n"
        "    g_results.append(g(i))\nprint(sum_of_f_results, g_results)\n",
        id="earlier-sum-keeps-its-generator",
    ),
    pytest.param(
        "if [g(i) for i in y]:\n    pass\nelif [h(i) for i in y]:\n    pass\n",
        "g_results = []\nfor i in y:\n    g_results.append(g(i))\nif g_results:\n"
        "    pass\nelse:\n    h_results = []\n    for i in y:\n"
        "        h_results.append(h(i))\n    if h_results:\n        pass\n",
        id="elif",
    ),
    pytest.param(
        "x = [  # all of them\n    f(i)  # each\n    for i in y\n]  # done\n",
        "# all of them\n# each\nx = []  # done\nfor i in y:\n    x.append(f(i))\n",
        id="comments",
    ),
    pytest.param(
        "# above\nx = g([f(i) for i in y])  # behind\n",
        "# above\nf_results = []\nfor i in y:\n    f_results.append(f(i))\n"
        "x = g(f_results)  # behind\n",
        id="comments-around",
    ),
    pytest.param(
        "def f(y):\n    return [(n := n + i) for i in y]\n",
        "def f(y):\n    values = []\n    for i in y:\n"
        "        values.append((n := n + i))\n"
        "    return values\n",
        id="assignment-expression-binds-outside",
    ),
    pytest.param(
        "print([a for a in y if a])\n",
        "items = []\nfor a in y:\n    if a:\n        items.append(a)\nprint(items)\n",
        id="nothing-to-name-the-list-by",
    ),
    pytest.param(
        "x = [f(a) for a, *_ in y]\n",
        "x = []\nfor a, *_ in y:\n    x.append(f(a))\n",
        id="starred-target",
    ),
]

PROGRAMS = [
    pytest.param(
        "def see(x):\n    print(x)\n    return x\n"
        "def f(n):\n    return [see(i) + see(j) for i in range(n) for j in range(i)]\n"
        "print(f(4), max(see(x) for x in [3, 1]), {see(k): 1 for k in 'ab'})\n",
        id="order-of-evaluation",
    ),
    pytest.param(
        "class Late:\n    def __init__(self):\n        self.n = 1\n"
        "    def bump(self):\n        self.n += 1\n        return self.n\n"
        "late = Late()\nprint(late.n, [late.bump() for _ in range(3)], late.n)\n",
        id="state-that-elements-change",
    ),
    pytest.param(
        "def outer():\n    total = []\n    def inner():\n"
        "        return [total.append(i) or i * k for i in range(3)]\n"
        "    k = 2\n    return inner(), total\nprint(outer())\n",
        id="closure",
    ),
    pytest.param(
        "x = 1\ndef f():\n    global x\n    x = [x + i for i in range(3)]\n"
        "f()\nprint(x)\n",
        id="global",
    ),
    pytest.param(
        "def f(xs):\n    ys = [z for x in xs if (z := x + 1) > 1]\n"
        "    return ys, z\nprint(f([1, 2]))\n",
        id="assignment-expression-in-a-condition",
    ),
    pytest.param(
        "def f(xs):\n    ys = [x for x in xs if (z := x + 1) > 1]\n"
        "    return ys, [z + 1 for z in xs], [z * x for x in xs]\nprint(f([1, 2]))\n",
        id="assignment-expression-and-a-variable-of-its-name",
    ),
    pytest.param(
        "g = 7\ndef f(xs):\n    return [g + 1 for g in xs], [g * x for x in xs]\n"
        "print(f([1, 2]))\n",
        id="variable-that-means-something-else-in-another-comprehension",
    ),
    pytest.param(
        "def f(d):\n    m = r = p = 3\n"
        "    return [p * 2 for m in d.values() for r in m for p in r if r], m, r, p\n"
        "print(f({1: ['ab']}))\n",
        id="renamed-variables-of-three-clauses",
    ),
    pytest.param(
        "def f(ts):\n    x = None\n    try:\n        x = [int(t) for t in ts]\n"
        "    except ValueError:\n        pass\n    return x\n"
        "print(f(['1', 'x']), f(['1']))\n",
        id="old-value-after-a-failure",
    ),
    pytest.param(
        "x = [0]\ndef f(ts):\n    global x\n    x = [int(t) for t in ts]\n"
        "try:\n    f(['1', 'x'])\nexcept ValueError:\n    print(x)\n",
        id="old-value-after-a-failure-of-the-function",
    ),
    pytest.param(
        "x = ['b', 'a']\ndef known(w):\n    return w in x\n"
        "x = [w for w in ['a', 'z'] if known(w)]\nprint(x)\n",
        id="old-value-read-by-a-function",
    ),
    pytest.param(
        "def f():\n    x = {'b': 1, 'a': 2}\n    def known(w):\n        return w in x\n"
        "    x = {w: 3 for w in ['a', 'z'] if known(w)}\n    return x\nprint(f())\n",
        id="old-value-read-by-a-closure",
    ),
    pytest.param(
        "def ask(n):\n    return max(n, 1)\n"
        "max = {ask(n) for n in range(3)}\nprint(max)\n",
        id="builtin-that-is-hidden-afterwards",
    ),
]


@pytest.mark.parametrize(("code", "message"), REFUSED)
def test_refuses(code: str, message: str) -> None:
    with pytest.raises(Refusal) as refusal:
        unroll_comprehensions(parse(code))
    assert str(refusal.value) == message


@pytest.mark.parametrize("code", UNCHANGED)
def test_leaves_trivial_ones(code: str) -> None:
    module = parse(code)
    assert unroll_comprehensions(module) is module


@pytest.mark.parametrize(("before", "after"), REWRITTEN)
def test_unrolls(before: str, after: str) -> None:
    assert format_source(rewritten(unroll_comprehensions, before)) == after


@pytest.mark.parametrize("code", PROGRAMS)
def test_programs_print_the_same(code: str) -> None:
    assert outcome(rewritten(unroll_comprehensions, code)) == outcome(code)


def test_a_counter_does_not_share_a_name_with_what_it_counts() -> None:
    code = """\
def combine(rows, weights):
    sums = [t + p for t, p in zip(rows, weights)]
    return [sums[t] * weights[t] for t in range(len(sums))]
"""
    after = rewritten(unroll_comprehensions, code)
    assert "for t, p in zip(rows, weights):" in after
    assert "for t_index in range(len(sums)):" in after
    assert "sums[t_index] * weights[t_index]" in after
