"""Which loops are long, and what runs inside them."""

from __future__ import annotations

import libcst as cst
import pytest

from codemods.check.script import Script

FUNCTIONS = """
def add(a, b):
    return a + b

def total(xs):
    result = 0
    for x in xs:
        result = add(result, x)
    return result

def once(xs):
    return total(xs)
"""


def hot(code: str) -> tuple[list[str], list[int]]:
    """The functions on the hot path, and the lines of the long loops."""
    script = Script(code)
    bodies = script.hot_path.bodies
    functions = [b.name.value for b in bodies if isinstance(b, cst.FunctionDef)]
    loops = [b for b in bodies if not isinstance(b, cst.FunctionDef)]
    lines = [script.positions[loop].start.line for loop in loops]
    return sorted(functions), sorted(lines)


@pytest.mark.parametrize(
    ("code", "functions", "lines"),
    [
        pytest.param("x = 1\n", [], [], id="no-loop"),
        pytest.param("for x in xs:\n    f(x)\n", [], [], id="a-single-loop"),
        pytest.param(
            "for x in xs:\n    for y in x:\n        pass\n", [], [1], id="two"
        ),
        pytest.param(
            "if a:\n    while b:\n        for y in b:\n            pass\n",
            [],
            [2],
            id="below-a-condition",
        ),
        pytest.param("for x in xs:\n    ys = [y for y in x]\n", [], [1], id="list"),
        pytest.param("for x in xs:\n    y = sum(x)\n", [], [1], id="sum"),
        pytest.param("for x in xs:\n    y = max(x, 0)\n", [], [], id="no-collection"),
        pytest.param(
            "def sum(x):\n    return x\nfor x in xs:\n    y = sum(x)\n",
            [],
            [],
            id="own-sum",
        ),
        pytest.param(
            FUNCTIONS + "for x in xs:\n    total(x)\n",
            ["add", "total"],
            [13],
            id="a-loop-in-what-it-calls",
        ),
        pytest.param(FUNCTIONS + "once(xs)\n", [], [], id="no-loop-around-the-call"),
        pytest.param(
            FUNCTIONS + "def main(xs):\n    for x in xs:\n        once(x)\nmain(xs)\n",
            ["add", "once", "total"],
            [14],
            id="a-loop-in-a-function-of-the-main-sequence",
        ),
    ],
)
def test_finds_the_hot_path(code: str, functions: list[str], lines: list[int]) -> None:
    assert hot(code) == (functions, lines)


def test_operators_are_called_where_a_method_is() -> None:
    code = (
        "class A:\n    def __add__(self, o):\n        return self\n"
        "    def go(self):\n        pass\n"
        "for x in xs:\n    for y in x:\n        y.go()\n"
    )
    assert hot(code) == (["__add__", "go"], [6])


def test_every_statement_inside_is_hot() -> None:
    script = Script(
        "x = 1\nfor x in xs:\n    for y in x:\n        if y:\n            z = 1\n"
    )
    lines = {script.positions[s].start.line for s in script.hot_path.statements}
    assert lines == {2, 3, 4, 5}
