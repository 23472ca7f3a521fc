"""Bounds of slices that are computed for each slice, and then once."""

from __future__ import annotations

import pytest
from statement_checks import outcome, rewritten

from codemods.transforms.bind_bounds_once import bind_bounds_once

SCRIPT = """\
width: int = 2


def score(query: list[int], keys: list[list[int]]) -> list[int]:
    totals: list[int] = []
    for head in range(2):
        start = head * width
        end = start + width
        head_query: list[int] = query[start:end]
        head_keys: list[list[int]] = []
        for key in keys:
            start = head * width
            end = start + width
            head_key: list[int] = key[start:end]
            head_keys.append(head_key)
        for index in range(width):
            start_again = head * width
            totals.append(head_query[index] * head_keys[1][index] + start_again)
    return totals


print(score([1, 2, 3, 4], [[5, 6, 7, 8], [9, 10, 11, 12]]))
"""

ONCE = SCRIPT.replace(
    "            start = head * width\n            end = start + width\n", ""
)


def test_binds_bounds_once() -> None:
    assert rewritten(bind_bounds_once, SCRIPT) == ONCE
    assert outcome(ONCE) == outcome(SCRIPT)


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(ONCE, id="bound-once"),
        pytest.param("x = [1, 2][0:1]\n", id="of-the-module"),
        pytest.param(
            SCRIPT.replace(
                "start = head * width\n            end", "start = 0\n            end"
            ),
            id="another-start",
        ),
        pytest.param(
            SCRIPT.replace(
                "append(head_key)", "append(head_key)\n            start = 7"
            ),
            id="changed-in-between",
        ),
    ],
)
def test_leaves(code: str) -> None:
    after = rewritten(bind_bounds_once, code)
    assert outcome(after) == outcome(code)
    assert after.count("start = ") == code.count("start = ")
