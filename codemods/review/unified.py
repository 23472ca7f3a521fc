"""A difference as one column: what has gone above what has come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Literal, NamedTuple

from codemods.review.difference import Difference, Row, Side
from codemods.review.hunks import Hunk, hunks

Sign = Literal[" ", "-", "+"]


class SignedLine(NamedTuple):
    """A line of one column: of a line that is the same, the new side.

    The numbers are those of the line in both texts, also of one that has moved.
    """

    sign: Sign
    side: Side
    old_number: int | None
    new_number: int | None


def unified_lines(rows: Sequence[Row]) -> Iterator[SignedLine]:
    """The lines of rows; of changes that follow one another, the old ones first."""
    for is_same, group in groupby(rows, key=lambda row: row.kind == "same"):
        run = list(group)
        old, new = [r.old for r in run if r.old], [r.new for r in run if r.new]
        if is_same:
            for before, after in zip(old, new, strict=True):
                yield SignedLine(" ", after, before.number, after.number)
        else:
            yield from (SignedLine("-", side, side.number, side.moved) for side in old)
            yield from (SignedLine("+", side, side.moved, side.number) for side in new)


def as_patch(difference: Difference, old: str, new: str, context: int) -> str:
    """A unified diff, such as `patch` applies, of files with two names."""
    old_last, new_last = _unended(difference)
    parts = [f"--- {old}\n+++ {new}\n"]
    for hunk in hunks(difference, context):
        parts.append(f"{hunk_range(difference, hunk)} {hunk.heading}".rstrip() + "\n")
        for sign, side, _, _ in unified_lines(difference.rows[hunk.start : hunk.stop]):
            parts.append(f"{sign}{side.text}\n")
            if side.number == (old_last if sign == "-" else new_last):
                parts.append("\\ No newline at end of file\n")
    return "".join(parts) if len(parts) > 1 else ""


def hunk_range(difference: Difference, hunk: Hunk) -> str:
    """The lines of a hunk on both sides: `@@ -first,count +first,count @@`."""
    shown = difference.rows[hunk.start : hunk.stop]
    before = difference.rows[: hunk.start]
    old = _range([row.old for row in before], [row.old for row in shown])
    new = _range([row.new for row in before], [row.new for row in shown])
    return f"@@ -{old} +{new} @@"


def _range(before: Sequence[Side | None], shown: Sequence[Side | None]) -> str:
    count = sum(side is not None for side in shown)
    earlier = sum(side is not None for side in before)
    first = earlier + 1 if count else earlier
    return f"{first}" if count == 1 else f"{first},{count}"


def _unended(difference: Difference) -> tuple[int, int]:
    """The number of the last line of each text that does not end it; 0 if it does."""
    old_ends, new_ends = difference.ends
    old = sum(row.old is not None for row in difference.rows)
    new = sum(row.new is not None for row in difference.rows)
    return 0 if old_ends else old, 0 if new_ends else new
