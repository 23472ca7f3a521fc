"""The command `rules`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from codemods.background import Background
from codemods.check.blame import blame
from codemods.check.check_script import load_rules
from codemods.check.checker import Checker
from codemods.check.document import to_markdown
from codemods.check.ratchet import Checked, Violation, find_violations
from codemods.check.rule import Finding
from codemods.check.sarif import to_sarif
from codemods.check.show_counts import show_counts, show_plan
from codemods.check.show_findings import finding_line, shown, violation_lines
from codemods.memory import Memory
from codemods.phase import all_steps
from codemods.plan import PHASES
from codemods.read_source import read_text
from codemods.refusal import UNUSABLE, Refusal
from codemods.step import Step

PROJECT = Path(__file__).parents[2]
PATH = click.Path(path_type=Path)
FORMATS = click.Choice(["text", "json", "sarif"])


@click.command("rules")
@click.argument("files", type=PATH, nargs=-1, metavar="[FILE]...")
@click.option("--step", type=int, help="Check the snapshot of this step only.")
@click.option("--original", type=PATH, default=PROJECT / "original" / "microgpt.py")
@click.option("--output", "folder", type=PATH, default=PROJECT / "generated")
@click.option("--document", is_flag=True, help="Print what the rules are, and why.")
@click.option("--format", "form", type=FORMATS, default="text")
def rules_command(
    files: tuple[Path, ...],
    step: int | None,
    original: Path,
    folder: Path,
    document: bool,
    form: str,
) -> None:
    """Check scripts against the brief's style, or the plan against the rules.

    With FILEs or --step, every finding is shown, and any is a failure.  Without, the
    steps are held to what they declare: a count that rises undeclared, or a rule that
    was reached and is broken again, is a failure.  Files that cannot be checked are
    refused when the others have been.
    """
    if document:
        click.echo(to_markdown(), nl=False)
        return
    if files and step is not None:
        raise Refusal("files or --step", "both", during="rules")
    with Background() as background:
        background.spare_this_one()
        checker = Checker(Memory(), background)
        if files:
            failed = _check_files(dict.fromkeys(files), checker, form)
        elif step is not None:
            failed = _check_step(step, original, folder, checker, form)
        else:
            failed = _check_plan(original, folder, checker, form)
    if failed:
        sys.exit(1)


def _check_files(
    files: dict[Path, Sequence[str] | None], checker: Checker, form: str
) -> bool:
    """Show the findings in files, each with the texts that it came about by, if known.

    True if there are any.  Exits if files are refused, after the others were shown.
    """
    sources: dict[Path, str] = {}
    found: dict[Path, list[Finding]] = {}
    refusals: list[Refusal] = []
    for path in files:
        try:
            sources[path] = read_text(path)
            checker.start(sources[path])
        except Refusal as refusal:
            refusals.append(refusal)
    for path, source in sources.items():
        try:
            found[path] = checker.findings(source, path)
        except Refusal as refusal:
            refusals.append(refusal)
    _show_files(found, files, form)
    for refused in refusals:
        click.echo(refused, err=True)
    if refusals:
        sys.exit(UNUSABLE)
    return any(found.values())


def _show_files(
    found: dict[Path, list[Finding]],
    files: dict[Path, Sequence[str] | None],
    form: str,
) -> None:
    if form == "sarif":
        click.echo(json.dumps(to_sarif(found, load_rules()), indent=2))
    elif form == "json":
        records = [_file_record(path, found[path], files[path]) for path in found]
        click.echo(json.dumps(records, indent=2))
    else:
        for path, findings in found.items():
            for finding in findings:
                click.echo(finding_line(path, finding))
        show_counts(found)


def _check_step(
    number: int, original: Path, folder: Path, checker: Checker, form: str
) -> bool:
    plan = all_steps(PHASES)
    if not 1 <= number <= len(plan):
        raise Refusal(f"a step from 1 to {len(plan)}", str(number), during="rules")
    paths = _paths(original, folder, plan[:number])
    series = [read_text(path) for path in paths]
    return _check_files({paths[-1]: series}, checker, form)


def _check_plan(original: Path, folder: Path, checker: Checker, form: str) -> bool:
    plan = all_steps(PHASES)
    paths = _paths(original, folder, plan)
    sources = [read_text(path) for path in paths]
    for source in sources:
        checker.start(source)
    checked = [
        Checked(source, tuple(checker.findings(source, path)))
        for path, source in zip(paths, sources, strict=True)
    ]
    violations = find_violations(plan, checked)
    if form == "text":
        for line in violation_lines(violations, folder):
            click.echo(line)
        show_plan(plan, checked)
    else:
        _print_plan(form, paths, checked, violations)
    return bool(violations)


def _paths(original: Path, folder: Path, plan: Sequence[type[Step]]) -> list[Path]:
    return [original, *(folder / step.file_name() for step in plan)]


def _print_plan(
    form: str,
    paths: Sequence[Path],
    checked: Sequence[Checked],
    violations: Sequence[Violation],
) -> None:
    if form == "sarif":
        broken: dict[Path, list[Finding]] = {}
        for violation in violations:
            path = paths[violation.step.number]
            # A declaration that is not true stands in no line of the snapshot.
            whole = Finding(1, 1, violation.rule, violation.reason)
            broken.setdefault(path, []).extend(violation.findings or [whole])
        click.echo(json.dumps(to_sarif(broken, load_rules()), indent=2))
        return
    series = [script.source for script in checked]
    records = [
        _file_record(path, script.findings, series[: index + 1])
        for index, (path, script) in enumerate(zip(paths, checked, strict=True))
    ]
    failures = [
        {"step": v.step.number, "rule": v.rule, "reason": v.reason} for v in violations
    ]
    click.echo(json.dumps({"files": records, "violations": failures}, indent=2))


def _file_record(
    path: Path, findings: Sequence[Finding], series: Sequence[str] | None
) -> dict[str, object]:
    """A file with its findings, and the step that wrote the line of each."""
    origins = blame(series) if series is not None else None
    rows = [asdict(finding) for finding in findings]
    if origins is not None:
        for row, finding in zip(rows, findings, strict=True):
            row["introduced_by"] = origins[finding.line - 1]
    return {"file": shown(path), "findings": rows}
