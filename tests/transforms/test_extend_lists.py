"""Lists that operators extend, extended by their method."""

from __future__ import annotations

import pytest
from statement_checks import outcome, rewritten

from codemods.transforms.extend_lists import extend_lists


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param(
            "a = [1]\nb = a\na += [2]  # two\nprint(a, b)\n",
            "a = [1]\nb = a\na.extend([2])  # two\nprint(a, b)\n",
            id="by-two-names",
        ),
        pytest.param(
            "def f(n):\n    a = []\n    for i in range(n):\n"
            "        a += [i, n]; print(i)\n"
            "    return a\n\nprint(f(3))\n",
            "def f(n):\n    a = []\n    for i in range(n):\n"
            "        a.extend([i, n]); print(i)\n    return a\n\nprint(f(3))\n",
            id="in-a-function",
        ),
        pytest.param(
            "a = [1, 2]\na += a if a else []\nprint(a)\n",
            "a = [1, 2]\na.extend(a if a else [])\nprint(a)\n",
            id="a-condition",
        ),
        pytest.param(
            "def f(a: list[int]):\n    a += [2]\nb = [1]\nf(b)\nprint(b)\n",
            "def f(a: list[int]):\n    a.extend([2])\nb = [1]\nf(b)\nprint(b)\n",
            id="an-annotated-parameter",
        ),
    ],
)
def test_extends(code: str, expected: str) -> None:
    after = rewritten(extend_lists, code)
    assert after == expected
    assert outcome(after) == outcome(code)


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("a = 1\na += 2\nprint(a)\n", id="a-number"),
        pytest.param("a = []\na -= 2\n", id="another-operator"),
        pytest.param("def f(b):\n    a = []\n    a += b\n    return a\n", id="of-what"),
        pytest.param("a = []\na = ()\na += (2,)\nprint(a)\n", id="a-tuple-as-well"),
        pytest.param("def f(a):\n    a += [1]\nf([])\n", id="a-parameter"),
        pytest.param("class C:\n    a = []\n    a += [1]\nprint(C.a)\n", id="a-class"),
        pytest.param("a = [[]]\na[0] += [1]\nprint(a)\n", id="an-entry"),
        pytest.param(
            "a = b = [1]\na += (a := [3])\nprint(a, b)\n", id="what-the-value-binds"
        ),
        pytest.param(
            "def f():\n    global a\n    a = [3]\n    return a\n"
            "a = b = [1]\na += f()\nprint(a, b)\n",
            id="what-a-function-binds",
        ),
    ],
)
def test_leaves(code: str) -> None:
    assert rewritten(extend_lists, code) == code
