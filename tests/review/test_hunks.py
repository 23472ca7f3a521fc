"""Hunks: what they hold, what is folded between them, and their headings."""

from __future__ import annotations

from codemods.review.difference import compare
from codemods.review.hunks import Hunk, hunks

LINES = [f"number_{index} = {index}" for index in range(20)]

SCRIPT = """\
# Sums
class Sum:
    total = 0

    def add(
        self,
        number,
    ):
        self.total += number

    # Of all that was added
    def mean(self):
        return self.total


print(Sum())
"""


def changed(*places: int) -> str:
    lines = [f"{line} + 1" if i in places else line for i, line in enumerate(LINES)]
    return "\n".join(lines)


def test_no_change_makes_no_hunk() -> None:
    assert hunks(compare(SCRIPT, SCRIPT)) == ()


def test_a_hunk_has_context_and_counts_what_is_folded() -> None:
    found = hunks(compare(changed(), changed(10)), context=2)
    assert found == (Hunk(start=8, stop=13, folded=8, heading=""),)


def test_a_hunk_ends_where_the_text_ends() -> None:
    found = hunks(compare(changed(), changed(0, 19)))
    assert [(hunk.start, hunk.stop) for hunk in found] == [(0, 4), (16, 20)]
    assert [hunk.folded for hunk in found] == [0, 12]


def test_changes_whose_context_meets_share_a_hunk() -> None:
    found = hunks(compare(changed(), changed(4, 10)), context=3)
    assert [(hunk.start, hunk.stop) for hunk in found] == [(1, 14)]


def test_a_single_line_is_not_folded() -> None:
    found = hunks(compare(changed(), changed(4, 12)), context=3)
    assert [(hunk.start, hunk.stop) for hunk in found] == [(1, 16)]
    assert len(hunks(compare(changed(), changed(4, 13)), context=3)) == 2


def test_without_context_only_what_changed_is_left() -> None:
    found = hunks(compare(changed(), changed(4, 6)), context=0)
    assert [(hunk.start, hunk.stop) for hunk in found] == [(4, 5), (6, 7)]


def heading_of(line: str) -> str:
    assert SCRIPT.count(line) == 1
    difference = compare(SCRIPT, SCRIPT.replace(line, f"{line} # changed"))
    return hunks(difference)[0].heading


def test_the_heading_names_the_definition_around_the_change() -> None:
    assert heading_of("total = 0") == "Sum"
    assert heading_of("self.total += number") == "Sum.add"
    assert heading_of("return self.total") == "Sum.mean"
    assert heading_of("print(Sum())") == ""


def test_a_bracket_below_a_definition_does_not_end_it() -> None:
    assert heading_of("    ):\n") == "Sum.add"


def test_what_was_removed_is_found_in_the_old_text() -> None:
    difference = compare(SCRIPT, SCRIPT.replace("    total = 0\n", ""))
    assert hunks(difference, context=0)[0].heading == "Sum"
