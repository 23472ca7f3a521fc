"""Heads that are read where they are, in scripts of the family."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from libcst.codemod import CodemodContext
from script_variants import printed

from codemods.facts.metadata import parse
from codemods.steps.step_27_read_heads_in_place import ReadHeadsInPlace

FOLDER = Path(__file__).parents[2] / "generated"
SNAPSHOT = (FOLDER / "step_24_walk_in_order.py").read_text(encoding="utf-8")

SMALL = (
    ("embedding_dimension: int = 16", "embedding_dimension: int = 4"),
    ("number_of_heads: int = 4", "number_of_heads: int = 2"),
    ("number_of_steps: int = 500", "number_of_steps: int = 2"),
    ("range(20)", "range(2)"),
    (".4f", ".17g"),
)

BY_WEIGHTS = (
    ("number_of_head_values = len(head_values)", "unused = len(head_values)"),
    (
        "for cached_position in range(number_of_head_values):",
        "for cached_position, attention_weight in enumerate(attention_weights):",
    ),
    ("attention_weights[cached_position]", "attention_weight"),
)

BY_KEYS = (
    ("            number_of_head_keys = len(head_keys)\n", ""),
    ("cached_position in range(number_of_head_keys)", "head_key in head_keys"),
    ("head_keys[cached_position][", "head_key["),
)


def script(*pairs: tuple[str, str]) -> str:
    code = SNAPSHOT
    for old, new in (*SMALL, *pairs):
        assert old in code
        code = code.replace(old, new)
    return code


VARIANTS = [
    pytest.param(script(), id="as-it-is"),
    pytest.param(
        script(("number_of_layers: int = 1", "number_of_layers: int = 2")),
        id="two-layers",
    ),
    pytest.param(
        re.sub("cached_(?:key|value)", "cached_row", script()),
        id="rows-of-one-name",
    ),
    pytest.param(script(*BY_WEIGHTS), id="a-loop-over-the-weights"),
    pytest.param(script(*BY_KEYS), id="a-loop-over-the-keys"),
]


@pytest.mark.parametrize("code", VARIANTS)
@pytest.mark.usefixtures("some_words")
def test_reads_heads_in_place(code: str) -> None:
    step = ReadHeadsInPlace(CodemodContext())
    after = step.transform_module_impl(parse(code)).code
    assert printed(after) == printed(code)
    assert "[head_start:" not in after
    assert after.count("in range(head_start, head_end):") == 2
