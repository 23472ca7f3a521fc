"""Applying steps: what is read, what is written, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from codemods.apply import Outcome, Workplace, apply_steps, is_current, write_snapshots
from codemods.ledger import Ledger
from codemods.memory import Memory
from codemods.phase import all_steps
from codemods.plan import PHASES
from codemods.refusal import Refusal

SCRIPT = """\
import math
area = lambda r: math.pi*r*r
first, second = 1, 2
for i in range(3):
    print(area(i), first, second)
"""
PLAN = [
    step
    for step in all_steps(PHASES)
    if step.slug in ("format_source", "replace_lambdas", "split_stacked_statements")
]


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    original = tmp_path / "script.py"
    original.write_text(SCRIPT)
    return Workplace(original, tmp_path / "out", None, Memory(tmp_path / "memory"))


def apply_all(place: Workplace, *, force: bool = False) -> list[Outcome]:
    snapshots = list(apply_steps(place, PLAN, PLAN))
    write_snapshots(place, PLAN, snapshots, force=force)
    return [snapshot.outcome for snapshot in snapshots]


def test_writes_every_snapshot_and_where_it_comes_from(place: Workplace) -> None:
    assert apply_all(place) == [Outcome.NEW, Outcome.NEW, Outcome.NEW]
    assert "def area(r):\n" in place.snapshot(PLAN[1]).read_text()
    ledger = Ledger.load(place.folder)
    first, second, third = (ledger.origin(step.file_name()) for step in PLAN)
    assert first and second and third
    assert (second.made_from, third.made_from) == (first.sha256, second.sha256)


def test_does_nothing_again(place: Workplace) -> None:
    apply_all(place)
    assert apply_all(place) == [Outcome.SAME, Outcome.SAME, Outcome.SAME]


def test_reads_the_snapshot_before_and_leaves_later_ones_stale(
    place: Workplace,
) -> None:
    apply_all(place)
    earlier = place.snapshot(PLAN[0])
    earlier.write_text(earlier.read_text().replace("range(3)", "range(4)"))
    (snapshot,) = apply_steps(place, PLAN, PLAN[1:2])
    write_snapshots(place, PLAN, [snapshot], force=False)
    assert "range(4)" in place.snapshot(PLAN[1]).read_text()
    ledger = Ledger.load(place.folder)
    assert is_current(ledger, snapshot)
    second, third = (ledger.origin(step.file_name()) for step in PLAN[1:])
    assert second and third
    assert third.made_from != second.sha256


def test_refuses_to_replace_what_was_changed_by_hand(place: Workplace) -> None:
    apply_all(place)
    path = place.snapshot(PLAN[2])
    path.write_text("# mine\n")
    with pytest.raises(Refusal, match="found one that was changed by hand"):
        apply_all(place)
    assert path.read_text() == "# mine\n"
    apply_all(place, force=True)
    assert "# mine" not in path.read_text()


def test_refuses_a_missing_snapshot(place: Workplace) -> None:
    with pytest.raises(Refusal, match="step_01_format_source.py: reading: expected"):
        list(apply_steps(place, PLAN, PLAN[1:]))


def test_removes_the_snapshots_of_steps_that_are_no_more(place: Workplace) -> None:
    apply_all(place)
    shorter = PLAN[:2]
    write_snapshots(
        place, shorter, list(apply_steps(place, shorter, shorter)), force=False
    )
    assert not place.snapshot(PLAN[2]).exists()
    assert place.snapshot(PLAN[1]).exists()


def test_is_idle_where_nothing_is_to_be_done(place: Workplace) -> None:
    place.original.write_text("print(1)\n")
    assert [s.outcome for s in apply_steps(place, PLAN, PLAN)] == [Outcome.IDLE] * 3


def test_line_ends_of_windows_make_no_difference(place: Workplace) -> None:
    snapshots = [s.after for s in apply_steps(place, PLAN, PLAN)]
    place.original.write_bytes(SCRIPT.replace("\n", "\r\n").encode())
    assert [s.after for s in apply_steps(place, PLAN, PLAN)] == snapshots
