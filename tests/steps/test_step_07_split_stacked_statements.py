"""Step 07 on the original script and on other ways to write it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import libcst as cst
import pytest
from libcst.codemod import CodemodContext
from script_variants import VARIANTS, printed, scaled_down

from codemods.layout import format_source
from codemods.steps.step_07_split_stacked_statements import SplitStackedStatements


def applied(code: str) -> str:
    step = SplitStackedStatements(CodemodContext(filename="script.py"))
    return step.transform_module(cst.parse_module(code)).code


def parallel_assignments(code: str) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple)
    ]


def test_the_example_is_true() -> None:
    before, after = dedent(SplitStackedStatements.example + "\n").split("=>\n")
    assert applied(before) == after


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_script_binds_one_thing_on_a_line_and_prints_the_same(
    variant: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = format_source(variant())
    after = applied(before)
    assert len(parallel_assignments(before)) == 4
    assert parallel_assignments(after) == []
    (tmp_path / "input.txt").write_text("ada\ngrace\n\nbarbara\n")
    monkeypatch.chdir(tmp_path)
    assert printed(scaled_down(after)) == printed(scaled_down(before))
