"""Lambdas in code of every shape."""

from __future__ import annotations

import libcst as cst
import pytest
from statement_checks import outcome, rewritten

from codemods.refusal import Refusal
from codemods.transforms.replace_lambdas import replace_lambdas

EARLIER = "a lambda that can be defined before its statement"

REFUSED = [
    pytest.param(
        "fs = [lambda: i for i in range(3)]\n",
        f"1:7: expected {EARLIER}, found one in a comprehension",
        id="comprehension-captures-its-variable",
    ),
    pytest.param(
        "while run(lambda: 0):\n    pass\n",
        f"1:11: expected {EARLIER}, found one in the condition of a loop",
        id="condition-of-a-loop",
    ),
    pytest.param(
        "if a:\n    pass\nelif run(lambda: 0):\n    pass\n",
        f"3:10: expected {EARLIER}, found one in `elif`",
        id="elif",
    ),
    pytest.param(
        "run(lambda x=now(): x)\n",
        "1:5: expected defaults that are the same before the statement, found another",
        id="default-that-is-computed",
    ),
    pytest.param(
        "def change():\n    global n\n    n = 2\n    return n\n"
        "n = 1\nrun(change(), lambda x=n: x)\n",
        "6:15: expected defaults that are the same before the statement, found another",
        id="default-that-the-statement-rebinds",
    ),
    pytest.param(
        "def f(n):\n    run((n := 3), lambda x=n: x)\n",
        "2:19: expected defaults that are the same before the statement, found another",
        id="default-bound-by-walrus",
    ),
    pytest.param(
        "class A:\n    table = sorted(names, key=lambda name: name[1])\n",
        "2:31: expected a function or module around the lambda, found a class, of "
        "which the function would become an attribute",
        id="class-body",
    ),
    pytest.param(
        "(lambda: 0)()\n",
        "1:2: expected a place that suggests a name, found no such place",
        id="called-at-once",
    ),
    pytest.param(
        "f = lambda: (yield 1)\n",
        "1:5: expected a lambda that returns a value, found `yield` in a lambda",
        id="yield",
    ),
    pytest.param(
        "f = lambda: 0\nprint(f.__name__)\n",
        "2:7: expected no question after the lambda's name, found one",
        id="its-name-is-printed",
    ),
    pytest.param(
        "if a: f = lambda: 0\n",
        "1:11: expected an assignment on its own line, found others on it",
        id="one-line-suite",
    ),
    pytest.param(
        "f: Callable = lambda: 0\ng = 1; h = lambda: 0\n",
        "2:12: expected an assignment on its own line, found others on it",
        id="semicolon",
    ),
]

CHANGED = [
    pytest.param(
        "# Twice.\ndouble = lambda n: 2 * n  # by hand\nprint(double(4))\n",
        "# Twice.\n# by hand\ndef double(n):\n    return 2 * n\nprint(double(4))\n",
        id="comments-go-above",
    ),
    pytest.param(
        "f = lambda a, /, b=2, *c, d, e=5, **g: (a, b, c, d, e, g)\n"
        "print(f(1, d=4), f(1, 2, 3, d=4, h=5))\n",
        "def f(a, /, b=2, *c, d, e=5, **g):\n    return (a, b, c, d, e, g)\n"
        "print(f(1, d=4), f(1, 2, 3, d=4, h=5))\n",
        id="every-kind-of-parameter",
    ),
    pytest.param(
        "f = (lambda x:  # first\n   x +  # second\n   1)\nprint(f(1))\n",
        "# first\ndef f(x):\n    return (x +  # second\n       1)\nprint(f(1))\n",
        id="several-lines",
    ),
    pytest.param(
        "n = 1\nf = lambda: n\nn = 2\nprint(f())\n",
        "n = 1\ndef f():\n    return n\nn = 2\nprint(f())\n",
        id="late-binding-of-a-module-variable",
    ),
    pytest.param(
        "def make(n):\n    if n:\n        f = lambda: n\n    else:\n"
        "        f = lambda: 'none'\n    n += 1\n    return f\n"
        "print(make(1)(), make(0)())\n",
        "def make(n):\n    if n:\n        def f():\n            return n\n    else:\n"
        "        def f():\n            return 'none'\n    n += 1\n    return f\n"
        "print(make(1)(), make(0)())\n",
        id="bound-twice-over-a-closure",
    ),
    pytest.param(
        "class A:\n    base = 3\n    area = lambda self, by=base: self.base * by\n"
        "print(A().area())\n",
        "class A:\n    base = 3\n    def area(self, by=base):\n"
        "        return self.base * by\nprint(A().area())\n",
        id="method",
    ),
    pytest.param(
        "def outer():\n    global f\n    f = lambda: (y := 3) + y\nouter()\n"
        "print(f())\n",
        "def outer():\n    global f\n    def f():\n        return (y := 3) + y\n"
        "outer()\nprint(f())\n",
        id="global-and-walrus",
    ),
    pytest.param(
        "words = ['bb', 'a']\n# Short ones first.\n"
        "words.sort(key=lambda w: len(w))  # ok\n"
        "print(words, min(words, key=lambda w: w[::-1]))\n",
        "words = ['bb', 'a']\ndef sort_key(w):\n    return len(w)\n"
        "# Short ones first.\nwords.sort(key=sort_key)  # ok\n"
        "def minimum_key(w):\n    return w[::-1]\n"
        "print(words, min(words, key=minimum_key))\n",
        id="keys",
    ),
    pytest.param(
        "sort_key = 1\nprint(sorted([2, 1], key=lambda n: n + sort_key))\n",
        "sort_key = 1\ndef second_sort_key(n):\n    return n + sort_key\n"
        "print(sorted([2, 1], key=second_sort_key))\n",
        id="the-name-is-taken",
    ),
    pytest.param(
        "def adder(n):\n    return lambda x: lambda y: n + x + y\n"
        "print(adder(1)(2)(3))\n",
        "def adder(n):\n    def returned_function(x):\n"
        "        def second_returned_function(y):\n            return n + x + y\n"
        "        return second_returned_function\n    return returned_function\n"
        "print(adder(1)(2)(3))\n",
        id="returned-one-inside-the-other",
    ),
    pytest.param(
        "fs = []\nfor i in range(3):\n    fs.append(lambda i=i: i)\n"
        "print([f() for f in fs])\n",
        "fs = []\nfor i in range(3):\n    def append_function(i=i):\n        return i\n"
        "    fs.append(append_function)\nprint([f() for f in fs])\n",
        id="default-that-keeps-the-loop-variable",
    ),
    pytest.param(
        "ops = {'add': lambda a, b: a + b, 'neg': lambda a: -a}\n"
        "print(ops['add'](1, 2), ops['neg'](1))\n",
        "def add_function(a, b):\n    return a + b\ndef neg_function(a):\n"
        "    return -a\n"
        "ops = {'add': add_function, 'neg': neg_function}\n"
        "print(ops['add'](1, 2), ops['neg'](1))\n",
        id="dictionary-of-functions",
    ),
    pytest.param(
        "def f(g=lambda: 5):\n    return g()\nprint(f())\n",
        "def g_default():\n    return 5\ndef f(g=g_default):\n    return g()\n"
        "print(f())\n",
        id="default-of-a-parameter",
    ),
    pytest.param(
        "for n in map(lambda n: n + 1, [1]):\n    if all(map(lambda k: k < n, [0])):\n"
        "        print(n)\n",
        "def map_function(n):\n    return n + 1\nfor n in map(map_function, [1]):\n"
        "    def second_map_function(k):\n        return k < n\n"
        "    if all(map(second_map_function, [0])):\n        print(n)\n",
        id="headers-of-for-and-if",
    ),
    pytest.param(
        "f: 'Callable' = lambda: 1\nprint(f())\n",
        "def f_function():\n    return 1\nf: 'Callable' = f_function\nprint(f())\n",
        id="annotated",
    ),
]


@pytest.mark.parametrize(("code", "message"), REFUSED)
def test_refuses(code: str, message: str) -> None:
    with pytest.raises(Refusal) as refusal:
        replace_lambdas(cst.parse_module(code))
    assert str(refusal.value) == message


def test_leaves_a_module_without_lambdas_alone() -> None:
    module = cst.parse_module("def f(x): return x\n")
    assert replace_lambdas(module) is module


@pytest.mark.parametrize(("before", "after"), CHANGED)
def test_replaces(before: str, after: str) -> None:
    assert rewritten(replace_lambdas, before) == after
    assert outcome(before) == outcome(after)
