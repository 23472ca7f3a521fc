"""The command `plan`."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from codemods.ledger import Ledger, sha256_of
from codemods.phase import all_steps
from codemods.plan import PHASES
from codemods.step import Step

PROJECT = Path(__file__).parents[1]
PATH = click.Path(path_type=Path)


@click.command("plan")
@click.option("--original", type=PATH, default=PROJECT / "original" / "microgpt.py")
@click.option("--output", "folder", type=PATH, default=PROJECT / "generated")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def plan_command(original: Path, folder: Path, form: str) -> None:
    """List the steps, what each claims, and whether its snapshot is in order.

    In order means: as it was made, and from the snapshot that is before it now.
    Whether a step would make the same again, `apply --check` tells.
    """
    states = _states(original, folder)
    if form == "json":
        click.echo(json.dumps([_as_record(s, states[s]) for s in states], indent=2))
        return
    table = Table(box=None, header_style="bold")
    for heading in ("step", "commit message", "claim", "snapshot"):
        table.add_column(heading)
    for phase in PHASES:
        table.add_row("", f"[bold]{phase.heading}[/]")
        for step in phase.steps():
            number, claim = f"{step.number:02d}", step.claim.value
            table.add_row(number, step.message, claim, states[step])
    Console().print(table)


def _states(original: Path, folder: Path) -> dict[type[Step], str]:
    """For each step, whether its snapshot is there, and made from the one before."""
    ledger = Ledger.load(folder)
    states = {}
    before = original
    for step in all_steps(PHASES):
        path = folder / step.file_name()
        states[step] = _state(path, before, ledger)
        before = path
    return states


def _state(path: Path, before: Path, ledger: Ledger) -> str:
    origin = ledger.origin(path.name)
    if not path.exists() or not before.exists():
        return "missing"
    if origin is None or origin.sha256 != sha256_of(path.read_bytes()):
        return "changed by hand"
    fresh = origin.made_from == sha256_of(before.read_bytes())
    return "in order" if fresh else "stale"


def _as_record(step: type[Step], state: str) -> dict[str, object]:
    return {
        "step": step.number,
        "slug": step.slug,
        "message": step.message,
        "explanation": step.explanation,
        "claim": step.claim.value,
        "snapshot": state,
    }
