"""Findings and violations as lines of text, `file:line:column: rule: message`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from codemods.check.ratchet import Violation
from codemods.check.rule import Finding


def finding_line(path: Path, finding: Finding) -> str:
    """One finding in the file at `path`."""
    place = f"{shown(path)}:{finding.line}:{finding.column}"
    return f"{place}: {finding.rule}: {finding.message}"


def violation_lines(
    violations: Sequence[Violation], folder: Path, most: int | None = None
) -> Iterator[str]:
    """Each violation and its findings, at `most` so many; snapshots are in `folder`."""
    for violation in violations:
        step = violation.step
        path = folder / step.file_name()
        yield f"{shown(path)}: {step.title()}: {violation.rule}: {violation.reason}"
        told = violation.findings[:most]
        for finding in told:
            yield finding_line(path, finding)
        if left := len(violation.findings) - len(told):
            yield f"{shown(path)}: {violation.rule}: and {left} more"


def shown(path: Path) -> str:
    """A path from where the command runs, if it leads down from there."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative
