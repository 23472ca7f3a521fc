"""Step 04: attributes, methods and locals of the class that records the graph."""

from __future__ import annotations

import libcst as cst
import pytest
from libcst.codemod import CodemodContext

from codemods.refusal import Refusal
from codemods.steps.step_04_spell_out_graph_names import SpellOutGraphNames


def apply(code: str) -> str:
    step = SpellOutGraphNames(CodemodContext(filename="script.py"))
    return step.transform_module(cst.parse_module(code)).code


GRAPH = """\
import math


class Tensor:
    def __init__(self, val, prev=()):
        self.val = val
        self.grad = 0
        self._prev = prev

    def __add__(self, other):
        return Tensor(self.val + other.val, (self, other))

    def __mul__(self, other):
        return Tensor(self.val * other.val, prev=(self, other))

    def log(self):
        return Tensor(math.log(self.val), (self,))
"""

SPELT_OUT = """\
import math


class Tensor:
    def __init__(self, value, previous=()):
        self.value = value
        self.gradient = 0
        self._previous = previous

    def __add__(self, other):
        return Tensor(self.value + other.value, (self, other))

    def __mul__(self, other):
        return Tensor(self.value * other.value, previous=(self, other))

    def logarithm(self):
        return Tensor(math.log(self.value), (self,))
"""


def test_refuses_a_script_without_a_graph() -> None:
    with pytest.raises(Refusal) as refused:
        apply("class A:\n    pass\n")
    assert str(refused.value) == (
        "script.py: step 04 spell_out_graph_names: expected one class whose operators "
        "build a graph of itself, found none"
    )


def test_refuses_an_attribute_that_another_class_has() -> None:
    with pytest.raises(Refusal, match="expected 'log' to be an attribute of one class"):
        apply(GRAPH + "\n\nclass File:\n    def log(self):\n        return 1\n")


def test_leaves_a_graph_with_plain_names_alone() -> None:
    assert apply(SPELT_OUT) == SPELT_OUT


def test_leaves_other_names_alone() -> None:
    rest = "\n\nidx = 1\n\n\ndef f(val):\n    return val\n"
    assert apply(SPELT_OUT + rest) == SPELT_OUT + rest


def test_spells_out_the_graph_and_its_uses() -> None:
    before = "\n\nprint((Tensor(1) + Tensor(val=2)).log().grad, math.log(2))\n"
    after = (
        "\n\nprint((Tensor(1) + Tensor(value=2)).logarithm().gradient, math.log(2))\n"
    )
    assert apply(GRAPH + before) == SPELT_OUT + after


def test_locals_that_only_a_person_can_name() -> None:
    before = """\

    def backward(self):
        topo = []

        def build_topo(v):
            for child in v._previous:
                build_topo(child)
            topo.append(v)

        build_topo(self)
        for v in reversed(topo):
            v.gradient = 1
"""
    after = """\

    def backward(self):
        topological_order = []

        def build_topological_order(node):
            for child in node._previous:
                build_topological_order(child)
            topological_order.append(node)

        build_topological_order(self)
        for node in reversed(topological_order):
            node.gradient = 1
"""
    assert apply(SPELT_OUT + before) == SPELT_OUT + after
