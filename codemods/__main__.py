"""The command line; the only place where refusals end."""

from __future__ import annotations

import gc
import sys

import click

from codemods.apply_command import apply_command
from codemods.check.judge_command import judge_command
from codemods.check.rules_command import rules_command
from codemods.plan_command import plan_command
from codemods.refusal import UNUSABLE, Refusal
from codemods.review.diff_command import diff_command
from codemods.review.history_command import history_command
from codemods.review.review_command import review_command
from codemods.verify.bench_command import bench_command
from codemods.verify.command import record_command, verify_command


@click.group()
def main() -> None:
    """Refactor a script by a plan of small steps, and verify every one of them.

    Exit status: 0 all well; 1 something differs, or would change; 2 refused.
    """


for command in (
    plan_command,
    apply_command,
    diff_command,
    history_command,
    verify_command,
    record_command,
    rules_command,
    judge_command,
    bench_command,
    review_command,
):
    main.add_command(command)


GARBAGE = 200_000
"""So many new objects before garbage is looked for: trees are large and live long."""

if __name__ == "__main__":
    gc.freeze()
    gc.set_threshold(GARBAGE)
    try:
        main(prog_name="python -m codemods")
    except Refusal as refusal:
        click.echo(refusal, err=True)
        sys.exit(UNUSABLE)
    except OSError as error:
        found = str(error.strerror or error).lower()
        refused = Refusal("a file or folder that can be used", found)
        click.echo(refused.placed(file=error.filename, during="codemods"), err=True)
        sys.exit(UNUSABLE)
