"""Step 18 on a small script; on the whole one in `test_explicit_steps`."""

from __future__ import annotations

from textwrap import dedent

import libcst as cst
import pytest
from libcst.codemod import CodemodContext
from script_variants import printed
from small_training import SMALL, in_module

from codemods.facts.places import unannotated
from codemods.refusal import Refusal
from codemods.steps.step_18_extract_sampling import ExtractSampling

AFTER = """\
def generate_sample(
    table: list[Node], mark: int, letters: list[str]
) -> list[str]:
    picked: list[str] = []
    while len(picked) < size:
        token = int(100 * abs(table[len(picked)].data)) % mark
        if token == mark:
            break
        picked.append(letters[token])
    return picked


for sample in range(2):
    picked: list[str] = generate_sample(table, mark, letters)
    text = "".join(picked)
    print(f"{sample} {text}")
"""


def applied(code: str) -> str:
    step = ExtractSampling(CodemodContext(filename="script.py"))
    return step.transform_module(cst.parse_module(code)).code


@pytest.mark.usefixtures("some_words")
def test_sampling_becomes_a_function() -> None:
    after = applied(SMALL)
    assert unannotated(after[after.index("def generate_sample") :]) == unannotated(
        AFTER
    )
    assert "def generate_sample(table: list[Node], mark: int, letters:" in after
    assert printed(after) == printed(SMALL)
    assert applied(after) == after


def test_the_example_is_true() -> None:
    before, after = dedent(ExtractSampling.example + "\n").split("=>\n")
    head = dedent("""\
        block_size: int = 3
        weights = [Node(1)]
        def predict(characters: list[str], weights: list[Node]) -> str:
            return "a"
        for step in range(2):
            weights[0].backward()
        """)
    found = applied(in_module(head + before))
    assert unannotated(found) == unannotated(in_module(head + after))


def test_a_refusal_names_step_and_place() -> None:
    code = SMALL.replace(
        "    while len(picked)", "    pick = lambda: picked\n    while len(picked)"
    )
    with pytest.raises(Refusal) as refusal:
        applied(code)
    line = code.splitlines().index("    pick = lambda: picked") + 1
    assert str(refusal.value) == (
        f"script.py:{line}:12: step 18 extract_sampling: expected statements that can "
        "stand in a function of their own, found lambda: picked"
    )
