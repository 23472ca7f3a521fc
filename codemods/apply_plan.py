"""Apply the plan, or a part of it, and show what was done."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from codemods.apply import (
    Outcome,
    Snapshot,
    Workplace,
    apply_steps,
    is_current,
    write_snapshots,
)
from codemods.background import Background
from codemods.check.blame import lines_of
from codemods.check.checker import Checker
from codemods.check.note_counts import note_counts
from codemods.check.ratchet import Checked, Violation, find_violations
from codemods.check.show_findings import violation_lines
from codemods.ledger import Ledger
from codemods.memory import Memory
from codemods.phase import all_steps
from codemods.plan import PHASES
from codemods.receipt import Receipt, key_of_run, sections_of, write_receipt
from codemods.refusal import Refusal
from codemods.show_steps import Row, show_elapsed, show_steps
from codemods.step import Step

FEW = 3
"""So many findings show what is wrong with a step; `rules` lists them all."""


@dataclass(frozen=True)
class Options:
    """What was asked for; see the command."""

    step: int | None
    through: int | None
    check: bool
    strict: bool
    force: bool
    fresh: bool
    timings: bool
    form: str


def apply_plan(
    original: Path,
    input_file: Path | None,
    folder: Path,
    options: Options,
    start: float,
) -> None:
    """Apply the plan, or a part of it, write the snapshots, and show what was done.

    `start` is when it began.  Exits with 1 if there is a change and none was wanted.
    """
    plan = all_steps(PHASES)
    place = Workplace(original, folder, input_file, Memory(), options.fresh)
    chosen = _choose(plan, options.step, options.through)
    with Background() as background:
        checker = Checker(place.memory, background)
        snapshots = _apply(place, plan, chosen, background, checker)
        checked = _check(snapshots, checker)
    violations = _find_violations(plan, snapshots, checked)
    if options.strict:
        _refuse_idle(snapshots)
        _refuse_violations(violations, snapshots)
    # what a step declares of the plan's own script need not hold for another
    broken = [violation for violation in violations if violation.findings]
    for line in violation_lines(broken, folder, FEW):
        click.echo(line, err=True)
    ledger = Ledger.load(folder)
    changed = [s.path.name for s in snapshots if not is_current(ledger, s)]
    if note_counts(ledger, chosen, checked) and not changed:
        changed = [ledger.path.name]
    if not options.check:
        write_snapshots(place, plan, snapshots, force=options.force)
        ledger = Ledger.load(folder)
        note_counts(ledger, chosen, checked)
        ledger.save()
        if chosen == plan and not violations:
            _keep_receipt(place, snapshots, checked, ledger)
    if options.form == "json":
        click.echo(json.dumps(list(map(_as_record, snapshots, checked[1:])), indent=2))
    else:
        _show(snapshots, checked, checker, options, start)
    if options.check and changed:
        click.echo(f"would change: {', '.join(changed)}", err=True)
        sys.exit(1)


def _keep_receipt(
    place: Workplace,
    snapshots: Sequence[Snapshot],
    checked: Sequence[Checked],
    ledger: Ledger,
) -> None:
    """Let a next time be short, unless a step had nothing to do: that is to be said."""
    if all(snapshot.outcome is not Outcome.IDLE for snapshot in snapshots):
        rows = list(map(_as_row, snapshots, checked[1:]))
        key = key_of_run(place.original, place.input_file)
        write_receipt(key, Receipt(rows, sections_of(ledger)), place.memory)


def _choose(
    plan: Sequence[type[Step]], step: int | None, through: int | None
) -> Sequence[type[Step]]:
    if step is not None and through is not None:
        raise Refusal("--step or --through", "both", during="apply")
    for number in (step, through):
        if number is not None and not 1 <= number <= len(plan):
            raise Refusal(f"a step from 1 to {len(plan)}", str(number), during="apply")
    if step is not None:
        return plan[step - 1 : step]
    return plan[:through]


def _apply(
    place: Workplace,
    plan: Sequence[type[Step]],
    chosen: Sequence[type[Step]],
    background: Background,
    checker: Checker,
) -> list[Snapshot]:
    console = Console(stderr=True)
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        auto_refresh=False,
        disable=not console.is_terminal,
    )
    with progress:
        task = progress.add_task("applying", total=len(chosen))
        snapshots = []
        made = apply_steps(place, plan, chosen, background, checker.start)
        for snapshot in made:
            snapshots.append(snapshot)
            progress.update(task, advance=1, description=snapshot.step.title())
            progress.refresh()
    return snapshots


def _refuse_idle(snapshots: Sequence[Snapshot]) -> None:
    for snapshot in snapshots:
        if snapshot.outcome is Outcome.IDLE:
            raise Refusal(
                "a step that changes something",
                "one with nothing to do",
                file=str(snapshot.path),
                during=snapshot.step.title(),
            )


def _check(snapshots: Sequence[Snapshot], checker: Checker) -> list[Checked]:
    """What the rules say of what the first step read, and of every snapshot."""
    before = Checked(snapshots[0].before, tuple(checker.findings(snapshots[0].before)))
    after = [
        Checked(snapshot.after, tuple(checker.findings(snapshot.after, snapshot.path)))
        for snapshot in snapshots
    ]
    return [before, *after]


def _find_violations(
    plan: Sequence[type[Step]],
    snapshots: Sequence[Snapshot],
    checked: Sequence[Checked],
) -> list[Violation]:
    chosen = [snapshot.step for snapshot in snapshots]
    return find_violations(chosen, checked, plan[: plan.index(chosen[0])])


def _refuse_violations(
    violations: Sequence[Violation], snapshots: Sequence[Snapshot]
) -> None:
    """Refuse what breaks a rule that it may not break, at the first such place.

    Its line is quoted, because the snapshot that it is in will not be written.
    """
    made = {snapshot.step: snapshot for snapshot in snapshots}
    for violation in violations:
        snapshot, found = made[violation.step], violation.reason
        finding = next(iter(violation.findings), None)
        if finding is not None:
            line = lines_of(snapshot.after)[finding.line - 1].strip()
            found += f" ({finding.message}) in the snapshot it would make: {line}"
        raise Refusal(
            f"the rule {violation.rule} kept as declared",
            found,
            finding.line if finding else None,
            finding.column if finding else None,
            str(snapshot.path),
            violation.step.title(),
        )


def _as_record(snapshot: Snapshot, checked: Checked) -> dict[str, object]:
    added, removed = snapshot.size
    return {
        "step": snapshot.step.number,
        "slug": snapshot.step.slug,
        "message": snapshot.step.message,
        "claim": snapshot.step.claim.value,
        "outcome": snapshot.outcome.value,
        "file": str(snapshot.path),
        "added": added,
        "removed": removed,
        "findings": dict(checked.counts()),
        "seconds": {name: round(s, 3) for name, s in snapshot.seconds.items()},
        "meanwhile": {name: round(s, 3) for name, s in snapshot.meanwhile.items()},
    }


def _as_row(snapshot: Snapshot, checked: Checked) -> Row:
    step = snapshot.step
    return step.number, step.message, *snapshot.size, len(checked.findings)


def _show(
    snapshots: Sequence[Snapshot],
    checked: Sequence[Checked],
    checker: Checker,
    options: Options,
    start: float,
) -> None:
    rows = map(_as_row, snapshots, checked[1:])
    outcomes = (snapshot.outcome.value for snapshot in snapshots)
    show_steps([(*row, outcome) for row, outcome in zip(rows, outcomes, strict=True)])
    if options.timings:
        _show_timings(snapshots, checker)
    show_elapsed(_seconds(snapshots, checker), start)


def _seconds(snapshots: Sequence[Snapshot], checker: Checker) -> dict[str, float]:
    """How long each activity took, for all steps together."""
    total = {"rules": checker.seconds}
    for snapshot in snapshots:
        for counted in (snapshot.seconds, snapshot.meanwhile):
            for activity, seconds in counted.items():
                total[activity] = total.get(activity, 0.0) + seconds
    return total


def _show_timings(snapshots: Sequence[Snapshot], checker: Checker) -> None:
    console = Console()
    made = {s.step: s.seconds for s in snapshots}
    checked = {s.step: s.meanwhile for s in snapshots}
    console.print(_timings("seconds by activity", made))
    console.print(_timings("meanwhile, in the background", checked))
    console.print(f"rules: {checker.seconds:.2f}, also in the background")


def _timings(title: str, rows: Mapping[type[Step], Mapping[str, float]]) -> Table:
    activities = list(dict.fromkeys(name for row in rows.values() for name in row))
    table = Table(box=None, header_style="bold", title=title)
    for heading in ("step", *activities, "all"):
        table.add_column(heading, justify="right")
    numbered = [(f"{step.number:02d}", row) for step, row in rows.items()]
    total = {n: sum(row.get(n, 0.0) for row in rows.values()) for n in activities}
    for name, row in [*numbered, ("all", total)]:
        figures = [row.get(activity, 0.0) for activity in activities]
        table.add_row(name, *(f"{s:.2f}" for s in (*figures, sum(figures))))
    return table
