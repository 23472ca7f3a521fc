"""The command `diff`."""

from __future__ import annotations

import sys
from difflib import unified_diff
from pathlib import Path

import click
from rich.console import Console
from rich.syntax import Syntax

from codemods.phase import all_steps
from codemods.plan import PHASES
from codemods.refusal import Refusal

PROJECT = Path(__file__).parents[1]
PATH = click.Path(path_type=Path)


@click.command("diff")
@click.argument("number", type=int)
@click.argument("other", type=int, required=False)
@click.option("--original", type=PATH, default=PROJECT / "original" / "microgpt.py")
@click.option("--output", "folder", type=PATH, default=PROJECT / "generated")
def diff_command(number: int, other: int | None, original: Path, folder: Path) -> None:
    """Show what step NUMBER changed, or what lies between NUMBER and OTHER.

    Number 0 is the original.
    """
    first, last = (number - 1, number) if other is None else (number, other)
    files = [original, *(folder / step.file_name() for step in all_steps(PHASES))]
    new = _choose(files, last, least=1 if other is None else 0)
    old = _choose(files, first, least=0)
    lines = unified_diff(_lines(old), _lines(new), old.name, new.name)
    text = "".join(lines)
    if sys.stdout.isatty():
        Console().print(Syntax(text, "diff", background_color="default"))
    else:
        click.echo(text, nl=False)


def _choose(files: list[Path], number: int, least: int) -> Path:
    if not least <= number < len(files):
        expected = f"a step from {least} to {len(files) - 1}"
        raise Refusal(expected, str(number), during="diff")
    return files[number]


def _lines(path: Path) -> list[str]:
    if not path.exists():
        raise Refusal("a snapshot", "none", file=str(path), during="diff")
    return path.read_text(encoding="utf-8").splitlines(keepends=True)
