"""The difference between two texts, as a reader wants to see it.

Lines are aligned for reading side by side: a line that has changed stands beside its
new form, with the words marked that differ, and lines that were moved as a block say
where from and where to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from codemods.review.find_moves import MoveFinder
from codemods.review.line_likeness import Line, LineReader
from codemods.review.mark_words import Span, mark_words
from codemods.review.match_lines import Pair, match_lines

Kind = Literal["same", "changed", "removed", "added"]


@dataclass(frozen=True)
class Side:
    """One line of one text, without its end.

    `number` counts from 1.  `words` are the spans of characters that differ from the
    partner: the other side of a changed row, or the line it was moved from or to.
    `moved` is the number of that line in the other text, None if it was not moved.
    """

    number: int
    text: str
    words: tuple[Span, ...] = ()
    moved: int | None = None


@dataclass(frozen=True)
class Row:
    """What stands side by side; `removed` has no new side, and `added` no old one."""

    kind: Kind
    old: Side | None
    new: Side | None


@dataclass(frozen=True)
class Difference:
    """Every line of both texts, in order, and how many have gone, come and moved.

    A changed line counts as one removed and one added, a moved one only as moved.
    `ends` says of each text whether its last line ends in a line end; where only one
    does, the last lines are not the same.
    """

    rows: tuple[Row, ...]
    added: int
    removed: int
    moved: int
    ends: tuple[bool, bool]


def compare(old: str, new: str) -> Difference:
    """How a new text differs from an old one."""
    reader = LineReader()
    mine, yours = reader.read(_lines(old)), reader.read(_lines(new))
    pairs = match_lines(mine, yours)
    moves = _find_moves(mine, yours, pairs)
    if moves:
        back = {there: here for here, there in moves.items()}
        pairs = match_lines(_without(mine, moves, "<"), _without(yours, back, ">"))
    rows = tuple(_Builder(mine, yours, moves).rows(pairs))
    return Difference(
        rows,
        added=sum(_counts(row.new, row.kind) for row in rows),
        removed=sum(_counts(row.old, row.kind) for row in rows),
        moved=len(moves),
        ends=(old.endswith("\n"), new.endswith("\n")),
    )


def _lines(text: str) -> list[str]:
    """The lines with their ends; only a line feed ends one, as in a patch."""
    *ended, last = text.split("\n")
    return [f"{line}\n" for line in ended] + ([last] if last else [])


def _find_moves(
    old: Sequence[Line], new: Sequence[Line], pairs: Sequence[Pair]
) -> dict[int, int]:
    kept = [(i, j) for i, j in pairs if old[i].stripped == new[j].stripped]
    return MoveFinder(old, new, kept).moves()


def _without(lines: Sequence[Line], moved: Collection[int], side: str) -> list[Line]:
    """The lines, with something that is like no other in place of those that moved."""
    return [
        _stranger(f"\n{side}{index}") if index in moved else line
        for index, line in enumerate(lines)
    ]


def _stranger(text: str) -> Line:
    return Line(text, text, bits=0, size=0, is_comment=False)


def _counts(side: Side | None, kind: Kind) -> bool:
    return side is not None and side.moved is None and kind != "same"


class _Builder:
    """Makes rows of pairs."""

    def __init__(
        self, old: Sequence[Line], new: Sequence[Line], moves: dict[int, int]
    ) -> None:
        self.old = old
        self.new = new
        self.moves = moves
        self.back = {there: here for here, there in moves.items()}

    def rows(self, pairs: Sequence[Pair]) -> Iterator[Row]:
        """The pairs, and between them first what has gone, then what has come."""
        here = there = 0
        for i, j in [*pairs, (len(self.old), len(self.new))]:
            yield from (Row("removed", self._gone(k), None) for k in range(here, i))
            yield from (Row("added", None, self._come(k)) for k in range(there, j))
            if i < len(self.old):
                yield self._pair(i, j)
            here, there = i + 1, j + 1

    def _pair(self, i: int, j: int) -> Row:
        before, after = self.old[i], self.new[j]
        if before.text == after.text:
            return Row("same", _side(i, before), _side(j, after))
        gone, come = mark_words(_shown(before), _shown(after))
        return Row("changed", _side(i, before, gone), _side(j, after, come))

    def _gone(self, index: int) -> Side:
        there = self.moves.get(index)
        if there is None:
            return _side(index, self.old[index])
        gone, _ = self._edits(index, there)
        return _side(index, self.old[index], gone, there + 1)

    def _come(self, index: int) -> Side:
        here = self.back.get(index)
        if here is None:
            return _side(index, self.new[index])
        _, come = self._edits(here, index)
        return _side(index, self.new[index], come, here + 1)

    def _edits(self, i: int, j: int) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
        """The words that were edited in a moved line, other than its indentation."""
        old, new = _shown(self.old[i]), _shown(self.new[j])
        gone, come = mark_words(old.lstrip(), new.lstrip())
        return _shift(gone, old), _shift(come, new)


def _shift(spans: tuple[Span, ...], line: str) -> tuple[Span, ...]:
    indent = len(line) - len(line.lstrip())
    return tuple((start + indent, stop + indent) for start, stop in spans)


def _side(
    index: int, line: Line, words: tuple[Span, ...] = (), moved: int | None = None
) -> Side:
    return Side(index + 1, _shown(line), words, moved)


def _shown(line: Line) -> str:
    return line.text.removesuffix("\n")
