"""Step 20 on a small script; on the whole one in `test_explicit_steps`."""

from __future__ import annotations

import libcst as cst
import pytest
from libcst.codemod import CodemodContext
from script_variants import printed
from small_training import SMALL

from codemods.check.check_script import check_script
from codemods.refusal import Refusal
from codemods.steps.step_20_replace_operators import ReplaceOperators

AFTER = """\
def add_nodes(node: Node, other: Node) -> Node:
    return Node(node.data + other.data, (node, other))


def multiply_nodes(node: Node, other: Node | float) -> Node:
    if not isinstance(other, Node):
        other = Node(other)
    return Node(node.data * other.data, (node, other))
"""


def applied(code: str) -> str:
    step = ReplaceOperators(CodemodContext(filename="script.py"))
    return step.transform_module(cst.parse_module(code)).code


@pytest.mark.usefixtures("some_words")
def test_operators_become_functions_behind_the_class() -> None:
    after = applied(SMALL)
    start = after.index("def add_nodes")
    assert after[start : after.index("\n\nrandom.seed")] == AFTER
    assert "total = add_nodes(total, table[size * token].exponential())\n" in after
    assert "loss = multiply_nodes(total, 0.5)\n" in after
    assert printed(after) == printed(SMALL)
    assert not {f.rule for f in check_script(after)} & set(ReplaceOperators.reaches)


@pytest.mark.usefixtures("some_words")
def test_a_second_run_changes_nothing() -> None:
    after = applied(SMALL)
    assert applied(after) == after


def test_a_refusal_names_step_and_place() -> None:
    code = SMALL.replace("loss = 0.5 * total", "loss = total * (2 if step else total)")
    line = next(i for i, x in enumerate(code.splitlines(), 1) if "loss = total" in x)
    with pytest.raises(Refusal) as refusal:
        applied(code)
    assert str(refusal.value) == (
        f"script.py:{line}:21: step 20 replace_operators: "
        "expected an operand that is always Node, found Node | int"
    )
