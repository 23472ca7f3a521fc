"""Step 05: keys of a dictionary of parameters, by word."""

from __future__ import annotations

from textwrap import dedent

import libcst as cst
import pytest
from libcst.codemod import CodemodContext

from codemods.refusal import Refusal
from codemods.steps.step_05_spell_out_parameter_keys import SpellOutParameterKeys


def apply(code: str) -> str:
    step = SpellOutParameterKeys(CodemodContext(filename="script.py"))
    return step.transform_module(cst.parse_module(code)).code


def test_refuses_keys_that_are_printed() -> None:
    with pytest.raises(Refusal) as refused:
        apply('table = {"wte": [[1]]}\nprint(table.keys())\n')
    assert str(refused.value) == (
        "script.py:2:7: step 05 spell_out_parameter_keys: expected the keys of 'table' "
        "to be used as subscripts only, found a use that may see them"
    )


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("total = 1\n", id="no-dictionary"),
        pytest.param('table = {"wte": 1}\n', id="settings"),
        pytest.param('table = {"weights": [[1]]}\nprint(table)\n', id="plain-keys"),
        pytest.param('import m\n\ntable = {"wte": m.load()}\n', id="made-elsewhere"),
    ],
)
def test_leaves_alone(code: str) -> None:
    assert apply(code) == code


def test_example() -> None:
    before, after = dedent(SpellOutParameterKeys.example).split("\n=>\n")
    assert apply(before + "\n") == after + "\n"


def test_keys_of_every_kind() -> None:
    before = """\
def make(rows):
    return [[0] for _ in range(rows)]


table = {"wte": make(2), "lm_head": make(2)}
for i in range(2):
    table[f"h{i}.attn_wq"] = make(1)
    table[f"h{i}.attn_bo"] = [0 for _ in range(1)]
    table[f"h{i}.mlp_fc1"] = make(3)
print(table["wte"], table[f"h{0}.attn_wq"], sum(len(m) for m in table.values()))
"""
    after = """\
def make(rows):
    return [[0] for _ in range(rows)]


table = {"token_embedding": make(2), "language_model_head": make(2)}
for i in range(2):
    table[f"h{i}.attention_query_weights"] = make(1)
    table[f"h{i}.attention_output_bias"] = [0 for _ in range(1)]
    table[f"h{i}.perceptron_hidden_weights"] = make(3)
print(
    table["token_embedding"],
    table[f"h{0}.attention_query_weights"],
    sum(len(m) for m in table.values()),
)
"""
    assert apply(before) == after
