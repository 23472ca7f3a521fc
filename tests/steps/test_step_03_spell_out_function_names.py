"""Step 03: functions, their parameters and locals, outside the class of the graph."""

from __future__ import annotations

from textwrap import dedent

import libcst as cst
import pytest
from libcst.codemod import CodemodContext

from codemods.refusal import Refusal
from codemods.steps.step_03_spell_out_function_names import SpellOutFunctionNames


def apply(code: str) -> str:
    step = SpellOutFunctionNames(CodemodContext(filename="script.py"))
    return step.transform_module(cst.parse_module(code)).code


def test_refuses_a_parameter_that_unknown_calls_may_name() -> None:
    code = "def linear(x, w):\n    return x\n\n\nlinear(**{'x': 1, 'w': 2})\n"
    with pytest.raises(Refusal) as refused:
        apply(code)
    assert str(refused.value).startswith("script.py:5:1: step 03 spell_out_function_na")


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("idx = 1\n", id="module-data"),
        pytest.param("def total(price):\n    return price\n", id="plain-names"),
        pytest.param(
            "class A:\n    def get_idx(self):\n        return 1\n", id="methods"
        ),
        pytest.param(
            "class N:\n"
            "    def __add__(self, val):\n        return N(self, val)\n\n"
            "    def __mul__(self, val):\n        return N(self, val)\n",
            id="the-class-of-the-graph",
        ),
    ],
)
def test_leaves_alone(code: str) -> None:
    assert apply(code) == code


def test_example() -> None:
    before, after = dedent(SpellOutFunctionNames.example).split("\n=>\n")
    assert apply(before + "\n") == after + "\n"


def test_functions_nobody_has_seen_before() -> None:
    before = """\
def layernorm(vec, eps=1e-5):
    def get_avg(vals):
        return sum(v for v in vals) / len(vals)

    diffs = [val - get_avg(vec) for val in vec]
    return [d / (get_avg(vals=diffs) + eps) for d in diffs]


print(layernorm([1.0, 2.0], eps=1e-3))
"""
    after = """\
def normalize_layer(vector, epsilon=1e-5):
    def get_average(values):
        return sum(value for value in values) / len(values)

    differences = [value - get_average(vector) for value in vector]
    return [
        difference / (get_average(values=differences) + epsilon)
        for difference in differences
    ]


print(normalize_layer([1.0, 2.0], epsilon=1e-3))
"""
    assert apply(before) == after


def test_methods_of_other_classes_have_their_locals_spelt_out() -> None:
    before = "class A:\n    def f(self, idx):\n        return idx\n\n\nA().f(idx=1)\n"
    assert apply(before) == before.replace("idx", "index")
