"""Which expressions are known to be no less than 0."""

from __future__ import annotations

import pytest
from libcst import Expr

from codemods.facts.bindings import Bindings
from codemods.facts.find_nodes import find
from codemods.facts.metadata import parse, wrap
from codemods.facts.naturals import Naturals

SCRIPT = """\
width: int = 4
both = width * 2
less = width - 1
twice = 1
twice = -1
up = 0
up += 1
half = width / 2
mutual = other + 1
other = mutual + 1
def show(given, row):
    for i in range(width):
        for j in range(i, width):
            for k in range(less, width):
                for n, number in enumerate(row):
                    for down in range(width, -1, -1):
                        for known in range(0, width, 2):
                            for x in [1, 2]:
                                {expression}
"""

CASES = [
    *(pytest.param(name, True, id=name) for name in ("3", "width", "both", "i", "j")),
    *(pytest.param(name, True, id=name) for name in ("known", "len(row)")),
    *(pytest.param(name, False, id=name) for name in ("-3", "less", "twice", "up")),
    *(pytest.param(name, False, id=name) for name in ("half", "mutual", "k", "down")),
    *(pytest.param(name, False, id=name) for name in ("given", "x", "number", "0.5")),
    pytest.param("i * width + j", True, id="sums-and-products"),
    pytest.param("i // width % 2", True, id="quotients-and-remainders"),
    pytest.param("i - width", False, id="differences"),
    pytest.param("i * less", False, id="a-product-with-another"),
    pytest.param("max(row)", False, id="a-call"),
    pytest.param("unknown", False, id="a-name-that-nothing-binds"),
]


@pytest.mark.parametrize(("expression", "is_natural"), CASES)
def test_finds_naturals(expression: str, is_natural: bool) -> None:
    wrapper = wrap(parse(SCRIPT.format(expression=expression)))
    *_, last = find(wrapper.module, Expr)
    assert Naturals(Bindings(wrapper)).has(last.value) is is_natural


def test_does_not_take_another_range_for_the_builtin() -> None:
    code = "range = reversed\nfor i in range([1, -1]):\n    i\n"
    wrapper = wrap(parse(code))
    *_, last = find(wrapper.module, Expr)
    assert not Naturals(Bindings(wrapper)).has(last.value)
