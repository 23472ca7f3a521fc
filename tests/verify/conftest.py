"""Interpreters to test with, and small verifications of scripts given as text."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from codemods.ledger import Ledger
from codemods.memory import Memory
from codemods.step import Claim
from codemods.verify.choose_candidates import original_candidate
from codemods.verify.interpreter import Interpreter, find_interpreter
from codemods.verify.limits import Limits
from codemods.verify.make_runs import Listener, Runs
from codemods.verify.row import Candidate, Row
from codemods.verify.verify import Settings, verify

VERSIONS = ("3.11", "3.12", "3.13")


def interpreter_path(version: str) -> str | None:
    """An interpreter of a version: on the path, or where pyenv puts them."""
    if sys.version_info[:2] == tuple(int(part) for part in version.split(".")):
        return sys.executable
    installed = sorted(Path.home().glob(f".pyenv/versions/{version}*/bin/python"))
    return next(map(str, installed), shutil.which(f"python{version}"))


@pytest.fixture(params=VERSIONS)
def interpreter(request: pytest.FixtureRequest) -> Interpreter:
    path = interpreter_path(request.param)
    if path is None:
        pytest.skip(f"no Python {request.param} on this machine")
    return find_interpreter(path)


Verify = Callable[..., list[Row]]


@pytest.fixture
def verify_texts(tmp_path: Path) -> Iterator[Verify]:
    """Verify an original and snapshots given as text.

    A snapshot that claims no more than its printed text is a pair `(text, claim)`.
    The memory is kept between calls within one test.
    """
    with ThreadPoolExecutor(2) as executor:

        def run(
            original: str,
            *snapshots: str | tuple[str, Claim],
            interpreter: Interpreter | None = None,
            limits: Limits = Limits(seconds=20),  # noqa: B008 (it is frozen)
            iterations: int | None = None,
            input_file: Path | None = None,
            recorded_in: tuple[Path, ...] = (),
            listener: Listener | None = None,
            fresh: bool = False,
        ) -> list[Row]:
            first = original_candidate(tmp_path / "script.py")
            first.path.write_text(original)
            candidates: list[Candidate] = []
            made_from = first.path
            for number, given in enumerate(snapshots, start=1):
                text, claim = (
                    given if isinstance(given, tuple) else (given, Claim.EXACT)
                )
                path = tmp_path / f"step_{number:02d}.py"
                path.write_text(text)
                message = f"Change number {number}"
                candidates.append(Candidate(number, path, message, claim, made_from))
                made_from = path
            settings = Settings(
                input_file,
                interpreter or find_interpreter(),
                limits,
                iterations,
                recorded_in,
            )
            memory = Memory(tmp_path / "memory")
            runs = Runs(executor, memory, listener or Listener(), fresh=fresh)
            ledger = Ledger.load(tmp_path)
            return list(verify(first, candidates, settings, ledger, runs))

        yield run
