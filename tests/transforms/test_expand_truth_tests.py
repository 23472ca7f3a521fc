"""Truth tests of what has an obvious type, and of what has none."""

from __future__ import annotations

import libcst as cst
import pytest
from statement_checks import outcome, rewritten

from codemods.refusal import Refusal
from codemods.transforms.expand_truth_tests import expand_truth_tests

OBVIOUS = "expected a comparison, or a truth test of an obvious type, found"

REFUSED = [
    pytest.param("if x:\n    pass\n", f"1:4: {OBVIOUS} `x`", id="unknown-variable"),
    pytest.param(
        "def f(x):\n    while not x.rest:\n        pass\n",
        f"2:15: {OBVIOUS} `x.rest`",
        id="attribute",
    ),
    pytest.param("assert f(1)\n", f"1:8: {OBVIOUS} `f(1)`", id="unknown-call"),
    pytest.param(
        "n = 0\nx = n or 3\n",
        "2:5: expected a condition, found a value that `and` or `or` chooses by its "
        "truth",
        id="value-of-or",
    ),
    pytest.param(
        "def f(x: str = None):\n    if x:\n        pass\n",
        f"2:8: {OBVIOUS} `x`",
        id="optional-parameter",
    ),
    pytest.param(
        "x = 'a'\nx = None\nif x:\n    pass\n",
        f"3:4: {OBVIOUS} `x`",
        id="two-types",
    ),
    pytest.param(
        "x = None\ndef f():\n    global x\n    x = 3\nif x:\n    pass\n",
        f"5:4: {OBVIOUS} `x`",
        id="bound-by-a-function",
    ),
    pytest.param(
        "len = max\nif 'a b'.split():\n    pass\n",
        f"2:4: {OBVIOUS} `'a b'.split()`",
        id="len-is-something-else",
    ),
    pytest.param(
        "words = ['a']\nwords.append(1)\nfor word in words:\n    if word:\n"
        "        pass\n",
        f"4:8: {OBVIOUS} `word`",
        id="elements-that-may-have-changed",
    ),
]

UNCHANGED = [
    pytest.param("import os\nif not os.path.exists('x'):\n    pass\n", id="question"),
    pytest.param("while a < b and not c == d:\n    pass\n", id="comparisons"),
    pytest.param("if isinstance(a, int) or callable(a):\n    pass\n", id="builtins"),
    pytest.param("ok = 1 > 2\nif ok:\n    pass\n", id="bool-variable"),
    pytest.param("while True:\n    pass\n", id="true"),
    pytest.param("if is_ready or x.has_next():\n    pass\n", id="says-so-by-its-name"),
    pytest.param(
        "def even(n):\n    return n % 2 == 0\nif even(4):\n    pass\n", id="predicate"
    ),
    pytest.param("x = a > 0 and b\n", id="value-of-and"),
    pytest.param("x = a == b or f(b)\n", id="value-of-or"),
]

CHANGED = [
    pytest.param(
        "for line in ' a \\n\\n b'.split('\\n'):\n    if line.strip():  # not blank\n"
        "        print(line)\n",
        "for line in ' a \\n\\n b'.split('\\n'):\n"
        '    if line.strip() != "":  # not blank\n        print(line)\n',
        id="stripped-line",
    ),
    pytest.param(
        "print([w for w in 'a  b'.split(' ') if w])\n",
        "print([w for w in 'a  b'.split(' ') if w != \"\"])\n",
        id="filter-of-a-comprehension",
    ),
    pytest.param(
        "queue = [1, 2]\nwhile queue:\n    print(queue.pop())\n"
        "assert not queue, 'left'\n",
        "queue = [1, 2]\nwhile len(queue) > 0:\n    print(queue.pop())\n"
        "assert len(queue) == 0, 'left'\n",
        id="list",
    ),
    pytest.param(
        "for n in range(-1, 2):\n    if n and not n - 1:\n        print(n)\n",
        "for n in range(-1, 2):\n    if n != 0 and n - 1 == 0:\n        print(n)\n",
        id="integers",
    ),
    pytest.param(
        "n = 1\nwhile n:\n    n //= 2\nprint((not n) + 1, n)\n",
        "n = 1\nwhile n != 0:\n    n //= 2\nprint((n == 0) + 1, n)\n",
        id="updated-variable",
    ),
    pytest.param(
        "if (n := len('ab')):\n    print(n)\n",
        "if (n := len('ab')) != 0:\n    print(n)\n",
        id="walrus",
    ),
    pytest.param(
        "i = 0\nwhile 1:\n    i += 1\n    if i > 3:\n        break\nprint(i)\n",
        "i = 0\nwhile True:\n    i += 1\n    if i > 3:\n        break\nprint(i)\n",
        id="one",
    ),
    pytest.param(
        "def f(a: str, b: dict[str, int], c: float, d: bytes):\n"
        "    return 1 if a and b and c and not d else 2\n"
        "print(f('a', {'b': 1}, 0.5, b''), f('', {}, 0.0, b'x'))\n",
        "def f(a: str, b: dict[str, int], c: float, d: bytes):\n"
        '    return 1 if a != "" and len(b) > 0 and c != 0 and d == b"" else 2\n'
        "print(f('a', {'b': 1}, 0.5, b''), f('', {}, 0.0, b'x'))\n",
        id="annotations",
    ),
    pytest.param(
        "nan = float('nan')\nprint(1 if nan else 2, not nan, not 0.0)\n",
        "nan = float('nan')\nprint(1 if nan != 0 else 2, nan == 0, 0.0 == 0)\n",
        id="not-a-number-is-true",
    ),
    pytest.param(
        "text = 'x'\nmatch 3:\n    case n if text:\n        print(n)\n",
        "text = 'x'\nmatch 3:\n    case n if text != \"\":\n        print(n)\n",
        id="guard",
    ),
]


@pytest.mark.parametrize(("code", "message"), REFUSED)
def test_refuses(code: str, message: str) -> None:
    with pytest.raises(Refusal) as refusal:
        expand_truth_tests(cst.parse_module(code))
    assert str(refusal.value) == message


@pytest.mark.parametrize("code", UNCHANGED)
def test_leaves_alone(code: str) -> None:
    assert rewritten(expand_truth_tests, code) == code


@pytest.mark.parametrize(("before", "after"), CHANGED)
def test_makes_explicit(before: str, after: str) -> None:
    assert rewritten(expand_truth_tests, before) == after
    assert outcome(before) == outcome(after)
    assert outcome(before)[1] == "well"
