"""A whole verification: what is run, in which order, and what is remembered."""

from __future__ import annotations

import pytest

from codemods.ledger import Ledger, Origin, sha256_of
from codemods.refusal import Refusal
from codemods.step import Claim
from codemods.verify.compare_floats import compare_floats
from codemods.verify.find_fault import Fault
from codemods.verify.make_runs import Listener

LOOP = "for i in range({}):\n    print(f'{{i / 3:.2f}}')\n"


class Heard(Listener):
    def __init__(self):
        self.expected, self.finished = {}, []

    def expect(self, seconds):
        self.expected |= seconds

    def finish(self, name):
        self.finished.append(name)


@pytest.mark.parametrize(
    ("original", "found"),
    [
        pytest.param("1 / 0\n", "exit status 1: ZeroDivisionError: ", id="error"),
        pytest.param(
            "import os\nos.abort()\n", "that it died by signal 6", id="signal"
        ),
    ],
)
def test_an_original_that_fails_is_refused(verify_texts, original, found):
    with pytest.raises(Refusal) as refused:
        verify_texts(original, original)
    assert refused.value.expected == "an original that runs to its end"
    assert refused.value.found.startswith(found)


def test_an_original_that_is_not_python_is_refused(verify_texts):
    with pytest.raises(Refusal) as refused:
        verify_texts("print 1\n", "")
    assert (refused.value.file, refused.value.line) == ("script.py", 1)


def test_loops_scaled_down_differently_are_refused(verify_texts):
    with pytest.raises(Refusal) as refused:
        verify_texts(LOOP.format(9), LOOP.format(8), iterations=2)
    assert str(refused.value) == (
        "step_01.py: scale down: expected loops that print [9] times, as in the "
        "original, found [8]"
    )


def test_a_quick_run_is_a_run_of_the_loops(verify_texts):
    rows = verify_texts(LOOP.format(9), LOOP.format(9) + "\n", iterations=2)
    assert [(row.seen(), row.floats_compared) for row in rows] == [("exact", 2)] * 2


def test_figures_are_given_for_what_ran(verify_texts, interpreter):
    script = "print(sum(i * i for i in range(10 ** 6)))\n"
    _, row = verify_texts(script, script + "\n", interpreter=interpreter)
    assert row.seconds >= row.cpu_seconds * 0.5 > 0
    assert 5_000 < row.peak_kilobytes < 40_000
    assert 0.3 < row.times_as_fast < 3
    assert row.same_session
    assert row.sha256 == sha256_of((script + "\n").encode())


def test_only_what_passed_is_remembered(verify_texts):
    original, good, bad = "print(1)\n", "print(1)  # same\n", "print(2)\n"
    first = verify_texts(original, good, bad)
    assert [row.remembered for row in first] == [False, False, False]
    heard = Heard()
    second = verify_texts(original, good, bad, listener=heard)
    assert [row.remembered for row in second] == [True, True, False]
    assert [row.seen() for row in second] == [row.seen() for row in first]
    assert second[1].seconds == first[1].seconds
    assert list(heard.expected) == ["step_02.py"] == heard.finished
    third = verify_texts(original, good, bad, fresh=True)
    assert [row.remembered for row in third] == [False, False, False]


def test_a_remembered_run_says_when_it_cannot_be_compared(verify_texts):
    verify_texts("print(1)\n")
    original, row = verify_texts("print(1)\n", "print(1)  # new\n")
    assert original.remembered
    assert row.times_as_fast is not None
    assert not row.same_session


def test_another_input_is_another_run(verify_texts, tmp_path):
    data = tmp_path / "data"
    data.write_text("a")
    script = "print(open('input.txt').read())\n"
    verify_texts(script, input_file=data)
    data.write_text("b")
    (row,) = verify_texts(script, input_file=data)
    assert not row.remembered


def test_a_snapshot_that_is_not_there_is_named(verify_texts, tmp_path, monkeypatch):
    script = "print(1)\n"
    ledger = Ledger.load(tmp_path)
    original = sha256_of(script.encode())
    ledger.set_origin("step_01.py", Origin(original, original))
    ledger.set_origin("step_02.py", Origin("0" * 64, original))
    ledger.set_origin("step_03.py", Origin(original, "0" * 64))
    ledger.save()
    rows = verify_texts(script, script, script, script)
    assert [row.seen() for row in rows] == ["exact", "exact", "stale", "stale"]
    assert rows[2].finding.summary == "edited after it was made"
    assert rows[3].finding.summary == (
        "made from another step_02.py: apply its step again"
    )


def test_a_failing_snapshot_does_not_hide_the_next(verify_texts):
    rows = verify_texts("print(1.5)\n", "print(2.5)\n", ("print(1.50)\n", Claim.EXACT))
    assert [row.seen() for row in rows] == ["exact", "differs", "exact"]
    assert rows[1].finding.fault is Fault.DIFFERS


@pytest.mark.parametrize(
    ("before", "after", "count", "largest", "line"),
    [
        pytest.param("a 1.5\n", "a 1.5\n", 0, 0.0, 0, id="the same"),
        pytest.param("1 2.5\n3 4.0", "1 2.0\n3 4.25", 2, 0.5, 1, id="the largest"),
        pytest.param("x -1e-05\n", "x 1e-05\n", 1, 2e-05, 1, id="sign"),
        pytest.param("nan\n1.0", "nan\n2.0", 1, 1.0, 2, id="not a number, twice"),
        pytest.param("1.0\n", "nan\n", 1, float("inf"), 1, id="not a number"),
    ],
)
def test_floats_are_compared_one_by_one(before, after, count, largest, line):
    found = compare_floats(before, after)
    assert (found.count, found.largest, found.line) == (count, largest, line)
