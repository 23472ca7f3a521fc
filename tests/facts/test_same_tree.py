"""Trees that print as something else."""

from __future__ import annotations

import libcst as cst
import pytest

from codemods.facts.metadata import reparse
from codemods.facts.same_tree import first_difference
from codemods.refusal import Refusal

ONE_PLUS_TWO = cst.parse_expression("1 + 2")


class Put(cst.CSTTransformer):
    """Puts `1 + 2` where `x` stands, as it is."""

    def leave_Name(
        self, original_node: cst.Name, updated_node: cst.Name
    ) -> cst.BaseExpression:
        return ONE_PLUS_TWO if updated_node.value == "x" else updated_node


@pytest.mark.parametrize("code", ["y = x * 3\n", "y = -x\n", "y = x ** 2\n"])
def test_sees_missing_parentheses(code: str) -> None:
    tree = cst.parse_module(code).visit(Put())
    assert first_difference(tree, cst.parse_module(tree.code)) is not None


@pytest.mark.parametrize(
    "code",
    [
        "y = f(x)\n",
        "y = [x, 3]\n",
        "y = x + 3\n",
        "if x:\n    # why\n    pass\nelse:\n\n    pass\n# end\n",
        "def f(a, *, b=1, **c): return f'{a:>{b}}'\n",
    ],
)
def test_layout_makes_no_difference(code: str) -> None:
    tree = cst.parse_module(code).visit(Put())
    assert first_difference(tree, cst.parse_module(tree.code)) is None


def test_what_is_misprinted_is_not_parsed_again() -> None:
    tree = cst.parse_module("y = x * 3\n").visit(Put())
    with pytest.raises(Refusal, match="expected a tree that prints as it is"):
        reparse(tree)
    unfinished = cst.Module([cst.SimpleStatementLine([cst.Expr(cst.Name("not"))])])
    with pytest.raises(Refusal, match="expected a tree that prints as Python"):
        reparse(unfinished)
