"""Calls made in copies of this process, which itself goes on meanwhile.

A copy starts with everything that this process knows so far, so nothing has to be
handed over but what the call comes to.  Where the system cannot copy processes, calls
are made at once.  As both processes then copy what memory they go on to change, small
calls are made several in one copy.
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
from typing import Any, Generic, TypeVar

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


class Batch(Generic[Result]):
    """Calls that one copy makes, one after the other."""

    def __init__(self, background: Background) -> None:
        self._background = background
        self._pending: Pending[list[bytes]] | None = None
        self.calls: list[Callable[[], Result]] = []
        """Those that are to be made, as long as there may be more of them."""

    def start(self) -> Pending[list[bytes]]:
        """Make the calls, unless that has begun; their outcomes are still packed."""
        if self._pending is None:
            calls, self.calls = self.calls, []
            self._pending = self._background.start(lambda: list(map(_packed, calls)))
        return self._pending

    def has_started(self) -> bool:
        return self._pending is not None

    def has_ended(self) -> bool:
        return self._pending is not None and self._pending.has_ended()


@dataclass(frozen=True)
class Batched(Generic[Result]):
    """One call of a batch; it is made when it is asked what it came to, or before."""

    batch: Batch[Result]
    index: int

    def outcome(self) -> Outcome[Result]:
        """What the call came to, as soon as the batch has ended."""
        outcome: Outcome[Result] = pickle.loads(self.batch.start().result()[self.index])
        return outcome

    def result(self) -> Result:
        """What the call returned; raises what it raised."""
        return self.outcome().result()

    def has_ended(self) -> bool:
        """Whether `outcome` need not wait."""
        return self.batch.has_ended()


class Batches(Generic[Result]):
    """Makes calls, and several in one copy when there is no core for each of them."""

    def __init__(self, background: Background, size: int) -> None:
        self._background = background
        self._size = size
        self._batch: Batch[Result] = Batch(background)
        background.batches.append(self)

    def start(self, call: Callable[[], Result]) -> Batched[Result]:
        """Make a call, and those that wait, if a core is free or they are enough.

        It waits for more of them if not, or to be asked for.
        """
        if self._batch.has_started():
            self._batch = Batch(self._background)
        self._batch.calls.append(call)
        batched = Batched(self._batch, len(self._batch.calls) - 1)
        if len(self._batch.calls) == self._size or self._background.has_room():
            self._batch.start()
        return batched

    def start_waiting(self) -> None:
        """Make the calls that are not yet enough."""
        if self._batch.calls:
            self._batch.start()


class Background:
    """Starts calls, and lets as many run at once as there are cores to spare.

    A context: what has not ended when it is left is stopped.
    """

    def __init__(self) -> None:
        self.batches: list[Batches[Any]] = []
        """What else may wait to be started."""

        self._started: list[Pending[Any]] = []
        self._at_once = max(1, (os.cpu_count() or 1) - 1)
        self._idle, self._busy = os.pipe()
        os.write(self._busy, TOKEN * self._at_once)

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
        self._started.append(pending)
        return pending

    def has_room(self) -> bool:
        """Whether a call that is started now would not have to wait."""
        going_on = [pending for pending in self._started if not pending.has_ended()]
        return len(going_on) < self._at_once

    def spare_this_one(self) -> None:
        """Let all calls run, one more at once: this process has nothing else to do."""
        for batches in self.batches:
            batches.start_waiting()
        self._at_once += 1
        os.write(self._busy, TOKEN)

    def _run(self, call: Callable[[], object], pipe: int) -> None:
        """Make the call, in the copy, which ends here whatever happens."""
        try:
            gc.disable()
            os.read(self._idle, 1)
            data = _packed(call)
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


def _packed(call: Callable[[], object]) -> bytes:
    """What a call came to, or what is in the way of handing that over."""
    outcome = _outcome(call)
    try:
        return pickle.dumps(outcome)
    except Exception as error:  # noqa: BLE001 - whatever a class may raise
        told = RuntimeError(f"what a call came to cannot be handed over: {error}")
        return pickle.dumps(Outcome(None, told, outcome.seconds))
