"""Which expressions are certainly whole numbers that are not negative.

for head in range(heads):       head counts from 0
    start = head * width        so start is none below 0, if width is not
last = start - 1                this may be
"""

from __future__ import annotations

import libcst as cst

from codemods.facts.assigned_values import givers
from codemods.facts.bindings import Binding, Bindings
from codemods.facts.walk import parents

KEEPING = (cst.Add, cst.Multiply, cst.FloorDivide, cst.Modulo)
"""Operators that make no negative number of two that are not."""


class Naturals:
    """Answers for the expressions of one module."""

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._parents = parents(bindings.wrapper.module)
        self._known: dict[Binding, bool] = {}

    def has(self, node: cst.BaseExpression) -> bool:
        """Whether an expression is one wherever it is evaluated."""
        match node:
            case cst.Integer():
                return True
            case cst.BinaryOperation(left=left, operator=operator, right=right):
                return isinstance(operator, KEEPING) and self._have([left, right])
            case cst.Call(func=function):
                return self._bindings.is_builtin(function, "len")
            case cst.Name():
                binding = self._bindings.binding_of(node)
                return binding is not None and self._is_natural(binding)
        return False

    def _have(self, nodes: list[cst.BaseExpression]) -> bool:
        return all(map(self.has, nodes))

    def _is_natural(self, binding: Binding) -> bool:
        """Whether all that a variable is bound to is one."""
        if binding not in self._known:
            self._known[binding] = False  # while it is being found out
            given = [use.node for use in givers(self._bindings, binding)]
            self._known[binding] = bool(given) and all(map(self._is_given, given))
        return self._known[binding]

    def _is_given(self, name: cst.Name) -> bool:
        """Whether one is bound to a name here."""
        above = self._parents[name]
        match above:
            case cst.AnnAssign(value=cst.BaseExpression() as value):
                return self.has(value)
            case cst.AssignTarget():
                assign = cst.ensure_type(self._parents[above], cst.Assign)
                return self.has(assign.value)
            case cst.For(target=target, iter=cst.Call() as call) if target is name:
                return self._counts_up(call)
        return False

    def _counts_up(self, call: cst.Call) -> bool:
        """Whether a loop over a `range` never comes below 0."""
        bounds = [argument.value for argument in call.args]
        return self._bindings.is_builtin(call.func, "range") and (
            len(bounds) == 1 or self._have(bounds[:1] + bounds[2:])
        )
