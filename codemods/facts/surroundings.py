"""What stands around a node: its scope, its blocks, and what is bound before it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import libcst as cst

from codemods.facts.bindings import Binding, Bindings
from codemods.facts.find_nodes import find
from codemods.facts.scopes import Comprehension, Occurrence, Role, Scope
from codemods.facts.walk import parents

Places = Mapping[cst.CSTNode, int]
"""The blocks around a place, and the index in each of the statement it is in."""

DEFINITIONS = (Role.CLASS, Role.FUNCTION, Role.IMPORT)


class Surroundings:
    """What stands around the nodes of one module."""

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._parents = parents(bindings.wrapper.module)

    def scope(self, node: cst.CSTNode) -> Scope:
        """The scope that an expression is evaluated in."""
        below = node
        for child, parent in self._climb(node):
            found = self._bindings.scopes.by_node.get(parent)
            if found is not None and _is_inside(parent, child, below):
                return found
            below = child
        raise TypeError("a node of another module")

    def places(self, node: cst.CSTNode) -> dict[cst.CSTNode, int]:
        """The blocks around a node, and the index of its statement in each."""
        return {
            parent: next(i for i, s in enumerate(parent.body) if s is child)
            for child, parent in self._climb(node)
            if isinstance(parent, cst.Module | cst.BaseSuite)
        }

    def stands_in(self, node: cst.CSTNode, kind: type[cst.CSTNode]) -> bool:
        """Whether any node around this one is of a kind."""
        return any(isinstance(parent, kind) for _, parent in self._climb(node))

    def is_bound_before(self, binding: Binding, places: Places) -> bool:
        """Whether a variable certainly has a value by the time that a place runs.

        The place is in the scope of the variable, or in one that this evaluates there.
        """
        uses = self._bindings.occurrences(binding)
        if any(use.role is Role.DELETE for use in uses):
            return False
        return any(_precedes(use, binding, places) for use in uses)

    def _climb(self, node: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, cst.CSTNode]]:
        """Each node above `node` and the child it was reached from."""
        while (parent := self._parents.get(node)) is not None:
            yield node, parent
            node = parent


def _is_inside(node: cst.CSTNode, child: cst.CSTNode, below: cst.CSTNode) -> bool:
    """Whether the scope of a node holds one of its parts, and what is in that.

    Defaults, annotations and the first iterable are evaluated outside.
    """
    if isinstance(node, cst.FunctionDef | cst.Lambda | cst.ClassDef):
        return child is node.body
    if isinstance(node, Comprehension):
        return child is not node.for_in or below is not node.for_in.iter
    return True


def _precedes(use: Occurrence, binding: Binding, places: Places) -> bool:
    """Whether one occurrence binds its variable before a place, whenever that runs."""
    if use.role is Role.PARAMETER:
        return True
    if use.scope is not binding.scope:
        return False
    if use.assigned or use.role in DEFINITIONS:
        block, index = use.place[-1]
        return index < places.get(block, -1)
    return use.role is Role.STORE and any(
        isinstance(loop, cst.For)
        and loop.body in places
        and use.node in find(loop.target, cst.Name)
        for loop in use.loops
    )
