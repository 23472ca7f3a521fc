"""Which functions of a module a piece of its code may call.

Whatever is named may be called: a function by its name, a method by that of an
attribute.  Where one method of a class may be called all of them may, because operators
call methods without naming them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache

import libcst as cst

from codemods.facts.bindings import Binding, Bindings
from codemods.facts.walk import children, parents, walk

Loop = cst.For | cst.While
DEFINITION = (cst.FunctionDef, cst.ClassDef)
REDUCTIONS = ("all", "any", "max", "min", "sorted", "sum")
"""Builtins that go through all of their argument, if they have one."""


@lru_cache(maxsize=4)
def call_graph_of(bindings: Bindings) -> CallGraph:
    """The call graph of a module that is asked for it several times."""
    return CallGraph(bindings)


class CallGraph:
    """What the functions, methods and statements of a module may call."""

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
        self._called_by_name: dict[Binding, list[cst.FunctionDef]] = {}
        for function in self.functions.values():
            self._note(function, [function])
        for owner, methods in self.methods.items():
            self._note(owner, methods)
        self._named_in: dict[tuple[cst.CSTNode, bool], list[cst.FunctionDef]] = {}

    def _note(
        self,
        definition: cst.FunctionDef | cst.ClassDef,
        functions: list[cst.FunctionDef],
    ) -> None:
        """Note which functions may run when a definition is called by its name."""
        binding = self.bindings.binding_of(definition.name)
        if binding is not None:
            self._called_by_name.setdefault(binding, []).extend(functions)

    def loops_again(self, loop: Loop) -> bool:
        """Whether a loop runs another one inside it, of whatever kind."""
        inside = [*loop.body.body, *self.reached_from([loop])]
        return any(self._repeats(node) for body in inside for node in walk(body))

    def _repeats(self, node: cst.CSTNode) -> bool:
        """Whether this is a loop, a comprehension, or a call that does the same."""
        match node:
            case cst.Call(func=function, args=[_]):
                return self.bindings.is_builtin(function, *REDUCTIONS)
            case _:
                return isinstance(node, Loop | cst.BaseComp)

    def called_from(
        self, bodies: Iterable[cst.CSTNode]
    ) -> list[cst.FunctionDef | cst.Lambda]:
        """Every function that may run when these do, whoever calls it.

        Those that Python calls by itself, such as `__add__`, and those that are used
        otherwise than by calls, so that variables may hold them, count as called.
        """
        bodies = [*bodies, *self._hidden]
        return [*self.reached_from(bodies), *self._hidden]

    @cached_property
    def _hidden(self) -> list[cst.FunctionDef | cst.Lambda]:
        """The functions that may be called without being named."""
        return list(self._find_hidden())

    def _find_hidden(self) -> Iterator[cst.FunctionDef | cst.Lambda]:
        for function in self.functions.values():
            is_method = any(function in methods for methods in self.methods.values())
            if function.decorators or (
                is_method and function.name.value.startswith("__")
            ):
                yield function
        above = parents(self.bindings.wrapper.module)
        for node, parent in above.items():
            if type(node) not in (cst.Lambda, cst.Name, cst.Attribute):
                continue  # it names nothing
            if isinstance(node, cst.Lambda):
                yield node
            is_called = isinstance(parent, cst.Call) and parent.func is node
            if not is_called and node not in self.functions:
                yield from self._named(node)

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
            named = self._functions_named_in(body, outside_loops)
            new = [function for function in named if function not in found]
            found |= dict.fromkeys(new)
            pending += new
        return list(found)

    def _functions_named_in(
        self, body: cst.CSTNode, outside_loops: bool
    ) -> list[cst.FunctionDef]:
        if (body, outside_loops) not in self._named_in:
            nodes = outside_loops_of(body) if outside_loops else walk(body)
            named = dict.fromkeys(f for node in nodes for f in self._named(node))
            self._named_in[body, outside_loops] = list(named)
        return self._named_in[body, outside_loops]

    def _named(self, node: cst.CSTNode) -> Iterator[cst.FunctionDef]:
        """The functions that a name or an attribute may stand for."""
        if isinstance(node, cst.Attribute):
            for owner in self.owners.get(node.attr.value, ()):
                yield from self.methods[owner]
        binding = self.bindings.binding_of(node) if isinstance(node, cst.Name) else None
        if binding is not None:
            yield from self._called_by_name.get(binding, ())


def outside_loops_of(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
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
