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


class Checker:
    """The scripts of one session, which are checked in the background."""

    def __init__(self, memory: Memory, background: Background) -> None:
        self._memory = memory
        self._background = background
        self._found: dict[str, list[Finding]] = {}
        self._started: dict[str, Pending[list[Finding]]] = {}
        self.seconds = 0.0
        """How long it took to check what was not remembered."""

    def start(self, source: str) -> None:
        """Begin to check a script, if that has not been done."""
        if source in self._found or source in self._started:
            return
        stored = self._memory.get(_key(source))
        if stored is not None:
            self._found[source] = [Finding(**f) for f in json.loads(stored)]
            return
        self._started[source] = self._background.start(lambda: find(source))

    def findings(self, source: str, file: Path | None = None) -> list[Finding]:
        """What the rules find in a script, which stands in `file`.

        Raises `Refusal` if it cannot be checked, or a rule cannot be imported.
        """
        self.start(source)
        if source not in self._found:
            outcome = self._started.pop(source).outcome()
            self.seconds += sum(outcome.seconds.values())
            try:
                self._found[source] = outcome.result()
            except Refusal as refusal:
                place = None if file is None else str(file)
                raise refusal.placed(file=place, during="rules") from None
            rows = [asdict(finding) for finding in self._found[source]]
            self._memory.put(_key(source), json.dumps(rows).encode())
        return self._found[source]


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
