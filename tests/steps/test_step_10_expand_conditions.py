"""Step 10 on the original script and on other ways to write it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent, indent

import libcst as cst
import pytest
from libcst.codemod import CodemodContext
from script_variants import VARIANTS, printed, scaled_down

from codemods.layout import format_source
from codemods.steps.step_10_expand_conditions import ExpandConditions


def applied(code: str) -> str:
    step = ExpandConditions(CodemodContext(filename="script.py"))
    return step.transform_module(cst.parse_module(code)).code


def test_the_example_is_true() -> None:
    before, after = dedent(ExpandConditions.example + "\n").split("=>\n")
    loop = "for line in open(path):\n"
    assert applied(loop + indent(before, "    ")) == loop + indent(after, "    ")


def test_a_default_chosen_by_or_becomes_a_comparison() -> None:
    before = 'def greet(name: str):\n    name = name or "you"\n    return name\n'
    after = (
        'def greet(name: str):\n    if name == "":\n        name = "you"\n'
        "    return name\n"
    )
    assert applied(before) == after


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_script_compares_what_it_tests_and_prints_the_same(
    variant: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = format_source(variant())
    after = applied(before)
    assert before.count(" else Value") == after.count("if not isinstance(other")
    assert after.count('.strip() != ""') == 1
    (tmp_path / "input.txt").write_text("ada\ngrace\n\nbarbara\n")
    monkeypatch.chdir(tmp_path)
    assert printed(scaled_down(after)) == printed(scaled_down(before))
