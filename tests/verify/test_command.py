"""The commands, on a small script whose snapshots are copies of it."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from codemods.ledger import Ledger
from codemods.memory import Memory
from codemods.refusal import Refusal
from codemods.step import Claim
from codemods.verify import command
from codemods.verify.choose_candidates import choose_candidates

SCRIPT = "for i in range(9):\n    print(f'{i / 7:.3f}')\n"


def step(number, claim=Claim.EXACT):
    return SimpleNamespace(
        number=number,
        message=f"Change number {number}",
        claim=claim,
        file_name=lambda: f"step_{number:02d}.py",
    )


STEPS = [step(1), step(2, Claim.PRINTED), step(3), step(4)]


@pytest.fixture
def invoke(tmp_path, monkeypatch):
    """Run a command on the small script; returns what click's runner returns."""
    monkeypatch.setattr(command, "all_steps", lambda phases: STEPS)
    monkeypatch.setattr(command, "Memory", partial(Memory, tmp_path / "memory"))
    (tmp_path / "out").mkdir()
    (tmp_path / "script.py").write_text(SCRIPT)
    for each in STEPS:
        (tmp_path / "out" / each.file_name()).write_text(f"{SCRIPT}# {each.number}\n")

    def run(what, *arguments):
        options = ["--original", str(tmp_path / "script.py"), *arguments]
        if what is command.verify_command:
            options += ["--output", str(tmp_path / "out")]
        return CliRunner().invoke(what, options)

    return run


def snapshot(folder: Path, number: int) -> Path:
    return folder / "out" / f"step_{number:02d}.py"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param(["--step", "9"], "a step from 1 to 4", id="no such step"),
        pytest.param(["--input", "/no/file"], "an input file", id="no input"),
        pytest.param(["--python", "none"], "a Python interpreter", id="no interpreter"),
        pytest.param(["--original", "/no/x.py"], "a script", id="no original"),
    ],
)
def test_what_cannot_be_verified_is_refused(invoke, arguments, expected):
    result = invoke(command.verify_command, *arguments)
    assert isinstance(result.exception, Refusal)
    assert result.exception.expected == expected


def test_a_line_for_each_script(invoke):
    result = invoke(command.verify_command)
    title, *rows, last = result.output.splitlines()
    assert title.startswith("script.py and its snapshots on input.txt, CPython ")
    assert title.endswith(", in full")
    assert [row[:15] for row in rows] == [f" {n}  exact      " for n in range(5)]
    assert last == "4 snapshots print what the original prints."
    assert result.exit_code == 0


def test_a_difference_is_shown_and_is_exit_status_1(invoke, tmp_path):
    snapshot(tmp_path, 3).write_text(SCRIPT.replace("/ 7", "/ 8"))
    result = invoke(command.verify_command)
    assert result.exit_code == 1
    assert result.output.splitlines()[-5:] == [
        "step_03.py: differs at line 2: expected '0.143', found '0.125'",
        "      1 0.000",
        "-     2 0.143",
        "+     2 0.125",
        "1 of 5 scripts are not what they should be.",
    ]


def test_everything_for_machines(invoke):
    result = invoke(command.verify_command, "--format", "json", "--quick")
    content = json.loads(result.output)
    assert (content["passed"], content["iterations"]) == (True, 4)
    assert [row["floats_compared"] for row in content["rows"]] == [4] * 5
    row = content["rows"][1]
    assert row["sanity_check"] == "Output identical. No functional change."


def test_a_full_verification_is_noted_in_the_ledger(invoke, tmp_path):
    invoke(command.verify_command)
    (noted,) = Ledger.load(tmp_path / "out").verifications().values()
    assert noted.input_name == "input.txt"
    assert noted.original.level == "exact"
    assert sorted(noted.snapshots) == [f"step_0{number}.py" for number in range(1, 5)]
    assert noted.snapshots["step_01.py"].floats_compared == 9
    before = (tmp_path / "out" / "ledger.json").read_bytes()
    invoke(command.verify_command)
    assert (tmp_path / "out" / "ledger.json").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        pytest.param(["--quick"], SCRIPT, id="quick"),
        pytest.param(["--step", "1"], SCRIPT, id="one step"),
        pytest.param([], "print(1)", id="failed"),
    ],
)
def test_no_other_verification_is_noted(invoke, tmp_path, arguments, text):
    snapshot(tmp_path, 1).write_text(text)
    invoke(command.verify_command, *arguments)
    assert not (tmp_path / "out" / "ledger.json").exists()


def test_one_step_with_a_recorded_reference_runs_nothing_else(invoke, tmp_path):
    assert invoke(command.record_command).exit_code == 0
    snapshot(tmp_path, 2).unlink()
    result = invoke(command.verify_command, "--step", "1")
    assert result.exit_code == 0
    assert [line[:2] for line in result.output.splitlines()[1:-1]] == [" 1"]


def test_a_recording_is_written_beside_the_script(invoke, tmp_path):
    result = invoke(command.record_command)
    assert result.output.startswith(f"wrote {tmp_path / 'expected' / 'input.json'}")
    printed = (tmp_path / "expected" / "input.printed.txt").read_text()
    assert printed.splitlines()[1] == "0.143"


def test_a_step_is_compared_with_the_last_one_that_changed_digits(tmp_path):
    original = tmp_path / "script.py"

    def chosen(only):
        found = choose_candidates(STEPS, original, tmp_path, only)
        return [candidate.number for candidate in found]

    assert chosen(None) == [1, 2, 3, 4]
    assert [chosen(only) for only in (1, 2, 3, 4)] == [[1], [2], [2, 3], [2, 4]]
