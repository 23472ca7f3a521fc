"""What a verification leaves in the ledger."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from codemods.ledger import Ledger, Origin
from codemods.step import Claim
from codemods.verify.find_fault import Fault, Finding
from codemods.verify.interpreter import Interpreter
from codemods.verify.limits import Limits
from codemods.verify.note_figures import note_figures
from codemods.verify.row import Candidate, Row
from codemods.verify.verify import Settings

ROWS = [
    Row(Candidate(number, Path(name), "Do it", Claim.EXACT), "0a", level=Claim.EXACT)
    for number, name in enumerate(["script.py", "step_01_do_it.py"])
]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    data = tmp_path / "input.txt"
    data.write_text("anna\n")
    return Settings(
        data, Interpreter("python", "CPython 3.11.7", ""), Limits(), None, ()
    )


def test_keeps_what_others_wrote_meanwhile(tmp_path: Path, settings: Settings) -> None:
    ledger = Ledger.load(tmp_path)
    meanwhile = Ledger.load(tmp_path)
    meanwhile.set_origin("step_01_do_it.py", Origin("0a", "0b"))
    meanwhile.save()
    note_figures(ledger, ROWS, settings)
    latest = Ledger.load(tmp_path)
    assert latest.origin("step_01_do_it.py") == Origin("0a", "0b")
    assert list(latest.verifications()) == ["input.txt on CPython 3.11"]


def test_keeps_no_figures_of_quick_or_failed_runs(
    tmp_path: Path, settings: Settings
) -> None:
    failed = replace(ROWS[1], finding=Finding(Fault.CLAIM, "differs"))
    note_figures(Ledger.load(tmp_path), [ROWS[0], failed], settings)
    note_figures(Ledger.load(tmp_path), ROWS, replace(settings, iterations=4))
    assert Ledger.load(tmp_path).verifications() == {}
