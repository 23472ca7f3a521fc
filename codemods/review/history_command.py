"""The command `history`."""

from __future__ import annotations

from pathlib import Path

import click

from codemods.ledger import Ledger
from codemods.refusal import Refusal
from codemods.review.history import commits_of
from codemods.review.read_scripts import scripts_of
from codemods.review.write_history import push_history, write_history

PROJECT = Path(__file__).parents[2]
PATH = click.Path(path_type=Path)


@click.command("history")
@click.option("--original", type=PATH, default=PROJECT / "original" / "microgpt.py")
@click.option("--output", "folder", type=PATH, default=PROJECT / "generated")
@click.option("--through", type=int, help="Commit the steps up to this one.")
@click.option("--to", type=PATH, help="The repository to write.  [default: history]")
@click.option("--push-to", type=PATH, help="A repository to add a branch to instead.")
@click.option("--branch", default="data-oriented", show_default=True)
def history_command(
    original: Path,
    folder: Path,
    through: int | None,
    to: Path | None,
    push_to: Path | None,
    branch: str,
) -> None:
    """Write a git repository with one commit for each step, on top of the original.

    The same scripts and the same plan give the same hashes everywhere.
    """
    scripts = scripts_of(original, folder)
    last = len(scripts) - 1
    if through is not None and not 1 <= through <= last:
        raise Refusal(f"a step from 1 to {last}", str(through), during="history")
    commits = commits_of(scripts[: (through or last) + 1], Ledger.load(folder))
    name = original.name
    if push_to is not None:
        tip = push_history(commits, name, push_to, branch)
        _tell(len(commits), f"branch {branch} of {push_to}", tip)
    if to is not None or push_to is None:
        target = to or PROJECT / "history"
        tip = write_history(commits, name, target, branch)
        _tell(len(commits), str(target), tip)


def _tell(count: int, place: str, tip: str) -> None:
    click.echo(f"{count} commits in {place}, the last is {tip}")
