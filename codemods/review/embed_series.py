"""Put scripts, differences and codemods into the data that the page carries.

Lines that scripts share are carried once:

    lines, colours   every line there is, and which of its characters are what
    texts            by name, the lines of a script or codemod, as runs of indices:
                     first, how many, first, how many, …
    scripts          the original and the snapshots: name, hash, and `origins`, which
                     step wrote how many lines: step, how many, step, how many, …
    steps            for each step its number, message, files and difference

A difference is a list of rows, as `difference.Row`: a number stands for so many rows
that are the same, `[kind, words, moved, words, moved]` for one that is not, the old
side first; what comes last and is empty is left out.

Places in lines are counted as browsers count them, in units of UTF-16.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from codemods.check.blame import lines_of
from codemods.review.colour import colour, units
from codemods.review.difference import Row, Side
from codemods.review.read_series import PROJECT, Commit, Series
from codemods.review.visible import visible


class LineTable:
    """Lines with their colours, each once."""

    def __init__(self) -> None:
        self.indices: dict[tuple[str, str], int] = {}

    def runs(self, lines: Sequence[str]) -> list[int]:
        """The lines as runs: the index of the first, how many follow it, and so on."""
        pairs = zip(lines, colour(lines), strict=True)
        runs: list[int] = []
        for pair in pairs:
            index = self.indices.setdefault(pair, len(self.indices))
            if runs and index == runs[-2] + runs[-1]:
                runs[-1] += 1
            else:
                runs += [index, 1]
        return runs


def embed_series(series: Series) -> dict[str, Any]:
    """The data of the page, ready for JSON."""
    table = LineTable()
    texts = {
        visible(script.name): table.runs(script.lines) for script in series.scripts
    }
    for path in _files(series.commits):
        source = (PROJECT / path).read_text(encoding="utf-8")
        texts[path] = table.runs([visible(line) for line in lines_of(source)])
    return {
        "lines": [line for line, _ in table.indices],
        "colours": [colours for _, colours in table.indices],
        "texts": texts,
        "scripts": [
            {
                "name": visible(script.name),
                "hash": script.sha256[:12],
                "origins": list(_counted(script.origins)),
            }
            for script in series.scripts
        ],
        "steps": [_step(commit) for commit in series.commits],
    }


def _files(commits: Sequence[Commit]) -> list[str]:
    files = {
        path for commit in commits for path in (commit.codemod, *commit.transforms)
    }
    return sorted(files)


def _counted(numbers: Iterable[int]) -> Iterator[int]:
    for number, group in groupby(numbers):
        yield from (number, len(list(group)))


def _step(commit: Commit) -> dict[str, Any]:
    return {
        "number": commit.number,
        "slug": visible(commit.slug),
        "message": visible(commit.message),
        "codemods": [commit.codemod, *commit.transforms],
        "rows": list(_rows(commit.difference.rows)),
    }


def _rows(rows: Sequence[Row]) -> Iterator[int | list[Any]]:
    for same, group in groupby(rows, key=lambda row: row.kind == "same"):
        if same:
            yield len(list(group))
        else:
            yield from map(_row, group)


def _row(row: Row) -> list[Any]:
    encoded: list[Any] = [row.kind[0], *_side(row.old), *_side(row.new)]
    while not encoded[-1]:
        encoded.pop()
    return encoded


def _side(side: Side | None) -> tuple[list[int], int]:
    if side is None:
        return [], 0
    places = [units(side.text[:place]) for span in side.words for place in span]
    return places, side.moved or 0
