"""The whole plan on other scripts of the family, through the command line."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tokenize
from collections.abc import Callable
from pathlib import Path

import pytest

from codemods.layout import format_source

PROJECT = Path(__file__).parents[1]
ORIGINAL = (PROJECT / "original" / "microgpt.py").read_text(encoding="utf-8")


def replacing(old: str, new: str) -> Callable[[str], str]:
    def change(code: str) -> str:
        assert old in code
        return code.replace(old, new)

    return change


def without_comments(code: str) -> str:
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    return tokenize.untokenize(t for t in tokens if t.type != tokenize.COMMENT)


def codemods(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "codemods", *map(str, arguments)]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(replacing("n_layer = 1 ", "n_layer = 2 "), id="two-layers"),
        pytest.param(replacing("n_embd = 16 ", "n_embd = 24 "), id="wider"),
        pytest.param(format_source, id="formatted"),
        pytest.param(without_comments, id="without-comments"),
    ],
)
def test_every_snapshot_prints_what_its_own_original_prints(
    change: Callable[[str], str], tmp_path: Path
) -> None:
    script, snapshots = tmp_path / "script.py", tmp_path / "snapshots"
    script.write_text(change(ORIGINAL), encoding="utf-8")
    applied = codemods("apply", "--original", script, "--output", snapshots)
    assert (applied.returncode, applied.stderr) == (0, "")
    data = PROJECT / "original" / "input.txt"
    verified = codemods(
        *("verify", "--quick", "--format", "json", "--original", script),
        *("--input", data, "--output", snapshots),
    )
    assert (verified.returncode, verified.stderr) == (0, "")
    levels = {row["seen"] for row in json.loads(verified.stdout)["rows"]}
    assert levels == {"exact"}


UNUSABLE = [
    pytest.param("", "reading: expected a script with statements", id="empty"),
    pytest.param("print 'x'\n", ":1:1: reading: expected Python 3", id="python-2"),
    pytest.param(
        "for i in range(3):\n    print(i)\n",
        "step 04 spell_out_graph_names: expected one class whose operators build a "
        "graph of itself, found none",
        id="no-script-of-this-family",
    ),
]


@pytest.mark.parametrize(("code", "message"), UNUSABLE)
def test_refuses_in_one_line_and_writes_nothing(
    code: str, message: str, tmp_path: Path
) -> None:
    script, snapshots = tmp_path / "script.py", tmp_path / "snapshots"
    script.write_text(code, encoding="utf-8")
    applied = codemods("apply", "--original", script, "--output", snapshots)
    assert applied.returncode == 2
    assert applied.stdout == ""
    assert message in applied.stderr
    assert applied.stderr.count("\n") == 1
    assert not snapshots.exists()


def test_refuses_a_file_that_is_not_there(tmp_path: Path) -> None:
    applied = codemods("apply", "--original", tmp_path / "none.py")
    assert applied.returncode == 2
    assert "expected a script that can be read, found no such file" in applied.stderr
