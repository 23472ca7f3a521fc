"""Receipts say that nothing is to be done only where that is so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codemods.ledger import Ledger, Origin, sha256_of
from codemods.memory import Memory
from codemods.receipt import (
    Receipt,
    key_of_run,
    read_receipt,
    sections_of,
    write_receipt,
)

ROWS = [(1, "Format the script", 2, 1, 0)]


@pytest.fixture
def receipt(tmp_path: Path) -> Receipt:
    """For a folder with one snapshot and its ledger."""
    (tmp_path / "step_01_a.py").write_text("x = 1\n")
    ledger = Ledger.load(tmp_path)
    ledger.set_origin("step_01_a.py", Origin(sha256_of(b"x = 1\n"), sha256_of(b"x=1")))
    ledger.set_rule_counts("step_01_a.py", {"no-lambda": (1, 0)})
    ledger.save()
    return Receipt(ROWS, sections_of(ledger))


def test_holds_where_everything_is_as_it_was(tmp_path: Path, receipt: Receipt) -> None:
    assert receipt.holds_in(tmp_path)


def test_is_read_as_it_was_written(
    tmp_path: Path, receipt: Receipt, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = Memory(tmp_path / "memory")
    monkeypatch.setattr("codemods.receipt.Memory", lambda: memory)
    assert read_receipt("a key") is None
    write_receipt("a key", receipt, memory)
    assert read_receipt("a key") == receipt


def test_what_else_is_in_the_ledger_does_not_matter(
    tmp_path: Path, receipt: Receipt
) -> None:
    ledger = Ledger.load(tmp_path)
    ledger.content["benchmark"] = {"names": 1}
    ledger.save()
    assert receipt.holds_in(tmp_path)


def test_does_not_hold_where_a_snapshot_was_changed(
    tmp_path: Path, receipt: Receipt
) -> None:
    (tmp_path / "step_01_a.py").write_text("x = 2\n")
    assert not receipt.holds_in(tmp_path)


def test_does_not_hold_where_a_snapshot_is_missing(
    tmp_path: Path, receipt: Receipt
) -> None:
    (tmp_path / "step_01_a.py").unlink()
    assert not receipt.holds_in(tmp_path)


@pytest.mark.parametrize("section", ["snapshots", "rules"])
def test_does_not_hold_where_the_ledger_says_otherwise(
    tmp_path: Path, receipt: Receipt, section: str
) -> None:
    path = tmp_path / "ledger.json"
    content = json.loads(path.read_text())
    content[section]["step_02_b.py"] = {"sha256": "", "made_from": ""}
    path.write_text(json.dumps(content))
    assert not receipt.holds_in(tmp_path)


def test_a_run_is_known_by_its_script_and_its_data(tmp_path: Path) -> None:
    script, data = tmp_path / "script.py", tmp_path / "input.txt"
    script.write_text("x = 1\n")
    keys = [key_of_run(script, None)]
    data.write_text("ann\n")
    keys.append(key_of_run(script, None))
    assert key_of_run(script, data) == keys[-1]
    script.write_text("x = 2\n")
    keys.append(key_of_run(script, None))
    assert len(set(keys)) == len(keys)
