"""Pairs of lines: what stays in order is found, in large blocks as well."""

from __future__ import annotations

import time

from codemods.review.line_likeness import LineReader
from codemods.review.match_lines import match_lines


def pairs(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    reader = LineReader()
    return match_lines(reader.read(old), reader.read(new))


def test_unique_lines_hold_the_others_in_place() -> None:
    old = ["first = 1", "}", "second = 2", "}"]
    new = ["}", "first = 1", "}", "second = 2", "}"]
    assert pairs(old, new) == [(0, 1), (1, 2), (2, 3), (3, 4)]


def test_the_longest_chain_in_order_is_kept() -> None:
    old = ["alpha = 1", "beta = 2", "gamma = 3", "delta = 4"]
    assert pairs(old, [old[3], *old[:3]]) == [(0, 1), (1, 2), (2, 3)]


def test_an_equal_line_is_preferred_to_a_like_one() -> None:
    old = ["total = total + weight"]
    new = ["total = total + height", "total = total + weight"]
    assert pairs(old, new) == [(0, 1)]


def test_lines_that_repeat_do_not_take_long() -> None:
    old = ["total = 1", "other = 2"] * 700
    new = ["other = 2", "total = 1", "total = 1"] * 450
    start = time.process_time()
    assert len(pairs(old, new)) > 600
    assert time.process_time() - start < 5
