"""Run git so that nothing outside of a repository has a say in what it does."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from codemods.refusal import Refusal
from codemods.review.visible import visible

ALONE = {
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "HOME": os.devnull,
    "XDG_CONFIG_HOME": os.devnull,
}
"""What keeps the settings of the user and of the system out."""


@dataclass(frozen=True)
class Repository:
    """A git repository, by its folder, in which no hook ever runs.

    One that is `foreign` was made by others: it is found by the settings of its user,
    who may have had to declare it safe.
    """

    folder: Path
    foreign: bool = False

    def git(self, *arguments: str, given: bytes = b"") -> bytes:
        """What a git command prints; refuses if it fails, in its own words."""
        ended = self._run(arguments, given)
        if ended.returncode:
            said = ended.stderr.decode("utf-8", "replace").strip().split("\n")[0]
            expected = f"git {arguments[0]} to succeed"
            raise Refusal(expected, visible(said) or "a failure", file=str(self.folder))
        return ended.stdout

    def ask(self, *arguments: str) -> str | None:
        """The one line that a git command prints, or None if it says no."""
        ended = self._run(arguments, b"")
        return None if ended.returncode else ended.stdout.decode().strip()

    def _run(
        self, arguments: tuple[str, ...], given: bytes
    ) -> subprocess.CompletedProcess[bytes]:
        program = shutil.which("git")
        if program is None:
            raise Refusal("git to be installed", "no such program", during="history")
        return subprocess.run(
            [program, "-c", f"core.hooksPath={os.devnull}", *arguments],
            cwd=self.folder,
            env=self._environment(),
            input=given,
            capture_output=True,
            check=False,
        )

    def _environment(self) -> dict[str, str]:
        """Without the variables by which git is told to look or write elsewhere."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
        ceiling = {"GIT_CEILING_DIRECTORIES": str(self.folder.resolve().parent)}
        return {**kept, **({} if self.foreign else ALONE), **ceiling, "LC_ALL": "C"}
