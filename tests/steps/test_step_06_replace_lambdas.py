"""Step 06 on the original script and on other ways to write it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import libcst as cst
import pytest
from libcst.codemod import CodemodContext
from script_variants import VARIANTS, printed, scaled_down

from codemods.layout import format_source
from codemods.steps.step_06_replace_lambdas import ReplaceLambdas


def applied(code: str) -> str:
    step = ReplaceLambdas(CodemodContext(filename="script.py"))
    return step.transform_module(cst.parse_module(code)).code


def test_the_example_is_true() -> None:
    before, after = dedent(ReplaceLambdas.example + "\n").split("=>\n")
    assert applied(before) == after


def test_black_has_room_around_the_function() -> None:
    before = "a = 1\nf = lambda x: a + x  # add\nprint(f(2))\n"
    after = "a = 1\n\n\n# add\ndef f(x):\n    return a + x\n\n\nprint(f(2))\n"
    assert applied(before) == after


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_script_has_no_lambda_left_and_prints_the_same(
    variant: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = format_source(variant())
    after = applied(before)
    assert before.count("lambda") == 1
    assert "lambda" not in after
    (tmp_path / "input.txt").write_text("ada\ngrace\n\nbarbara\n")
    monkeypatch.chdir(tmp_path)
    assert printed(scaled_down(after)) == printed(scaled_down(before))
