"""Violations as lines."""

from __future__ import annotations

from pathlib import Path

from codemods.check.ratchet import Violation
from codemods.check.rule import Finding
from codemods.check.show_findings import violation_lines
from codemods.steps.step_01_format_source import FormatSource

FINDINGS = tuple(Finding(line, 4, "no-lambda", "name it") for line in (1, 2, 3))
VIOLATION = Violation(FormatSource, "no-lambda", "0 findings before, 3 after", FINDINGS)


def test_shows_every_finding(tmp_path: Path) -> None:
    head, *rest = violation_lines([VIOLATION], tmp_path)
    path = tmp_path / "step_01_format_source.py"
    reason = "no-lambda: 0 findings before, 3 after"
    assert head == f"{path}: step 01 format_source: {reason}"
    assert rest == [f"{path}:{line}:4: no-lambda: name it" for line in (1, 2, 3)]


def test_tells_how_many_are_not_shown(tmp_path: Path) -> None:
    *shown, last = violation_lines([VIOLATION], tmp_path, 2)
    assert len(shown) == 3
    assert last.endswith("step_01_format_source.py: no-lambda: and 1 more")
    assert len(list(violation_lines([VIOLATION], tmp_path, 3))) == 4
