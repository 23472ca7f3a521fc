"""Functions inside functions, in modules of every shape."""

from __future__ import annotations

import libcst as cst
import pytest
from statement_checks import outcome, rewritten

from codemods.refusal import Refusal
from codemods.transforms.lift_closures import lift_closures

HOLDER = "expected a function in a plain function or class of the module"
IN_METHOD = "    def m(self=None):\n        def g():\n            return 1\n"

REFUSED = [
    pytest.param(
        "def f():\n    def g():\n        return 1\n    return g\nprint(f()())\n",
        "4:12: expected `g` to be called and nothing else, found `g` as a value",
        id="returned",
    ),
    pytest.param(
        "def f(xs):\n    def g(x):\n        return -x\n    xs.sort(key=g)\nf([1, 2])\n",
        "4:17: expected `g` to be called and nothing else, found `g` as a value",
        id="passed",
    ),
    pytest.param(
        "def f(x):\n    @cache\n    def g():\n        return x\n    return g()\n",
        "2:5: expected a function without decorators, found a decorator",
        id="decorated",
    ),
    pytest.param(
        "def f(x):\n    def g(y):\n        return x + y\n    return g(*[1])\n",
        "4:14: expected arguments of `g` one by one, found `*`",
        id="starred-argument",
    ),
    pytest.param(
        "def f(x):\n    if x:\n        def g():\n            return 1\n"
        "    else:\n        def g():\n            return 2\n    return g()\n",
        "6:13: expected one definition of `g`, found another",
        id="defined-twice",
    ),
    pytest.param(
        "def f(x):\n    def g():\n        return x\n    x = 2\n    return g()\n",
        "4:5: expected `x` to be bound once, found another value",
        id="bound-again",
    ),
    pytest.param(
        "def f():\n    while True:\n        x = 1\n        def g():\n"
        "            return x\n        return g()\n",
        "3:9: expected `x` to be bound once, found a loop",
        id="bound-in-a-loop",
    ),
    pytest.param(
        "def f():\n    for x in [1]:\n        def g():\n            return x\n"
        "        g()\n",
        "2:9: expected `x` to be a parameter or assigned by a line, found another kind "
        "of binding",
        id="loop-variable",
    ),
    pytest.param(
        "def f(y):\n    import math\n    def g():\n        return math.exp(y)\n"
        "    return g()\n",
        "2:12: expected `math` to be a parameter or assigned by a line, found another "
        "kind of binding",
        id="import",
    ),
    pytest.param(
        "def f():\n    x = 1\n    def g():\n        nonlocal x\n        x += 1\n"
        "    g()\n    return x\n",
        "4:9: expected a function that can be moved, found `nonlocal`",
        id="nonlocal",
    ),
    pytest.param(
        "def f(x):\n    def g(a=x):\n        return a\n    return g()\n",
        "2:13: expected a literal as default, found another value",
        id="default-from-around",
    ),
    pytest.param(
        "def f(x):\n    def g(a=[]):\n        return a\n    return g()\n",
        "2:13: expected a literal as default, found another value",
        id="default-that-changes",
    ),
    pytest.param(
        "def f(x):\n    def g():\n        yield x\n    return list(g())\n",
        "3:9: expected a function that can be moved, found a generator",
        id="generator",
    ),
    pytest.param(
        "def f(x):\n    async def g():\n        return x\n    return g()\n",
        "2:15: expected a function that runs at once, found a coroutine",
        id="coroutine",
    ),
    pytest.param(
        "def f(x):\n    def g():\n        return x\n    return g()\ng = f(1)\n",
        "2:9: expected the name `g` to be free, found another use",
        id="name-of-the-module",
    ),
    pytest.param(
        "def f(x):\n    def sum():\n        return x\n    return sum()\n",
        "2:9: expected the name `sum` to be free, found another use",
        id="name-of-a-builtin",
    ),
    pytest.param(
        "def f(x):\n    def g():\n        return x\n    return g()\n"
        "def h(x):\n    def g():\n        return -x\n    return g()\n",
        "2:9: expected the name `g` to be free, found another use",
        id="two-of-a-name",
    ),
    pytest.param(
        "def f(x):\n    class A:\n        def m(self):\n            def g():\n"
        "                return x\n            return g()\n    return A().m()\n",
        f"4:17: {HOLDER}, found a class inside a function",
        id="in-a-class-in-a-function",
    ),
    pytest.param(
        "def f(x):\n    def g():\n        class A:\n            pass\n"
        "        return A\n    return g()\n",
        "3:9: expected a function that can be moved, found a class",
        id="around-a-class",
    ),
    pytest.param(
        "class A:\n    def m(self):\n        def g():\n"
        "            return super().m()\n        return g()\n",
        "4:20: expected a function that can be moved, found `super`",
        id="super",
    ),
    pytest.param(
        "class A:\n    def m(self):\n        def g(a):\n            return a.__x\n"
        "        return g(self)\n",
        "4:22: expected a function that can be moved, found the private name `__x`",
        id="private-name",
    ),
    pytest.param(
        f"class A:\n{IN_METHOD}        return g()\n    x = m()\n",
        f"6:9: {HOLDER}, found a call in a class body",
        id="class-that-runs-its-method",
    ),
    pytest.param(
        f"@run\nclass A:\n{IN_METHOD}        return g()\n",
        f"1:1: {HOLDER}, found a decorator",
        id="decorated-class",
    ),
    pytest.param(
        f"class A(B):\n{IN_METHOD}        return g()\n",
        f"1:9: {HOLDER}, found a base from elsewhere",
        id="class-with-a-base",
    ),
    pytest.param(
        "class B:\n    def __init_subclass__(cls):\n        cls.m()\n"
        f"class A(B):\n{IN_METHOD}        return g()\n",
        f"2:9: {HOLDER}, found `__init_subclass__`",
        id="class-that-its-base-runs",
    ),
    pytest.param(
        "@run\ndef f():\n    def g():\n        return 1\n    return g()\n",
        f"1:1: {HOLDER}, found a decorator",
        id="decorated-function",
    ),
    pytest.param(
        "if 1:\n    def f():\n        def g():\n            return 1\n"
        "        return g()\n    f()\n",
        f"3:13: {HOLDER}, found a statement around it",
        id="called-inside-the-statement",
    ),
    pytest.param(
        "def f(x):\n    if x:\n        def g():\n            return 1\n"
        "    return g()\n",
        "5:12: expected a call that runs when `g` is defined, found one that may run "
        "before",
        id="defined-in-a-branch",
    ),
    pytest.param(
        "def f():\n    def a():\n        return b()\n    print(a())\n"
        "    def b():\n        return 1\nf()\n",
        "4:11: expected a call that runs when `b` is defined, found one that may run "
        "before",
        id="called-through-another-before-its-definition",
    ),
    pytest.param(
        "def f(c):\n    def a():\n        return x if c else 0\n    print(a())\n"
        "    x = 1\nf(0)\n",
        "4:11: expected a call that runs when `x` is bound, found one that may run "
        "before",
        id="variable-bound-after-the-call",
    ),
    pytest.param(
        "def f(c):\n    def a(r):\n        return r + c\n"
        "    return [a(c) for c in [1]]\n",
        "4:13: expected `c` to mean here what it does in the function, found another "
        "variable",
        id="variable-of-a-comprehension",
    ),
    pytest.param(
        "def f(c):\n    def a(c):\n        return b(c)\n    def b(r):\n"
        "        return r + c\n    return a(1)\n",
        "2:11: expected `c` to be free for a parameter of `a`, found another meaning "
        "of it",
        id="parameter-of-a-caller",
    ),
    pytest.param(
        "def f(c):\n    def a():\n        return c\n    return eval('a()')\n",
        "4:12: expected variables that are found by their names in the text only, "
        "found a place that may look them up by a string",
        id="eval",
    ),
    pytest.param(
        "def f(c):\n    Row = list\n    def a(r: Row):\n        return r\n"
        "    return a(c)\n",
        "3:14: expected `Row` to mean the same beside the function, found another "
        "meaning",
        id="type-of-the-function",
    ),
    pytest.param(
        "def f(c):\n    Row = list\n    def a(r):\n        x: Row = r\n"
        "        return x\n    return a(c)\n",
        "4:12: expected a type of the module, found the local `Row`",
        id="type-of-the-function-inside",
    ),
]

CHANGED = [
    pytest.param(
        "class Node:\n    def order(self: 'Node') -> int:\n"
        "        line: list[Node] = []\n        seen: 'set[Node]' = set()\n"
        "        # Children first.\n        def walk(node: 'Node') -> None:\n"
        "            if node not in seen:  # once\n                seen.add(node)\n"
        "                line.append(node)\n                walk(node)\n"
        "        walk(self)\n        return len(line)\n"
        "# The end.\nprint(Node().order())\n",
        "class Node:\n    def order(self: 'Node') -> int:\n"
        "        line: list[Node] = []\n        seen: 'set[Node]' = set()\n"
        "        walk(self, seen, line)\n        return len(line)\n"
        "# Children first.\n"
        "def walk(node: Node, seen: set[Node], line: list[Node]) -> None:\n"
        "    if node not in seen:  # once\n        seen.add(node)\n"
        "        line.append(node)\n        walk(node, seen, line)\n"
        "# The end.\nprint(Node().order())\n",
        id="recursive-in-a-method",
    ),
    pytest.param(
        "def f(n):\n    def even(k):\n        return k == n or odd(k - 1)\n"
        "    def odd(k):\n        return k != m and even(k - 1)\n    m = 0\n"
        "    return even(4), odd(k=3)\nprint(f(2))\n",
        "def f(n):\n    m = 0\n    return even(4, n, m), odd(k=3, m=m, n=n)\n"
        "def even(k, n, m):\n    return k == n or odd(k - 1, m, n)\n"
        "def odd(k, m, n):\n    return k != m and even(k - 1, n, m)\nprint(f(2))\n",
        id="functions-that-call-each-other",
    ),
    pytest.param(
        "def f(a):\n    b = a + 1\n    def g(c):\n        d = b + c\n"
        "        def h():\n            return a * d\n        return h() + h()\n"
        "    return g(2)\nprint(f(1))\n",
        "def f(a):\n    b = a + 1\n    return g(2, b, a)\n"
        "def g(c, b, a):\n    d = b + c\n    return h(a, d) + h(a, d)\n"
        "def h(a, d):\n    return a * d\nprint(f(1))\n",
        id="nested-twice",
    ),
    pytest.param(
        "rate = 2\ndef f(a):\n    def g():\n        return rate * h()\n"
        "    return g() + a\ndef h():\n    return 3\nprint(f(1))\n",
        "rate = 2\ndef f(a):\n    return g() + a\ndef g():\n    return rate * h()\n"
        "def h():\n    return 3\nprint(f(1))\n",
        id="reads-nothing-but-the-module",
    ),
    pytest.param(
        "def f(a, *rest: int, **words: int) -> int:\n"
        "    def g(b: int = 1, *, c: int = 2) -> int:\n"
        "        return len(rest) + len(words) + b + c\n"
        "    return g(3) + g(c=4) + sum(g(x) for x in rest)\nprint(f(1, 2, z=3))\n",
        "def f(a, *rest: int, **words: int) -> int:\n"
        "    return g(rest, words, 3) + g(rest, words, c=4) + "
        "sum(g(rest, words, x) for x in rest)\n"
        "def g(rest: tuple[int, ...], words: dict[str, int], b: int = 1, *, "
        "c: int = 2) -> int:\n"
        "    return len(rest) + len(words) + b + c\nprint(f(1, 2, z=3))\n",
        id="every-kind-of-parameter",
    ),
    pytest.param(
        "class A:\n    def m(self) -> int:\n        def g() -> int:\n"
        "            return self.n\n        return g()\n    n = 3\nprint(A().m())\n",
        "class A:\n    def m(self) -> int:\n        return g(self)\n    n = 3\n"
        "def g(self: A) -> int:\n    return self.n\nprint(A().m())\n",
        id="self",
    ),
    pytest.param(
        "def f(v: 'V') -> int:\n    vs: 'list[V]' = [v]\n"
        "    def g(v: 'V') -> int:\n        return len(vs)\n    return g(v)\n"
        "class V:\n    pass\nprint(f(V()))\n",
        "def f(v: 'V') -> int:\n    vs: 'list[V]' = [v]\n    return g(v, vs)\n"
        'def g(v: "V", vs: "list[V]") -> int:\n    return len(vs)\n'
        "class V:\n    pass\nprint(f(V()))\n",
        id="quoted-above-the-class",
    ),
    pytest.param(
        "def f(x):\n    def g():\n        print(x)\nf(1)\n",
        "def f(x):\n    pass\ndef g(x):\n    print(x)\nf(1)\n",
        id="nothing-else-in-the-function",
    ),
    pytest.param(
        "def f(x):\n    for i in range(2):\n        def g(y):\n"
        "            return x + sum([x for _ in range(y)])\n        print(g(i))\n"
        "f(1)\n",
        "def f(x):\n    for i in range(2):\n        print(g(i, x))\n"
        "def g(y, x):\n    return x + sum([x for _ in range(y)])\nf(1)\n",
        id="defined-in-a-loop",
    ),
]


@pytest.mark.parametrize(("code", "message"), REFUSED)
def test_refuses(code: str, message: str) -> None:
    with pytest.raises(Refusal) as refusal:
        lift_closures(cst.parse_module(code))
    assert str(refusal.value) == message


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("def f():\n    return 1\n", id="function"),
        pytest.param("if 1:\n    def f():\n        return 1\n", id="in-a-branch"),
        pytest.param("class A:\n    def m(self):\n        return 1\n", id="method"),
        pytest.param("def f(x):\n    return lambda: x\n", id="lambda"),
    ],
)
def test_leaves_alone(code: str) -> None:
    module = cst.parse_module(code)
    assert lift_closures(module) is module


@pytest.mark.parametrize(("before", "after"), CHANGED)
def test_lifts(before: str, after: str) -> None:
    assert rewritten(lift_closures, before) == after
    assert outcome(before) == outcome(after)
