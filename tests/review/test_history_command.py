"""The command `history`: the whole plan, as a folder and as a branch."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from codemods.__main__ import main
from codemods.phase import all_steps
from codemods.plan import PHASES
from codemods.refusal import Refusal

PROJECT = Path(__file__).parents[2]
STEPS = all_steps(PHASES)


def history(*arguments: str) -> str:
    result = CliRunner().invoke(main, ["history", *arguments], catch_exceptions=False)
    return result.stdout


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "safe.directory=*", *arguments]
    ended = subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return ended.stdout.decode()


@pytest.mark.parametrize("number", ["0", "99"])
def test_a_step_out_of_range_is_refused(tmp_path: Path, number: str) -> None:
    with pytest.raises(Refusal, match=r"history: expected a step from 1 to \d+"):
        history("--to", str(tmp_path / "history"), "--through", number)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_original_is_refused(tmp_path: Path) -> None:
    original = str(tmp_path / "script.py")
    with pytest.raises(Refusal, match=r"script\.py: reading: expected"):
        history("--original", original, "--to", str(tmp_path / "history"))


def test_every_step_is_a_commit_that_changes_the_one_file(tmp_path: Path) -> None:
    folder = tmp_path / "history"
    told = history("--to", str(folder))
    assert told.startswith(f"{len(STEPS) + 1} commits in {folder}, the last is ")
    listed = git(folder, "log", "--reverse", "--format=%s", "--name-only")
    subjects = ["Start from microgpt.py", *(step.message for step in STEPS)]
    assert [line for line in listed.split("\n") if line] == [
        line for subject in subjects for line in (subject, "microgpt.py")
    ]
    last = PROJECT / "generated" / STEPS[-1].file_name()
    assert (folder / "microgpt.py").read_bytes() == last.read_bytes()


def test_a_part_of_the_plan_can_be_pushed(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    told = history("--push-to", str(tmp_path), "--branch", "plain", "--through", "3")
    assert told.startswith(f"4 commits in branch plain of {tmp_path}, the last is ")
    assert len(git(tmp_path, "log", "--format=%h", "plain").split()) == 4
    assert [path.name for path in tmp_path.iterdir()] == [".git"]
