"""Which variables of a module are state.

width = 16                 bound once and never changed: a constant
totals = [0] * width       changed by the loop: state
for step in range(3):      bound in a loop: state
    totals[step] += step
"""

from __future__ import annotations

from codemods.facts.bindings import BINDING_ROLES, Binding, Bindings
from codemods.facts.mutations import Mutations
from codemods.facts.scopes import Occurrence, Role

DEFINES = frozenset({Role.FUNCTION, Role.CLASS, Role.IMPORT})


class ModuleState:
    """The variables of a module that are bound more than once or in a loop, or whose
    value is changed in place anywhere.  Functions, classes and imports are none.
    """

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._mutations = Mutations(bindings)

    def __contains__(self, binding: Binding) -> bool:
        if binding.scope is not self._bindings.scopes.module:
            return False
        if self._bindings.roles(binding) & DEFINES:
            return False
        return (
            not self.is_bound_once(binding) or self._mutations.find(binding) is not None
        )

    def is_bound_once(self, binding: Binding) -> bool:
        """Whether a variable names the same object for as long as it has a value."""
        bound = self._bound(binding)
        return len(bound) <= 1 and not any(use.loops for use in bound)

    def _bound(self, binding: Binding) -> list[Occurrence]:
        uses = self._bindings.occurrences(binding)
        return [use for use in uses if use.role in BINDING_ROLES]
