"""The step on a small script, with the checks that every step passes through."""

from __future__ import annotations

import sys
from pathlib import Path

from libcst.codemod import CodemodContext

from codemods.facts.metadata import parse
from codemods.layout import format_source
from codemods.steps.step_31_cut_rows import CutRows
from codemods.steps.step_32_walk_lists import WalkLists

sys.path.append(str(Path(__file__).parents[1] / "transforms"))
from statement_checks import outcome  # noqa: E402 (found there)
from test_cut_rows import CUT, SCRIPT  # noqa: E402 (found there)


def test_changes_comments_that_quote_what_changes() -> None:
    step = CutRows(CodemodContext(filename="script.py"))
    assert step.transform_module(parse(format_source(SCRIPT))).code == CUT
    assert step.lost_comments == ("# total = total + data[weight] * number",)


def test_rows_can_be_walked_side_by_side() -> None:
    raised = CUT.replace(
        "numbers[index] * share", "numbers[index] ** share * numbers[index]"
    )
    step = WalkLists(CodemodContext(filename="script.py"))
    after = step.transform_module(parse(raised)).code
    assert "for index, weight, number in zip(range(len(row)), row, numbers):" in after
    assert outcome(after) == outcome(raised)
