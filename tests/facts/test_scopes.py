"""The scopes found agree with those that Python's own compiler finds."""

from __future__ import annotations

import symtable
from collections.abc import Iterator
from inspect import cleandoc

import libcst as cst
import pytest

from codemods.facts.bindings import Bindings
from codemods.facts.metadata import wrap
from codemods.facts.scopes import Scope
from codemods.refusal import Refusal

PROGRAMS = [
    pytest.param(
        """
        a = b = 1
        def f(a, *c, d=a, **e):
            b = a
            def g():
                nonlocal b
                global h
                b, h = d, e
                return lambda x, y=b: x + y + c + h
            return g
        """,
        id="functions",
    ),
    pytest.param(
        """
        x = 1
        class A(x):
            x = x
            y: int
            def f(self, x=x):
                return x, y, A
            class B:
                z = x
                def g(self): return x
        """,
        id="classes",
    ),
    pytest.param(
        """
        def f(n):
            import os.path, sys as s
            from re import compile as c, match
            try:
                with open(n) as (p, [q, *r]): pass
            except (OSError, s.error) as e:
                del p, q[0]
            for i.x, j[k] in n: pass
            else: l: int
            m += 1
            async def g():
                async for o in n: await o
        """,
        id="statements",
    ),
    pytest.param(
        """
        def f(v):
            match v:
                case [a, *b] | (a, b): pass
                case {"k": c, v.d: e, **g}: pass
                case h(i, j=k) as l: pass
                case m if m > n: pass
                case v.o | 1: pass
        """,
        id="patterns",
    ),
    pytest.param(
        """
        def f():
            global g
            def h():
                return g, i
            i = g = 1
            def j():
                i = 2
                def k():
                    def l():
                        nonlocal i
                        i = g
                    nonlocal i
        """,
        id="declarations-seen-from-inside",
    ),
]


def compiled(table: symtable.SymbolTable) -> Iterator[tuple[str, str, str]]:
    """Each name of each table of the compiler, and where it belongs."""
    for symbol in table.get_symbols():
        kind = "outside" if symbol.is_free() else "here"
        yield (
            table.get_name(),
            symbol.get_name(),
            "module" if symbol.is_global() else kind,
        )
    for child in table.get_children():
        yield from compiled(child)


def found(code: str) -> Iterator[tuple[str, str, str]]:
    bindings = Bindings(wrap(cst.parse_module(code)))
    for occurrence in bindings.scopes.occurrences:
        scope, name = occurrence.scope, occurrence.node.value
        binding = bindings.resolution.find(name, scope)
        yield table_name(scope), name, belongs(
            scope, binding.scope if binding else None
        )


def table_name(scope: Scope) -> str:
    if isinstance(scope.node, cst.Module):
        return "top"
    return "lambda" if isinstance(scope.node, cst.Lambda) else scope.name


def belongs(scope: Scope, target: Scope | None) -> str:
    if target is None or (target.parent is None and scope.parent is not None):
        return "module"
    return "here" if target is scope else "outside"


@pytest.mark.parametrize("code", PROGRAMS)
def test_agrees_with_the_compiler(code: str) -> None:
    code = cleandoc(code) + "\n"
    seen = {entry for entry in found(code) if entry[0] != "top"}
    expected = set(compiled(symtable.symtable(code, "example", "exec")))
    written = {entry[:2] for entry in seen}
    passed_through = {
        entry
        for entry in expected
        if entry[2] == "outside" and entry[:2] not in written
    }
    assert seen == {e for e in expected - passed_through if e[0] != "top"}


def test_a_comprehension_is_a_scope_but_for_its_first_iterable_and_its_walrus() -> None:
    bindings = Bindings(
        wrap(cst.parse_module("b = [(c := a) for a in a for d in a]\n"))
    )
    inside = {
        occurrence.node.value
        for occurrence in bindings.scopes.occurrences
        if occurrence.scope.is_comprehension
    }
    assert inside == {"a", "d"}
    assert [o.scope.is_comprehension for o in bindings.scopes.occurrences][:3] == [
        False,
        True,
        True,
    ]
    assert {b.name for b in bindings if not b.scope.is_comprehension} == {"b", "c"}


def test_refuses_type_parameters() -> None:
    with pytest.raises(Refusal, match="1:1: expected no type parameters"):
        Bindings(wrap(cst.parse_module("def f[T](a: T): pass\n")))
