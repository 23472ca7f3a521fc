"""Scopes of expressions, and variables that certainly have a value."""

from __future__ import annotations

import libcst as cst
import pytest

from codemods.facts.bindings import Bindings
from codemods.facts.find_nodes import find
from codemods.facts.metadata import parse, wrap
from codemods.facts.surroundings import Surroundings


def look_at(code: str) -> tuple[Bindings, cst.Call]:
    """The bindings of a module, and its call of `here`."""
    bindings = Bindings(wrap(parse(code)))
    (call,) = (
        call
        for call in find(bindings.wrapper.module, cst.Call)
        if isinstance(call.func, cst.Name) and call.func.value == "here"
    )
    return bindings, call


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        pytest.param("here()\n", cst.Module, id="module"),
        pytest.param("def f(a=here()): pass\n", cst.Module, id="default"),
        pytest.param("def f() -> here(): pass\n", cst.Module, id="result-type"),
        pytest.param("@here()\ndef f(): pass\n", cst.Module, id="decorator"),
        pytest.param("def f():\n    here()\n", cst.FunctionDef, id="function"),
        pytest.param("class A(here()): pass\n", cst.Module, id="base"),
        pytest.param("class A:\n    here()\n", cst.ClassDef, id="class"),
        pytest.param("f = lambda: here()\n", cst.Lambda, id="lambda"),
        pytest.param("f = lambda x=here(): x\n", cst.Module, id="lambda-default"),
        pytest.param("[x for x in here()]\n", cst.Module, id="first-iterable"),
        pytest.param("[y for x in xs for y in here()]\n", cst.ListComp, id="second"),
        pytest.param("{here() for x in xs}\n", cst.SetComp, id="element"),
        pytest.param("[x for x in xs if here()]\n", cst.ListComp, id="condition"),
    ],
)
def test_scope(code: str, kind: type[cst.CSTNode]) -> None:
    bindings, call = look_at(code)
    scope = Surroundings(bindings).scope(call)
    assert isinstance(scope.node, kind)
    assert scope is next(
        o.scope for o in bindings.scopes.occurrences if o.node is call.func
    )


@pytest.mark.parametrize(
    ("code", "is_bound"),
    [
        pytest.param("x = 1\nhere()\n", True, id="line"),
        pytest.param("y = x = 1\nif y:\n    here()\n", True, id="line-above-a-block"),
        pytest.param("here()\nx = 1\n", False, id="later"),
        pytest.param("x = here()\n", False, id="same-line"),
        pytest.param("x: int\nhere()\nx = 1\n", False, id="declared-only"),
        pytest.param("if y:\n    x = 1\nhere()\n", False, id="branch"),
        pytest.param("if y:\n    x = 1\n    here()\n", True, id="same-branch"),
        pytest.param("if y:\n    x = 1\nelse:\n    here()\n", False, id="other-branch"),
        pytest.param("for x in y:\n    here()\n", True, id="loop"),
        pytest.param("for x in y:\n    pass\nhere()\n", False, id="behind-a-loop"),
        pytest.param("for x in y:\n    pass\nelse:\n    here()\n", False, id="else"),
        pytest.param("while y:\n    here()\n    x = 1\n", False, id="next-iteration"),
        pytest.param("x = 1\ndel x\nhere()\n", False, id="deleted"),
        pytest.param("try:\n    x = 1\nexcept E:\n    here()\n", False, id="failed"),
        pytest.param("y = (x := 1)\nhere()\n", False, id="expression"),
        pytest.param("class x: pass\nhere()\n", True, id="class"),
        pytest.param("class x:\n    here()\n", False, id="inside-the-class"),
        pytest.param("def f():\n    global x\n    x = 1\nhere()\n", False, id="global"),
    ],
)
def test_bound_before(code: str, is_bound: bool) -> None:
    bindings, call = look_at(code)
    around = Surroundings(bindings)
    (x,) = (b for b in bindings if b.name == "x")
    assert around.is_bound_before(x, around.places(call)) is is_bound
