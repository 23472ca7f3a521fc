"""Step 17 on a small script; on the whole one in `test_explicit_steps`."""

from __future__ import annotations

from textwrap import dedent

import libcst as cst
import pytest
from libcst.codemod import CodemodContext
from script_variants import printed
from small_training import SMALL, in_module

from codemods.facts.places import unannotated
from codemods.refusal import Refusal
from codemods.steps.step_17_extract_training import ExtractTraining

AFTER = """\
def compute_document_loss(tokens: list[int], table: list[Node]) -> Node:
    total = Node(0)
    for token in tokens:
        total = total + table[size * token].exponential()
    loss = 0.5 * total
    return loss


# Move a little.
def update_parameters(table: list[Node]) -> None:
    rate = 0.1
    for node in table:
        node.data -= rate * node.gradient
        node.gradient = 0


for step in range(2):
    word = words[step % len(words)]
    indices: list[int] = []
    for letter in word:
        indices.append(letters.index(letter))
    tokens: list[int] = indices + [mark]
    loss = compute_document_loss(tokens, table)

    # Follow the slopes.
    loss.backward()

    update_parameters(table)
    print(f"{step} {loss.data:.4f}")
"""


def applied(code: str) -> str:
    step = ExtractTraining(CodemodContext(filename="script.py"))
    return step.transform_module(cst.parse_module(code)).code


@pytest.mark.usefixtures("some_words")
def test_loss_and_update_become_functions() -> None:
    after = applied(SMALL)
    start = after.index("def compute_document_loss")
    assert after[start : after.index("for sample in")] == AFTER
    assert printed(after) == printed(SMALL)
    assert applied(after) == after


def test_the_example_is_true() -> None:
    before, after = dedent(ExtractTraining.example + "\n").split("=>\n")
    head = dedent("""\
        rate: float = 0.1
        steps: int = 2
        documents: list[str] = ["a", "b"]
        weights = [Node(1)]
        def encode_document(document: str) -> list[int]:
            return [len(document)]
        def predict(tokens: list[int], weights: list[Node]) -> list[Node]:
            return weights
        def measure(logits: list[Node]) -> Node:
            return logits[0]
        """)
    found = applied(in_module(head + before))
    assert unannotated(found) == unannotated(in_module(head + after))


def test_a_refusal_names_step_and_place() -> None:
    code = SMALL.replace("    rate = 0.1\n", "    if step:\n        break\n")
    with pytest.raises(Refusal) as refusal:
        applied(code)
    line = code.splitlines().index("    if step:") + 2
    assert str(refusal.value) == (
        f"script.py:{line}:9: step 17 extract_training: expected statements that can "
        "stand in a function of their own, found break"
    )
