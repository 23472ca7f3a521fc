"""Functions that may be called again, because they only compute."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import libcst as cst

from codemods.adjoint.lines import assigned_in, changed_in
from codemods.facts.find_nodes import find
from codemods.facts.scopes import all_parameters
from codemods.facts.walk import walk

PURE = frozenset(
    """abs bool dict enumerate float int len list max min range reversed round set
    sorted str sum tuple zip
    """.split()
)
METHODS = frozenset("append count extend get index items keys values".split())


def pure_functions(functions: Mapping[str, cst.FunctionDef]) -> set[str]:
    """Those that change nothing that they are given, and call none that might."""
    found = set(functions)
    while True:
        impure = {name for name in found if not _is_pure(functions[name], found)}
        if not impure:
            return found
        found -= impure


def is_pure(call: cst.Call, functions: Collection[str]) -> bool:
    match call.func:
        case cst.Name(value=name):
            return name in PURE or name in functions
        case cst.Attribute(value=cst.Name(value="math")):
            return True
        case cst.Attribute(attr=cst.Name(value=method)):
            return method in METHODS
    return False


def _is_pure(function: cst.FunctionDef, functions: Collection[str]) -> bool:
    own = assigned_in(function) - {
        p.name.value for p in all_parameters(function.params)
    }
    calls = all(is_pure(call, functions) for call in find(function.body, cst.Call))
    hidden = [n for n in walk(function) if isinstance(n, cst.Global | cst.Nonlocal)]
    return calls and not hidden and changed_in(function.body) <= own
