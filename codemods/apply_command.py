"""The command `apply`."""

from __future__ import annotations

import time
from pathlib import Path

import click

from codemods.receipt import key_of_run, read_receipt
from codemods.show_steps import show_elapsed, show_steps

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
    start = time.perf_counter()
    is_plain = step is None and through is None and form == "text"
    if is_plain and not fresh and not timings:
        receipt = read_receipt(key_of_run(original, input_file))
        if receipt is not None and receipt.holds_in(folder):
            show_steps([(*row, "up to date") for row in receipt.rows])
            show_elapsed({}, start)
            return
    # Not above: to know that nothing is to be done takes less time than to import it.
    from codemods.apply_plan import Options, apply_plan

    apply_plan(
        original,
        input_file,
        folder,
        Options(step, through, check, strict, force, fresh, timings, form),
        start,
    )
