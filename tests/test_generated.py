"""What is committed under `generated/` is what the steps make, and nothing else."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from codemods.apply import Outcome, Workplace, apply_steps, is_current
from codemods.background import Background
from codemods.check.checker import Checker
from codemods.check.note_counts import note_counts
from codemods.check.ratchet import Checked, find_violations
from codemods.ledger import FILE_NAME, Ledger
from codemods.memory import Memory
from codemods.phase import all_steps
from codemods.plan import PHASES
from codemods.step import Step

PROJECT = Path(__file__).parents[1]
GENERATED = PROJECT / "generated"
PLAN = all_steps(PHASES)


def test_every_snapshot_is_what_its_step_makes() -> None:
    place = Workplace(PROJECT / "original" / "microgpt.py", GENERATED, None, Memory())
    with Background() as background:
        snapshots = list(apply_steps(place, PLAN, PLAN, background))
    ledger = Ledger.load(GENERATED)
    assert [s.path.name for s in snapshots if not is_current(ledger, s)] == []
    assert [s.path.name for s in snapshots if s.outcome is Outcome.IDLE] == []


def test_there_is_nothing_else() -> None:
    expected = {FILE_NAME, *(step.file_name() for step in PLAN)}
    assert {path.name for path in GENERATED.iterdir()} == expected


def test_making_them_again_has_changed_nothing() -> None:
    git = shutil.which("git")
    if git is None or not (PROJECT / ".git").exists():
        pytest.skip("not in a checkout")
    command = [git, "status", "--porcelain", "--", "generated", "original"]
    status = subprocess.run(command, cwd=PROJECT, capture_output=True, check=True)
    changed = [line for line in status.stdout.decode().splitlines() if line[1] != " "]
    assert changed == []


def test_the_ledger_says_what_the_rules_find() -> None:
    paths = [PROJECT / "original" / "microgpt.py", *map(_path, PLAN)]
    with Background() as background:
        checker = Checker(Memory(), background)
        sources = [path.read_text(encoding="utf-8") for path in paths]
        checked = [Checked(s, tuple(checker.findings(s))) for s in sources]
    assert not note_counts(Ledger.load(GENERATED), PLAN, checked)
    assert find_violations(PLAN, checked) == []


def _path(step: type[Step]) -> Path:
    return GENERATED / step.file_name()
