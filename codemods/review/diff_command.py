"""The command `diff`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from textwrap import fill

import click
from rich.console import Console

from codemods.refusal import Refusal
from codemods.review.difference import Difference, compare
from codemods.review.paint import Paint, Theme, choose_theme
from codemods.review.read_scripts import Script, scripts_of
from codemods.review.show_side_by_side import side_by_side
from codemods.review.show_unified import unified_view
from codemods.review.unified import as_patch
from codemods.review.visible import visible

PROJECT = Path(__file__).parents[2]
PATH = click.Path(path_type=Path)


@click.command("diff")
@click.argument("number", type=int)
@click.argument("other", type=int, required=False)
@click.option("--original", type=PATH, default=PROJECT / "original" / "microgpt.py")
@click.option("--output", "folder", type=PATH, default=PROJECT / "generated")
@click.option("--side-by-side", "columns", is_flag=True, help="Old left, new right.")
@click.option("--context", type=click.IntRange(0), default=3, show_default=True)
@click.option("--theme", type=click.Choice(["dark", "light"]), help="The terminal's.")
def diff_command(
    number: int,
    other: int | None,
    original: Path,
    folder: Path,
    columns: bool,
    context: int,
    theme: Theme | None,
) -> None:
    """Show what step NUMBER changed, or what lies between NUMBER and OTHER.

    Number 0 is the original.  A file or a pipe gets a patch, which `patch` applies, and
    a terminal a view in colours, or the patch as well where NO_COLOR is set.  What a
    script contains is sent to a terminal only in characters that are safe to show; a
    patch in a file has to hold every character as it is, or it would not apply.
    """
    first, last = (number - 1, number) if other is None else (number, other)
    scripts = scripts_of(original, folder)
    new = _choose(scripts, last, least=1 if other is None else 0)
    old = _choose(scripts, first, least=0)
    texts = old.read_text(), new.read_text()
    difference = compare(*texts)
    heading = _heading(old, new, difference)
    console = Console(highlight=False)
    if not columns and not _wants_colour(console):
        patch = as_patch(difference, old.path.name, new.path.name, context)
        _write(heading + patch, to_terminal=console.is_terminal)
        return
    paint = Paint(theme or choose_theme(os.environ), *texts)
    width = console.width
    if columns:
        lines = side_by_side(difference, paint, context, width)
    else:
        lines = unified_view(difference, paint, context, width)
    console.print(heading, markup=False, end="")
    for line in lines:
        console.print(line, soft_wrap=True)


def _wants_colour(console: Console) -> bool:
    return console.is_terminal and not console.no_color


def _write(text: str, *, to_terminal: bool) -> None:
    """Write a patch as it is into a file, and made visible on a terminal."""
    if to_terminal:
        text = "\n".join(map(visible, text.split("\n")))
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode())  # `click.echo` would take escapes out
    sys.stdout.buffer.flush()


def _heading(old: Script, new: Script, difference: Difference) -> str:
    """What is compared, how many lines differ, and why, if it is one step."""
    counts = (
        f"lines: {difference.added} added, {difference.removed} removed, "
        f"{difference.moved} moved"
    )
    if new.step is None or new.number != old.number + 1:
        return f"From {_name(old)} to {_name(new)}\n\n{counts}\n\n"
    indent = " " * 4
    why = fill(
        new.step.explanation, 80, initial_indent=indent, subsequent_indent=indent
    )
    return f"Step {new.number}: {new.step.message}\n\n{why}\n\n{counts}\n\n"


def _name(script: Script) -> str:
    return "the original" if script.step is None else script.step.title()


def _choose(scripts: Sequence[Script], number: int, least: int) -> Script:
    if not least <= number < len(scripts):
        expected = f"a step from {least} to {len(scripts) - 1}"
        raise Refusal(expected, str(number), during="diff")
    return scripts[number]
