"""What a person at a terminal sees."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from codemods.step import Claim
from codemods.verify import show_progress
from codemods.verify.find_fault import Fault, Finding
from codemods.verify.row import Candidate, Row
from codemods.verify.show_progress import Estimate
from codemods.verify.show_results import as_table, summary

LONG = "Name every intermediate value in the whole of the main sequence of calls"


@pytest.fixture
def clock(monkeypatch):
    """Time that passes only when it is told to."""
    now = [100.0]
    monkeypatch.setattr(show_progress.time, "monotonic", lambda: now[0])
    return now


def test_nothing_is_estimated_from_nothing():
    estimate = Estimate(2)
    estimate.expect({"a": None})
    assert estimate.seconds_left() is None


def test_the_last_times_are_shared_out_among_the_workers(clock):
    estimate = Estimate(2)
    estimate.expect({"a": 30.0, "b": 10.0, "c": None})
    assert estimate.seconds_left() == 30.0
    clock[0] += 12
    assert estimate.seconds_left() == 18.0
    clock[0] += 60
    assert estimate.seconds_left() == 0.0


def test_without_last_times_what_is_done_says_how_long_the_rest_takes(clock):
    estimate = Estimate(1)
    estimate.expect(dict.fromkeys("abc"))
    clock[0] += 5
    estimate.finish("a")
    assert estimate.seconds_left() == 10.0


def test_the_table_has_a_line_for_each_script():
    path = Path("step_01.py")
    good = Row(
        Candidate(1, path, LONG, Claim.EXACT),
        "",
        level=Claim.EXACT,
        seconds=1.25,
        peak_kilobytes=2048,
        times_as_fast=75.5,
    )
    fault = Finding(Fault.NOT_THE_SAME_TWICE, "")
    bad = Row(Candidate(2, path, LONG, Claim.EXACT), "", fault)
    screen = io.StringIO()
    Console(file=screen, width=100).print(as_table([good, bad], "title", 100))
    rows = [line.split() for line in screen.getvalue().splitlines() if line.strip()]
    assert rows[-2][:4] == ["1", "Name", "every", "intermediate"]
    assert rows[-2][-6:] == ["exact", "exact", "1.2", "2.0", "≈", "75.50"]
    assert rows[-1][0] == "2"
    assert rows[-1][-5:] == ["exact", "not", "the", "same", "twice"]
    assert summary([good, bad]) == "1 of 2 scripts are not what they should be."
