"""Check many scripts at once, each only if what it came to is not remembered."""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path

from codemods.background import Background, Batched, Batches
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


class Checker:
    """The scripts of one session, which are checked in the background."""

    def __init__(self, memory: Memory, background: Background) -> None:
        self._memory = memory
        self._checks: Batches[list[Finding]] = Batches(background, BATCH)
        self._found: dict[str, list[Finding] | Refusal] = {}
        self._started: dict[str, Batched[list[Finding]]] = {}
        self.seconds = 0.0
        """How long it took to check what was not remembered."""

    def start(self, source: str) -> None:
        """Begin to check a script soon, if that has not been done."""
        if source in self._found or source in self._started:
            return
        stored = self._memory.get(_key(source))
        if stored is not None:
            self._found[source] = [Finding(**f) for f in json.loads(stored)]
        else:
            self._started[source] = self._checks.start(lambda: find(source))

    def findings(self, source: str, file: Path | None = None) -> list[Finding]:
        """What the rules find in a script, which stands in `file`.

        Raises `Refusal` if it cannot be checked, or a rule cannot be imported.
        """
        self.start(source)
        if source in self._started:
            self._found[source] = self._collect(source)
        found = self._found[source]
        if isinstance(found, Refusal):
            place = None if file is None else str(file)
            raise found.placed(file=place, during="rules") from None
        return found

    def _collect(self, source: str) -> list[Finding] | Refusal:
        """What came of checking a script; remembered, unless it could not be."""
        outcome = self._started.pop(source).outcome()
        self.seconds += sum(outcome.seconds.values())
        try:
            found = outcome.result()
        except Refusal as refusal:
            return refusal
        rows = [asdict(finding) for finding in found]
        self._memory.put(_key(source), json.dumps(rows).encode())
        return found


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
