"""Which names are free where."""

from __future__ import annotations

from textwrap import dedent

import libcst as cst
import pytest

from codemods.facts.find_nodes import find
from codemods.facts.metadata import parse, wrap
from codemods.facts.scope_names import FreshNames

HERE = "print('here')"


def is_free(name: str, source: str) -> bool:
    wrapper = wrap(parse(dedent(source)))
    (place,) = (
        line
        for line in find(wrapper.module, cst.SimpleStatementLine)
        if HERE in wrapper.module.code_for_node(line)
    )
    return FreshNames(wrapper).at(place).is_free(name, place)


FREE = [
    pytest.param(HERE, id="nowhere"),
    pytest.param(
        f"def f():\n    size = 1\n    return size\n{HERE}", id="in-a-function"
    ),
    pytest.param(f"def f(size): return size\n{HERE}", id="a-parameter"),
    pytest.param(f"x = [size for size in y]\n{HERE}", id="in-a-comprehension"),
    pytest.param(f"class A:\n    size = 1\n{HERE}", id="in-a-class"),
    pytest.param(f"for size in x:\n    print(size)\n{HERE}", id="in-a-loop-of-its-own"),
    pytest.param(
        f"def f():\n    {HERE}\nfor size in x:\n    print(size)", id="not-of-the-module"
    ),
]
TAKEN = [
    pytest.param(f"size = 1\n{HERE}", id="bound"),
    pytest.param(f"{HERE}\nprint(size)", id="read"),
    pytest.param(f"def f():\n    return size\n{HERE}", id="read-in-a-function"),
    pytest.param(
        f"def f():\n    global size\n    size = 1\n{HERE}", id="bound-from-it"
    ),
    pytest.param(
        f"def f():\n    global size\n    {HERE}\n    size = 1", id="declared-global"
    ),
    pytest.param(
        "def f():\n    size = 1\n    def g():\n        nonlocal size\n"
        f"        size = 2\n    {HERE}\n",
        id="declared-nonlocal",
    ),
    pytest.param(
        f"class A:\n    size = size\n{HERE}", id="read-before-a-class-binds-it"
    ),
    pytest.param(
        f"for size in x:\n    print(size)\n{HERE}\nclass A:\n    size = size\n",
        id="of-a-loop-and-read-before-a-class-binds-it",
    ),
    pytest.param(f"x = [(size := y) for y in z]\n{HERE}", id="walrus"),
    pytest.param(f"for size in x:\n    {HERE}", id="in-that-loop"),
    pytest.param(
        f"for size in x:\n    pass\nprint(size)\n{HERE}", id="behind-its-loop"
    ),
    pytest.param(f"match x:\n    case [size]:\n        pass\n{HERE}", id="captured"),
    pytest.param(f"def f(x: 'size'): pass\n{HERE}", id="in-an-annotation"),
]


@pytest.mark.parametrize("source", FREE)
def test_is_free(source: str) -> None:
    assert is_free("size", source)


@pytest.mark.parametrize("source", TAKEN)
def test_is_taken(source: str) -> None:
    assert not is_free("size", source)


def test_builtins_and_keywords_are_taken() -> None:
    assert not is_free("len", HERE)
    assert not is_free("lambda", HERE)
