"""Which operator methods of a class take the same operands."""

from __future__ import annotations

import libcst as cst
import pytest

from codemods.facts.operator_methods import plain_methods, siblings

CLASS = """\
class A:
    def __add__(self, other): ...
    def __sub__(self, other): ...
    def __radd__(self, other): ...
    def __rmul__(self, other): ...
    def __pow__(self, other): ...
    def __neg__(self): ...
    def __pos__(self): ...
    def __lt__(self, other): ...
    def __eq__(self, other): ...
    def add(self, other): ...
"""


@pytest.mark.parametrize(
    ("name", "others"),
    [
        pytest.param("add", [], id="plain-method"),
        pytest.param("__pow__", [], id="exponents-are-no-bases"),
        pytest.param("__lt__", [], id="order-is-not-equality"),
        pytest.param("__add__", ["__sub__"], id="arithmetic"),
        pytest.param("__rmul__", ["__radd__"], id="reflected"),
        pytest.param("__neg__", ["__pos__"], id="unary"),
    ],
)
def test_siblings(name: str, others: list[str]) -> None:
    method, definition = method_of_class(name)
    assert [m.name.value for m in siblings(method, definition)] == others
    assert siblings(method, cst.Module([])) == []


@pytest.mark.parametrize(
    ("name", "others"),
    [
        pytest.param("__radd__", ["__add__", "__sub__"], id="reflected"),
        pytest.param("__add__", [], id="plain"),
        pytest.param("__neg__", [], id="unary"),
    ],
)
def test_plain_methods(name: str, others: list[str]) -> None:
    assert [m.name.value for m in plain_methods(*method_of_class(name))] == others


def method_of_class(name: str) -> tuple[cst.FunctionDef, cst.ClassDef]:
    definition = cst.ensure_type(cst.parse_module(CLASS).body[0], cst.ClassDef)
    methods = [cst.ensure_type(m, cst.FunctionDef) for m in definition.body.body]
    return next(m for m in methods if m.name.value == name), definition
