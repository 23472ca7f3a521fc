"""Which variables of a module are state.

    width = 16                 bound once, to what cannot change: a constant
    names = ["a", "b"]         bound once, and only ever read: a constant
    totals = [0] * width       changed by the loop: state
    for step in range(3):      bound in a loop: state
        totals[step] += step

A container that functions use is a constant only if the module is known to do nothing
with it but read it: if it goes where that cannot be seen, it is state.  So is what is
neither a container nor of a type that cannot change, such as a file or an iterator.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import libcst as cst

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.annotation_types import Annotations
from codemods.facts.bindings import BINDING_ROLES, Binding, Bindings
from codemods.facts.full_names import FullNames
from codemods.facts.immutable_types import MAKERS, is_immutable, is_readable
from codemods.facts.imported_names import ImportedNames
from codemods.facts.library import is_function
from codemods.facts.mutations import Mutations
from codemods.facts.scopes import Occurrence, Role, Scope
from codemods.facts.type_names import UNOBSERVED
from codemods.facts.walk import parents, walk

DEFINES = frozenset({Role.FUNCTION, Role.CLASS, Role.IMPORT})
DISPLAYS = (cst.Dict, cst.List, cst.Call)


class ModuleState:
    """The variables of a module that may not be the same whenever a function runs.

    Functions, classes and imports are none, unless a function binds them.
    """

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._mutations = Mutations(bindings)
        self._parents = parents(bindings.wrapper.module)
        self._known: dict[Binding, bool] = {}

    def __contains__(self, binding: Binding) -> bool:
        if binding not in self._known:
            self._known[binding] = self._is_state(binding)
        return self._known[binding]

    def is_bound_once(self, binding: Binding) -> bool:
        """Whether a variable names the same object for as long as it has a value.

        A declaration gives it none, and of the branches of an `if` one is taken.
        """
        bound = self._bound(binding)
        if any(use.loops for use in bound):
            return False
        return len(bound) <= 1 or self._are_branches(bound)

    def _is_state(self, binding: Binding) -> bool:
        if binding.scope is not self._bindings.scopes.module:
            return False
        if self._is_bound_by_function(binding):
            return True
        if self._bindings.roles(binding) & DEFINES:
            return False
        if not self.is_bound_once(binding):
            return True
        return not self._cannot_change(binding) and self._may_change(binding)

    def _is_bound_by_function(self, binding: Binding) -> bool:
        return any(
            use.role is not Role.LOAD and function_around(use.scope) is not None
            for use in self._bindings.occurrences(binding)
        )

    def _cannot_change(self, binding: Binding) -> bool:
        """Whether a variable holds a number, a string, a function, a type."""
        if is_immutable(self._types.of_binding(binding)):
            return True
        values = list(self._values(binding))
        return bool(values) and all(map(self._is_constant, values))

    def _is_constant(self, value: cst.BaseExpression) -> bool:
        if isinstance(value, cst.Lambda) or self._annotations.read_type(value) not in (
            UNOBSERVED,
        ):
            return True
        if isinstance(value, cst.Name | cst.Attribute):
            return self._names_definition(value)
        if isinstance(value, cst.Call):
            return self._names.find(value.func) in MAKERS
        return is_immutable(self._types.type_of(value))

    def _may_change(self, binding: Binding) -> bool:
        """Whether a container is changed, or functions use what may be."""
        if self._mutations.find(binding) is not None:
            return True
        uses = self._bindings.occurrences(binding)
        if all(function_around(use.scope) is None for use in uses):
            return False
        held = self._types.of_binding(binding)
        return not is_readable(held) or not self._mutations.is_only_read(binding)
