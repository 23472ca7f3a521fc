"""The table of steps that `apply` prints, and where the time went."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

Row = tuple[int, str, int, int, int]
"""The number and message of a step, lines added and removed, and findings left."""


def show_steps(rows: Sequence[tuple[int, str, int, int, int, str]]) -> None:
    """Print a line for each step, with what applying it meant for its snapshot."""
    table = Table(box=None, header_style="bold")
    for heading in ("step", "commit message"):
        table.add_column(heading)
    for heading in ("added", "removed", "findings"):
        table.add_column(heading, justify="right")
    table.add_column("")
    for number, message, added, removed, findings, outcome in rows:
        figures = (f"+{added}", f"-{removed}", str(findings))
        table.add_row(f"{number:02d}", message, *figures, outcome)
    Console().print(table)


def show_elapsed(seconds: Mapping[str, float], start: float) -> None:
    """Print the seconds that each activity took, in any process, and those that passed.

    What was done took longer than what passed where it was done at the same time.
    """
    longest = sorted(seconds.items(), key=lambda item: -item[1])
    parts = [f"{name} {taken:.2f}" for name, taken in longest if taken >= 0.005]
    elapsed = time.perf_counter() - start
    passed = f"{elapsed:.2f} seconds on the clock"
    Console().print("; ".join([*filter(None, [", ".join(parts)]), passed]))
