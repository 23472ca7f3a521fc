"""Which names of functions certainly stand for two different lists.

totals: list[float] = [0.0] * 3     made for this variable
prices: list[float] = [1.0] * 3     made for that one
add_up(totals, prices)              so its parameters are never one list
"""

from __future__ import annotations

import libcst as cst

from codemods.facts.bindings import Binding, Bindings
from codemods.facts.call_arguments import arguments_of
from codemods.facts.scopes import Role
from codemods.facts.sole_lists import SoleLists
from codemods.facts.walk import parents


class ApartLists:
    """Answers for the expressions of one module."""

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._sole = SoleLists(bindings)
        self._parents = parents(bindings.wrapper.module)
        self._known: dict[Binding, frozenset[Binding]] = {}

    def are_apart(self, one: cst.BaseExpression, other: cst.BaseExpression) -> bool:
        """Whether two expressions are never the same list."""
        left, right = self._origins_of(one), self._origins_of(other)
        if not left or not right or left & right:
            return False
        return any(all(map(self._is_sole, side)) for side in (left, right))

    def _is_sole(self, binding: Binding) -> bool:
        return self._sole.first_doubt(binding) is None

    def _origins_of(self, node: cst.BaseExpression) -> frozenset[Binding]:
        if not isinstance(node, cst.Name):
            return frozenset()
        binding = self._bindings.binding_of(node)
        return frozenset() if binding is None else self._origins(binding)

    def _origins(self, binding: Binding) -> frozenset[Binding]:
        """The variables whose lists a name stands for; none if they are not known."""
        if binding not in self._known:
            self._known[binding] = frozenset()  # while it is being found out
            self._known[binding] = self._find_origins(binding)
        return self._known[binding]

    def _find_origins(self, binding: Binding) -> frozenset[Binding]:
        if self._bindings.roles(binding) != {Role.PARAMETER}:
            is_variable = Role.PARAMETER not in self._bindings.roles(binding)
            return frozenset([binding] if is_variable else [])
        uses = self._bindings.occurrences(binding)
        (name,) = [use.node for use in uses if use.role is Role.PARAMETER]
        parameter = cst.ensure_type(self._parents[name], cst.Param)
        given = arguments_of(self._bindings, parameter) or []
        found = [self._origins_of(value) for value in given]
        return frozenset().union(*found) if all(found) else frozenset()
