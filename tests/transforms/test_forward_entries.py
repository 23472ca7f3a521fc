"""Entries of lists that are changed by a name that nothing else uses."""

from __future__ import annotations

import pytest
from statement_checks import outcome, rewritten

from codemods.transforms.forward_entries import forward_entries

HEAD = """\
def double(number: int) -> int:
    return 2 * number


def fill(rows: list[list[int]], others: list[int], index: int) -> None:
"""
TAIL = """\


rows: list[list[int]] = [[], [1]]
fill(rows, [1, 0], 1)
print(rows)
"""


def script(body: str) -> str:
    lines = [f"    {line}\n" for line in body.splitlines()]
    return HEAD + "".join(lines) + TAIL


CHANGED = [
    pytest.param(
        "row = rows[index]\nresult = double(index)\nrow.append(result)\n",
        "result = double(index)\nrows[index].append(result)\n",
        id="an-entry",
    ),
    pytest.param(
        "# the row\nrow: list[int] = rows[0]\nrow.extend(others)\n",
        "# the row\nrows[0].extend(others)\n",
        id="at-once",
    ),
    pytest.param(
        "for place in others:\n    row = rows[place]\n    row.append(place)\n",
        "for place in others:\n    rows[place].append(place)\n",
        id="in-a-loop",
    ),
]


@pytest.mark.parametrize(("body", "expected"), CHANGED)
def test_forwards(body: str, expected: str) -> None:
    after = rewritten(forward_entries, script(body))
    assert after == script(expected)
    assert outcome(after) == outcome(script(body))


LEFT = [
    pytest.param("row = rows[index]\nrow.append(1)\nprint(row)\n", id="used-again"),
    pytest.param("row = rows[index]\nindex = 0\nrow.append(1)\n", id="another-index"),
    pytest.param("row = rows[index]\nrows[index] = []\nrow.append(1)\n", id="replaced"),
    pytest.param("row = rows[index]\nrows = []\nrow.append(1)\n", id="another-list"),
    pytest.param("row = rows[index]\nrows.reverse()\nrow.append(1)\n", id="reversed"),
    pytest.param("row = rows[index]\nif index:\n    row.append(1)\n", id="perhaps"),
    pytest.param("row = rows[index]\nprint(row.pop())\n", id="what-it-gives"),
    pytest.param("row = rows[index:]\nrow.append([1])\n", id="a-slice"),
    pytest.param("row = rows[index]\nnumber = row[0]\n", id="only-read"),
    pytest.param('row = rows[0]\nsize: "row" = 1\n', id="in-an-annotation"),
    pytest.param("row = rows[0]; row.append(1)\n", id="on-one-line"),
    pytest.param("row = rows[0]\nrow.append(1); index = 0\n", id="not-alone"),
    pytest.param("if index: row = rows[0]; row.append(1)\n", id="in-a-suite"),
    pytest.param(
        "for place in others:\n"
        "    if place:\n        row.append(place)\n    row = rows[place]\n",
        id="the-row-before",
    ),
    pytest.param(
        "def turn() -> None:\n    rows.reverse()\n"
        "row = rows[0]\nturn()\nrow.append(1)\n",
        id="reversed-by-a-function",
    ),
    pytest.param(
        "def turn() -> None:\n    nonlocal index\n    index = 0\n"
        "row = rows[index]\nturn()\nrow.append(1)\n",
        id="another-index-by-a-function",
    ),
]


@pytest.mark.parametrize("body", LEFT)
def test_leaves(body: str) -> None:
    assert rewritten(forward_entries, script(body)) == script(body)
