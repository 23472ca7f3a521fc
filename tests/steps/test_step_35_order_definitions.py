"""Step 35 on the script as it is when the graph is walked in order."""

from __future__ import annotations

import libcst as cst
import pytest
from annotated_variants import renamed, small, snapshot, without_comments
from libcst.codemod import CodemodContext
from script_variants import printed

from codemods.check.check_script import check_script
from codemods.layout import format_source
from codemods.refusal import Refusal
from codemods.steps.step_35_order_definitions import OrderDefinitions

MAIN = """\
random.seed(42)  # Let there be order among chaos

documents: list[str] = load_documents()
number_of_documents: int = len(documents)
print(f"num docs: {number_of_documents}")
"""


def applied(code: str) -> str:
    step = OrderDefinitions(CodemodContext(filename="script.py"))
    return step.transform_module(cst.parse_module(code)).code


@pytest.mark.usefixtures("some_words")
def test_prints_the_same() -> None:
    code = format_source(renamed(without_comments(small(snapshot(24)))))
    assert printed(applied(code)) == printed(code)


def test_constants_functions_and_main_sequence_are_apart() -> None:
    after = applied(snapshot(24))
    assert not {f.rule for f in check_script(after)} & set(OrderDefinitions.reaches)
    last = after.rindex("\ndef ")
    assert after.index("temperature: float") < after.index("Graph: TypeAlias")
    assert after.index("Graph: TypeAlias") < after.index("\ndef ")
    assert last < after.index(MAIN)


def test_a_refusal_names_step_and_place() -> None:
    code = snapshot(24) + "\n\nclass Value:\n    pass\n"
    line = code.splitlines().index("class Value:") + 1
    with pytest.raises(Refusal) as refusal:
        applied(code)
    assert str(refusal.value) == (
        f"script.py:{line}:1: step 35 order_definitions: expected functions that are "
        "defined at the top of the module, found another definition"
    )
