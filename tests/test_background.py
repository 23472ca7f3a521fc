"""Calls in copies of this process."""

from __future__ import annotations

import os
import time

import pytest

from codemods import background as module
from codemods.background import Background
from codemods.refusal import Refusal
from codemods.stopwatch import STOPWATCH


def refuse() -> None:
    raise Refusal("a class", "none").placed(file="a.py", during="a test")


@pytest.fixture(params=[True, False], ids=["copied", "at-once"])
def background(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Background:
    monkeypatch.setattr(module, "CAN_COPY", module.CAN_COPY and request.param)
    return Background()


def test_raises_what_a_call_raises(background: Background) -> None:
    with background:
        pending = background.start(refuse)
        for _ in range(2):
            with pytest.raises(Refusal) as refusal:
                pending.result()
            assert str(refusal.value) == "a.py: a test: expected a class, found none"


def test_knows_what_this_process_knows_and_changes_nothing_here(
    background: Background,
) -> None:
    known = ["x" * 100_000]

    def look() -> list[str]:
        return [*known, "y"]

    with background:
        assert background.start(look).result() == [*known, "y"]


def test_counts_the_time_of_a_call_for_itself(background: Background) -> None:
    def work() -> None:
        with STOPWATCH.measure("work"):
            pass

    STOPWATCH.take()
    with background, STOPWATCH.measure("rest"):
        outcome = background.start(work).outcome()
    assert list(outcome.seconds) == ["work"]
    assert list(STOPWATCH.take()) == ["rest"]


def test_makes_many_calls(background: Background) -> None:
    with background:
        pending = [background.start(lambda n=n: n * n) for n in range(20)]  # type: ignore[misc]
        background.spare_this_one()
        assert [each.result() for each in pending] == [n * n for n in range(20)]
        assert all(each.has_ended() for each in pending)


@pytest.mark.skipif(not module.CAN_COPY, reason="calls are made at once")
def test_stops_what_has_not_ended() -> None:
    start = time.perf_counter()
    with Background() as background:
        sleeping = background.start(lambda: time.sleep(60))
        assert not sleeping.has_ended()
    assert time.perf_counter() - start < 30


@pytest.mark.skipif(not module.CAN_COPY, reason="calls are made at once")
def test_notices_a_copy_that_is_gone() -> None:
    with Background() as background:
        gone = background.start(lambda: os._exit(1))
        with pytest.raises(RuntimeError, match="ended without a word"):
            gone.result()
