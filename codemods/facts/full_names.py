"""What names stand for outside a module: `itertools.chain`, `builtins.len`.

from itertools import chain as join
join.from_iterable(rows)            itertools.chain.from_iterable
len(rows)                           builtins.len
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from functools import cached_property

import libcst as cst

from codemods.facts.bindings import Bindings
from codemods.facts.find_imports import find_imports
from codemods.facts.scopes import Role
from codemods.facts.walk import parents


class FullNames:
    """The full names of the builtins and of what a module imports."""

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._parents = parents(bindings.wrapper.module)
        self._imports = find_imports(bindings)

    def find(self, node: cst.BaseExpression) -> str:
        """The full name of a dotted expression, "" if it is something of the module's.

        A name that nothing binds, and that is no builtin, is its own full name.
        """
        if isinstance(node, cst.Attribute):
            owner = self.find(node.value)
            return f"{owner}.{node.attr.value}" if owner else ""
        if not isinstance(node, cst.Name):
            return ""
        name = node.value
        if self._bindings.is_builtin(node, name):
            return f"builtins.{name}" if hasattr(builtins, name) else name
        binding = self._bindings.binding_of(node)
        if binding is None or self._bindings.roles(binding) != {Role.IMPORT}:
            return ""
        uses = self._bindings.occurrences(binding)
        first = next(use.node for use in uses if use.role is Role.IMPORT)
        return self._imports[first].full_name

    def uses(self) -> Iterator[tuple[cst.BaseExpression, str]]:
        """Every dotted expression that is read, as a whole, and that has a full name.

        What stands in the text of an annotation is left out.
        """
        return iter(self._uses)

    @cached_property
    def _uses(self) -> list[tuple[cst.BaseExpression, str]]:
        found = []
        for occurrence in self._bindings.scopes.occurrences:
            if occurrence.role is Role.LOAD and occurrence.anchor is occurrence.node:
                node = self._whole(occurrence.node)
                name = self.find(node)
                if name:
                    found.append((node, name))
        return found

    def _whole(self, name: cst.Name) -> cst.BaseExpression:
        """The `a.b.c` that a name `a` begins."""
        node: cst.BaseExpression = name
        while isinstance(parent := self._parents[node], cst.Attribute):
            node = parent
        return node


def full_names_of_builtins(names: str) -> frozenset[str]:
    """The full names of builtins that are listed with spaces between them."""
    return frozenset(f"builtins.{name}" for name in names.split())
