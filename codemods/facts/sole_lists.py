"""Lists that nothing but one variable reaches, and parameters meanwhile.

numbers: list[float] = []       made here, and bound to nothing else
fill(numbers)                   which appends to it, but keeps it nowhere
"""

from __future__ import annotations

import libcst as cst

from codemods.facts.assigned_values import assigned_values
from codemods.facts.bindings import Binding, Bindings
from codemods.facts.call_arguments import parameters_of
from codemods.facts.call_uses import ASKING, MUTATORS
from codemods.facts.scopes import Role
from codemods.facts.walk import parents
from codemods.facts.webs import is_deferred, runs_later

READING = tuple(
    "enumerate len list max min print reversed sorted sum tuple zip".split()
)
"""Builtins that keep nothing of a list but its elements."""

NEW = (cst.List, cst.ListComp)


class SoleLists:
    """Answers for the variables of one module."""

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._parents = parents(bindings.wrapper.module)

    def first_doubt(self, binding: Binding) -> cst.CSTNode | None:
        """Where another name may get the list of a variable, or the variable another.

        That is so as well where a function, or a generator that may run at any time,
        reads it without being given it.
        """
        uses = self._bindings.occurrences(binding)
        outside = [use.node for use in uses if is_deferred(self._bindings, use)]
        values = assigned_values(self._bindings, binding)
        if values is None or len(values) != 1 or not _is_new(values[0]):
            return uses[0].node
        return next(iter(outside), None) or self._kept(binding, set())

    def _kept(self, binding: Binding, seen: set[Binding]) -> cst.CSTNode | None:
        """The first place that may keep what a variable holds."""
        if binding in seen:
            return None
        seen.add(binding)
        loads = [
            use.node
            for use in self._bindings.occurrences(binding)
            if use.role is Role.LOAD and use.anchor is use.node
        ]
        found = (self._kept_by(name, seen) for name in loads)
        return next((node for node in found if node is not None), None)

    def _kept_by(self, name: cst.Name, seen: set[Binding]) -> cst.CSTNode | None:
        parent = self._parents[name]
        match parent:
            case cst.Subscript(value=value) if value is name:
                return None
            case cst.For(iter=walked) if walked is name:
                return None
            case cst.CompFor(iter=walked) if walked is name:
                return name if self._is_walked_later(parent) else None
            case cst.Attribute(attr=cst.Name(value=method)):
                call = self._parents[parent]
                is_called = isinstance(call, cst.Call) and call.func is parent
                return None if is_called and method in MUTATORS | ASKING else name
            case cst.Arg():
                return self._kept_by_call(parent, seen)
        return name

    def _is_walked_later(self, clause: cst.CSTNode) -> bool:
        """Whether a clause is one of a generator that runs when nobody can tell."""
        while isinstance(clause, cst.CompFor):
            clause = self._parents[clause]
        return runs_later(self._bindings, self._bindings.scopes.by_node[clause])

    def _kept_by_call(
        self, argument: cst.Arg, seen: set[Binding]
    ) -> cst.CSTNode | None:
        call = self._parents[argument]
        function = call.func if isinstance(call, cst.Call) else call
        if not argument.star and self._bindings.is_builtin(function, *READING):
            return None
        given = [p.name for p in parameters_of(self._bindings, argument)]
        inner = [self._bindings.binding_of(name) for name in given]
        if len(inner) != 1 or inner[0] is None:
            return argument
        return self._kept(inner[0], seen)


def _is_new(value: cst.BaseExpression) -> bool:
    """Whether an expression makes a list: `[]`, `[0.0] * size`."""
    if isinstance(value, cst.BinaryOperation):
        return isinstance(value.operator, cst.Multiply) and _is_new(value.left)
    return isinstance(value, NEW)
