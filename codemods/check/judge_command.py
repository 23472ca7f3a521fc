"""The command `judge`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from codemods.check.judges import MYPY, RUFF
from codemods.phase import all_steps
from codemods.plan import PHASES
from codemods.refusal import Refusal
from codemods.step import Step

PROJECT = Path(__file__).parents[2]
PATH = click.Path(path_type=Path)
ANNOTATED = "type-hints"


@click.command("judge")
@click.option("--output", "folder", type=PATH, default=PROJECT / "generated")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def judge_command(folder: Path, form: str) -> None:
    """Ask mypy and ruff what they have against the snapshots; exit 1 if anything.

    Ruff's pyflakes rules judge all of them, `mypy --strict` those from the step on that
    reaches the rule on type hints.
    """
    plan = all_steps(PHASES)
    cases = {MYPY: _snapshots(folder, _annotated(plan)), RUFF: _snapshots(folder, plan)}
    objections = sorted(o for judge in cases for o in judge.judge(cases[judge]))
    judged = {judge.name: len(files) for judge, files in cases.items()}
    if form == "json":
        record = {"judged": judged, "found": [asdict(o) for o in objections]}
        click.echo(json.dumps(record, indent=2))
    else:
        click.echo("\n".join(map(str, objections)) or _describe(judged))
    if objections:
        sys.exit(1)


def _annotated(plan: Sequence[type[Step]]) -> Sequence[type[Step]]:
    """The steps whose snapshots have all their type hints."""
    for index, step in enumerate(plan):
        if ANNOTATED in step.reaches:
            return plan[index:]
    raise Refusal(f"a step that reaches {ANNOTATED}", "none", during="judge")


def _snapshots(folder: Path, steps: Sequence[type[Step]]) -> list[Path]:
    files = [folder / step.file_name() for step in steps]
    for file in files:
        if not file.is_file():
            raise Refusal("a snapshot", "none", file=str(file), during="judge")
    return files


def _describe(judged: dict[str, int]) -> str:
    return ", ".join(
        f"{name}: {count} snapshot{'s' if count > 1 else ''}"
        for name, count in judged.items()
    )
