"""Cut a difference into hunks: what has changed, with the lines around it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from codemods.review.difference import Difference, Row, Side

DEFINITION = re.compile(r"(\s*)(?:async\s+)?(?:def|class)\s+(\w+)")
"""The first line of a definition: its indentation and its name."""


@dataclass(frozen=True)
class Hunk:
    """Rows that are shown together: `difference.rows[start:stop]`.

    `folded` is the number of rows, all the same, between the hunk before and this
    one.  `heading` is the name of the definition that the first change is in, such as
    `Value.backward`, and empty outside of definitions.
    """

    start: int
    stop: int
    folded: int
    heading: str


def hunks(difference: Difference, context: int = 3) -> tuple[Hunk, ...]:
    """The hunks of a difference, each with so many unchanged rows around it.

    Rows behind the last hunk are folded as well.
    """
    rows = difference.rows
    names = _headings(rows)
    found: list[Hunk] = []
    last = 0
    for start, stop, first in _regions(rows, context):
        found.append(Hunk(start, stop, start - last, names[first]))
        last = stop
    return tuple(found)


def _regions(rows: Sequence[Row], context: int) -> Iterator[tuple[int, int, int]]:
    """Where each hunk starts and stops, and its first row that is not the same."""
    changes = [index for index, row in enumerate(rows) if row.kind != "same"]
    # To fold a single line would take as much room as the line.
    reach = 2 * context + (2 if context else 1)
    while changes:
        first = last = changes.pop(0)
        while changes and changes[0] - last <= reach:
            last = changes.pop(0)
        yield max(0, first - context), min(len(rows), last + context + 1), first


def _headings(rows: Sequence[Row]) -> list[str]:
    """For each row, the name of the definition around it, in the text it shows."""
    old, new = _Definitions(), _Definitions()
    names = []
    for row in rows:
        before, after = old.around(row.old), new.around(row.new)
        names.append(before if row.new is None else after)
    return names


class _Definitions:
    """The definitions around the line that was read last, found by indentation."""

    def __init__(self) -> None:
        self.open: list[tuple[int, str]] = []

    def around(self, side: Side | None) -> str:
        """Read a line, and name the definition that it is in or that it opens."""
        line = "" if side is None else side.text
        if line.strip() and line.strip()[0] not in ")]}":
            indent = len(line) - len(line.lstrip())
            while self.open and self.open[-1][0] >= indent:
                self.open.pop()
            if found := DEFINITION.match(line):
                self.open.append((indent, found[2]))
        return ".".join(name for _, name in self.open)
