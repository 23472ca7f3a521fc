"""Make runs in parallel, each only if it is not remembered."""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterable, Mapping
from concurrent.futures import Executor, Future
from dataclasses import replace
from functools import partial

from codemods.memory import Memory
from codemods.verify.observe import Job, Observation, observe


class Listener:
    """Hears of each run; this one does nothing.  `finish` may come from any thread."""

    def expect(self, seconds: Mapping[str, float | None]) -> None:
        """These runs are to be made; each took so long the last time, if known."""

    def finish(self, name: str) -> None:
        """One of them has been made."""


class Runs:
    """The runs of one session, by the names of their jobs.

    Nothing is remembered unless `remember` is called: only the caller knows whether
    a run was any good.
    """

    def __init__(
        self, executor: Executor, memory: Memory, listener: Listener, *, fresh: bool
    ) -> None:
        self.executor = executor
        self.memory = memory
        self.listener = listener
        self.fresh = fresh
        self.session = uuid.uuid4().hex
        self.made: dict[str, Future[Observation]] = {}
        self.remembered: dict[str, Observation] = {}

    def start(self, jobs: Iterable[Job], known: Mapping[str, float]) -> None:
        """Make these runs, those that took longest the last time first."""
        started = self.made.keys() | self.remembered.keys()
        new = [job for job in jobs if job.name not in started]
        missing = [job for job in new if not self.recall(job)]
        self.listener.expect({job.name: known.get(job.name) for job in missing})
        missing.sort(key=lambda job: -known.get(job.name, math.inf))
        for job in missing:
            self.made[job.name] = self.executor.submit(observe, job)
            self.made[job.name].add_done_callback(partial(self._finish, job.name))

    def _finish(self, name: str, _: Future[Observation]) -> None:
        self.listener.finish(name)

    def recall(self, job: Job) -> bool:
        """Whether a run is remembered; `result` then gives it."""
        stored = None if self.fresh else self.memory.get(job.key())
        if stored is not None:
            self.remembered[job.name] = Observation.from_bytes(stored)
        return stored is not None

    def result(self, name: str) -> Observation:
        """What a run came to; waits until it is done."""
        if name in self.remembered:
            return self.remembered[name]
        return replace(self.made[name].result(), session=self.session)

    def again(self, job: Job) -> Observation:
        """Make one more run, at once, and wait for it."""
        return self.executor.submit(observe, job).result()

    def remember(self, job: Job) -> None:
        """Remember a run that was made, for the next session."""
        if job.name not in self.remembered:
            self.memory.put(job.key(), self.result(job.name).to_bytes())
