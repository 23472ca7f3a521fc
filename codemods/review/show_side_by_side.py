"""A difference in two columns, the old text on the left, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from rich.text import Text

from codemods.review.difference import Difference, Kind, Row, Side
from codemods.review.hunks import hunks
from codemods.review.paint import FAINT, Paint, fold, heading_line, moved_note, tint_of

BETWEEN = " │ "

NARROWEST = 20
"""The least width of a column; in a terminal that has less, lines are wrapped."""

SIGNS = {"same": " ", "changed": "~", "removed": "-", "added": "+"}


def side_by_side(
    difference: Difference, paint: Paint, context: int, width: int
) -> Iterator[Text]:
    """Each hunk below what is folded before it, in columns that share a width."""
    column = _Columns(difference, paint, max(NARROWEST, (width - len(BETWEEN)) // 2))
    shown = 0
    for hunk in hunks(difference, context):
        yield heading_line(_folded(hunk.folded), hunk.heading)
        previous: Row | None = None
        for row in difference.rows[hunk.start : hunk.stop]:
            yield from column.lines(row, previous)
            previous = row
        shown = hunk.stop
    if rest := len(difference.rows) - shown:
        yield heading_line(_folded(rest), "")


def _folded(count: int) -> str:
    return f"⋯ {count} unchanged {'line' if count == 1 else 'lines'}" if count else "⋯"


class _Columns:
    """Lays rows out in two columns of a width."""

    def __init__(self, difference: Difference, paint: Paint, width: int) -> None:
        self.digits = len(str(len(difference.rows)))
        self.paint = paint
        self.width = width

    def lines(self, row: Row, previous: Row | None) -> Iterator[Text]:
        """A row, and below it what did not fit into its columns."""
        old_before, new_before = (
            (previous.old, previous.new) if previous else (None, None)
        )
        left = self._cells(row.kind, row.old, old_before, is_old=True)
        right = self._cells(row.kind, row.new, new_before, is_old=False)
        blank = Text(" " * self.width)
        for old, new in zip_longest(left, right, fillvalue=blank):
            yield Text.assemble(old, (BETWEEN, FAINT), new)

    def _cells(
        self, kind: Kind, side: Side | None, previous: Side | None, *, is_old: bool
    ) -> list[Text]:
        """One side of a row, in as many lines as it needs."""
        if side is None:
            return []
        tint = None if kind == "same" else tint_of(side, is_old=is_old)
        ground = self.paint.ground(tint)
        text = self.paint.line(side, is_old=is_old, tint=tint)
        text.append(moved_note(side, previous, is_old=is_old), FAINT)
        margin = f"{side.number:>{self.digits}} "
        sign = f"{SIGNS[kind]} "
        cells = []
        for piece in fold(text, self.width - len(margin + sign)):
            cell = Text.assemble((margin, FAINT), (sign, ground), piece)
            cell.append(" " * (self.width - cell.cell_len), ground)
            cells.append(cell)
            margin, sign = " " * len(margin), "  "
        return cells
