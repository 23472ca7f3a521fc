"""Check many scripts at once, each only if what it came to is not remembered."""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path

from codemods.background import Background, Pending
from codemods.check.rule import Finding
from codemods.memory import Memory, key_of
from codemods.refusal import Refusal
from codemods.stopwatch import STOPWATCH

TOOLKIT = Path(__file__).parents[1]
DECIDES = ("check", "facts", "rules")
"""The folders on which it depends what is found."""


BATCH = 6
"""So many scripts are checked by one process, for those of a series have much in common
that is found out once, and to start a process takes time."""

Batch = list[list[Finding] | Refusal]


class Checker:
    """The scripts of one session, which are checked in the background."""

    def __init__(self, memory: Memory, background: Background) -> None:
        self._memory = memory
        self._background = background
        self._found: dict[str, list[Finding] | Refusal] = {}
        self._waiting: list[str] = []
        self._started: dict[str, tuple[list[str], Pending[Batch]]] = {}
        self.seconds = 0.0
        """How long it took to check what was not remembered."""

    def start(self, source: str) -> None:
        """Begin to check a script soon, if that has not been done."""
        if source in self._found or source in self._started or source in self._waiting:
            return
        stored = self._memory.get(_key(source))
        if stored is not None:
            self._found[source] = [Finding(**f) for f in json.loads(stored)]
            return
        self._waiting.append(source)
        if len(self._waiting) == BATCH:
            self._start_waiting()

    def findings(self, source: str, file: Path | None = None) -> list[Finding]:
        """What the rules find in a script, which stands in `file`.

        Raises `Refusal` if it cannot be checked, or a rule cannot be imported.
        """
        self.start(source)
        if source in self._waiting:
            self._start_waiting()
        if source not in self._found:
            self._collect(source)
        found = self._found[source]
        if isinstance(found, Refusal):
            place = None if file is None else str(file)
            raise found.placed(file=place, during="rules") from None
        return found

    def _start_waiting(self) -> None:
        sources, self._waiting = self._waiting, []
        pending = self._background.start(lambda: [_try(source) for source in sources])
        self._started |= dict.fromkeys(sources, (sources, pending))

    def _collect(self, source: str) -> None:
        """Note, and remember, what came of all scripts that one was checked with."""
        sources, pending = self._started[source]
        outcome = pending.outcome()
        self.seconds += sum(outcome.seconds.values())
        for checked, found in zip(sources, outcome.result(), strict=True):
            del self._started[checked]
            self._found[checked] = found
            if not isinstance(found, Refusal):
                rows = [asdict(finding) for finding in found]
                self._memory.put(_key(checked), json.dumps(rows).encode())


def _try(source: str) -> list[Finding] | Refusal:
    try:
        return find(source)
    except Refusal as refusal:
        return refusal


def find(source: str) -> list[Finding]:
    """Check a script in this process."""
    from codemods.check.check_script import check_script  # not before it is needed

    with STOPWATCH.measure("rules"):
        return check_script(source)


def _key(source: str) -> str:
    return key_of("rules", source, _version())


@cache
def _version() -> str:
    """Changes whenever what is found might."""
    # Python's version decides what its builtins are.
    digest = hashlib.sha256(f"{sys.version} {version('libcst')}".encode())
    for folder in DECIDES:
        for file in sorted((TOOLKIT / folder).rglob("*")):
            if file.is_file() and file.suffix != ".pyc":
                digest.update(file.read_bytes())
    return digest.hexdigest()
