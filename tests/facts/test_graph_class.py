"""The class whose operators build a graph of itself, found by nothing but that."""

from __future__ import annotations

from inspect import cleandoc

import libcst as cst
import pytest

from codemods.facts.graph_class import adds_numbers_as_objects, find_graph_class
from codemods.refusal import Refusal

VECTOR = """
class Vector:
    def __init__(self, x): self.x = x
    def __add__(self, other): return Vector(self.x + other.x)
    def __mul__(self, other): return Vector(self.x * other)
    def __sub__(self, other): return self + -1 * other
"""

NODE = """
class Knot:
    def __init__(self, w, k=()): self.w, self.k = w, k
    def __add__(self, other): return Knot(self.w + other.w, (self, other))
    def __mul__(self, other): return Knot(self.w * other.w, (self, other))
"""

SPELT_OUT = """
class Expression:
    def __neg__(this):
        operands = [this]
        return Expression(-this.value, operands)
    def __radd__(this, that):
        result = type(this)(that + this.value)
        result.operands = {this, that}
        return result
"""

DIRECT = """
class Chain:
    def __sub__(self, other): return Chain("-", self, other)
    def __pow__(self, other): return Chain("**", self, other)
"""


@pytest.mark.parametrize(
    ("code", "found"),
    [
        pytest.param("x = 1\n", "none", id="no-class"),
        pytest.param(VECTOR, "none", id="operators-without-a-graph"),
        pytest.param(NODE + DIRECT, "Knot and Chain", id="two-graphs"),
        pytest.param(
            "class A:\n    def __add__(self, other): return A(self)\n",
            "none",
            id="a-single-operator",
        ),
    ],
)
def test_refuses(code: str, found: str) -> None:
    with pytest.raises(Refusal) as refused:
        find_graph_class(cst.parse_module(code))
    assert str(refused.value) == (
        f"expected one class whose operators build a graph of itself, found {found}"
    )


@pytest.mark.parametrize(
    ("code", "name"),
    [
        pytest.param(VECTOR + NODE, "Knot", id="beside-a-class-of-vectors"),
        pytest.param(SPELT_OUT, "Expression", id="one-operation-on-each-line"),
        pytest.param(DIRECT, "Chain", id="operands-passed-one-by-one"),
    ],
)
def test_finds_the_class(code: str, name: str) -> None:
    assert find_graph_class(cst.parse_module(cleandoc(code))).name.value == name


CONDITIONAL = "other = other if isinstance(other, A) else A(other)"
STATEMENT = "if not isinstance(other, A): other = A(other)"


@pytest.mark.parametrize(
    ("add", "reflected", "made"),
    [
        pytest.param(CONDITIONAL, "return self + other", True, id="conditional"),
        pytest.param(STATEMENT, "return self + other", True, id="statement"),
        pytest.param(STATEMENT, "return self.__add__(other)", True, id="by-name"),
        pytest.param("", STATEMENT, True, id="reflected-itself"),
        pytest.param(STATEMENT, "return A(other + self.x)", False, id="plain-there"),
        pytest.param("", "return self + other", False, id="never"),
        pytest.param("A(other)", "return self + other", False, id="not-tested"),
    ],
)
def test_adds_numbers_as_objects(add: str, reflected: str, made: bool) -> None:
    add = add or "pass"
    code = (
        f"class A:\n    def __add__(self, other):\n        {add}\n"
        f"        return A(self.x + other.x)\n"
        f"    def __radd__(self, other):\n        {reflected}\n"
    )
    definition = cst.ensure_type(cst.parse_module(code).body[0], cst.ClassDef)
    assert adds_numbers_as_objects(definition) is made


def test_a_class_that_cannot_be_added_to_zero() -> None:
    code = f"class A:\n    def __add__(self, other):\n        {CONDITIONAL}\n"
    definition = cst.ensure_type(cst.parse_module(code).body[0], cst.ClassDef)
    assert not adds_numbers_as_objects(definition)
