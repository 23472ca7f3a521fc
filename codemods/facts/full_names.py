"""What names stand for outside a module: `itertools.chain`, `builtins.len`.

from itertools import chain as join
join.from_iterable(rows)            itertools.chain.from_iterable
len(rows)                           builtins.len
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator

import libcst as cst
from libcst.helpers import get_full_name_for_node

from codemods.facts.bindings import Bindings
from codemods.facts.scopes import Role, root_name
from codemods.facts.walk import parents


class FullNames:
    """The full names of the builtins and of what a module imports."""

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._parents = parents(bindings.wrapper.module)
        self._imported = dict(_imports(bindings.wrapper.module))

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
        return next(self._imported[use.node] for use in uses if use.role is Role.IMPORT)

    def uses(self) -> Iterator[tuple[cst.BaseExpression, str]]:
        """Every dotted expression that is read, as a whole, and that has a full name.

        What stands in the text of an annotation is left out.
        """
        for occurrence in self._bindings.scopes.occurrences:
            if occurrence.role is Role.LOAD and occurrence.anchor is occurrence.node:
                node = self._whole(occurrence.node)
                name = self.find(node)
                if name:
                    yield node, name

    def _whole(self, name: cst.Name) -> cst.BaseExpression:
        """The `a.b.c` that a name `a` begins."""
        node: cst.BaseExpression = name
        while isinstance(parent := self._parents[node], cst.Attribute):
            node = parent
        return node


def full_names_of_builtins(names: str) -> frozenset[str]:
    """The full names of builtins that are listed with spaces between them."""
    return frozenset(f"builtins.{name}" for name in names.split())


def _imports(module: cst.Module) -> Iterator[tuple[cst.Name, str]]:
    """The names that imports bind, each with what it is called where it is from."""
    for node in parents(module):
        match node:
            case cst.Import(names=aliases):
                origin = ""
            case cst.ImportFrom(names=[*aliases]):
                origin = _prefix_of(node)
            case _:
                continue
        for alias in aliases:
            if alias.asname is not None:
                bound = cst.ensure_type(alias.asname.name, cst.Name)
                yield bound, origin + alias.evaluated_name
            else:
                bound = root_name(alias.name)
                yield bound, origin + bound.value


def _prefix_of(node: cst.ImportFrom) -> str:
    module = get_full_name_for_node(node.module) if node.module is not None else None
    return "." * len(node.relative) + (f"{module}." if module is not None else "")
