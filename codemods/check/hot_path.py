"""Where a script spends its time, told from its loops and calls.

A script's long loops are the outermost ones that loop again, in their own body or in
what they call: the training of a model is such a loop, reading lines is not.  What
runs inside them is the hot path: their bodies, every function that is named there, and
every method of a class of which a method is named there, for operators call the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import libcst as cst

from codemods.facts.bindings import Bindings
from codemods.facts.walk import children, walk

Loop = cst.For | cst.While
Body = Loop | cst.FunctionDef
Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement
DEFINITION = (cst.FunctionDef, cst.ClassDef)


@dataclass(frozen=True)
class HotPath:
    """The loops and functions that are hot, and every statement inside them."""

    bodies: frozenset[Body]
    statements: frozenset[cst.CSTNode]


def find_hot_path(bindings: Bindings) -> HotPath:
    """The hot path of a script, from its first line through all that it calls."""
    calls = _Calls(bindings)
    main = [s for s in bindings.wrapper.module.body if not isinstance(s, DEFINITION)]
    loops: set[Loop] = set()
    for body in (*main, *calls.reached_from(main, outside_loops=True)):
        loops |= {loop for loop in _outermost_loops(body) if calls.loops_again(loop)}
    bodies = {*loops, *calls.reached_from(loops)}
    statements = {
        node
        for body in bodies
        for node in walk(body)
        if isinstance(node, cst.SimpleStatementLine | cst.BaseCompoundStatement)
    }
    return HotPath(frozenset(bodies), frozenset(statements))


class _Calls:
    """Which functions of a module a piece of its code may call."""

    def __init__(self, bindings: Bindings) -> None:
        self.bindings = bindings
        definitions = bindings.scopes.by_node
        self.functions = {
            node.name: node for node in definitions if isinstance(node, cst.FunctionDef)
        }
        self.methods = {
            node: [
                method
                for method in node.body.body
                if isinstance(method, cst.FunctionDef)
            ]
            for node in definitions
            if isinstance(node, cst.ClassDef)
        }
        self.owners: dict[str, list[cst.ClassDef]] = {}
        for owner, methods in self.methods.items():
            for method in methods:
                self.owners.setdefault(method.name.value, []).append(owner)

    def loops_again(self, loop: Loop) -> bool:
        """Whether a loop runs another one inside it."""
        inside = [*loop.body.body, *self.reached_from([loop])]
        return any(isinstance(n, Loop) for body in inside for n in walk(body))

    def reached_from(
        self, bodies: Iterable[cst.CSTNode], *, outside_loops: bool = False
    ) -> list[cst.FunctionDef]:
        """The functions that may run when these do, in the order in which found.

        `outside_loops` leaves out those that are called in loops only.
        """
        found: dict[cst.FunctionDef, None] = {}
        pending = list(bodies)
        while pending:
            body = pending.pop(0)
            nodes = _outside_loops(body) if outside_loops else walk(body)
            new = [f for node in nodes for f in self._named(node) if f not in found]
            found |= dict.fromkeys(new)
            pending += dict.fromkeys(new)
        return list(found)

    def _named(self, node: cst.CSTNode) -> Iterator[cst.FunctionDef]:
        """The functions that a name or an attribute may stand for."""
        if isinstance(node, cst.Attribute):
            for owner in self.owners.get(node.attr.value, ()):
                yield from self.methods[owner]
        binding = self.bindings.binding_of(node) if isinstance(node, cst.Name) else None
        if binding is None:
            return
        for occurrence in self.bindings.occurrences(binding):
            if occurrence.node in self.functions:
                yield self.functions[occurrence.node]
        for definition, methods in self.methods.items():
            if self.bindings.binding_of(definition.name) == binding:
                yield from methods


def _outermost_loops(body: cst.CSTNode) -> list[Loop]:
    return [node for node in _outside_loops(body) if isinstance(node, Loop)]


def _outside_loops(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The nodes below one, without what is inside loops and definitions."""
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        if isinstance(current, Loop) or (
            isinstance(current, DEFINITION) and current is not node
        ):
            continue
        pending += children(current)
