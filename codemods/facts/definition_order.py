"""In which order a reader wants the functions of a module.

    def total(rows): … add(…)
    def add(left, right): …             read_rows
    def read_rows(): …           =>     add
    rows = read_rows()                  total
    print(total(rows))

What is used first comes first, what a function calls comes before it, and a function
`layer_backward` comes right behind `layer_forward`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import libcst as cst

from codemods.adjoint.signature import BACKWARD, FORWARD
from codemods.facts.bindings import Bindings
from codemods.facts.walk import walk


class DefinitionOrder:
    """The order of functions of which every name stands for one."""

    def __init__(
        self, bindings: Bindings, functions: Sequence[cst.FunctionDef]
    ) -> None:
        self._bindings = bindings
        self._functions = {bindings.binding_of(f.name): f for f in functions}
        self._by_name = {function.name.value: function for function in functions}
        self._seen: set[cst.FunctionDef] = set()
        self._ordered: list[cst.FunctionDef] = []

    def by_use(self, code: Iterable[cst.CSTNode]) -> list[cst.FunctionDef]:
        """All functions: those that the code uses first, and then the others."""
        for statement in code:
            self._place_used(statement)
        for function in self._functions.values():
            self._place(function)
        return self._ordered

    def used_by(self, node: cst.CSTNode) -> list[cst.FunctionDef]:
        """The functions that code names, in the order in which it does."""
        names = [name for name in walk(node) if isinstance(name, cst.Name)]
        found = [self._functions.get(self._bindings.binding_of(name)) for name in names]
        return [function for function in found if function is not None]

    def _place_used(self, node: cst.CSTNode) -> None:
        for function in self.used_by(node):
            self._place(function)

    def _place(self, function: cst.FunctionDef) -> None:
        """Put a function, or a pair, behind what it uses."""
        pair = [one for one in self._pair(function) if one not in self._seen]
        self._seen.update(pair)
        for one in pair:
            self._place_used(one)
        self._ordered += pair

    def _pair(self, function: cst.FunctionDef) -> list[cst.FunctionDef]:
        """A function alone, or the forward and the backward one of its name."""
        name = function.name.value
        stem = name.removesuffix(FORWARD).removesuffix(BACKWARD)
        names = [stem + FORWARD, stem + BACKWARD]
        found = [self._by_name[one] for one in names if one in self._by_name]
        return found if function in found else [function]
