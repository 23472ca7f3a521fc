"""Changes in place, and what is none."""

from __future__ import annotations

import pytest

from codemods.facts.bindings import Binding, Bindings
from codemods.facts.metadata import parse, wrap
from codemods.facts.mutations import Mutations


def is_changed(code: str) -> bool:
    bindings, binding = analyze(f"xs = make()\n{code}")
    return Mutations(bindings).find(binding) is not None


def analyze(code: str) -> tuple[Bindings, Binding]:
    """The bindings of a module, and that of its variable `xs`."""
    bindings = Bindings(wrap(parse(code)))
    (binding,) = [
        b for b in bindings if b.name == "xs" and b.scope is bindings.scopes.module
    ]
    return bindings, binding


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("xs[0] = 1\n", id="item"),
        pytest.param("xs[0][1].y += 1\n", id="part-of-an-item"),
        pytest.param("xs[0], y = 1, 2\n", id="item-among-targets"),
        pytest.param("xs.data = 1\n", id="attribute"),
        pytest.param("del xs[0]\n", id="deleted-item"),
        pytest.param("for xs[0] in y:\n    pass\n", id="target-of-a-loop"),
        pytest.param("xs.append(1)\n", id="method"),
        pytest.param("xs['a'].append(1)\n", id="method-of-an-item"),
        pytest.param("random.shuffle(xs)\n", id="function"),
        pytest.param("for x in xs:\n    x.data = 0\n", id="element"),
        pytest.param(
            "for i, x in enumerate(xs):\n    x[i] = 0\n", id="numbered-element"
        ),
        pytest.param(
            "for x, y in zip(xs, ys):\n    x.append(y)\n", id="paired-element"
        ),
        pytest.param("for x in xs.values():\n    x.sort()\n", id="value"),
        pytest.param(
            "def f(ys, zs):\n    zs.append(ys)\nf(1, xs)\n", id="by-a-function"
        ),
        pytest.param(
            "def f(ys):\n    ys.pop()\ndef g(zs):\n    f(ys=zs)\ng(xs)\n",
            id="by-a-function-of-a-function",
        ),
        pytest.param("def f():\n    xs[0] = 1\n", id="in-a-function"),
        pytest.param(
            "def f(a, *rest, b=0):\n    rest[0].pop()\nf(1, xs)\n", id="among-the-rest"
        ),
        pytest.param(
            "def f(ys):\n    if ys:\n        ys = []\n    ys.pop()\nf(xs)\n",
            id="parameter-perhaps-bound-again",
        ),
        pytest.param(
            "def f(ys):\n    for y in ys:\n        ys.pop()\n        ys = []\nf(xs)\n",
            id="parameter-bound-again-too-late",
        ),
        pytest.param("def f(ys=xs):\n    ys.pop()\n", id="default"),
        pytest.param("ys = xs\nys[0] = 1\n", id="another-name"),
        pytest.param("ys = xs if y else []\nys[0] = 1\n", id="either-of-two"),
        pytest.param("(ys := xs).append(1)\n", id="walrus"),
        pytest.param("y, ys = 1, xs\nys[0] = 1\n", id="unpacked"),
        pytest.param("y, *ys = xs\nys[0].append(1)\n", id="rest-unpacked"),
        pytest.param("x = xs[0]\nx[0] = 1\n", id="item-by-another-name"),
        pytest.param("x = xs.get('a')\nx[0] = 1\n", id="item-that-was-asked-for"),
        pytest.param("y = {'a': {'b': xs}}\ny['a']['b'][0] = 1\n", id="in-new-tables"),
        pytest.param("y = {**{'a': xs}}\ny['a'][0] = 1\n", id="spread-in-a-table"),
        pytest.param("for x in (xs, y):\n    x[0] = 1\n", id="one-of-several"),
        pytest.param("ys = [x for x in xs]\nys[0].y = 1\n", id="comprehension"),
        pytest.param("ys = xs[1:]\nys[0].y = 1\n", id="element-of-a-slice"),
        pytest.param("ys = sorted(xs)\nys[0].y += 1\n", id="element-of-a-copy"),
        pytest.param("ys = [xs]\nys[0] += [1]\n", id="item-updated"),
        pytest.param(
            "for k, (i, x) in sorted(enumerate(xs)):\n    x.y = 1\n", id="sorted-pairs"
        ),
        pytest.param("y = max(xs)\ny.z = 1\n", id="greatest"),
        pytest.param("with y as xs[0]:\n    pass\n", id="target-of-with"),
        pytest.param("[0 for xs[0] in y]\n", id="target-of-a-comprehension"),
        pytest.param("list.append(xs, 1)\n", id="unbound-method"),
        pytest.param(
            "from heapq import heappush as push\npush(xs, 1)\n", id="renamed-function"
        ),
        pytest.param(
            "import struct\nstruct.pack_into('d', xs, 0, 1.0)\n", id="second-argument"
        ),
    ],
)
def test_changes(code: str) -> None:
    assert is_changed(code)


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("y = xs[0]\n", id="reading-an-item"),
        pytest.param("y[xs] = 1\n", id="as-an-index"),
        pytest.param("xs = xs + [1]\n", id="bound-again"),
        pytest.param("print(len(xs), xs.count(1))\n", id="asked"),
        pytest.param("for x in xs:\n    x = 0\n", id="element-bound-again"),
        pytest.param("for x in xs:\n    y.append(x)\n", id="element-kept-elsewhere"),
        pytest.param(
            "def f(ys):\n    return len(ys)\nf(xs)\n", id="function-that-reads"
        ),
        pytest.param("def f(xs):\n    xs.append(1)\nf(y)\n", id="another-variable"),
        pytest.param(
            "def f(ys):\n    return g(ys)\ndef g(ys):\n    return f(ys)\nf(xs)\n",
            id="functions-that-call-each-other",
        ),
        pytest.param("def f(ys):\n    ys.append(1)\nf(*xs)\n", id="spread"),
        pytest.param(
            "def f(ys):\n    ys = ys + [1]\n    ys.pop()\nf(xs)\n",
            id="parameter-bound-again-first",
        ),
        pytest.param("ys = list(xs)\nys.append(1)\n", id="copy"),
        pytest.param("ys = xs[:]\nys[0] = 1\n", id="slice"),
        pytest.param("y = [xs]\ny[0] = 1\ny.pop()\n", id="new-list-around-it"),
        pytest.param(
            "for x, y in zip(xs, ys):\n    y.append(x)\n", id="other-of-the-pair"
        ),
        pytest.param(
            "for i, (x, y) in enumerate(zip(xs, ys)):\n    i.a = y.a = x\n",
            id="others-of-numbered-pairs",
        ),
        pytest.param(
            "import heapq\nheapq.heappush(ys, xs)\n", id="argument-that-is-kept"
        ),
    ],
)
def test_is_not_changed(code: str) -> None:
    assert not is_changed(code)


TYPED = "xs: list[list[int]] = [[1]]\nys: list[object] = []\n"


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("print(xs, len(xs), sorted(xs), [1] in xs)\n", id="builtins"),
        pytest.param("x = xs[0]\ny = x[0] + sum(x) + max(x)\n", id="numbers"),
        pytest.param("ys.append(xs[0][0])\n", id="keeping-a-number"),
        pytest.param(
            "for x in xs:\n    for y in x:\n        ys.append(y)\n", id="loops"
        ),
        pytest.param("y = f'{xs}' if xs and not xs[0] else ''\n", id="text-and-tests"),
        pytest.param("import random\nrandom.choices(xs[0], k=2)\n", id="drawing"),
        pytest.param("import copy\ny = elsewhere(copy.deepcopy(xs))\n", id="deep-copy"),
        pytest.param("elsewhere(xs[0][:])\n", id="copy-of-numbers"),
        pytest.param(
            "def f(x: list[int]) -> int:\n    return x[0]\nf(xs[0])\n", id="function"
        ),
    ],
)
def test_is_only_read(code: str) -> None:
    bindings, binding = analyze(TYPED + code)
    assert Mutations(bindings).is_only_read(binding)


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("elsewhere(xs)\n", id="unknown-function"),
        pytest.param("y.keep(xs)\n", id="unknown-method"),
        pytest.param("xs.unknown()\n", id="method-of-no-container"),
        pytest.param("push = xs.append\n", id="method-without-call"),
        pytest.param("ys.append(xs)\n", id="kept-in-a-list"),
        pytest.param("ys[0] = xs\n", id="kept-as-an-item"),
        pytest.param("ys += xs\n", id="elements-kept"),
        pytest.param("elsewhere(xs[:])\n", id="copy-of-rows"),
        pytest.param("elsewhere(*xs)\n", id="spread"),
        pytest.param("sorted(xs, key=y)\n", id="key"),
        pytest.param("y = dict(a=xs)\n", id="keyword"),
        pytest.param("def f():\n    return xs\n", id="returned"),
        pytest.param("def f():\n    yield xs\n", id="yielded"),
        pytest.param("f = lambda: xs\n", id="returned-by-a-lambda"),
        pytest.param("f = lambda x: x\nf(xs)\n", id="passed-to-a-lambda"),
        pytest.param("@y\ndef f(x):\n    pass\nf(xs)\n", id="decorated-function"),
        pytest.param("class A:\n    y = xs\n", id="attribute-of-a-class"),
        pytest.param("match xs:\n    case y:\n        pass\n", id="match"),
        pytest.param("with xs:\n    pass\n", id="with"),
    ],
)
def test_loses_sight(code: str) -> None:
    bindings, binding = analyze(TYPED + code)
    mutations = Mutations(bindings)
    assert mutations.find(binding) is None
    assert mutations.lost(binding)
