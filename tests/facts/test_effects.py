"""What evaluating an expression may observe, change or fail at."""

from __future__ import annotations

import libcst as cst
import pytest

from codemods.facts.effects import Effects, is_literal, mentions
from codemods.facts.find_nodes import find
from codemods.facts.metadata import wrap

CODE = """
import math

size = 4
half = size // 2
total = 0
shown = 1
moved = 2
hidden = 3
captured = 5
chosen = 6
drawn = 7
around = 8

def report():
    return shown

def move():
    global moved
    moved = 3

def outer(p):
    q = p
    r = p
    s = p
    t = [q for q in p]
    def inner():
        nonlocal r
        r = s
    try:
        u = q
    except E:
        pass
    v = q
    return (w := v)

class Box:
    inside = size

class Reader:
    around = around

def choose():
    global chosen
    match size:
        case chosen:
            pass

lazy = ((drawn := y) for y in z)
match size:
    case captured:
        pass
"""
WRAPPER = wrap(cst.parse_module(CODE))
EFFECTS = Effects(WRAPPER)


def variable(name: str) -> cst.Name:
    return next(n for n in find(WRAPPER.module, cst.Name) if n.value == name)


def value_of(name: str) -> cst.BaseExpression:
    for assign in find(WRAPPER.module, cst.Assign):
        if name in mentions(assign.targets[0]):
            return assign.value
    raise LookupError(name)


@pytest.mark.parametrize(
    ("code", "names"),
    [
        pytest.param("a.b + c(d=e)", {"a", "c", "e"}, id="not-attributes-or-keywords"),
        pytest.param("lambda x: x + y", {"x", "y"}, id="functions-inside"),
        pytest.param("[(n := i) for i in j]", {"n", "i", "j"}, id="bound-ones-too"),
    ],
)
def test_mentions(code: str, names: set[str]) -> None:
    assert mentions(cst.parse_expression(code)) == names


@pytest.mark.parametrize("code", ["1", "-2.5", "'a'", "None", "True", "..."])
def test_literals(code: str) -> None:
    assert is_literal(cst.parse_expression(code))


@pytest.mark.parametrize("code", ["a", "-a", "f'{a}'", "(1, 2)", "1 + 1", "not 1"])
def test_not_literals(code: str) -> None:
    assert not is_literal(cst.parse_expression(code))


@pytest.mark.parametrize(
    "name", ["shown", "moved", "chosen", "drawn", "around", "r", "s"]
)
def test_shared(name: str) -> None:
    assert EFFECTS.is_shared(variable(name))


@pytest.mark.parametrize(
    "name", ["total", "hidden", "captured", "q", "t", "w", "inside"]
)
def test_not_shared(name: str) -> None:
    assert not EFFECTS.is_shared(variable(name))


@pytest.mark.parametrize("name", ["moved", "r", "chosen", "drawn"])
def test_may_be_rebound(name: str) -> None:
    assert EFFECTS.may_be_rebound(variable(name))


@pytest.mark.parametrize("name", ["shown", "s", "size", "math", "q", "captured"])
def test_may_not_be_rebound(name: str) -> None:
    assert not EFFECTS.may_be_rebound(variable(name))


def test_a_module_that_looks_at_its_variables_shares_them_all() -> None:
    wrapper = wrap(cst.parse_module("a = 1\nprint(globals())\n"))
    effects = Effects(wrapper)
    assert effects.is_dynamic
    assert effects.is_shared(next(find(wrapper.module, cst.Name)))


@pytest.mark.parametrize(
    ("code", "may_call"),
    [
        pytest.param("a", False, id="variable"),
        pytest.param("(1, [a, 'b'])", False, id="display"),
        pytest.param("lambda x=a: f(x)", False, id="lambda"),
        pytest.param("lambda x=f(): x", True, id="default-of-a-lambda"),
        pytest.param("a is None", False, id="identity"),
        pytest.param("a == b", True, id="equality"),
        pytest.param("a + b", True, id="operator"),
        pytest.param("2 * 3 + 1", False, id="arithmetic"),
        pytest.param("a.b", True, id="attribute"),
        pytest.param("a[0]", True, id="subscript"),
        pytest.param("f()", True, id="call"),
        pytest.param("not a", True, id="truth-test"),
        pytest.param("{a}", True, id="hash"),
        pytest.param("(*a,)", True, id="unpacking"),
        pytest.param("(yield a)", True, id="yield"),
        pytest.param("f'{a}'", True, id="formatting"),
    ],
)
def test_may_call(code: str, may_call: bool) -> None:
    wrapper = wrap(cst.parse_module(f"def g(a, b):\n    x = {code}\n"))
    (assign,) = find(wrapper.module, cst.Assign)
    assert Effects(wrapper).may_call(assign.value) is may_call


def test_arithmetic_on_variables_that_hold_numbers_calls_nothing() -> None:
    assert not EFFECTS.may_call(value_of("half"))


def test_variables_may_be_missing() -> None:
    assert EFFECTS.may_raise(variable("size"))
    assert not EFFECTS.may_raise(cst.parse_expression("(1, [None])"))


def test_guarded() -> None:
    assert EFFECTS.is_guarded(variable("u"))
    assert not EFFECTS.is_guarded(variable("v"))


def test_class_bodies() -> None:
    assert EFFECTS.is_in_class_body(variable("inside"))
    assert not EFFECTS.is_in_class_body(variable("v"))
