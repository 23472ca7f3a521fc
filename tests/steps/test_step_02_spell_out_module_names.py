"""Step 02: names of module data, lambdas and loops, and none inside functions."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import libcst as cst
import pytest
from libcst.codemod import CodemodContext

from codemods.layout import format_source
from codemods.refusal import Refusal
from codemods.steps.step_02_spell_out_module_names import SpellOutModuleNames

ORIGINAL = Path(__file__).parents[2] / "original" / "microgpt.py"


def apply(code: str) -> str:
    step = SpellOutModuleNames(CodemodContext(filename="script.py"))
    return step.transform_module(cst.parse_module(code)).code


def test_refuses_a_name_that_is_taken() -> None:
    with pytest.raises(Refusal) as refused:
        apply("BOS = 1\nbeginning_of_sequence_token = 2\n")
    assert str(refused.value).startswith(
        "script.py:2:1: step 02 spell_out_module_names"
    )


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("", id="empty"),
        pytest.param("total = 1\n", id="plain-names"),
        pytest.param("def f(n_head):\n    idx = n_head\n", id="functions"),
        pytest.param("class A:\n    idx = 1\n", id="classes"),
        pytest.param("import numpy as mat\n", id="imports"),
        pytest.param('idx = 1\nprint(eval("idx"))\n', id="reflection"),
    ],
)
def test_leaves_alone(code: str) -> None:
    assert apply(code) == code


def test_example() -> None:
    before, after = dedent(SpellOutModuleNames.example).split("\n=>\n")
    assert apply(before + "\n") == after + "\n"


def test_two_meanings_of_one_name_become_two_names() -> None:
    before = """\
params = [1.0, 2.0]
n_layer = 2
for i in range(n_layer):
    print(i)
for i, p in enumerate(params):
    print(i, p)
"""
    after = """\
parameters = [1.0, 2.0]
number_of_layers = 2
for layer_index in range(number_of_layers):
    print(layer_index)
for parameter_index, parameter in enumerate(parameters):
    print(parameter_index, parameter)
"""
    assert apply(before) == after


def test_functions_follow_the_module_data_that_they_read() -> None:
    before = "n_head = 2\n\n\ndef f(x):\n    return n_head * x\n"
    assert apply(before) == before.replace("n_head", "number_of_heads")


def test_original() -> None:
    after = apply(format_source(ORIGINAL.read_text()))
    for text in (
        "# Let there be an input dataset `documents`: list[str] of documents",
        "create_matrix = lambda number_of_outputs, number_of_inputs,",
        "        embedding_dimension, 4 * embedding_dimension, standard_deviation=0",
        "head_dimension = embedding_dimension // number_of_heads  # dimension of",
        "    for matrix in state_dictionary.values()",
        "first_moment_buffer = [0.0] * len(parameters)  # first moment buffer",
        "    for parameter_index, parameter in enumerate(parameters):",
        "            weights=[probability.data for probability in probabilities],",
        "    print(f\"sample {sample_index+1:2d}: {''.join(sampled_characters)}\")",
    ):
        assert f"\n{text}" in after
