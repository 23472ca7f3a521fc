"""Which assignments reach which readers of a variable."""

from __future__ import annotations

import libcst as cst
import pytest
from libcst.metadata import PositionProvider

from codemods.facts.bindings import Binding, Bindings
from codemods.facts.metadata import wrap
from codemods.facts.reaching_definitions import live_ranges, reaching_definitions


def x_in(code: str) -> tuple[Bindings, Binding]:
    """The first variable `x` of a module."""
    bindings = Bindings(wrap(cst.parse_module(code)))
    return bindings, next(binding for binding in bindings if binding.name == "x")


def reached(code: str) -> dict[int, list[int]] | None:
    """The lines of the assignments, by the line of what reads them."""
    bindings, x = x_in(code)
    places = bindings.wrapper.resolve(PositionProvider)
    found = reaching_definitions(bindings, x)
    return found and {
        places[name].start.line: sorted(places[each].start.line for each in names)
        for name, names in found.items()
    }


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("x = 1\ndef f(): return x", id="read-by-a-function"),
        pytest.param("x = 1\ndef f():\n  global x\n  x = 2", id="bound-by-a-function"),
        pytest.param("class A:\n  x = 1\n  y = x", id="of-a-class"),
        pytest.param("try:\n  x = 1\nexcept E: pass\nprint(x)", id="in-a-try"),
        pytest.param("with a as x: pass\nprint(x)", id="in-a-with"),
        pytest.param("match a:\n  case x: pass\nprint(x)", id="in-a-match"),
        pytest.param("print(x := 1)\nprint(x)", id="in-an-expression"),
        pytest.param("x: int\nx = 1\nprint(x)", id="declared"),
        pytest.param("x = 1\na = (x for _ in b)", id="evaluated-later"),
    ],
)
def test_does_not_follow(code: str) -> None:
    bindings, x = x_in(code)
    assert reaching_definitions(bindings, x) is None
    assert live_ranges(bindings, x) == [bindings.occurrences(x)]


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        pytest.param("x = 1\nprint(x)\nx = 2\nprint(x)", {2: [1], 4: [3]}, id="line"),
        pytest.param("x = 1\nx = x + 1\nprint(x)", {2: [1], 3: [2]}, id="from-itself"),
        pytest.param("x = 1\nx += 1\nprint(x)", {2: [1], 3: [2]}, id="update"),
        pytest.param(
            "x = 1\nx += f(x)\nprint(x)", {2: [1], 3: [2]}, id="update-by-own"
        ),
        pytest.param("x = 1\nif a: x = 2\nprint(x)", {3: [1, 2]}, id="branch"),
        pytest.param(
            "x = 1\nif a:\n  x = 2\nelse:\n  x = 3\nprint(x)",
            {6: [3, 5]},
            id="branches",
        ),
        pytest.param(
            "x = 1\nfor a in b:\n  print(x)\n  x = 2\nprint(x)",
            {3: [1, 4], 5: [1, 4]},
            id="loop",
        ),
        pytest.param(
            "for x in a:\n  print(x)\nfor x in b:\n  print(x)",
            {2: [1], 4: [3]},
            id="targets-of-loops",
        ),
        pytest.param(
            "x = 1\nwhile x:\n  x = 2\n  if a: break\n  x = 3\nprint(x)",
            {2: [1, 5], 6: [1, 3, 5]},
            id="break",
        ),
        pytest.param(
            "x = 1\nfor a in b:\n  print(x)\n  x = 2\n  if a: continue\n  x = 3",
            {3: [1, 4, 6]},
            id="continue",
        ),
        pytest.param(
            "x = 1\nfor a in b:\n  with a: break\n  x = 2\nprint(x)",
            {5: [1, 4]},
            id="break-in-a-with",
        ),
        pytest.param(
            "x = 1\nfor a in b:\n  x = 2\n  break\nelse:\n  print(x)",
            {6: [1]},
            id="else-of-a-loop",
        ),
        pytest.param(
            "def f(x):\n  if x:\n    x = 2\n    return x\n  return x",
            {2: [1], 4: [3], 5: [1]},
            id="return",
        ),
        pytest.param("x = 1\ndel x\nprint(x)", {2: [1], 3: []}, id="deletion"),
        pytest.param("x = 1\na = [x for _ in b]", {2: [1]}, id="in-a-comprehension"),
    ],
)
def test_follows(code: str, lines: dict[int, list[int]]) -> None:
    assert reached(code) == lines


@pytest.mark.parametrize(
    ("code", "sizes"),
    [
        pytest.param("x = 1\nprint(x)\nx = 2\nprint(x)", [2, 2], id="apart"),
        pytest.param("x = 1\nif a: x = 2\nprint(x)\nx = 3", [3, 1], id="joined"),
        pytest.param("x = 1\nx = f(x)\nprint(x)", [2, 2], id="made-of-the-old-one"),
        pytest.param(
            "for a in b:\n  x = 1\n  print(x)\nfor a in b:\n  x = 2\n  print(x)",
            [2, 2],
            id="in-two-loops",
        ),
        pytest.param(
            "for a in b:\n  x = 1\nfor a in b:\n  print(x)\n  x = 2",
            [3],
            id="carried-over",
        ),
    ],
)
def test_live_ranges(code: str, sizes: list[int]) -> None:
    assert [len(uses) for uses in live_ranges(*x_in(code))] == sizes
