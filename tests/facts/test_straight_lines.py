"""Loads of names that a line above has bound, with nothing in between."""

from __future__ import annotations

import libcst as cst
import pytest

from codemods.facts.metadata import wrap
from codemods.facts.straight_lines import find_straight_lines


def found(code: str) -> list[str]:
    """Each load that is found, as the lines of the load and of what bound it."""
    wrapper = wrap(cst.parse_module(code))
    positions = wrapper.resolve(cst.metadata.PositionProvider)

    def line(node: cst.CSTNode) -> int:
        return positions[node].start.line

    pairs = find_straight_lines(wrapper).items()
    return sorted(
        f"{cst.ensure_type(load, cst.Name).value} {line(load)} from {line(bound)}"
        for load, bound in pairs
    )


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("a = 1\nif f():\n    a\n", id="perhaps-not-run"),
        pytest.param("if f():\n    a = 1\na\n", id="perhaps-not-bound"),
        pytest.param("a = 1\nfor a in b:\n    pass\na\n", id="bound-by-a-loop"),
        pytest.param("a = 1\nwhile f():\n    a = 2\na\n", id="bound-in-a-loop"),
        pytest.param("a = 1\ndel a\na\n", id="deleted"),
        pytest.param("a = 1\nimport a\na\n", id="imported"),
        pytest.param("a = 1\nassert isinstance(a, int)\na\n", id="after-an-assertion"),
        pytest.param(
            "a = 1\ntry:\n    f()\nexcept E:\n    pass\na\n", id="after-a-try"
        ),
        pytest.param("a = 1\nwith f():\n    g()\na\n", id="after-a-with"),
        pytest.param("a = 1\nb = [a for a in c]\n", id="in-a-comprehension"),
        pytest.param("a = 1\nb = lambda: a\n", id="in-a-lambda"),
        pytest.param("a = 1\nb = c and a\n", id="behind-and"),
        pytest.param("a = 1\nb = c if d else a\n", id="in-a-branch"),
        pytest.param("a = 1\nb = 0 < c < a\n", id="late-in-a-chain"),
        pytest.param("a = 1\nf((a := 2), a)\n", id="beside-a-walrus"),
        pytest.param("a = []\na\n", id="container-still-to-be-filled"),
        pytest.param("a = set()\na\n", id="container-made-by-a-call"),
        pytest.param("a = 1\ndef f():\n    global a\n    a = 2\na\n", id="global"),
        pytest.param("a, *b = f()\nb\n", id="starred"),
        pytest.param("def f():\n    a = yield\n    a\n", id="what-is-sent"),
    ],
)
def test_a_load_that_is_not_straight_below_is_left_out(code: str) -> None:
    assert found(code) == []


@pytest.mark.parametrize(
    ("code", "loads"),
    [
        pytest.param("a = f(0)\ng(a)\n", ["a 2 from 1"], id="next-line"),
        pytest.param("a = f(0)\nb = a\na = b\na\n",
                     ["a 2 from 1", "a 4 from 3", "b 3 from 2"], id="latest-binding"),
        pytest.param("a: int = 1\na.b[a] = c\n", ["a 2 from 1", "a 2 from 1"],
                     id="in-a-target"),
        pytest.param("a = b = 1\na, c = b, 2\nc\n", ["b 2 from 1", "c 3 from 2"],
                     id="several-targets"),
        pytest.param("a = 1\na += 2\na\n", ["a 3 from 2"], id="updated"),
        pytest.param("def f(a, *, b=1):\n    return a + b\n",
                     ["a 2 from 1", "b 2 from 1"], id="parameters"),
        pytest.param("for a, b in c:\n    f(a, b)\n", ["a 2 from 1", "b 2 from 1"],
                     id="loop-targets"),
        pytest.param("a = 1\nif a:\n    pass\nelse:\n    pass\na\n",
                     ["a 2 from 1", "a 6 from 1"], id="condition-and-after-it"),
        pytest.param("a = 1\nfor b in a:\n    c = 2\n    c\na\n",
                     ["a 2 from 1", "a 5 from 1", "c 4 from 3"], id="around-a-loop"),
        pytest.param("class A:\n    def f(self):\n        return self.x\n",
                     ["self 3 from 2"], id="method"),
        pytest.param("def f(a):\n    if a:\n        return 1\n    return a\n",
                     ["a 2 from 1"], id="not-after-an-early-return"),
        pytest.param("a = 1\nb = a if a else c\n", ["a 2 from 1"],
                     id="test-of-a-choice"),
    ],
)  # fmt: skip
def test_a_load_straight_below_its_binding_is_found(
    code: str, loads: list[str]
) -> None:
    assert found(code) == loads
