"""Step 30 on the script as it is when the graph is walked in order."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst
import pytest
from annotated_variants import renamed, small, snapshot, with_two_layers
from libcst.codemod import CodemodContext
from script_variants import printed

from codemods.layout import format_source
from codemods.steps.step_30_hoist_invariants import HoistInvariants

AHEAD = """\
    one_minus_first_moment_decay = 1 - first_moment_decay
    one_minus_second_moment_decay = 1 - second_moment_decay
    step_plus_one = step + 1
    first_moment_decay_power = first_moment_decay**step_plus_one
    one_minus_first_moment_decay_power = 1 - first_moment_decay_power
    second_moment_decay_power = second_moment_decay**step_plus_one
    one_minus_second_moment_decay_power = 1 - second_moment_decay_power
    for parameter_index, parameter in enumerate(parameters):
"""


def applied(code: str) -> str:
    step = HoistInvariants(CodemodContext(filename="script.py"))
    return step.transform_module(cst.parse_module(code)).code


@pytest.mark.usefixtures("some_words")
@pytest.mark.parametrize("change", [with_two_layers, renamed])
def test_prints_the_same(change: Callable[[str], str]) -> None:
    code = format_source(change(small(snapshot(24))))
    widened = code.replace(":.4f", ":.17g")
    after = applied(widened)
    assert after != widened
    assert printed(after) == printed(widened)


def test_the_bias_corrections_stand_ahead_of_the_loop() -> None:
    after = applied(snapshot(24))
    assert AHEAD in after
    assert after.count("step_plus_one = step + 1\n") == 2  # one is the main sequence's
    assert "\n    square_root_of_head_dimension = head_dimension**0.5\n" in after
