"""Which variables of a module are state.

    width = 16                 bound once, to what cannot change: a constant
    names = ["a", "b"]         bound once, and only ever read: a constant
    totals = [0] * width       changed by the loop: state
    for step in range(3):      bound in a loop: state
        totals[step] += step

A container that functions use is a constant only if no other name can reach it, and
the module is known to do nothing with it but read it: if it comes from or goes where
that cannot be seen, it is state.  So is what is neither a container nor of a type that
cannot change, such as a file or an iterator.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import libcst as cst

from codemods.facts.annotation_types import Annotations
from codemods.facts.assigned_values import assigned_values, givers
from codemods.facts.bindings import Binding, Bindings
from codemods.facts.fresh_values import FreshValues
from codemods.facts.immutable_types import MAKERS, is_immutable, is_readable
from codemods.facts.imported_names import ImportedNames
from codemods.facts.library import is_function
from codemods.facts.mutations import Mutations
from codemods.facts.scopes import Occurrence, Role, Scope
from codemods.facts.type_names import UNOBSERVED
from codemods.facts.walk import parents

DEFINES = frozenset({Role.FUNCTION, Role.CLASS, Role.IMPORT})
IN_HINTS = (cst.BaseExpression, cst.BaseElement, cst.Index, cst.SubscriptElement)
"""What may stand between a name and the annotation that it is part of."""


class ModuleState:
    """The variables of a module that may not be the same whenever a function runs.

    Functions, classes and imports are none, unless a function binds them.
    """

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._mutations = Mutations(bindings)
        self._types = self._mutations.types
        self._names = self._mutations.names
        self._parents = parents(bindings.wrapper.module)
        self._known: dict[Binding, bool] = {}
        self._fresh = FreshValues(bindings, self._mutations, self._is_constant)

    def __contains__(self, binding: Binding) -> bool:
        if binding.scope is not self._bindings.scopes.module:
            return False
        if self._is_bound_by_function(binding):
            return True
        if self._bindings.roles(binding) & DEFINES:
            return False
        return not self.is_bound_once(binding) or self._may_change(binding)

    def is_bound_once(self, binding: Binding) -> bool:
        """Whether a variable names the same object for as long as it has a value.

        A declaration gives it none, and of the branches of an `if` one is taken.
        """
        bound = givers(self._bindings, binding)
        if any(use.loops for use in bound):
            return False
        return len(bound) <= 1 or self._are_branches(bound)

    def uses_in_functions(self, binding: Binding) -> Iterator[Occurrence]:
        """Where functions use a variable, other than in annotations."""
        for use in self._bindings.occurrences(binding):
            if function_around(use.scope) is not None and not self._is_in_hint(use):
                yield use

    def _is_in_hint(self, use: Occurrence) -> bool:
        node: cst.CSTNode = use.anchor
        while isinstance(node, IN_HINTS):
            node = self._parents[node]
        return isinstance(node, cst.Annotation)

    def _is_bound_by_function(self, binding: Binding) -> bool:
        return any(
            use.role is not Role.LOAD and function_around(use.scope) is not None
            for use in self._bindings.occurrences(binding)
        )

    def _may_change(self, binding: Binding) -> bool:
        """Whether what a variable holds changes, or may while functions use it."""
        if self._is_constant(binding):
            return False
        is_used = any(True for _ in self.uses_in_functions(binding))
        return is_used or self._mutations.find(binding) is not None

    def _is_constant(self, binding: Binding) -> bool:
        """Whether a variable of the module never changes, nor what it holds."""
        if binding not in self._known:
            self._known[binding] = False  # while it is being found out
            self._known[binding] = (
                binding.scope is self._bindings.scopes.module
                and not self._is_bound_by_function(binding)
                and self.is_bound_once(binding)
                and (self._holds_constant(binding) or self._is_only_read(binding))
            )
        return self._known[binding]

    def _holds_constant(self, binding: Binding) -> bool:
        if is_immutable(self._types.of_binding(binding)):
            return True
        values = assigned_values(self._bindings, binding)
        return values is not None and all(map(self.cannot_change, values))

    def _is_only_read(self, binding: Binding) -> bool:
        """Whether a variable holds a container that nothing else can reach."""
        values = assigned_values(self._bindings, binding)
        return (
            values is not None
            and is_readable(self._types.of_binding(binding))
            and all(map(self._fresh.is_fresh, values))
            and self._mutations.is_only_read(binding)
        )

    def cannot_change(self, value: cst.BaseExpression) -> bool:
        """Whether an expression gives a number, a string, a function, a type."""
        if is_immutable(self._types.type_of(value)):
            return True
        match value:
            case cst.Lambda():
                return True
            case cst.BinaryOperation():
                return all(map(self.cannot_change, (value.left, value.right)))
            case cst.UnaryOperation():
                return self.cannot_change(value.expression)
            case cst.Call():
                return self._names.find(value.func) in MAKERS
            case cst.Name() | cst.Attribute():
                return self._names_constant(value)
        return self._annotations.read_type(value) != UNOBSERVED

    def _names_constant(self, name: cst.BaseExpression) -> bool:
        """Whether a name stands for a function, or for a constant of the module."""
        binding = (
            self._bindings.binding_of(name) if isinstance(name, cst.Name) else None
        )
        if binding is None or self._bindings.roles(binding) == {Role.IMPORT}:
            full_name = self._names.find(name)
            return full_name.startswith("builtins.") or is_function(full_name)
        if self._bindings.roles(binding) <= {Role.CLASS, Role.FUNCTION}:
            return True
        return self._is_constant(binding)

    def _are_branches(self, bound: Sequence[Occurrence]) -> bool:
        """Whether bindings stand each in another branch of one `if` of the module."""
        module = self._bindings.wrapper.module
        block, index = bound[0].place[0]
        if block is not module or not isinstance(module.body[index], cst.If):
            return False
        branches = {use.place[1][0] for use in bound if len(use.place) == 2}
        is_one = all(use.place[0] == (block, index) for use in bound)
        return is_one and len(branches) == len(bound)

    @cached_property
    def _annotations(self) -> Annotations:
        return Annotations(self._bindings, ImportedNames(self._bindings))


def function_around(scope: Scope) -> Scope | None:
    """The innermost function or lambda that a scope is, or is in."""
    for around in scope.enclosing():
        if isinstance(around.node, cst.FunctionDef | cst.Lambda):
            return around
    return None
