"""Show what a verification found: as a table, as lines, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from codemods.verify.row import Row
from codemods.verify.verify import Settings

SHORTEST_MESSAGE = 12
TEXTS = ("message", "claimed", "seen")
HEADINGS = ("step", "message", "claimed", "seen", "seconds", "peak MB", "× as fast")


def describe_settings(settings: Settings, original: str) -> str:
    """What is verified, in one line."""
    data = settings.input_file.name if settings.input_file else "no input"
    how = "in full"
    if settings.iterations is not None:
        how = f"scaled down to {settings.iterations} iterations"
    return (
        f"{original} and its snapshots on {data}, {settings.interpreter.version}, {how}"
    )


def as_cells(row: Row) -> tuple[str, ...]:
    """The figures of a row, in the order of the headings."""
    first = row.candidate.number == 0
    ratio = ""
    if row.times_as_fast is not None and not first:
        ratio = f"{'' if row.same_session else '≈ '}{row.times_as_fast:.2f}"
    return (
        "" if first else str(row.candidate.number),
        row.candidate.message,
        "" if first else row.candidate.claim.value,
        row.seen(),
        "" if row.seconds is None else f"{row.seconds:.1f}",
        "" if row.peak_kilobytes is None else f"{row.peak_kilobytes / 1024:.1f}",
        ratio,
    )


def as_table(rows: Sequence[Row], title: str, width: int) -> Table:
    """A table for a terminal of some width: a line for each script."""
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1))
    columns = list(zip(HEADINGS, *map(as_cells, rows), strict=True))
    widths = {column[0]: max(map(len, column)) for column in columns}
    others = sum(widths.values()) - widths["message"] + 3 * len(columns) + 2
    widths["message"] = max(SHORTEST_MESSAGE, min(widths["message"], width - others))
    for heading in HEADINGS:
        table.add_column(
            heading,
            justify="left" if heading in TEXTS else "right",
            no_wrap=True,
            overflow="ellipsis",
            width=widths[heading],
        )
    for row in rows:
        style = None if row.passed() else "bold red"
        table.add_row(*(escape(cell) for cell in as_cells(row)), style=style)
    return table


def as_line(row: Row) -> str:
    """One line for a log."""
    number, message, _, seen, seconds, peak, ratio = as_cells(row)
    text = f"{number or '0':>2}  {seen:<18} {message}"
    figures = [f"{seconds} s"] if seconds else []
    figures += [f"{peak} MB"] if peak else []
    figures += [f"{row.floats_compared} floats"] if row.passed() else []
    figures += [f"{ratio} times as fast"] if ratio else []
    return f"{text} ({', '.join(figures)})" if figures else text


def as_details(rows: Sequence[Row]) -> Iterator[str]:
    """What is wrong, and where, with the lines around it; and what cannot be told."""
    for row in rows:
        if row.finding is not None:
            yield f"{row.candidate.path.name}: {row.finding.summary}"
            yield from row.finding.details
        elif row.difference.count and row.candidate.number:
            yield f"{row.candidate.path.name}: {row.difference}"
    if any(row.network_isolated is False for row in rows):
        yield "The network was within reach: this system does not let a run leave it."


def summary(rows: Sequence[Row]) -> str:
    """The last line."""
    snapshots = [row for row in rows if row.candidate.number]
    bad = sum(not row.passed() for row in rows)
    if bad:
        return f"{bad} of {len(rows)} scripts are not what they should be."
    remembered = sum(row.remembered for row in rows)
    count = len(snapshots)
    many = "1 snapshot prints" if count == 1 else f"{count} snapshots print"
    text = f"{many} what the original prints"
    return f"{text} ({remembered} runs remembered)." if remembered else f"{text}."


def as_json(rows: Sequence[Row], settings: Settings) -> str:
    """Everything, for machines."""
    content = {
        "input": settings.input_file.name if settings.input_file else None,
        "interpreter": settings.interpreter.version,
        "iterations": settings.iterations,
        "passed": all(row.passed() for row in rows),
        "rows": [_row(row) for row in rows],
    }
    return json.dumps(content, indent=2)


def _row(row: Row) -> dict[str, Any]:
    finding = row.finding
    return {
        "number": row.candidate.number,
        "file": row.candidate.path.name,
        "message": row.candidate.message,
        "claim": row.candidate.claim.value,
        "passed": row.passed(),
        "seen": row.seen(),
        "summary": finding.summary if finding else None,
        "details": list(finding.details) if finding else [],
        "sanity_check": row.sanity_check(),
        "floats_compared": row.floats_compared,
        "floats_different": row.difference.count,
        "largest_difference": row.difference.largest,
        "seconds": row.seconds,
        "cpu_seconds": row.cpu_seconds,
        "peak_kilobytes": row.peak_kilobytes,
        "times_as_fast": row.times_as_fast,
        "same_session": row.same_session,
        "network_isolated": row.network_isolated,
        "remembered": row.remembered,
        "sha256": row.sha256,
    }
