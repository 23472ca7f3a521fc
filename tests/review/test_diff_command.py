"""The command `diff`: a patch for files and pipes, a safe view for terminals."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from codemods.__main__ import main
from codemods.phase import all_steps
from codemods.plan import PHASES
from codemods.refusal import Refusal

PROJECT = Path(__file__).parents[2]
FIRST, SECOND = all_steps(PHASES)[:2]
HOSTILE = 'name = "\x1b[2J\u202e"  # \x07 </script>\ntotal = 1\n'


@pytest.fixture
def plan(tmp_path: Path) -> list[str]:
    """Options that choose an original and two snapshots of it."""
    original, folder = tmp_path / "script.py", tmp_path / "snapshots"
    folder.mkdir()
    original.write_text("total = 1\n")
    (folder / FIRST.file_name()).write_text(HOSTILE, newline="")
    (folder / SECOND.file_name()).write_text(HOSTILE.replace("total", "sum"))
    return ["--original", str(original), "--output", str(folder)]


def diff(*arguments: str) -> str:
    result = CliRunner().invoke(main, ["diff", *arguments], catch_exceptions=False)
    return result.stdout_bytes.decode()


def in_terminal(
    arguments: list[str], variables: Mapping[str, str] | None = None
) -> str:
    """What a terminal of 100 columns is sent."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "codemods", "diff", *arguments]
    settings = {"TERM": "xterm-256color", "COLUMNS": "100", **(variables or {})}
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")}
    process = subprocess.Popen(
        command, cwd=PROJECT, env=kept | settings, stdout=theirs, stdin=theirs
    )
    os.close(theirs)
    seen = io.BytesIO()
    while piece := _read(ours):
        seen.write(piece)
    os.close(ours)
    assert process.wait() == 0
    return seen.getvalue().decode().replace("\r\n", "\n")


def _read(handle: int) -> bytes:
    try:
        return os.read(handle, 65536)
    except OSError:  # how Linux says that the other end is closed
        return b""


@pytest.mark.parametrize("numbers", [["0"], ["99"], ["1", "99"], ["-1"]])
def test_a_number_out_of_range_is_refused(plan: list[str], numbers: list[str]) -> None:
    with pytest.raises(Refusal, match=r"diff: expected a step from [01] to \d+, found"):
        diff(*plan, "--", *numbers)


def test_a_missing_snapshot_is_refused(plan: list[str]) -> None:
    with pytest.raises(Refusal, match="expected a snapshot, found none"):
        diff(*plan, "3")


def test_what_is_not_utf_8_is_refused(plan: list[str]) -> None:
    Path(plan[1]).write_bytes(b"total = '\xff'\n")
    with pytest.raises(Refusal, match="expected UTF-8, found the byte 0xff"):
        diff(*plan, "1")


def test_a_step_says_what_it_is_and_why(plan: list[str]) -> None:
    text = diff(*plan, "2")
    assert text.startswith(f"Step 2: {SECOND.message}\n\n    ")
    assert " ".join(text.split()).count(SECOND.explanation) == 1
    assert "lines: 1 added, 1 removed, 0 moved\n" in text


def test_any_two_scripts_can_be_compared(plan: list[str]) -> None:
    text = diff(*plan, "2", "0")
    assert text.startswith(f"From {SECOND.title()} to the original\n")
    assert f"--- {SECOND.file_name()}\n+++ script.py\n" in text


def test_a_file_gets_every_character_as_it_is(plan: list[str]) -> None:
    assert f"+{HOSTILE.splitlines()[0]}\n" in diff(*plan, "1")


@pytest.mark.parametrize("options", [[], ["--side-by-side"]])
@pytest.mark.parametrize("no_color", [{}, {"NO_COLOR": "1"}])
def test_a_terminal_gets_nothing_that_acts_on_it(
    plan: list[str], options: list[str], no_color: dict[str, str]
) -> None:
    text = in_terminal([*plan, *options, "1"], no_color)
    for acting in ("\x1b[2J", "\u202e", "\x07"):
        assert acting not in text
    assert "‹U+001B›" in text
    assert "‹U+202E›" in text
    assert ("\x1b[38;" in text) == (not no_color)


def test_no_color_gives_a_terminal_the_patch(plan: list[str]) -> None:
    assert "\n@@ -2 +2 @@\n-total = 1\n+sum = 1\n" in in_terminal(
        [*plan, "--context", "0", "2"], {"NO_COLOR": "1"}
    )


def test_side_by_side_fits_the_width(plan: list[str]) -> None:
    runner = CliRunner(env={"COLUMNS": "60"})
    arguments = ["diff", *plan, "--side-by-side", "2"]
    text = runner.invoke(main, arguments, catch_exceptions=False).stdout
    lines = [line for line in text.splitlines() if "│" in line]
    assert lines[-1].split() == [
        "2",
        "~",
        "total",
        "=",
        "1",
        "│",
        "2",
        "~",
        "sum",
        "=",
        "1",
    ]
    assert max(map(len, lines)) <= 60
