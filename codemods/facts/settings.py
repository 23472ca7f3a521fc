"""The settings of a script: module variables that only literals decide.

width = 16
heads = 4
head_width = width // heads     a setting as well
names = read_names()            none
"""

from __future__ import annotations

import libcst as cst

from codemods.facts.bindings import BINDING_ROLES, Binding, Bindings
from codemods.facts.mutations import Mutations
from codemods.facts.walk import parents, walk

COMPUTED = (
    *(cst.Name, cst.BaseNumber, cst.BaseString, cst.Tuple, cst.Element, cst.Comma),
    *(cst.BinaryOperation, cst.BaseBinaryOp, cst.UnaryOperation, cst.BaseUnaryOp),
)
"""What values are made of that cannot be changed in place."""


class Settings:
    """Which variables of a module are bound once, to what literals come to."""

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._mutations = Mutations(bindings)
        self._parents = parents(bindings.wrapper.module)
        self._known: dict[Binding, bool] = {}

    def __contains__(self, binding: Binding) -> bool:
        if binding not in self._known:
            self._known[binding] = False  # while it is being found out
            self._known[binding] = self._is_setting(binding)
        return self._known[binding]

    def _is_setting(self, binding: Binding) -> bool:
        if binding.scope is not self._bindings.scopes.module:
            return False
        uses = self._bindings.occurrences(binding)
        bound = [use for use in uses if use.role in BINDING_ROLES]
        if len(bound) != 1 or len(bound[0].place) != 1 or not bound[0].assigned:
            return False
        value = self._value_of(bound[0].node)
        return (
            value is not None
            and all(map(self._is_constant, walk(value)))
            and self._mutations.find(binding) is None
        )

    def _value_of(self, target: cst.Name) -> cst.BaseExpression | None:
        statement = self._parents[target]
        if isinstance(statement, cst.AssignTarget):
            statement = self._parents[statement]
        if isinstance(statement, cst.Assign | cst.AnnAssign):
            return statement.value
        return None

    def _is_constant(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Name):
            binding = self._bindings.binding_of(node)
            return (binding is None and node.value in ("True", "False", "None")) or (
                binding is not None and binding in self
            )
        return isinstance(node, COMPUTED)
