"""Statements in the place of another one."""

from __future__ import annotations

import libcst as cst
import pytest

from codemods.transforms.replace_statement import replacement, standalone


def lines(code: str) -> list[cst.SimpleStatementLine]:
    body = cst.parse_module(code).body
    return [cst.ensure_type(line, cst.SimpleStatementLine) for line in body]


def test_comments_that_would_be_lost_go_above() -> None:
    _, before = lines("x\n\n# above\nf(  # inner\n  1)  # same\n")
    after = replacement(before, lines("a  # same\nb\n"))
    assert cst.Module(list(after)).code == "\n# above\n# inner\na  # same\nb\n"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        pytest.param("a + b", "a + b", id="one-line"),
        pytest.param("(a +\nb)", "(a +\nb)", id="has-parentheses"),
    ],
)
def test_expressions_that_stand_alone(code: str, text: str) -> None:
    node = standalone(cst.parse_expression(code))
    assert cst.Module([]).code_for_node(node) == text


def test_an_expression_from_inside_parentheses_gets_its_own() -> None:
    call = cst.ensure_type(cst.parse_expression("f(a +\nb)"), cst.Call)
    node = standalone(call.args[0].value)
    assert cst.Module([]).code_for_node(node) == "(a +\nb)"
