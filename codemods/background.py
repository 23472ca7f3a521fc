"""Calls made in copies of this process, which itself goes on meanwhile.

A copy starts with everything that this process knows so far, so nothing has to be
handed over but what the call comes to.  Where the system cannot copy processes, calls
are made at once.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
from collections.abc import Callable
from dataclasses import dataclass
from select import select
from types import TracebackType
from typing import Generic, TypeVar

from codemods.stopwatch import STOPWATCH

Result = TypeVar("Result")

CAN_COPY = hasattr(os, "fork")
TOKEN = b"."


@dataclass
class Outcome(Generic[Result]):
    """What a call came to, and how long its activities took."""

    value: Result | None
    error: BaseException | None
    seconds: dict[str, float]

    def result(self) -> Result:
        """What the call returned; raises what it raised."""
        if self.error is not None:
            raise self.error
        return self.value  # type: ignore[return-value]


class Pending(Generic[Result]):
    """A call that was made elsewhere and may have ended."""

    def __init__(self, process: int | None, pipe: int, known: Outcome[Result] | None):
        self._process = process
        self._pipe = pipe
        self._known = known

    def outcome(self) -> Outcome[Result]:
        """What the call came to, as soon as it has ended."""
        if self._known is None:
            with open(self._pipe, "rb") as pipe:
                data = pipe.read()
            self._end()
            if not data:
                raise RuntimeError("a copy of this process ended without a word")
            self._known = pickle.loads(data)
        return self._known

    def result(self) -> Result:
        """What the call returned; raises what it raised."""
        return self.outcome().result()

    def has_ended(self) -> bool:
        """Whether `outcome` need not wait."""
        return self._known is not None or bool(select([self._pipe], [], [], 0)[0])

    def cancel(self) -> None:
        """Stop the call, if it has not ended."""
        if self._known is None and self._process is not None:
            os.kill(self._process, signal.SIGKILL)
            os.close(self._pipe)
            self._end()

    def _end(self) -> None:
        if self._process is not None:
            os.waitpid(self._process, 0)
            self._process = None


class Background:
    """Starts calls, and lets as many run at once as there are cores to spare.

    A context: what has not ended when it is left is stopped.
    """

    def __init__(self) -> None:
        self._started: list[Pending[object]] = []
        self._idle, self._busy = os.pipe()
        for _ in range(max(1, (os.cpu_count() or 1) - 1)):
            os.write(self._busy, TOKEN)

    def __enter__(self) -> Background:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for pending in self._started:
            pending.cancel()
        os.close(self._idle)
        os.close(self._busy)

    def start(self, call: Callable[[], Result]) -> Pending[Result]:
        """Make a call as soon as a core is free."""
        if not CAN_COPY:
            return Pending(None, -1, _outcome(call))
        end, beginning = os.pipe()
        process = os.fork()
        if process == 0:
            self._run(call, beginning)
        os.close(beginning)
        pending: Pending[Result] = Pending(process, end, None)
        self._started.append(pending)  # type: ignore[arg-type]
        return pending

    def spare_this_one(self) -> None:
        """Let one more call run at once: this process has nothing to do but wait."""
        os.write(self._busy, TOKEN)

    def _run(self, call: Callable[[], object], pipe: int) -> None:
        """Make the call, in the copy, which ends here whatever happens."""
        try:
            gc.disable()
            os.read(self._idle, 1)
            data = pickle.dumps(_outcome(call))
            os.write(self._busy, TOKEN)
            with open(pipe, "wb") as file:
                file.write(data)
        finally:
            os._exit(0)


def _outcome(call: Callable[[], Result]) -> Outcome[Result]:
    counted, STOPWATCH.seconds = STOPWATCH.seconds, {}
    try:
        return Outcome(call(), None, STOPWATCH.take())
    except Exception as error:  # noqa: BLE001 - `result` raises it again
        return Outcome(None, error, STOPWATCH.take())
    finally:
        STOPWATCH.seconds = counted
