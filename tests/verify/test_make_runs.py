"""Runs are made in the right order, and only where they are not remembered."""

from __future__ import annotations

from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import replace

from codemods.memory import Memory
from codemods.verify.interpreter import find_interpreter
from codemods.verify.limits import Limits
from codemods.verify.make_runs import Listener, Runs
from codemods.verify.observe import Job, Observation
from codemods.verify.run import RunResult

OBSERVATION = Observation(
    RunResult(0, None, None, 1.0, 1.0, 9, True, b"\xff\n", b"", b""), "\udcff\n", 0
)


class AtOnce(Executor):
    """Makes every run in no time, and knows their order."""

    def __init__(self):
        self.order = []

    def submit(self, function, /, job):
        self.order.append(job.name)
        future = Future()
        future.set_result(OBSERVATION)
        return future


class Heard(Listener):
    def __init__(self):
        self.expected, self.finished = {}, []

    def expect(self, seconds):
        self.expected |= seconds

    def finish(self, name):
        self.finished.append(name)


def job(name: str) -> Job:
    return Job(name, f"# {name}", None, find_interpreter(), Limits())


def test_what_is_not_known_comes_first_and_then_the_slowest(tmp_path):
    executor, heard = AtOnce(), Heard()
    runs = Runs(executor, Memory(tmp_path), heard, fresh=False)
    runs.start([job("fast"), job("slow"), job("new")], {"fast": 1.0, "slow": 9.0})
    assert executor.order == ["new", "slow", "fast"] == heard.finished
    assert heard.expected == {"fast": 1.0, "slow": 9.0, "new": None}


def test_a_run_is_made_once_in_a_session(tmp_path):
    executor = AtOnce()
    runs = Runs(executor, Memory(tmp_path), Listener(), fresh=False)
    runs.start([job("a")], {})
    runs.start([job("a"), job("b")], {})
    assert executor.order == ["a", "b"]


def test_a_run_is_remembered_only_when_that_is_asked_for(tmp_path):
    memory = Memory(tmp_path)
    first = Runs(AtOnce(), memory, Listener(), fresh=False)
    first.start([job("a"), job("b")], {})
    first.remember(job("a"))
    executor = AtOnce()
    second = Runs(executor, memory, Listener(), fresh=False)
    second.start([job("a"), job("b")], {})
    assert executor.order == ["b"]
    assert second.result("a") == first.result("a")
    assert second.result("a").session == first.session != second.session
    fresh = Runs(executor, memory, Listener(), fresh=True)
    fresh.start([job("a")], {})
    assert executor.order == ["b", "a"]


def test_runs_can_be_made_by_other_processes(tmp_path):
    with ProcessPoolExecutor(1) as executor:
        runs = Runs(executor, Memory(tmp_path), Listener(), fresh=False)
        runs.start([replace(job("a"), source="print(f'{1 / 3:.1f}')")], {})
        assert runs.result("a").widened == "0.33333333333333331\n"
