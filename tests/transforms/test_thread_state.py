"""State that functions read, in modules of every shape."""

from __future__ import annotations

import libcst as cst
import pytest
from statement_checks import outcome, rewritten

from codemods.refusal import Refusal
from codemods.transforms.thread_state import thread_state

AROUND = "expected a function or method of the module around what needs state"
METHOD = "totals = []\nclass A:\n    def m(self):\n        totals.append(1)\n"

REFUSED = [
    pytest.param(
        "count = 0\ndef f():\n    global count\n    count += 1\nf()\n",
        "3:12: expected `count` to be bound by lines of the module, found `global`",
        id="global",
    ),
    pytest.param(
        "rate = 1\ndef f():\n    return rate\nf()\n"
        "def g():\n    global rate\n    rate = 2\n",
        "6:12: expected `rate` to be bound by lines of the module, found `global`",
        id="global-elsewhere",
    ),
    pytest.param(
        "i = 1\ndef f(x):\n    return i + x\nprint(f((i := 5)))\n",
        "4:10: expected `i` to be bound by lines of the module, found `:=`",
        id="bound-among-the-arguments",
    ),
    pytest.param(
        "xs = []\ndef f():\n    xs.append(1)\nf()\ndel xs\n",
        "5:5: expected `xs` to be bound by lines of the module, found `del`",
        id="deleted",
    ),
    pytest.param(
        "xs = []\ndef f():\n    xs.append(1)\nf()\neval('xs')\n",
        "5:1: expected variables that are found by their names in the text only, "
        "found a place that may look them up by a string",
        id="eval",
    ),
    pytest.param(
        "xs = []\ndef f():\n    xs.append(1)\ng = f\ng()\n",
        "4:5: expected `f` to be called and nothing else, found `f` as a value",
        id="function-as-a-value",
    ),
    pytest.param(
        "xs = []\ndef f():\n    xs.append(1)\nlist(map(f, [1]))\n",
        "4:10: expected `f` to be called and nothing else, found `f` as a value",
        id="function-as-an-argument",
    ),
    pytest.param(
        "xs = []\n@cache\ndef f():\n    xs.append(1)\nf()\n",
        "2:1: expected a function without decorators, found a decorator",
        id="decorated",
    ),
    pytest.param(
        "xs = []\nif xs:\n    def f():\n        pass\nelse:\n    def f():\n"
        "        xs.append(1)\nf()\n",
        "3:9: expected one definition of `f`, found another",
        id="defined-twice",
    ),
    pytest.param(
        "xs = []\ndef f():\n    xs.append(1)\nclass A:\n    f = f()\n",
        "5:9: expected `f` to mean one thing, found a class body",
        id="namesake-in-a-class",
    ),
    pytest.param(
        "xs = []\ndef f(*a):\n    xs.append(1)\nf(*[1])\n",
        "4:3: expected arguments of `f` one by one, found `*`",
        id="starred-argument",
    ),
    pytest.param(
        "xs = []\ndef f(**k):\n    xs.append(k)\nf(xs=1)\n",
        "4:1: expected no argument `xs` yet, found one",
        id="keyword-of-that-name",
    ),
    pytest.param(
        "xs = []\ndef f(a=1, /):\n    xs.append(a)\nf()\n",
        "2:7: expected room for another parameter, found defaults before the `/`",
        id="no-room",
    ),
    pytest.param(
        "def f(x):\n    if x:\n        xs.append(1)\nf(0)\nxs = []\nf(1)\n",
        "4:1: expected a call that runs when `xs` is bound, found one that may run "
        "before",
        id="call-above-the-binding",
    ),
    pytest.param(
        "import os\nif os.sep:\n    xs = []\ndef f():\n    xs.append(1)\nf()\n",
        "6:1: expected a call that runs when `xs` is bound, found one that may run "
        "before",
        id="bound-in-a-branch",
    ),
    pytest.param(
        "for i in []:\n    pass\ndef f(x):\n    return x and i\nprint(f(0))\n",
        "5:7: expected a call that runs when `i` is bound, found one that may run "
        "before",
        id="loop-that-may-not-run",
    ),
    pytest.param(
        "xs = []\ndef f():\n    xs.append(1)\ndef g(xs):\n    f()\n    return xs\n"
        "g(1)\n",
        "4:7: expected `xs` to be free for a parameter of `g`, found another meaning "
        "of it",
        id="parameter-of-a-caller",
    ),
    pytest.param(
        "xs = []\ndef f():\n    xs.append(1)\ndef g():\n    f()\n    xs = 1\ng()\n",
        "6:5: expected `xs` to be free for a parameter of `g`, found another meaning "
        "of it",
        id="local-of-a-caller",
    ),
    pytest.param(
        "xs = []\ndef f(x):\n    xs.append(x)\n[f(xs) for xs in [1]]\n",
        "4:2: expected `xs` to mean here what it does in the function, found another "
        "variable",
        id="variable-of-a-comprehension",
    ),
    pytest.param(
        "xs = []\nxs.append(1)\nf = lambda: xs\nf()\n",
        f"3:13: {AROUND}, found a lambda",
        id="lambda",
    ),
    pytest.param(
        "xs = []\ndef f():\n    xs.append(1)\ng = lambda: f()\n",
        f"4:13: {AROUND}, found a lambda",
        id="lambda-that-calls",
    ),
    pytest.param(
        "xs = []\ndef f():\n    def g():\n        xs.append(1)\n    g()\nf()\n",
        f"4:9: {AROUND}, found a function inside a function",
        id="nested",
    ),
    pytest.param(
        "i = 1\ndef f():\n    yield i\ng = f()\ni = 2\nprint(list(g))\n",
        "3:5: expected what reads `i` to run at once, found a generator",
        id="generator",
    ),
    pytest.param(
        "i = 1\ndef f():\n    return (i for _ in [1])\ng = f()\ni = 2\n"
        "print(list(g))\n",
        "3:13: expected what reads `i` to run at once, found a lambda or generator "
        "expression",
        id="generator-expression",
    ),
    pytest.param(
        "i = 1\ndef f():\n    return i\ndef h():\n    return lambda: f()\ng = h()\n"
        "i = 2\nprint(g())\n",
        "5:20: expected what reads `i` to run at once, found a lambda or generator "
        "expression",
        id="lambda-that-a-function-returns",
    ),
    pytest.param(
        "i = 1\nasync def f():\n    return i\ng = f()\ni = 2\n",
        "2:11: expected what reads `i` to run at once, found a coroutine",
        id="coroutine",
    ),
    pytest.param(
        "xs = []\nclass A:\n    def __len__(self):\n        xs.append(1)\n"
        "        return 1\nlen(A())\n",
        "3:9: expected a method called by its name, found `__len__`",
        id="operator-method",
    ),
    pytest.param(
        METHOD.replace("self", "*a") + "A().m()\n",
        "3:9: expected a first parameter for the object of the method, found none that "
        "is always passed",
        id="method-without-self",
    ),
    pytest.param(
        METHOD + "for a in find(A()):\n    a.m()\n",
        "6:5: expected `.m` of an object of the class A, found an object of unknown "
        "class",
        id="method-of-what",
    ),
    pytest.param(
        METHOD + "A.m(A())\n",
        "5:1: expected `.m` of an object of the class A, found an object of unknown "
        "class",
        id="method-through-the-class",
    ),
    pytest.param(
        METHOD + "class B:\n    def m(self):\n        pass\nA().m()\n",
        "6:9: expected one class with `m`, found another",
        id="method-of-two-classes",
    ),
    pytest.param(
        METHOD.replace("A:", "A(B):") + "A().m()\n",
        "2:9: expected a class without relatives, found a base",
        id="method-of-a-base",
    ),
    pytest.param(
        METHOD + "a = A()\ngetattr(a, 'm')()\n",
        "6:1: expected methods called by their names, found `getattr`",
        id="method-by-a-string",
    ),
    pytest.param(
        "Row = list\nrows: 'Row[int]' = []\nrows.append(1)\nclass A:\n    Row = 1\n"
        "    def m(self):\n        return rows\nA().m()\n",
        "2:7: expected `Row` to mean the same beside the function, found another "
        "meaning",
        id="type-that-means-something-else",
    ),
]

IDLE = [
    pytest.param("rate = 2\ndef f(x):\n    return rate * x\nprint(f(1))\n", id="rate"),
    pytest.param("names = ['a']\ndef f():\n    return names[0]\n", id="never-changed"),
    pytest.param("xs = []\nxs.append(1)\ndef f(xs):\n    return xs\n", id="parameter"),
    pytest.param(
        "rate: float\nrate = 2\ndef f(x):\n    return rate * x\n", id="declared-first"
    ),
    pytest.param("import math\ndef f(x):\n    return math.exp(x)\n", id="import"),
    pytest.param("n = 1\nn = 2\nclass A:\n    size = n\n", id="class-body"),
]

CHANGED = [
    pytest.param(
        "rows: list[list[int]] = [[0]]\nrow = rows[0]\nrow[0] = 1\n"
        "def first() -> int:\n    return rows[0][0]\nprint(first())\n",
        "rows: list[list[int]] = [[0]]\nrow = rows[0]\nrow[0] = 1\n"
        "def first(rows: list[list[int]]) -> int:\n    return rows[0][0]\n"
        "print(first(rows))\n",
        id="changed-by-another-name",
    ),
    pytest.param(
        "totals: list[int] = []\n# Adds.\ndef add(price: int) -> None:\n"
        "    totals.append(price)  # at the end\nadd(3)\nprint(totals)\n",
        "totals: list[int] = []\n# Adds.\n"
        "def add(price: int, totals: list[int]) -> None:\n"
        "    totals.append(price)  # at the end\nadd(3, totals)\nprint(totals)\n",
        id="annotated",
    ),
    pytest.param(
        "log = []\ndef f():\n    log.append(1)\ndef g(x):\n    f()\n    return x\n"
        "def h():\n    return g(1) + g(x=2)\nprint(h(), log)\n",
        "log = []\ndef f(log):\n    log.append(1)\ndef g(x, log):\n    f(log)\n"
        "    return x\ndef h(log):\n    return g(1, log) + g(x=2, log=log)\n"
        "print(h(log), log)\n",
        id="callers-too",
    ),
    pytest.param(
        "a = []\nb = {}\ndef even(n):\n    b[n] = 1\n"
        "    return n == 0 or odd(n - 1)\ndef odd(n):\n    a.append(n)\n"
        "    return n != 0 and even(n - 1)\nprint(even(4), a, b)\n",
        "a = []\nb = {}\ndef even(n, b, a):\n    b[n] = 1\n"
        "    return n == 0 or odd(n - 1, a, b)\ndef odd(n, a, b):\n    a.append(n)\n"
        "    return n != 0 and even(n - 1, b, a)\nprint(even(4, b, a), a, b)\n",
        id="functions-that-call-each-other",
    ),
    pytest.param(
        "xs = []\ndef f(a, b=2, *c, d, e=5, **g):\n    xs.append((a, b, c, d, e, g))\n"
        "f(1, d=4)\nf(1, 2, 3, d=4, h=5)\nf(d=4, a=1)\nprint(xs)\n",
        "xs = []\ndef f(a, xs, b=2, *c, d, e=5, **g):\n"
        "    xs.append((a, b, c, d, e, g))\n"
        "f(1, xs, d=4)\nf(1, xs, 2, 3, d=4, h=5)\nf(d=4, a=1, xs=xs)\nprint(xs)\n",
        id="every-kind-of-parameter",
    ),
    pytest.param(
        "for step in range(2):\n    def f():\n        return step\n"
        "    print(f(), [f() for _ in 'ab'])\n",
        "for step in range(2):\n    def f(step):\n        return step\n"
        "    print(f(step), [f(step) for _ in 'ab'])\n",
        id="variable-of-the-loop-around-the-call",
    ),
    pytest.param(
        "rate = 1\ndef f(x):\n    return rate * x\nprint(f(1))\nrate = f(2)\n"
        "rate += f(3)\nprint(f(4))\n",
        "rate = 1\ndef f(x, rate):\n    return rate * x\nprint(f(1, rate))\n"
        "rate = f(2, rate)\nrate += f(3, rate)\nprint(f(4, rate))\n",
        id="bound-again-between-calls",
    ),
    pytest.param(
        "xs = [3]\nxs.append(1)\ndef f():\n    yield from xs\ndef g():\n"
        "    return sorted(f(), key=lambda x: xs.index(x))\nprint(g(), list(f()))\n",
        "xs = [3]\nxs.append(1)\ndef f(xs):\n    yield from xs\ndef g(xs):\n"
        "    return sorted(f(xs), key=lambda x: xs.index(x))\n"
        "print(g(xs), list(f(xs)))\n",
        id="later-but-bound-once",
    ),
    pytest.param(
        "xs = [1]\ndef f(n):\n    return n + len(xs)\n"
        "print(f(n for n in xs) if 0 else 1, f(\n    2,  # two\n))\nxs.clear()\n",
        "xs = [1]\ndef f(n, xs):\n    return n + len(xs)\n"
        "print(f((n for n in xs), xs) if 0 else 1, f(\n    2,  # two\nxs,))\n"
        "xs.clear()\n",
        id="generator-and-comma-among-arguments",
    ),
    pytest.param(
        "xs = []\nclass A:\n    def add(self, x):\n        xs.append(x)\n"
        "        return self\n    def twice(self):\n        self.add(1).__class__\n"
        "        self.add(2)\na = A()\na.twice()\nA().add(x=3)\nprint(xs)\n",
        "xs = []\nclass A:\n    def add(self, x, xs):\n        xs.append(x)\n"
        "        return self\n    def twice(self, xs):\n"
        "        self.add(1, xs).__class__\n        self.add(2, xs)\na = A()\n"
        "a.twice(xs)\nA().add(x=3, xs=xs)\nprint(xs)\n",
        id="methods",
    ),
    pytest.param(
        "def f() -> int:\n    return len(nodes)\nclass Node:\n"
        "    def g(self) -> int:\n        return f() + len(nodes)\n"
        "def h() -> int:\n    return Node().g()\n"
        "nodes: 'list[Node]' = [Node()]\nnodes.append(Node())\nprint(h())\n",
        'def f(nodes: "list[Node]") -> int:\n    return len(nodes)\nclass Node:\n'
        '    def g(self, nodes: "list[Node]") -> int:\n'
        "        return f(nodes) + len(nodes)\n"
        "def h(nodes: list[Node]) -> int:\n    return Node().g(nodes)\n"
        "nodes: 'list[Node]' = [Node()]\nnodes.append(Node())\nprint(h(nodes))\n",
        id="quoted-above-the-class",
    ),
    pytest.param(
        "from __future__ import annotations\ndef f() -> int:\n    return len(nodes)\n"
        "class Node:\n    pass\nnodes: list[Node] = []\nnodes.append(Node())\n"
        "print(f())\n",
        "from __future__ import annotations\n"
        "def f(nodes: list[Node]) -> int:\n    return len(nodes)\n"
        "class Node:\n    pass\nnodes: list[Node] = []\nnodes.append(Node())\n"
        "print(f(nodes))\n",
        id="annotations-that-nobody-evaluates",
    ),
    pytest.param(
        "def make() -> tuple[list[int], int]:\n    return [1], 2\n"
        "def grow() -> None:\n    xs.append(n)\nxs, n = make()\nxs, n = make()\n"
        "grow()\nprint(xs)\n",
        "def make() -> tuple[list[int], int]:\n    return [1], 2\n"
        "def grow(xs: list[int], n: int) -> None:\n    xs.append(n)\n"
        "xs, n = make()\nxs, n = make()\ngrow(xs, n)\nprint(xs)\n",
        id="results-of-a-function",
    ),
    pytest.param(
        "def make() -> 'list[Node]':\n    return [Node()]\nclass Node:\n    pass\n"
        "def grow() -> None:\n    xs.append(Node())\nxs = make()\ngrow()\n"
        "print(len(xs))\n",
        "def make() -> 'list[Node]':\n    return [Node()]\nclass Node:\n    pass\n"
        "def grow(xs: list[Node]) -> None:\n    xs.append(Node())\nxs = make()\n"
        "grow(xs)\nprint(len(xs))\n",
        id="the-result-of-a-function-in-quotes",
    ),
    pytest.param(
        "def make() -> tuple[int, ...]:\n    return 1, 2\n"
        "def show() -> None:\n    print(y)\nx, y = make()\nx, y = make()\nshow()\n",
        "def make() -> tuple[int, ...]:\n    return 1, 2\n"
        "def show(y: int) -> None:\n    print(y)\nx, y = make()\nx, y = make()\n"
        "show(y)\n",
        id="results-without-a-number",
    ),
    pytest.param(
        "def make() -> tuple[list[int], int]:\n    return [1], 2\n"
        "def grow() -> None:\n    xs.append(1)\n[xs, n] = make()\ngrow()\n",
        "def make() -> tuple[list[int], int]:\n    return [1], 2\n"
        "def grow(xs: list[int]) -> None:\n    xs.append(1)\n[xs, n] = make()\n"
        "grow(xs)\n",
        id="results-in-brackets",
    ),
    pytest.param(
        "def make() -> list[int]:\n    return [1]\ndef grow() -> None:\n"
        "    xs.append(1)\nxs = None\nxs = make()\ngrow()\n",
        "def make() -> list[int]:\n    return [1]\ndef grow(xs) -> None:\n"
        "    xs.append(1)\nxs = None\nxs = make()\ngrow(xs)\n",
        id="results-and-something-else",
    ),
    pytest.param(
        "def same(f):\n    return f\n@same\ndef make() -> list[int]:\n"
        "    return [1]\ndef grow() -> None:\n    xs.append(1)\nxs = make()\ngrow()\n",
        "def same(f):\n    return f\n@same\ndef make() -> list[int]:\n"
        "    return [1]\ndef grow(xs) -> None:\n    xs.append(1)\nxs = make()\n"
        "grow(xs)\n",
        id="the-result-of-something-decorated",
    ),
]


@pytest.mark.parametrize(("code", "message"), REFUSED)
def test_refuses(code: str, message: str) -> None:
    with pytest.raises(Refusal) as refusal:
        thread_state(cst.parse_module(code))
    assert str(refusal.value) == message


@pytest.mark.parametrize("code", IDLE)
def test_leaves_alone(code: str) -> None:
    module = cst.parse_module(code)
    assert thread_state(module) is module


@pytest.mark.parametrize(("before", "after"), CHANGED)
def test_threads(before: str, after: str) -> None:
    assert rewritten(thread_state, before) == after
    assert outcome(before) == outcome(after)
