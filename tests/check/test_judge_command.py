"""The command `judge`: which snapshots go to which judge, and how it ends."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from codemods.check import judge_command as module
from codemods.refusal import Refusal

PLAIN = "def double(number):\n    return 2 * number\n\n\nprint(double(2))\n"
TYPED = "def double(number: int) -> int:\n    return 2 * number\n\n\nprint(double(2))\n"


def step(number, *reaches):
    return SimpleNamespace(
        reaches=reaches, file_name=lambda: f"step_{number:02d}_write.py"
    )


PLAN = [step(1), step(2, "no-lambda"), step(3, "no-class", "type-hints"), step(4)]
SOURCES = [PLAIN, PLAIN, TYPED, TYPED]


@pytest.fixture
def judge(tmp_path, monkeypatch):
    """Run the command on snapshots with these sources, in a folder of their own."""
    monkeypatch.setattr(module, "all_steps", lambda phases: PLAN)
    monkeypatch.chdir(tmp_path)

    def run(sources, *options):
        for each, source in zip(PLAN, sources, strict=False):
            (tmp_path / each.file_name()).write_text(source)
        arguments = ["--output", str(tmp_path), *options]
        return CliRunner().invoke(module.judge_command, arguments)

    return run


def test_an_empty_folder_is_refused(judge):
    refusal = judge([]).exception
    assert isinstance(refusal, Refusal)
    assert refusal.file.endswith("step_03_write.py")


def test_a_missing_snapshot_is_refused(judge):
    refusal = judge(SOURCES[:3]).exception
    assert isinstance(refusal, Refusal)
    assert refusal.file.endswith("step_04_write.py")


def test_a_plan_that_never_annotates_is_refused(judge, monkeypatch):
    monkeypatch.setattr(module, "all_steps", lambda phases: [step(1, "no-class")])
    refusal = judge([TYPED]).exception
    assert isinstance(refusal, Refusal)
    assert refusal.expected == "a step that reaches type-hints"


def test_clean_snapshots_pass_and_are_counted(judge):
    result = judge(SOURCES)
    assert result.output == "mypy --strict: 2 snapshots, ruff: 4 snapshots\n"
    assert result.exit_code == 0


def test_one_snapshot_is_one(judge, monkeypatch):
    monkeypatch.setattr(module, "all_steps", lambda phases: [step(1, "type-hints")])
    result = judge([TYPED])
    assert result.output == "mypy --strict: 1 snapshot, ruff: 1 snapshot\n"


@pytest.mark.parametrize("number", [3, 4])
def test_types_are_judged_from_the_annotating_step_on(judge, number):
    sources = [*SOURCES]
    sources[number - 1] = PLAIN
    result = judge(sources)
    first, *rest = result.output.splitlines()
    assert first.startswith(f"step_{number:02d}_write.py:1:1: mypy --strict: Function")
    assert result.exit_code == 1


@pytest.mark.parametrize("number", [1, 4])
def test_names_are_judged_everywhere(judge, number):
    sources = [*SOURCES]
    sources[number - 1] = f"import os\n\n{sources[number - 1]}"
    result = judge(sources)
    message = "ruff: F401 `os` imported but unused"
    assert result.output == f"step_{number:02d}_write.py:1:8: {message}\n"
    assert result.exit_code == 1


def test_json_says_what_was_judged_and_found(judge):
    result = judge([*SOURCES[:3], f"import os\n\n{TYPED}"], "--format", "json")
    assert json.loads(result.output) == {
        "judged": {"mypy --strict": 2, "ruff": 4},
        "found": [
            {
                "file": "step_04_write.py",
                "line": 1,
                "column": 8,
                "judge": "ruff",
                "message": "F401 `os` imported but unused",
            }
        ],
    }
    assert result.exit_code == 1


def test_json_of_clean_snapshots_has_nothing_found(judge):
    result = judge(SOURCES, "--format", "json")
    assert json.loads(result.output)["found"] == []
    assert result.exit_code == 0
