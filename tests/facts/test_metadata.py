"""Metadata is LibCST's, without what takes it long."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest
from libcst.metadata import (
    Access,
    BaseAssignment,
    ExpressionContextProvider,
    MetadataWrapper,
    Scope,
    ScopeProvider,
)

from codemods.facts.find_nodes import find
from codemods.facts.metadata import parse, wrap

ROOT = Path(__file__).parents[2]

EXAMPLE = """\
import os.path as paths, sys
from typing import Any as Anything, cast

class Shape(Base, metaclass=Meta):
    width: "int" = 2

    @property
    def area(self, *rest, scale: float = width, **options) -> "Shape":
        global total
        total += self.width * scale
        return [a.b[c] for a, c in zip(rest, options) if (d := a)]

def count(items: list["Shape"]):
    n = 0
    def add(more=lambda x: x + n):
        nonlocal n
        n, [first, *others] = more(n), items
        del first
    with open(paths) as file, lock:
        for i, other in enumerate(file):
            add(more=i)
    return {k: v for k in items for v in k} | {*items}
"""


@pytest.fixture(params=["example", "original/microgpt.py"])
def module(request: pytest.FixtureRequest) -> cst.Module:
    is_example = request.param == "example"
    return parse(EXAMPLE if is_example else (ROOT / request.param).read_text())


def test_scopes_are_those_of_libcst(module: cst.Module) -> None:
    expected = MetadataWrapper(module, unsafe_skip_copy=True).resolve(ScopeProvider)
    found = wrap(module).resolve(ScopeProvider)
    names = [name for name in find(module, cst.Name) if name in expected]
    assert names
    for node in [*names, *find(module, cst.Call)]:
        assert describe(found[node]) == describe(expected[node])


def describe(scope: Scope | None) -> object:
    """What can be asked about a scope, in terms of nodes, which are shared."""
    if scope is None:
        return None
    accesses = {(access.node, referents(access)) for access in scope.accesses}
    assignments = {(a.name, node_of(a)) for a in scope.assignments}
    return type(scope), assignments, accesses


def referents(access: Access) -> frozenset[tuple[str, object]]:
    return frozenset((a.name, node_of(a)) for a in access.referents)


def node_of(assignment: BaseAssignment) -> object:
    return getattr(assignment, "node", None)


def test_contexts_are_those_of_libcst(module: cst.Module) -> None:
    wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
    expected = wrapper.resolve(ExpressionContextProvider)
    assert wrap(module).resolve(ExpressionContextProvider) == expected
