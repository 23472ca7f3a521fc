"""Measure how long scripts take for a round of the loop that they spend time in.

Scripts are run alone, one after the other, in several rounds, and compared within each
round, because a shared machine is faster at one time than at another.  What counts is
processor time, which other work does not take away.  All are scaled down to the same
iterations of the same program.  The time of an iteration is that between the first and
the last of the lines that the loop prints, so that starting the interpreter and reading
the data do not count.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from statistics import median

from codemods.facts.metadata import parse
from codemods.ledger import Speed, sha256_of
from codemods.refusal import Refusal
from codemods.verify.limits import Limits
from codemods.verify.run import run_script
from codemods.verify.scale_down import scale_down

HELPER = (Path(__file__).parent / "time_lines.py").read_text(encoding="utf-8")
NUMBER = re.compile(r"\d+(\.\d+)?")


@dataclass(frozen=True)
class Conditions:
    """What scripts are measured on."""

    input_file: Path | None
    python: str
    iterations: int
    rounds: int
    limits: Limits


@dataclass(frozen=True)
class Measured:
    """What one run of a script came to."""

    seconds: float
    """Per iteration."""
    peak_kilobytes: int


def bench(
    paths: Sequence[Path],
    conditions: Conditions,
    on_round: Callable[[int], None] = lambda number: None,
) -> list[Speed]:
    """The speeds of scripts, the first of which is what the others are compared with.

    Raises `Refusal` if one cannot be scaled down, fails, or prints in no loop.
    """
    sources = [_scaled(path, conditions.iterations) for path in paths]
    rounds: list[list[Measured]] = []
    for number in range(conditions.rounds):
        on_round(number)
        pairs = zip(paths, sources, strict=True)
        rounds.append([_measure(path, text, conditions) for path, text in pairs])
    return [
        _speed(path, conditions, [r[0] for r in rounds], [r[i] for r in rounds])
        for i, path in enumerate(paths)
    ]


def _scaled(path: Path, iterations: int) -> str:
    try:
        text = path.read_text(encoding="utf-8")
        return scale_down(parse(text), iterations).module.code
    except Refusal as refusal:
        raise refusal.placed(file=str(path), during="bench") from None


def _measure(path: Path, source: str, conditions: Conditions) -> Measured:
    result = run_script(
        source,
        input_file=conditions.input_file,
        python=conditions.python,
        limits=conditions.limits,
        name=path.name,
        helper=HELPER,
    )
    if result.exit_code != 0 or result.peak_kilobytes is None:
        lines = result.stderr.decode(errors="replace").strip().splitlines()
        found = lines[-1] if lines else "none"
        raise Refusal("a run to its end", found, file=str(path), during="bench")
    seconds = seconds_per_iteration(json.loads(result.reported))
    if seconds is None:
        expected = "a loop that prints a line each time"
        raise Refusal(expected, "none", file=str(path), during="bench")
    return Measured(seconds, result.peak_kilobytes)


def seconds_per_iteration(lines: Sequence[tuple[float, str]]) -> float | None:
    """The time between lines that differ in their numbers alone, where it adds up most.

    => 2.0 for [(0, "step 1"), (2, "step 2"), (4, "step 3"), (4, "name 1")]
    """
    kinds = groupby(lines, key=lambda line: NUMBER.sub("#", line[1]).split())
    runs = [[seconds for seconds, _ in group] for _, group in kinds]
    spans = [(run[-1] - run[0], len(run) - 1) for run in runs if len(run) > 1]
    span, iterations = max(spans, default=(0.0, 0))
    return span / iterations if span > 0 else None


def _speed(
    path: Path,
    conditions: Conditions,
    firsts: Sequence[Measured],
    own: Sequence[Measured],
) -> Speed:
    pairs = list(zip(firsts, own, strict=True))
    return Speed(
        sha256=sha256_of(path.read_bytes()),
        iterations=conditions.iterations,
        rounds=conditions.rounds,
        milliseconds=round(1000 * median(m.seconds for m in own), 3),
        times_as_fast=round(median(f.seconds / m.seconds for f, m in pairs), 2),
        peak_kilobytes=int(median(m.peak_kilobytes for m in own)),
        share_of_memory=round(
            median(m.peak_kilobytes / f.peak_kilobytes for f, m in pairs), 3
        ),
    )
