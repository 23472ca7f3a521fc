"""What the command `apply` says of a step that breaks a rule."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest
from click.testing import CliRunner, Result

from codemods import apply_plan as applying
from codemods.apply_command import apply_command
from codemods.memory import Memory
from codemods.refusal import Refusal
from codemods.steps.step_01_format_source import FormatSource

BEFORE, AFTER = "print(1)\n", "double = lambda number: 2 * number\nprint(1)\n"


class Planted(FormatSource):
    """A first step that brings forth a lambda."""

    __module__ = FormatSource.__module__

    def apply(self, module: cst.Module) -> cst.Module:
        return cst.parse_module(AFTER)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the snapshots go; the script is beside it."""
    monkeypatch.setattr(applying, "all_steps", lambda phases: [Planted])
    monkeypatch.setattr(applying, "Memory", lambda: Memory(tmp_path / "memory"))
    (tmp_path / "script.py").write_text(BEFORE)
    return tmp_path / "out"


def run(folder: Path, *options: str) -> Result:
    places = ["--original", str(folder.with_name("script.py")), "--output", str(folder)]
    return CliRunner().invoke(apply_command, [*places, *options])


def test_tells_what_is_wrong_and_writes(folder: Path) -> None:
    result = run(folder)
    snapshot = folder / Planted.file_name()
    title = f"{snapshot}: {Planted.title()}: no-lambda: was kept by the original\n"
    assert title in result.stderr
    assert (
        f"{snapshot}:1:10: no-lambda: define a function with a name\n" in result.stderr
    )
    assert result.exit_code == 0
    assert snapshot.read_text() == AFTER


def test_a_declaration_need_not_hold_for_every_script(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Planted, "raises", {"no-class": "as in another script"})
    monkeypatch.setattr(Planted, "apply", lambda *_: cst.parse_module("print(2)\n"))
    strict = run(folder, "--strict").exception
    assert isinstance(strict, Refusal) and "no-class kept as declared" in str(strict)
    assert run(folder).stderr == ""


def test_refuses_with_strict_and_quotes_the_line(folder: Path) -> None:
    result = run(folder, "--strict")
    assert isinstance(result.exception, Refusal)
    said = str(result.exception)
    assert said.startswith(f"{folder / Planted.file_name()}:1:")
    assert said.endswith(
        "in the snapshot it would make: double = lambda number: 2 * number"
    )
    assert not folder.exists()
