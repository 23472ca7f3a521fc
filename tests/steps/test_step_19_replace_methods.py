"""Step 19 on a small script; on the whole one in `test_explicit_steps`."""

from __future__ import annotations

import libcst as cst
import pytest
from libcst.codemod import CodemodContext
from script_variants import printed
from small_training import SMALL

from codemods.check.check_script import check_script
from codemods.refusal import Refusal
from codemods.steps.step_19_replace_methods import ReplaceMethods

AFTER = """\
def exponential(node: Node) -> Node:
    return Node(math.exp(node.data), (node,))


def backward(node: Node) -> None:
    for child in node.children:
        child.gradient += node.gradient + 1
"""


def applied(code: str) -> str:
    step = ReplaceMethods(CodemodContext(filename="script.py"))
    return step.transform_module(cst.parse_module(code)).code


@pytest.mark.usefixtures("some_words")
def test_methods_become_functions_behind_the_class() -> None:
    after = applied(SMALL)
    start = after.index("def exponential")
    assert after[start : after.index("\n\nrandom.seed")] == AFTER
    assert "exponential(table[size * token])\n" in after
    assert "    backward(loss)\n" in after
    assert printed(after) == printed(SMALL)
    assert applied(after) == after
    assert not {f.rule for f in check_script(after)} & set(ReplaceMethods.reaches)


def test_a_refusal_names_step_and_place() -> None:
    code = SMALL.replace("loss.backward()", "walk = loss.backward")
    line = code.splitlines().index("    walk = loss.backward") + 1
    with pytest.raises(Refusal) as refusal:
        applied(code)
    assert str(refusal.value) == (
        f"script.py:{line}:12: step 19 replace_methods: expected `backward` to be "
        "called and nothing else, found `backward` as a value"
    )
