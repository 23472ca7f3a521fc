"""Show how a verification goes on, with an estimate of the time left."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import timedelta
from statistics import mean

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
)
from rich.text import Text

from codemods.verify.make_runs import Listener


class Estimate(Listener):
    """How long the rest will take, from how long each run took the last time."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self.started = time.monotonic()
        self.expected: dict[str, float | None] = {}
        self.finished: set[str] = set()

    def expect(self, seconds: Mapping[str, float | None]) -> None:
        self.expected |= seconds

    def finish(self, name: str) -> None:
        self.finished.add(name)

    def seconds_left(self) -> float | None:
        """Seconds until all runs are made; None if nothing is known of any of them."""
        expected = list(self.expected.values())  # other threads add to it
        known = [each for each in expected if each is not None]
        done, elapsed = len(self.finished), time.monotonic() - self.started
        if not known and not done:
            return None
        usual = mean(known) if known else elapsed * self.workers / done
        work = sum(usual if each is None else each for each in expected)
        return max(0.0, work / self.workers - elapsed)


class TimeLeft(ProgressColumn):
    """The estimate, as a column of a progress bar."""

    def __init__(self, estimate: Estimate) -> None:
        super().__init__()
        self.estimate = estimate

    def render(self, task: Task) -> Text:
        seconds = self.estimate.seconds_left()
        if seconds is None:
            return Text("")
        return Text(f"about {timedelta(seconds=round(seconds))} left")


class ProgressBar(Estimate):
    """The estimate, and how many runs have been made, on a terminal."""

    def __init__(self, workers: int, console: Console) -> None:
        super().__init__(workers)
        columns = (TextColumn("running"), BarColumn(), MofNCompleteColumn())
        self.bar = Progress(*columns, TimeLeft(self), console=console, transient=True)
        self.task = self.bar.add_task("", total=None)

    def expect(self, seconds: Mapping[str, float | None]) -> None:
        super().expect(seconds)
        self.bar.update(self.task, total=len(self.expected))

    def finish(self, name: str) -> None:
        super().finish(name)
        self.bar.update(self.task, completed=len(self.finished))
