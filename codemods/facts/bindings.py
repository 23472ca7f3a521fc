"""What every name of a module is bound to, by the scoping rules of Python."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import NamedTuple

import libcst as cst
from libcst.metadata import MetadataWrapper

from codemods.facts.scopes import Occurrence, Role, Scope, Scopes, find_scopes

BINDING_ROLES = frozenset(Role) - {Role.LOAD, Role.GLOBAL, Role.NONLOCAL}
READING_ROLES = frozenset({Role.LOAD, Role.UPDATE, Role.DELETE})


class Binding(NamedTuple):
    """A name in the scope that it belongs to."""

    scope: Scope
    name: str


class Resolution:
    """To which binding each name of `scopes` belongs.

    `spell` gives the name to read at an occurrence: with it, a module can be resolved
    as it would be after a rename, without being changed.
    """

    def __init__(
        self,
        scopes: Scopes,
        spell: Callable[[Occurrence], str] = lambda occurrence: occurrence.node.value,
    ) -> None:
        self._module = scopes.module
        self._bound: dict[Scope, set[str]] = defaultdict(set)
        self._globals: dict[Scope, set[str]] = defaultdict(set)
        self._nonlocals: dict[Scope, set[str]] = defaultdict(set)
        declared = {Role.GLOBAL: self._globals, Role.NONLOCAL: self._nonlocals}
        for occurrence in scopes.occurrences:
            name = spell(occurrence)
            if occurrence.role in declared:
                declared[occurrence.role][occurrence.scope].add(name)
            if occurrence.role is Role.GLOBAL:
                self._bound[self._module].add(name)
            if occurrence.role in BINDING_ROLES:
                self._bound[occurrence.scope].add(name)

    def find(self, name: str, scope: Scope) -> Binding | None:
        """The binding that a name in a scope means; None if it is not the module's."""
        if name in self._nonlocals[scope]:
            return self._find_outside(name, scope)
        if self._holds(scope, name):
            return Binding(scope, name)
        return self._find_outside(name, scope)

    def find_outside_class(self, name: str, scope: Scope) -> Binding | None:
        """What a name in a class body means until the body has bound it."""
        return self._find_outside(name, scope) if scope.is_class else None

    def _find_outside(self, name: str, scope: Scope) -> Binding | None:
        for outer in scope.enclosing():
            if name in self._globals[outer]:
                return Binding(self._module, name)
            if outer is not scope and not outer.is_class and self._holds(outer, name):
                return Binding(outer, name)
        return None

    def _holds(self, scope: Scope, name: str) -> bool:
        declared = self._globals[scope] | self._nonlocals[scope]
        if scope is self._module:
            declared = set()
        return name in self._bound[scope] and name not in declared


class Bindings:
    """The bindings of a module, each with its occurrences in order of evaluation."""

    def __init__(self, wrapper: MetadataWrapper) -> None:
        self.wrapper = wrapper
        self.scopes = find_scopes(wrapper)
        self.resolution = Resolution(self.scopes)
        self._occurrences: dict[Binding, list[Occurrence]] = {}
        self._binding_of: dict[cst.Name, Binding | None] = {}
        self._roles: dict[Binding, frozenset[Role]] = {}
        for occurrence in self.scopes.occurrences:
            binding = self.resolution.find(occurrence.node.value, occurrence.scope)
            self._binding_of[occurrence.node] = binding
            if binding is not None:
                self._occurrences.setdefault(binding, []).append(occurrence)

    def __iter__(self) -> Iterator[Binding]:
        return iter(self._occurrences)

    def occurrences(self, binding: Binding) -> list[Occurrence]:
        return self._occurrences[binding]

    def binding_of(self, name: cst.Name) -> Binding | None:
        """The binding of a name; None if it is no variable that the module binds."""
        return self._binding_of.get(name)

    def may_mean_outside_class(self, occurrence: Occurrence) -> Binding | None:
        """What a name loaded in a class body means until the body has bound it."""
        if occurrence.role not in (Role.LOAD, Role.UPDATE):
            return None
        name, scope = occurrence.node.value, occurrence.scope
        outside = self.resolution.find_outside_class(name, scope)
        return outside if self.binding_of(occurrence.node) != outside else None

    def is_builtin(self, node: cst.CSTNode, *names: str) -> bool:
        """Whether an expression is one of these builtins, not rebound in the module."""
        return (
            isinstance(node, cst.Name)
            and node.value in names
            and self._binding_of.get(node, Binding(self.scopes.module, "")) is None
        )

    def is_imported(self, node: cst.CSTNode) -> bool:
        """Whether an expression is an imported name or an attribute of one."""
        while isinstance(node, cst.Attribute):
            node = node.value
        binding = self._binding_of.get(node) if isinstance(node, cst.Name) else None
        return binding is not None and self.roles(binding) == {Role.IMPORT}

    def roles(self, binding: Binding) -> frozenset[Role]:
        """The ways in which a binding gets its values."""
        if binding not in self._roles:
            roles = {occurrence.role for occurrence in self._occurrences[binding]}
            self._roles[binding] = BINDING_ROLES & roles
        return self._roles[binding]
