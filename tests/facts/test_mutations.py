"""Changes in place, and what is none."""

from __future__ import annotations

import pytest

from codemods.facts.bindings import Bindings
from codemods.facts.metadata import parse, wrap
from codemods.facts.mutations import Mutations


def is_changed(code: str) -> bool:
    bindings = Bindings(wrap(parse(f"xs = make()\n{code}")))
    (binding,) = [
        b for b in bindings if b.name == "xs" and b.scope is bindings.scopes.module
    ]
    return Mutations(bindings).find(binding) is not None


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
    ],
)
def test_is_not_changed(code: str) -> None:
    assert not is_changed(code)
