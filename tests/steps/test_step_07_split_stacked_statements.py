"""Step 07 on the original script and on other ways to write it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import libcst as cst
import pytest
from libcst.codemod import CodemodContext
from script_variants import VARIANTS, printed, scaled_down

from codemods.layout import format_source
from codemods.steps.step_07_split_stacked_statements import SplitStackedStatements


def applied(code: str) -> str:
    step = SplitStackedStatements(CodemodContext(filename="script.py"))
    return step.transform_module(cst.parse_module(code)).code


def test_the_example_is_true() -> None:
    before, after = SplitStackedStatements.example.split("=>")
    assert applied(before.strip() + "\n") == after.strip() + "\n"


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_script_binds_one_thing_on_a_line_and_prints_the_same(
    variant: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = format_source(variant())
    after = applied(before)
    changed = set(before.splitlines()) - set(after.splitlines())
    assert [line.count("=") for line in sorted(changed)] == [1] * 3
    assert len(after.splitlines()) == len(before.splitlines()) + 6
    (tmp_path / "input.txt").write_text("ada\ngrace\n\nbarbara\n")
    monkeypatch.chdir(tmp_path)
    assert printed(scaled_down(after)) == printed(scaled_down(before))
