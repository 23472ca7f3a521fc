"""The command `bench`."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

import click

from codemods.ledger import Benchmark, Ledger, Speed
from codemods.phase import all_steps
from codemods.plan import PHASES
from codemods.step import find_input
from codemods.verify.bench import Conditions, bench
from codemods.verify.interpreter import find_interpreter
from codemods.verify.limits import Limits

PROJECT = Path(__file__).parents[2]
PATH = click.Path(path_type=Path)
COUNT = click.IntRange(min=2)


@click.command("bench")
@click.option("--step", "numbers", type=int, multiple=True, help="By default the last.")
@click.option("--all", "every", is_flag=True, help="Measure every snapshot.")
@click.option("--iterations", type=COUNT, default=24, help="Of the loops that print.")
@click.option("--rounds", type=click.IntRange(min=1), default=5)
@click.option("--original", type=PATH, default=PROJECT / "original" / "microgpt.py")
@click.option("--input", "input_file", type=PATH)
@click.option("--output", "folder", type=PATH, default=PROJECT / "generated")
@click.option("--python", default=sys.executable)
def bench_command(
    numbers: tuple[int, ...],
    every: bool,
    iterations: int,
    rounds: int,
    original: Path,
    input_file: Path | None,
    folder: Path,
    python: str,
) -> None:
    """Measure snapshots against the original, and note the figures in the ledger.

    Scripts run alone, one after the other, over the same iterations of their loops; a
    figure is the median of the rounds, a ratio that of the ratios within each round.
    """
    steps = all_steps(PHASES)
    chosen = [s for s in steps if every or s.number in numbers] or steps[-1:]
    paths = [original, *(folder / step.file_name() for step in chosen)]
    interpreter = find_interpreter(python)
    file = find_input(original, input_file)
    conditions = Conditions(file, interpreter.path, iterations, rounds, Limits())
    speeds = bench(paths, conditions, lambda n: click.echo(f"round {n + 1}", err=True))
    for path, speed in zip(paths, speeds, strict=True):
        click.echo(_line(path, speed))
    ledger = Ledger.load(folder)
    benchmark = Benchmark(
        input_name=file.name,
        interpreter=interpreter.version,
        machine=f"{platform.machine()}, {os.cpu_count()} cores",
        speeds={p.name: speed for p, speed in zip(paths, speeds, strict=True)},
    )
    ledger.set_benchmark(benchmark)
    ledger.save()


def _line(path: Path, speed: Speed) -> str:
    return (
        f"{path.name:42} {speed.milliseconds:9.2f} ms  {speed.times_as_fast:7.2f} times"
        f"  {speed.peak_kilobytes / 1000:6.1f} MB  {speed.share_of_memory:5.2f}"
    )
