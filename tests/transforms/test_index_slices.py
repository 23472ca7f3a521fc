"""Loops over copies of slices that count instead."""

from __future__ import annotations

import pytest
from statement_checks import outcome, rewritten

from codemods.transforms.forward_slices import forward_slices
from codemods.transforms.index_slices import index_slices

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
            head_key: list[int] = key[start:end]
            head_keys.append(head_key)
        for one in head_keys:
            total = 0
            for left, right in zip(head_query, one):
                product = left * right
                total = total + product
            totals.append(total)
    for left, right in zip(query, totals):
        totals.append(left)
        print(left, right)
        if right == 29:
            break
    return totals


print(score([1, 2, 3, 4], [[5, 6, 7, 8], [9, 10, 11, 12]]))
"""
LOOP = "            for left, right in zip(head_query, one):\n"
PRODUCT = "                product = left * right\n"


def replaced(*pairs: tuple[str, str]) -> str:
    code = SCRIPT
    for old, new in pairs:
        assert old in code, old
        code = code.replace(old, new)
    return code


COUNTED = replaced(
    (LOOP, "            for width_index in range(width):\n"),
    ("left * right", "head_query[width_index] * one[width_index]"),
)


def test_counts() -> None:
    assert rewritten(index_slices, SCRIPT) == COUNTED
    assert outcome(COUNTED) == outcome(SCRIPT)


def test_what_is_counted_is_read_in_place() -> None:
    after = rewritten(lambda module: forward_slices(index_slices(module)), SCRIPT)
    assert "query[width_index] * key[width_index]" in after
    assert outcome(after) == outcome(SCRIPT)


def test_counts_alone() -> None:
    code = replaced(
        (LOOP, "            for right in one:\n"), ("left * right", "right")
    )
    expected = COUNTED.replace("head_query[width_index] * ", "")
    assert rewritten(index_slices, code) == expected
    assert outcome(expected) == outcome(code)


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(COUNTED, id="what-counts"),
        pytest.param(replaced(("zip(head_query, one)", "zip(query, one)")), id="whole"),
        pytest.param(
            replaced((LOOP, f"{LOOP}                left = left + 1\n")), id="changed"
        ),
        pytest.param(
            replaced(("totals.append(total)", "totals.append(total + left)")),
            id="read-behind",
        ),
        pytest.param(
            replaced(
                (PRODUCT, f"{PRODUCT}            else:\n                total += 1\n")
            ),
            id="more-than-a-loop",
        ),
        pytest.param(
            replaced(
                (
                    "        head_keys: list",
                    "        head_query = [3, 4]\n        head_keys: list",
                )
            ),
            id="another-list",
        ),
        pytest.param(
            replaced(
                ("key[start:end]", "key[start:last]"),
                (
                    "        end = start",
                    "        last = start + width\n        end = start",
                ),
            ),
            id="other-bounds",
        ),
        pytest.param(replaced(("start + width", "start + width + 1")), id="no-width"),
    ],
)
def test_leaves(code: str) -> None:
    assert rewritten(index_slices, code) == code
