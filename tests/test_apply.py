"""Applying steps: what is read, what is written, and what is refused."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest

from codemods import apply as apply_module
from codemods import background as background_module
from codemods import step as step_module
from codemods.apply import (
    Outcome,
    Snapshot,
    Workplace,
    apply_steps,
    is_current,
    write_snapshots,
)
from codemods.background import Background
from codemods.facts.metadata import parse
from codemods.ledger import Ledger
from codemods.memory import Memory
from codemods.phase import all_steps
from codemods.plan import PHASES
from codemods.refusal import Refusal
from codemods.step import Made, Step, UnstableError
from codemods.steps.step_01_format_source import FormatSource

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


def applied(
    place: Workplace, plan: list[type[Step]], chosen: list[type[Step]]
) -> list[Snapshot]:
    with Background() as background:
        return list(apply_steps(place, plan, chosen, background))


def apply_all(place: Workplace, *, force: bool = False) -> list[Outcome]:
    snapshots = applied(place, PLAN, PLAN)
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
    (snapshot,) = applied(place, PLAN, PLAN[1:2])
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
        applied(place, PLAN, PLAN[1:])


def test_removes_the_snapshots_of_steps_that_are_no_more(place: Workplace) -> None:
    apply_all(place)
    shorter = PLAN[:2]
    write_snapshots(place, shorter, applied(place, shorter, shorter), force=False)
    assert not place.snapshot(PLAN[2]).exists()
    assert place.snapshot(PLAN[1]).exists()


def test_is_idle_where_nothing_is_to_be_done(place: Workplace) -> None:
    place.original.write_text("print(1)\n")
    assert [s.outcome for s in applied(place, PLAN, PLAN)] == [Outcome.IDLE] * 3


def test_line_ends_of_windows_make_no_difference(place: Workplace) -> None:
    snapshots = [s.after for s in applied(place, PLAN, PLAN)]
    place.original.write_bytes(SCRIPT.replace("\n", "\r\n").encode())
    assert [s.after for s in applied(place, PLAN, PLAN)] == snapshots


class Adding(FormatSource):
    """Adds a line; not only the first time, as the check will find."""

    __module__ = FormatSource.__module__

    def apply(self, module: cst.Module) -> cst.Module:
        return parse(f"{module.code}print(2)\n")


class Failing(FormatSource):
    __module__ = FormatSource.__module__

    def apply(self, module: cst.Module) -> cst.Module:
        raise Refusal("nothing to be added", "something")


def test_refuses_what_is_found_in_the_background_before_what_comes_after_it(
    place: Workplace,
) -> None:
    plan = [PLAN[0], Adding, Failing]
    with pytest.raises(Refusal, match="a second run to change nothing"):
        applied(place, plan, plan)
    assert not place.folder.exists()
    with pytest.raises(Refusal, match="a second run to change nothing"):
        applied(place, plan, plan)


def test_lays_out_again_what_black_would_change_again(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = [snapshot.after for snapshot in applied(place, PLAN, PLAN)]
    place.fresh = True
    monkeypatch.setattr(step_module, "format_once", lambda code, *_: f"\n\n{code}")
    snapshots = applied(place, PLAN, PLAN)
    assert [snapshot.after for snapshot in snapshots] == expected


class Unstable(FormatSource):
    __module__ = FormatSource.__module__

    def check(self, made: Made) -> None:
        if not made.stable:
            raise UnstableError
        super().check(made)


def test_makes_again_what_is_unstable_and_what_was_made_from_it(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background_module, "CAN_COPY", False)
    monkeypatch.setattr(Background, "has_room", lambda self: False)
    monkeypatch.setattr(apply_module, "BATCH", 2)
    plan = [Unstable, *PLAN[1:]]
    made = [(s.step, s.after) for s in applied(place, plan, plan)]
    place.fresh = True
    expected = [snapshot.after for snapshot in applied(place, PLAN, PLAN)]
    assert made == list(zip(plan, expected, strict=True))


def test_hears_of_every_result_in_order(place: Workplace) -> None:
    heard: list[str] = []
    with Background() as background:
        snapshots = list(apply_steps(place, PLAN, PLAN, background, heard.append))
    assert heard == [snapshot.after for snapshot in snapshots]
