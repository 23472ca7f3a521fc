"""Calls in copies of this process."""

from __future__ import annotations

import os
import time

import pytest

from codemods import background as module
from codemods.background import Background, Batches
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


def test_tells_the_calls_of_a_batch_apart(background: Background) -> None:
    def work() -> str:
        with STOPWATCH.measure("work"):
            return "done"

    with background:
        batches: Batches[object] = Batches(background, 3)
        first, refused, last = map(batches.start, (work, refuse, dict))
        assert first.outcome().seconds.keys() == {"work"}
        assert (first.result(), last.result(), last.outcome().seconds) == (
            "done",
            {},
            {},
        )
        with pytest.raises(Refusal):
            refused.result()


def test_one_that_cannot_be_handed_over_leaves_the_others_alone(
    background: Background,
) -> None:
    with background:
        batches: Batches[object] = Batches(background, 2)
        good, bad = batches.start(lambda: 1), batches.start(lambda: lambda: 2)
        assert good.result() == 1
        with pytest.raises(RuntimeError, match="cannot be handed over"):
            bad.result()


@pytest.mark.skipif(not module.CAN_COPY, reason="calls are made at once")
def test_one_that_cannot_be_handed_over_frees_its_core() -> None:
    with Background() as background:
        bad = background.start(lambda: lambda: 2)
        with pytest.raises(RuntimeError, match="cannot be handed over"):
            bad.result()
        assert background.start(lambda: 1).result() == 1


@pytest.mark.skipif(not module.CAN_COPY, reason="calls are made at once")
def test_waits_for_no_others_as_long_as_there_are_cores(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    reading, _ = os.pipe()
    with Background() as background:
        batches: Batches[object] = Batches(background, 9)
        started = [batches.start(lambda: os.read(reading, 1)) for _ in range(5)]
        assert [s.batch.has_started() for s in started] == [True] * 3 + [False] * 2


@pytest.mark.skipif(not module.CAN_COPY, reason="calls are made at once")
def test_starts_a_batch_once_a_core_is_free_or_it_is_full() -> None:
    reading, writing = os.pipe()
    with Background() as background:
        going_on = background.start(lambda: os.read(reading, 1))
        batches: Batches[int] = Batches(background, 2)
        first = batches.start(os.getpid)
        assert not first.batch.has_started()
        second = batches.start(os.getpid)
        assert first.batch is second.batch
        assert first.batch.has_started()
        third = batches.start(os.getpid)
        assert not third.batch.has_started()
        os.write(writing, b".")
        going_on.result()
        assert first.result() == second.result() != os.getpid()
        fourth = batches.start(os.getpid)
        assert third.batch is fourth.batch
        fourth.result()
        assert batches.start(os.getpid).batch.has_started()


def test_starts_what_waits_when_there_is_nothing_else_to_do(
    background: Background,
) -> None:
    with background:
        background.start(lambda: time.sleep(0.2))
        batches: Batches[int] = Batches(background, 9)
        waiting = batches.start(lambda: 1)
        background.spare_this_one()
        assert waiting.batch.has_started()
        assert waiting.result() == 1
        assert waiting.has_ended()


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
