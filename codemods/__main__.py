"""The command line; the only place where refusals end."""

from __future__ import annotations

import gc
import sys
from importlib import import_module

import click

from codemods.refusal import UNUSABLE, Refusal

COMMANDS = {
    "plan": "codemods.plan_command",
    "apply": "codemods.apply_command",
    "diff": "codemods.review.diff_command",
    "history": "codemods.review.history_command",
    "verify": "codemods.verify.command",
    "record": "codemods.verify.command",
    "rules": "codemods.check.rules_command",
    "judge": "codemods.check.judge_command",
    "bench": "codemods.verify.bench_command",
    "review": "codemods.review.review_command",
}
"""The module that each command is in, which is imported when it is called."""


class Commands(click.Group):
    """Commands that are imported when they are needed, for that takes long."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(COMMANDS[cmd_name])
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command


@click.group(cls=Commands)
def main() -> None:
    """Refactor a script by a plan of small steps, and verify every one of them.

    Exit status: 0 all well; 1 something differs, or would change; 2 refused.
    """


GARBAGE = 5_000_000
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
    finally:
        gc.freeze()  # the trees need not be taken apart one by one
