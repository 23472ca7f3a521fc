"""What names are bound to, where a careless reading goes wrong."""

from __future__ import annotations

import libcst as cst
import pytest

from codemods.facts.bindings import Bindings
from codemods.facts.metadata import wrap
from codemods.facts.scopes import Role


def last_value(code: str) -> tuple[Bindings, cst.BaseExpression]:
    """The bindings of a module, and the expression that it ends with."""
    bindings = Bindings(wrap(cst.parse_module(code)))
    line = cst.ensure_type(bindings.wrapper.module.body[-1], cst.SimpleStatementLine)
    return bindings, cst.ensure_type(line.body[0], cst.Expr).value


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("sum", True, id="builtin"),
        pytest.param("sum = 1\nsum", False, id="rebound"),
        pytest.param("def f():\n    global sum\n    sum = 1\nsum", False, id="global"),
        pytest.param("def f():\n    sum = 1\nsum", True, id="rebound-elsewhere"),
        pytest.param("max", False, id="another"),
        pytest.param("a.sum", False, id="attribute"),
    ],
)
def test_is_builtin(code: str, expected: bool) -> None:
    bindings, value = last_value(code)
    assert bindings.is_builtin(value, "sum") is expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("import a\na.b", True, id="module"),
        pytest.param("import a.b\na.b.c", True, id="dotted"),
        pytest.param("from a import b as c\nc", True, id="alias"),
        pytest.param("import a\na()", False, id="result"),
        pytest.param("import a\na = 1\na.b", False, id="rebound"),
        pytest.param("a.b", False, id="unknown"),
    ],
)
def test_is_imported(code: str, expected: bool) -> None:
    bindings, value = last_value(code)
    assert bindings.is_imported(value) is expected


def test_occurrences_stand_in_order_of_evaluation() -> None:
    bindings = Bindings(wrap(cst.parse_module("for a in a: a += a\ndel a\n")))
    (binding,) = bindings
    assert [occurrence.role for occurrence in bindings.occurrences(binding)] == [
        Role.LOAD,
        Role.STORE,
        Role.UPDATE,
        Role.LOAD,
        Role.DELETE,
    ]
    assert bindings.roles(binding) == {Role.STORE, Role.UPDATE, Role.DELETE}


def test_a_name_that_is_no_variable_has_no_binding() -> None:
    bindings = Bindings(wrap(cst.parse_module("a = 1\n")))
    assert bindings.binding_of(cst.Name("a")) is None


@pytest.mark.parametrize(
    ("body", "outside"),
    [
        pytest.param("a = a", "a", id="copied"),
        pytest.param("a += 1", "a", id="updated"),
        pytest.param("b = a", None, id="only-read"),
        pytest.param("a = 1", None, id="only-bound"),
    ],
)
def test_a_class_body_may_mean_a_variable_first(body: str, outside: str | None) -> None:
    bindings = Bindings(wrap(cst.parse_module(f"a = 1\nclass A:\n    {body}\n")))
    found = [
        meant.name
        for occurrence in bindings.scopes.occurrences
        if (meant := bindings.may_mean_outside_class(occurrence)) is not None
    ]
    assert found == ([outside] if outside is not None else [])
