"""Check many scripts on all cores, each only if what it came to is not remembered."""

from __future__ import annotations

import gc
import hashlib
import json
import sys
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path
from types import TracebackType

from codemods.check.rule import Finding
from codemods.memory import Memory, key_of
from codemods.refusal import Refusal

TOOLKIT = Path(__file__).parents[1]
DECIDES = ("check", "facts", "rules")
"""The folders on which it depends what is found."""


class Checker:
    """The scripts of one session; a context, because others do the work meanwhile."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._found: dict[str, list[Finding]] = {}
        self._started: dict[str, Future[list[Finding]]] = {}
        self._executor: Executor | None = None

    def __enter__(self) -> Checker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)

    def start(self, source: str) -> None:
        """Begin to check a script, if that has not been done."""
        if source in self._found or source in self._started:
            return
        stored = self._memory.get(_key(source))
        if stored is not None:
            self._found[source] = [Finding(**f) for f in json.loads(stored)]
            return
        if self._executor is None:
            self._executor = ProcessPoolExecutor(initializer=_collect_rarely)
        self._started[source] = self._executor.submit(find, source)

    def findings(self, source: str, file: Path | None = None) -> list[Finding]:
        """What the rules find in a script, which stands in `file`.

        Raises `Refusal` if it cannot be checked, or a rule cannot be imported.
        """
        self.start(source)
        if source not in self._found:
            try:
                self._found[source] = self._started.pop(source).result()
            except Refusal as refusal:
                place = None if file is None else str(file)
                raise refusal.placed(file=place, during="rules") from None
            rows = [asdict(finding) for finding in self._found[source]]
            self._memory.put(_key(source), json.dumps(rows).encode())
        return self._found[source]


def find(source: str) -> list[Finding]:
    """Check a script in this process."""
    from codemods.check.check_script import check_script  # not before it is needed

    return check_script(source)


def _collect_rarely() -> None:
    """Have the garbage collector run for every script or so, not in the midst of it.

    A tree makes objects by the ten thousand, and hardly any of them is garbage.
    """
    gc.freeze()
    gc.set_threshold(50_000)


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
