"""How alike lines are: what makes them so, and what never does."""

from __future__ import annotations

import pytest

from codemods.review.line_likeness import Line, LineReader, likeness


def lines(old: str, new: str) -> list[Line]:
    return LineReader().read([old, new])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("total = 1", "# total = 1"),
        ("total = 1", ""),
        ("total", "sum"),
        ("", ""),
    ],
)
def test_some_lines_have_nothing_in_common(old: str, new: str) -> None:
    assert likeness(*lines(old, new)) == 0


def test_indentation_makes_no_difference() -> None:
    assert likeness(*lines("total = 1", "        total = 1")) == 1


def test_names_count_for_more_than_signs_and_keywords() -> None:
    by_names = likeness(*lines("(total, weight)", "[total; weight]"))
    by_signs = likeness(*lines("if (total):", "if (weight):"))
    assert by_names > by_signs


def test_a_word_counts_as_often_as_it_occurs() -> None:
    assert likeness(*lines("a + a + a", "a + b + b")) < likeness(
        *lines("a + a + a", "a + a + b")
    )


@pytest.mark.parametrize(
    ("line", "target"),
    [
        ("total = 1", "total"),
        ("    self.total: int = 1", "self.total"),
        ("rows[index] += 1", "rows"),
        ("def add(left):", "def add"),
        ("print(end='')", ""),
        ("total == 1", ""),
        ("return total", ""),
    ],
)
def test_a_line_knows_what_it_assigns_to(line: str, target: str) -> None:
    assert LineReader().read([line])[0].target == target


def test_lines_with_the_same_target_are_at_least_half_alike() -> None:
    assert likeness(*lines("size = len(set(text))", "size = count")) > 0.5
