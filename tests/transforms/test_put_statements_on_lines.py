"""One statement on a line."""

from __future__ import annotations

import pytest
from statement_checks import rewritten

from codemods.transforms.put_statements_on_lines import put_statements_on_lines

UNCHANGED = [
    pytest.param("a = 1\n", id="one-statement"),
    pytest.param("text = 'a; b'  # c; d\n", id="semicolons-in-text"),
    pytest.param("if a:\n    b\nelse:\n    c\n", id="blocks"),
]

CHANGED = [
    pytest.param(
        "a = 1; b = 2  # both\n", "a = 1\nb = 2  # both\n", id="semicolon-with-comment"
    ),
    pytest.param("a = 1;\nb\n", "a = 1\nb\n", id="semicolon-at-the-end"),
    pytest.param(
        "# above\nx = 1; y = 2; z = 3\n",
        "# above\nx = 1\ny = 2\nz = 3\n",
        id="comment-above",
    ),
    pytest.param(
        "if a: b = 1; c = 2  # why\nelif d: pass\nelse: e()\n",
        "if a:\n    b = 1\n    c = 2  # why\nelif d:\n    pass\nelse:\n    e()\n",
        id="if-elif-else",
    ),
    pytest.param(
        "class A: pass\nasync def f(): return 1\nwhile x: y()\nfor i in x: z(i)\n",
        "class A:\n    pass\nasync def f():\n    return 1\n"
        "while x:\n    y()\nfor i in x:\n    z(i)\n",
        id="every-kind-of-block",
    ),
    pytest.param(
        "try: a()\nexcept E: b()\nfinally: c()\nwith d: e()\n",
        "try:\n    a()\nexcept E:\n    b()\nfinally:\n    c()\nwith d:\n    e()\n",
        id="try-and-with",
    ),
    pytest.param(
        "def f():\n  if a: b; c\n",
        "def f():\n  if a:\n    b\n    c\n",
        id="the-indentation-of-the-file",
    ),
]


@pytest.mark.parametrize("code", UNCHANGED)
def test_leaves_lines_alone(code: str) -> None:
    assert rewritten(put_statements_on_lines, code) == code


@pytest.mark.parametrize(("before", "after"), CHANGED)
def test_separates(before: str, after: str) -> None:
    assert rewritten(put_statements_on_lines, before) == after
