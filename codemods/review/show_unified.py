"""A difference in one column, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from codemods.review.difference import Difference, Side
from codemods.review.hunks import hunks
from codemods.review.paint import FAINT, Paint, fold, heading_line, moved_note, tint_of
from codemods.review.unified import SignedLine, hunk_range, unified_lines


def unified_view(
    difference: Difference, paint: Paint, context: int, width: int
) -> Iterator[Text]:
    """Each hunk below its range and the definition it is in, folded to a width."""
    digits = len(str(len(difference.rows)))
    for hunk in hunks(difference, context):
        yield heading_line(hunk_range(difference, hunk), hunk.heading)
        previous: Side | None = None
        for line in unified_lines(difference.rows[hunk.start : hunk.stop]):
            yield from _pieces(line, previous, paint, digits, width)
            previous = line.side


def _pieces(
    line: SignedLine, previous: Side | None, paint: Paint, digits: int, width: int
) -> Iterator[Text]:
    """A line with its numbers and its sign, and below it what did not fit."""
    is_old = line.sign == "-"
    tint = None if line.sign == " " else tint_of(line.side, is_old=is_old)
    ground = paint.ground(tint)
    text = paint.line(line.side, is_old=is_old, tint=tint)
    text.append(moved_note(line.side, previous, is_old=is_old), FAINT)
    margin = f"{line.old_number or '':>{digits}} {line.new_number or '':>{digits}} "
    sign = f"{line.sign} "
    for piece in fold(text, max(2, width - len(margin + sign))):
        whole = Text.assemble((margin, FAINT), (sign, ground), piece)
        if tint is not None:
            whole.append(" " * (width - whole.cell_len), ground)
        yield whole
        margin, sign = " " * len(margin), "  "
