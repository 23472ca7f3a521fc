"""Independent judges of the snapshots: mypy and ruff, as their authors meant them.

No configuration reaches them, neither the project's nor the environment's, and ruff
ignores comments that would silence it.  Those that would silence mypy are found by the
rule `no-suppression-comments`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from codemods.memory import FOLDER
from codemods.refusal import Refusal

PLANTED = "planted_fault.py"
FAULT = "import os\n\n\ndef double(number: int) -> str:\n    return 2 * number\n"
"""Asked about with every snapshot: a judge that does not object to this, be it missing,
broken or misled, has not judged the others either.
"""

SETTINGS = ("MYPY", "RUFF_", "FORCE_COLOR", "CLICOLOR")
"""How the environment variables begin that would change what judges do or say."""

OBJECTION = re.compile(r"(.+?):(\d+)(?::(\d+))?: (.+)")
NOTE = "note: "


@dataclass(frozen=True, order=True)
class Objection:
    """What a judge says against a place; lines and columns count from 1."""

    file: str
    line: int
    column: int
    judge: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}"
        return f"{place}: {self.judge}: {self.message}"


@dataclass(frozen=True)
class Judge:
    """A tool that exits with 0 or 1 and prints `file:line:column: message`."""

    name: str
    module: str
    options: tuple[str, ...]

    def judge(self, files: Sequence[Path]) -> list[Objection]:
        """What it says against the files, by file and place.

        Raises `Refusal` if there are none, and if the tool is missing, ends in another
        way, or says something that cannot be read.
        """
        if not files:
            raise Refusal("files to judge", "none", during=self.name)
        with TemporaryDirectory(prefix="judge-") as folder:
            planted = Path(folder, PLANTED)
            planted.write_text(FAULT, encoding="utf-8")
            ended = self._ask([*files, planted])
        lines = ended.stdout.splitlines()
        objections = [self._read(line) for line in lines]
        if not any(Path(said.file).name == PLANTED for said in objections):
            raise self._refusal("an objection to a planted fault", _last_words(ended))
        return sorted(
            said
            for said in objections
            # Mypy's notes explain the objection before them.
            if Path(said.file).name != PLANTED and not said.message.startswith(NOTE)
        )

    def _ask(self, files: Sequence[Path]) -> subprocess.CompletedProcess[str]:
        ended = subprocess.run(
            [sys.executable, "-m", self.module, *self.options, *map(str, files)],
            capture_output=True,
            encoding="utf-8",
            errors="backslashreplace",
            env={k: v for k, v in os.environ.items() if not k.startswith(SETTINGS)},
        )
        if ended.returncode not in (0, 1):
            status = f"{ended.returncode}: {_last_words(ended)}"
            raise self._refusal("an exit status of 0 or 1", status)
        return ended

    def _read(self, line: str) -> Objection:
        parts = OBJECTION.fullmatch(line)
        if parts is None:
            raise self._refusal("an objection and its place", repr(line))
        file, at_line, at_column, message = parts.groups()
        message = message.removeprefix("error: ")
        return Objection(file, int(at_line), int(at_column or 1), self.name, message)

    def _refusal(self, expected: str, found: str) -> Refusal:
        return Refusal(expected, found, during=self.name)


MYPY = Judge(
    "mypy --strict",
    "mypy",
    (
        "--config-file=",
        "--strict",
        "--no-error-summary",
        "--show-column-numbers",
        "--no-pretty",
        f"--cache-dir={FOLDER / 'mypy'}",
    ),
)

RUFF = Judge(
    "ruff",
    "ruff",
    (
        "check",
        "--isolated",
        "--select=F,E902",  # without E902, files that cannot be read pass
        "--ignore-noqa",
        "--target-version=py311",  # the oldest Python that snapshots run on
        "--output-format=concise",
        "--unfixable=ALL",  # or messages would begin with a mark
        "--quiet",
        "--no-cache",
    ),
)


def _last_words(ended: subprocess.CompletedProcess[str]) -> str:
    said = (ended.stderr.strip() or ended.stdout.strip()).splitlines()
    return said[-1] if said else "silence"
