"""The command `apply`."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping, Sequence
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
from codemods.refusal import Refusal
from codemods.step import Step

PROJECT = Path(__file__).parents[1]
PATH = click.Path(path_type=Path)


@click.command("apply")
@click.option("--original", type=PATH, default=PROJECT / "original" / "microgpt.py")
@click.option("--input", "input_file", type=PATH, help="What the script reads.")
@click.option("--output", "folder", type=PATH, default=PROJECT / "generated")
@click.option("--step", type=int, help="Apply this step to the snapshot before it.")
@click.option("--through", type=int, help="Apply the steps up to this one.")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 on any change.")
@click.option("--strict", is_flag=True, help="Refuse a step with nothing to do.")
@click.option("--force", is_flag=True, help="Replace snapshots changed by hand.")
@click.option("--fresh", is_flag=True, help="Do again what is remembered.")
@click.option("--timings", is_flag=True, help="Say where the time went.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def apply_command(
    original: Path,
    input_file: Path | None,
    folder: Path,
    step: int | None,
    through: int | None,
    check: bool,
    strict: bool,
    force: bool,
    fresh: bool,
    timings: bool,
    form: str,
) -> None:
    """Apply the plan, or a part of it, and write the snapshots."""
    plan = all_steps(PHASES)
    place = Workplace(original, folder, input_file, Memory(), fresh)
    chosen = _choose(plan, step, through)
    start = time.perf_counter()
    with Background() as background:
        checker = Checker(place.memory, background)
        snapshots = _apply(place, plan, chosen, background, checker)
        checked = _check(snapshots, checker)
    violations = _find_violations(plan, snapshots, checked)
    if strict:
        _refuse_idle(snapshots)
        _refuse_violations(violations, snapshots)
    for line in violation_lines(violations, folder):
        click.echo(line, err=True)
    ledger = Ledger.load(folder)
    changed = [s.path.name for s in snapshots if not is_current(ledger, s)]
    if note_counts(ledger, chosen, checked) and not changed:
        changed = [ledger.path.name]
    if not check:
        write_snapshots(place, plan, snapshots, force=force)
        ledger = Ledger.load(folder)
        note_counts(ledger, chosen, checked)
        ledger.save()
    if form == "json":
        click.echo(json.dumps(list(map(_as_record, snapshots, checked[1:])), indent=2))
    else:
        _show(snapshots, checked)
    if timings:
        _show_timings(snapshots, checker, time.perf_counter() - start)
    if check and changed:
        click.echo(f"would change: {', '.join(changed)}", err=True)
        sys.exit(1)


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


def _show(snapshots: Sequence[Snapshot], checked: Sequence[Checked]) -> None:
    console = Console()
    table = Table(box=None, header_style="bold")
    for heading in ("step", "commit message"):
        table.add_column(heading)
    for heading in ("added", "removed", "findings"):
        table.add_column(heading, justify="right")
    table.add_column("")
    for snapshot, script in zip(snapshots, checked[1:], strict=True):
        added, removed = snapshot.size
        number, message = f"{snapshot.step.number:02d}", snapshot.step.message
        outcome = snapshot.outcome.value
        findings = str(len(script.findings))
        table.add_row(number, message, f"+{added}", f"-{removed}", findings, outcome)
    console.print(table)


def _show_timings(
    snapshots: Sequence[Snapshot], checker: Checker, elapsed: float
) -> None:
    console = Console()
    made = {s.step: s.seconds for s in snapshots}
    checked = {s.step: s.meanwhile for s in snapshots}
    console.print(_timings("seconds by activity", made))
    console.print(_timings("meanwhile, in the background", checked))
    console.print(f"rules: {checker.seconds:.2f}, also in the background")
    console.print(f"all: {elapsed:.2f} on the clock")


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
