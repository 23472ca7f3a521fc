"""Where the time goes: seconds by activity, for `apply --timings`."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Stopwatch:
    """Adds up seconds; an activity inside another counts for itself alone."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._inner = [0.0]

    @contextmanager
    def measure(self, activity: str) -> Iterator[None]:
        """Count the time until the end of the `with` block for `activity`."""
        start = time.perf_counter()
        self._inner.append(0.0)
        try:
            yield
        finally:
            elapsed = time.perf_counter() - start
            own = elapsed - self._inner.pop()
            self.seconds[activity] = self.seconds.get(activity, 0.0) + own
            self._inner[-1] += elapsed

    def take(self) -> dict[str, float]:
        """What was counted since the last time, which starts anew."""
        taken, self.seconds = self.seconds, {}
        return taken


STOPWATCH = Stopwatch()
