"""The scripts that a plan has made, in order, the original first."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from codemods.phase import all_steps
from codemods.plan import PHASES
from codemods.refusal import Refusal
from codemods.step import Step


@dataclass(frozen=True)
class Script:
    """The original, number 0, or the snapshot of a step."""

    path: Path
    step: type[Step] | None = None

    @property
    def number(self) -> int:
        return self.step.number if self.step else 0

    def read_bytes(self) -> bytes:
        """What is in the file; refuses one that is not there."""
        if not self.path.exists():
            what = "a snapshot" if self.step else "a script"
            raise Refusal(what, "none", file=str(self.path), during="reading")
        return self.path.read_bytes()

    def read_text(self) -> str:
        """The text with its line ends as they are; refuses what is not UTF-8."""
        try:
            return self.read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            found = f"the byte 0x{error.object[error.start]:02x}"
            raise Refusal(
                "UTF-8", found, file=str(self.path), during="reading"
            ) from None


def scripts_of(original: Path, folder: Path) -> list[Script]:
    """The original and the snapshot of every step of the plan, there or not."""
    steps = all_steps(PHASES)
    return [
        Script(original),
        *(Script(folder / step.file_name(), step) for step in steps),
    ]
