"""The judges of the snapshots object to planted faults, and never pass by failing."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import pytest

from codemods.check.judges import MYPY, RUFF, Judge, Objection
from codemods.refusal import Refusal

CLEAN = "def double(number: int) -> int:\n    return 2 * number\n\n\nprint(double(2))\n"


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write a script into the current directory; returns its path."""
    monkeypatch.chdir(tmp_path)

    def write_script(source: str, name: str = "step_01_script.py") -> Path:
        Path(name).write_text(source)
        return Path(name)

    return write_script


@pytest.fixture
def pretend(tmp_path, monkeypatch):
    """Put a shell script in the place of the interpreter that judges run with."""

    def pretend_to_be(commands: str) -> None:
        impostor = tmp_path / "python"
        impostor.write_text(f"#!/bin/sh\n{commands}\n")
        impostor.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(impostor))

    return pretend_to_be


def refusal_of(judge: Judge, files: list[Path]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        judge.judge(files)
    assert caught.value.during == judge.name
    return caught.value


@pytest.mark.parametrize("judge", [MYPY, RUFF], ids=lambda judge: judge.module)
def test_nothing_to_judge_is_refused(judge):
    assert refusal_of(judge, []).expected == "files to judge"


@pytest.mark.parametrize("judge", [MYPY, RUFF], ids=lambda judge: judge.module)
def test_a_missing_judge_is_refused(judge, write):
    absent = dataclasses.replace(judge, module="no_such_judge")
    refusal = refusal_of(absent, [write(CLEAN)])
    assert refusal.found.endswith("No module named no_such_judge")


def test_a_file_that_mypy_cannot_read_is_refused(tmp_path):
    assert refusal_of(MYPY, [tmp_path / "gone.py"]).found.startswith("2: ")


def test_files_that_ruff_cannot_read_do_not_pass(write):
    binary = write("", "step_02_script.py")
    binary.write_bytes(b"\xff")
    found = RUFF.judge([write(CLEAN), binary, Path("gone.py")])
    codes = [(objection.file, objection.message[:4]) for objection in found]
    assert codes == [("gone.py", "E902"), ("step_02_script.py", "E902")]


@pytest.mark.parametrize(
    ("commands", "expected", "found"),
    [
        pytest.param(
            "exit 0", "an objection to a planted fault", "silence", id="content"
        ),
        pytest.param(
            "echo oh >&2; exit 1", "an objection to a planted fault", "oh", id="broken"
        ),
        pytest.param(
            "echo a.py:1:2: F401 no; exit 1",
            "an objection to a planted fault",
            "a.py:1:2: F401 no",
            id="blind",
        ),
        pytest.param(
            "echo Traceback; exit 1",
            "an objection and its place",
            "'Traceback'",
            id="talking of something else",
        ),
        pytest.param(
            "echo planted_fault.py:1:1: F401 no; echo panic >&2; exit 2",
            "an exit status of 0 or 1",
            "2: panic",
            id="crashed",
        ),
        pytest.param(
            "kill -9 $$", "an exit status of 0 or 1", "-9: silence", id="killed"
        ),
    ],
)
def test_a_judge_that_fails_is_refused(pretend, write, commands, expected, found):
    script = write(CLEAN)
    pretend(commands)
    refusal = refusal_of(RUFF, [script])
    assert (refusal.expected, refusal.found) == (expected, found)


def test_clean_scripts_pass(write):
    files = [write(CLEAN), write(CLEAN, "step_02_script.py")]
    assert MYPY.judge(files) == RUFF.judge(files) == []


def test_a_type_error_is_found(write):
    files = [write(CLEAN), write("number: int = 'two'\n", "step_02_script.py")]
    (objection,) = MYPY.judge(files)
    assert str(objection).startswith(
        "step_02_script.py:1:15: mypy --strict: Incompatible types in assignment"
    )


def test_only_strict_types_pass(write):
    found = MYPY.judge([write("def double(number):\n    return 2 * number\n")])
    assert [(o.line, o.column) for o in found] == [(1, 1)]


def test_notes_are_no_objections(write):
    found = MYPY.judge([write("def show():\n    print()\n")])
    assert len(found) == 1 and "return type" in found[0].message


def test_a_script_that_mypy_cannot_parse_is_refused(write):
    refusal = refusal_of(MYPY, [write("def double(:\n")])
    assert refusal.found.startswith("2: step_01_script.py:")


@pytest.mark.parametrize(
    ("source", "line", "column", "message"),
    [
        pytest.param("import os\n", 1, 8, "F401 `os` imported but unused", id="import"),
        pytest.param("print(\n    x\n)\n", 2, 5, "F821 Undefined name `x`", id="name"),
        pytest.param(
            "import os  # noqa\n", 1, 8, "F401 `os` imported but unused", id="silenced"
        ),
        pytest.param("def f(:\n", 1, 7, "invalid-syntax: Expected", id="syntax"),
    ],
)
def test_what_pyflakes_finds_is_found(write, source, line, column, message):
    first = RUFF.judge([write(source)])[0]
    place = Objection("step_01_script.py", line, column, "ruff", first.message)
    assert first == place and first.message.startswith(message)


def test_objections_come_in_order_of_file_and_place(write):
    faults = "import os\nimport sys\n"
    files = [write(faults, name) for name in ("step_02.py", "step_01.py")]
    found = RUFF.judge(files)
    places = [(o.file, o.line) for o in found]
    assert places == sorted(places) and len(places) == 4


def test_no_configuration_reaches_a_judge(write, tmp_path, monkeypatch):
    script = write("import os\n\nnumber: int = 'two'\n")
    Path("pyproject.toml").write_text(
        "[tool.mypy]\nignore_errors = true\n[tool.ruff]\nexclude = ['*']\n"
    )
    Path("mypy.ini").write_text("[mypy]\nignore_errors = True\n")
    Path("ruff.toml").write_text("lint.ignore = ['F']\n")
    for name, value in {
        "FORCE_COLOR": "1",
        "MYPY_FORCE_COLOR": "1",
        "RUFF_OUTPUT_FORMAT": "json",
        "RUFF_OUTPUT_FILE": str(tmp_path / "said.txt"),
    }.items():
        monkeypatch.setenv(name, value)
    assert [o.line for o in MYPY.judge([script])] == [3]
    assert [o.line for o in RUFF.judge([script])] == [1]
