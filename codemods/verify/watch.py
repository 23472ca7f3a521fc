"""Follow a process through its pipes until it ends or has to be ended."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from codemods.verify.limits import Limits, Stop

CHUNK = 1 << 16
SECONDS_TO_DRAIN = 5.0

OnOutput = Callable[[bytes], bool]

_groups: set[int] = set()


@dataclass(frozen=True)
class Watched:
    """What came through each pipe, how long it took, and why it was ended, if so."""

    texts: Mapping[str, bytes]
    seconds: float
    stop: Stop | None


def watch(
    command: Callable[[Mapping[str, int]], Sequence[str]],
    *,
    folder: Path,
    environment: Mapping[str, str],
    limits: Limits,
    on_output: OnOutput | None,
) -> Watched:
    """Run a command in a process group of its own and leave nothing of it behind.

    It has two pipes more than usual, `reported` and `figures`: `command` is given
    their descriptors by name.  When `figures` closes, the process counts as ended.
    Raises OSError if there is no such command.
    """
    with ExitStack() as held:
        pipes, ends = _open_pipes(held, "reported", "figures")
        numbers = {name: end.fileno() for name, end in ends.items()}
        started = time.monotonic()
        process = subprocess.Popen(
            command(numbers),
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=tuple(numbers.values()),
            start_new_session=True,
        )
        held.enter_context(process)
        held.enter_context(_ended_at_last(process.pid))
        for end in ends.values():
            end.close()
        if process.stdout and process.stderr:
            pipes |= {"stdout": process.stdout, "stderr": process.stderr}
        reader = _Reader(process.pid, started + limits.seconds, limits, on_output)
        reader.read_all(pipes)
    texts = {name: bytes(text) for name, text in reader.texts.items()}
    return Watched(texts, time.monotonic() - started, reader.stop)


def end_all_runs() -> None:
    """End whatever has been started, for a harness that is itself interrupted."""
    for group in tuple(_groups):
        _end(group)


def _open_pipes(
    held: ExitStack, *names: str
) -> tuple[dict[str, IO[bytes]], dict[str, IO[bytes]]]:
    """Pipes by name, first the ends to read from and then those to write to."""
    pipes: dict[str, IO[bytes]] = {}
    ends: dict[str, IO[bytes]] = {}
    for name in names:
        read, write = os.pipe()
        pipes[name] = held.enter_context(os.fdopen(read, "rb", buffering=0))
        ends[name] = held.enter_context(os.fdopen(write, "wb", buffering=0))
    return pipes, ends


@contextmanager
def _ended_at_last(group: int) -> Iterator[None]:
    _groups.add(group)
    try:
        yield
    finally:
        _end(group)
        _groups.discard(group)


def _end(group: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


class _Reader:
    """Reads every pipe and keeps the limits that need a reader."""

    def __init__(
        self, group: int, deadline: float, limits: Limits, on_output: OnOutput | None
    ) -> None:
        self.group = group
        self.deadline = deadline
        self.limits = limits
        self.on_output = on_output
        self.ended = False
        self.stop: Stop | None = None
        self.texts: dict[str, bytearray] = {}

    def read_all(self, pipes: Mapping[str, IO[bytes]]) -> None:
        """Read until every pipe is closed or the process must be ended."""
        with selectors.DefaultSelector() as selector:
            for name, pipe in pipes.items():
                self.texts[name] = bytearray()
                selector.register(pipe, selectors.EVENT_READ, name)
            while selector.get_map() and self.stop is None:
                left = self.deadline - time.monotonic()
                if left <= 0 and self.ended:
                    return  # something that has left the group still holds a pipe
                if left <= 0:
                    self.stop = Stop.TIME
                    return
                for key, _ in selector.select(left):
                    chunk = os.read(key.fd, CHUNK)
                    if chunk:
                        self._take(key.data, chunk)
                    else:
                        selector.unregister(key.fileobj)
                        self._note_closed(key.data)

    def _take(self, name: str, chunk: bytes) -> None:
        self.texts[name] += chunk
        reported = name == "reported"
        limits = self.limits
        most = limits.reported_bytes if reported else limits.output_bytes
        if len(self.texts[name]) > most:
            self.stop = Stop.OUTPUT
        elif name == "stdout" and self.on_output and not self.on_output(chunk):
            self.stop = Stop.CALLER

    def _note_closed(self, name: str) -> None:
        """Once the script has ended, so must everything that it has started."""
        if name == "figures":
            _end(self.group)
            self.ended = True
            self.deadline = time.monotonic() + SECONDS_TO_DRAIN
