"""Which bindings are taken apart into webs, and which are not."""

from __future__ import annotations

from inspect import cleandoc

import libcst as cst
import pytest

from codemods.facts.bindings import Bindings
from codemods.facts.metadata import wrap
from codemods.facts.webs import find_webs


def split(code: str, name: str) -> int:
    """How many webs there are of a name at the top or in `f`."""
    bindings = Bindings(wrap(cst.parse_module(cleandoc(code) + "\n")))
    return sum(
        web.name == name and not web.scope.is_comprehension
        for web in find_webs(bindings)
    )


WHOLE = [
    pytest.param(
        """
        for i in a: print(i)
        print(i)
        """,
        id="used-after-the-loop",
    ),
    pytest.param(
        """
        i = 0
        for i in a: print(i)
        print(i)
        """,
        id="a-loop-that-may-not-run",
    ),
    pytest.param(
        """
        for i in a: print(i)
        else: print(i)
        """,
        id="used-in-the-else-of-the-loop",
    ),
    pytest.param(
        """
        while a:
            print(i)
            for i in a: print(i)
        """,
        id="seen-when-an-outer-loop-comes-round",
    ),
    pytest.param(
        """
        for i in a: print(i)
        if a:
            i = 1
        print(i)
        """,
        id="assigned-only-perhaps-before-the-use",
    ),
    pytest.param(
        """
        for i in a: print(i)
        i += 1
        """,
        id="updated-after-the-loop",
    ),
    pytest.param(
        """
        for i in a: print(i)
        del i
        """,
        id="deleted-after-the-loop",
    ),
    pytest.param(
        """
        for i in a: print(i)
        def f(): return i
        for i in b: print(i)
        """,
        id="read-by-a-function",
    ),
    pytest.param(
        """
        for i in a: later.append(lambda: i)
        for i in b: later.pop()()
        """,
        id="captured-by-a-lambda",
    ),
    pytest.param(
        """
        for i in a: later = (i * x for x in b)
        for i in b: print(next(later))
        """,
        id="captured-by-a-generator",
    ),
    pytest.param(
        """
        def sum(values): return values
        for i in a: later = sum(i * x for x in b)
        for i in b: print(next(later))
        """,
        id="captured-by-a-generator-given-to-a-namesake-of-a-builtin",
    ),
    pytest.param(
        """
        def f():
            global i
            i = 1
        for i in a: print(i)
        for i in b: print(i)
        """,
        id="declared-global",
    ),
    pytest.param(
        """
        for i in a:
            for i in b: print(i)
            print(i)
        """,
        id="a-loop-in-a-loop-over-the-same-name",
    ),
    pytest.param(
        """
        while a:
            i = 1
            while b:
                print(i)
                for i in a: print(i)
        """,
        id="an-assignment-outside-the-loop-that-comes-round",
    ),
]


@pytest.mark.parametrize("code", WHOLE)
def test_stays_whole(code: str) -> None:
    assert split(code, "i") == 1


APART = [
    pytest.param(
        """
        for i in a: print(i)
        for i in b: print(i)
        """,
        2,
        id="two-loops",
    ),
    pytest.param(
        """
        for i in a: print([i + x for x in b if i], sum(i * x for x in b))
        for _, (i, *rest) in b: i += 1; print(i)
        """,
        2,
        id="loops-with-comprehensions-and-updates",
    ),
    pytest.param(
        """
        while a:
            for i in a: print(i)
            for i in b: print(i)
        """,
        2,
        id="two-loops-in-a-loop",
    ),
    pytest.param(
        """
        i = 0
        print(i)
        for i in a: print(i)
        """,
        2,
        id="used-only-before-the-loop",
    ),
    pytest.param(
        """
        for i in a: print(i)
        i = 0
        while b:
            print(i)
            i += 1
        """,
        2,
        id="assigned-anew-after-the-loop",
    ),
    pytest.param(
        """
        while a:
            for i in a: print(i)
            i, j = 1, 2
            if b: print(i)
        """,
        2,
        id="assigned-anew-before-each-use",
    ),
    pytest.param(
        """
        def f(i):
            print(i)
            for i in a: print(i)
        """,
        2,
        id="a-parameter-and-a-loop",
    ),
]


@pytest.mark.parametrize(("code", "webs"), APART)
def test_comes_apart(code: str, webs: int) -> None:
    assert split(code, "i") == webs


def test_knows_the_loops_that_give_a_name_its_values() -> None:
    bindings = Bindings(wrap(cst.parse_module("for i in a: print([j for j in i])\n")))
    loops = {web.name: web.loops for web in find_webs(bindings)}
    assert [type(loop).__name__ for loop in loops["i"]] == ["For"]
    assert [type(loop).__name__ for loop in loops["j"]] == ["CompFor"]


def test_a_name_that_is_assigned_as_well_is_no_loop_variable() -> None:
    bindings = Bindings(wrap(cst.parse_module("for i in a: i = i + 1\n")))
    assert [web.loops for web in find_webs(bindings) if web.name == "i"] == [()]
