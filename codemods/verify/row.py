"""What a verification says of one script: a line of its table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from codemods.ledger import Figures
from codemods.step import Claim
from codemods.verify.compare_floats import FloatDifference
from codemods.verify.find_fault import Finding


@dataclass(frozen=True)
class Candidate:
    """A script to be verified: the original, number 0, or the snapshot of a step.

    `made_from` is the snapshot before it, or the original; None for the original.
    """

    number: int
    path: Path
    message: str
    claim: Claim
    made_from: Path | None = None


@dataclass(frozen=True)
class Row:
    """How a script compares with the one before it, and what its run used.

    `level` is what was seen of what can be claimed, None if there is a fault that
    leaves nothing to compare.  `times_as_fast` compares processor time with that of
    the original; `same_session` is whether both were measured together.
    """

    candidate: Candidate
    sha256: str
    finding: Finding | None = None
    level: Claim | None = None
    floats_compared: int = 0
    difference: FloatDifference = FloatDifference()
    seconds: float | None = None
    cpu_seconds: float | None = None
    peak_kilobytes: int | None = None
    network_isolated: bool | None = None
    times_as_fast: float | None = None
    same_session: bool = False
    remembered: bool = False

    def passed(self) -> bool:
        """Whether the script does what it has to."""
        return self.finding is None

    def seen(self) -> str:
        """The level seen, or the fault, in a word or two."""
        if self.finding is not None:
            return self.finding.fault.value
        return self.level.value if self.level else ""

    def sanity_check(self) -> str:
        """The line that the brief wants below each commit."""
        if self.finding is not None:
            return f"Output not confirmed: {self.finding.summary}."
        if self.level is Claim.EXACT:
            return "Output identical. No functional change."
        return f"Output identical as printed; {self.difference}."

    def figures(self) -> Figures:
        """What the ledger keeps of a row that passed."""
        return Figures(
            sha256=self.sha256,
            level=self.seen(),
            floats_compared=self.floats_compared,
            largest_difference=self.difference.largest,
            seconds=round(self.seconds or 0.0, 2),
            cpu_seconds=round(self.cpu_seconds or 0.0, 2),
            peak_kilobytes=self.peak_kilobytes or 0,
            sanity_check=self.sanity_check(),
        )
