"""The commands `verify` and `record`."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from codemods.ledger import Ledger
from codemods.memory import Memory
from codemods.phase import all_steps
from codemods.plan import PHASES
from codemods.step import find_input
from codemods.verify.choose_candidates import choose_candidates, original_candidate
from codemods.verify.interpreter import find_interpreter
from codemods.verify.limits import Limits
from codemods.verify.make_runs import Runs
from codemods.verify.note_figures import note_figures
from codemods.verify.record import record
from codemods.verify.reference import RECORDED
from codemods.verify.show_results import describe_settings
from codemods.verify.verify import Settings, verify
from codemods.verify.view import open_view
from codemods.verify.watch import end_all_runs

PROJECT = Path(__file__).parents[2]
QUICK_ITERATIONS = 4
PATH = click.Path(path_type=Path)


def available_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


RUN_OPTIONS = (
    click.option(
        "--original",
        type=PATH,
        default=PROJECT / "original" / "microgpt.py",
        help="The script that the snapshots are made from.",
    ),
    click.option(
        "--input",
        "input_file",
        type=PATH,
        help="What it reads as input.txt; by default the one beside it.",
    ),
    click.option(
        "--python",
        default=sys.executable,
        help="The interpreter to run with: a path, or a name such as 3.12.",
    ),
    click.option(
        "--jobs",
        type=click.IntRange(min=1),
        default=available_cores,
        help="How many scripts to run at once; by default one for each core.",
    ),
    click.option(
        "--timeout",
        type=float,
        default=Limits.seconds,
        help="Seconds after which a script is ended.",
    ),
    click.option(
        "--memory",
        type=int,
        default=Limits.memory_megabytes,
        help="Megabytes that a script may use.",
    ),
)

VERIFY_OPTIONS = (
    click.option(
        "--output",
        "folder",
        type=PATH,
        default=PROJECT / "generated",
        help="The folder of the snapshots and their ledger.",
    ),
    click.option("--step", type=int, help="Verify the snapshot of this step only."),
    click.option("--quick", is_flag=True, help="Run a few iterations of each loop."),
    click.option("--fresh", is_flag=True, help="Run again what is remembered."),
    click.option(
        "--format",
        "form",
        type=click.Choice(["text", "json"]),
        default="text",
        help="A table, or everything for machines.",
    ),
)


def with_options(*options: Callable[..., Any]) -> Callable[..., Any]:
    """Add options to a command, in the order in which its help shows them."""

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return add


@click.command("verify")
@with_options(*RUN_OPTIONS, *VERIFY_OPTIONS)
@click.pass_context
def verify_command(
    context: click.Context,
    original: Path,
    input_file: Path | None,
    python: str,
    jobs: int,
    timeout: float,
    memory: int,
    folder: Path,
    step: int | None,
    quick: bool,
    fresh: bool,
    form: str,
) -> None:
    """Run the original and the snapshots and compare what they print."""
    settings = Settings(
        find_input(original, input_file),
        find_interpreter(python),
        Limits(timeout, memory),
        QUICK_ITERATIONS if quick else None,
        (original.parent / "expected", RECORDED),
    )
    first = original_candidate(original)
    snapshots = choose_candidates(all_steps(PHASES), original, folder, step)
    ledger = Ledger.load(folder)
    view = open_view(form, jobs, describe_settings(settings, original.name))
    with view, workers(jobs) as executor:
        runs = Runs(executor, Memory(), view.listener, fresh=fresh)
        whole = step is None
        for row in verify(first, snapshots, settings, ledger, runs, run_original=whole):
            view.add(row)
    if whole:
        note_figures(ledger, view.rows, settings)
    view.show(settings)
    if not all(row.passed() for row in view.rows):
        context.exit(1)


@click.command("record")
@with_options(*RUN_OPTIONS)
@click.option(
    "--output",
    "folder",
    type=PATH,
    help="The folder to write to; by default `expected` beside the script.",
)
def record_command(
    original: Path,
    input_file: Path | None,
    python: str,
    jobs: int,
    timeout: float,
    memory: int,
    folder: Path | None,
) -> None:
    """Record what the original prints, if it prints the same twice."""
    settings = Settings(
        find_input(original, input_file),
        find_interpreter(python),
        Limits(timeout, memory),
        iterations=None,
        recorded_in=(),
    )
    job = settings.job(original_candidate(original))
    with workers(jobs) as executor:
        path = record(job, folder or original.parent / "expected", executor)
    click.echo(f"wrote {path} and the outputs beside it")


class _Workers(ThreadPoolExecutor):
    """Threads, each of which waits for a process, and what they were given to do."""

    def __init__(self, jobs: int) -> None:
        super().__init__(jobs)
        self.futures: list[Future[Any]] = []

    def submit(
        self, function: Callable[..., Any], /, *given: Any, **named: Any
    ) -> Future[Any]:
        self.futures.append(super().submit(function, *given, **named))
        return self.futures[-1]


@contextmanager
def workers(jobs: int) -> Iterator[Executor]:
    """An executor for runs; however this is left, none of them goes on."""
    executor = _Workers(jobs)
    try:
        yield executor
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
        while not all(future.done() for future in executor.futures):
            end_all_runs()
            time.sleep(0.05)
