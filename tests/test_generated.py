"""What is committed under `generated/` is what the steps make, and nothing else."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from codemods.apply import Outcome, Workplace, apply_steps, is_current
from codemods.ledger import FILE_NAME, Ledger
from codemods.memory import Memory
from codemods.phase import all_steps
from codemods.plan import PHASES

PROJECT = Path(__file__).parents[1]
GENERATED = PROJECT / "generated"
PLAN = all_steps(PHASES)


def test_every_snapshot_is_what_its_step_makes() -> None:
    place = Workplace(PROJECT / "original" / "microgpt.py", GENERATED, None, Memory())
    snapshots = list(apply_steps(place, PLAN, PLAN))
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
