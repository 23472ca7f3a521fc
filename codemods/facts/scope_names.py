"""The names that one scope already uses, and names that are still free in it."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, count

import libcst as cst
import libcst.matchers as m
from libcst.metadata import (
    Access,
    Assignment,
    ComprehensionScope,
    FunctionScope,
    MetadataWrapper,
    Scope,
    ScopeProvider,
)

from codemods.facts.find_nodes import find
from codemods.facts.walk import parents

ORDINALS = ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


class FreshNames:
    """The names that are free at the places of one module, scope by scope."""

    def __init__(self, wrapper: MetadataWrapper) -> None:
        self._wrapper = wrapper
        self._scopes = wrapper.resolve(ScopeProvider)
        self._names: dict[Scope, ScopeNames] = {}

    def at(self, place: cst.CSTNode) -> ScopeNames:
        """The names of the scope that a statement at `place` binds in.

        Functions inside one another have their names in common, so that nothing that
        is named here hides anything else that is.
        """
        scope = _statement_scope(self._scopes[place])
        while isinstance(scope.parent, FunctionScope):
            scope = scope.parent
        if scope not in self._names:
            self._names[scope] = ScopeNames(self._wrapper, scope)
        return self._names[scope]


class ScopeNames:
    """Which names a new binding must not take in a scope.

    Taken are the names bound or read in the scope and in the scopes inside it, the
    module's own names, and the builtins.  `given` holds the names that were given to
    values so far, by the text of the expressions and the name wanted most.
    """

    def __init__(self, wrapper: MetadataWrapper, scope: Scope) -> None:
        scopes = wrapper.resolve(ScopeProvider)
        self._parents = parents(wrapper.module)
        self._scope = scope
        inside = {s for s in scopes.values() if s and _lies_in(s, self._scope)}
        within = inside - {self._scope}
        here = {s for s in inside if _statement_scope(s) is self._scope}
        self._read_here = _read_names(here, here - {self._scope})
        self._read_inside = _read_names(inside - here, within)
        self._own = {assignment.name for assignment in self._scope.assignments}
        self.taken = self._own | _read_names(inside, within) | set(dir(builtins))
        self.taken |= _definitions(self._scope.globals)
        self.taken |= set(keyword.kwlist)
        # LibCST's scopes do not tell that `:=` in a comprehension binds outside it
        walruses = find(wrapper.module, cst.NamedExpr)
        self._bound_by_walrus = {_root(walrus.target) for walrus in walruses}
        self.taken |= self._bound_by_walrus
        self._claimed: set[str] = set()
        self._counters: dict[str, bool] = {}
        self.given: dict[tuple[str, str], str] = {}

    @classmethod
    def of(cls, wrapper: MetadataWrapper, node: cst.CSTNode) -> ScopeNames:
        """The names of just the scope that `node` stands in."""
        return cls(wrapper, _statement_scope(wrapper.resolve(ScopeProvider)[node]))

    def claim(self, candidates: Iterable[str], place: cst.CSTNode) -> str:
        """Take the first candidate that is free, or else one set apart by an ordinal.

        A candidate is free that is new to the scope, or names nothing but the variable
        of loops elsewhere.
        """
        options = list(candidates)
        ordinals = (f"{word}_{option}" for word in ORDINALS for option in options)
        numbered = (f"{options[-1]}_{n}" for n in count(len(ORDINALS) + 2))
        names = chain(options, ordinals, numbered)
        name = next(name for name in names if self.is_free(name, place))
        self.taken.add(name)
        self._claimed.add(name)
        return name

    def is_free(self, name: str, place: cst.CSTNode) -> bool:
        """Whether a name is new here, or names the variable of loops elsewhere."""
        return name not in self.taken or self.may_become_loop_variable(name, place)

    def release(self, name: str) -> None:
        """Let a claimed name be claimed again, where its value is no longer needed."""
        self.taken -= {name} & self._claimed

    def may_become_loop_variable(
        self, name: str, place: cst.CSTNode, is_counter: bool | None = None
    ) -> bool:
        """Whether a loop put before `place` may bind `name` in this scope.

        It may where the name is new here, or is used in nothing but other loops that
        bind it themselves and do not enclose the place; `_` may where nobody reads it.
        If it is known whether the variable is a counter, so must those of the others
        be or not be: one name for numbers and for what they number has no one type.
        """
        if name == "_":
            return "_" not in self._read_inside | self._read_here
        if hasattr(builtins, name) or name in self._read_inside | self._claimed:
            return False
        if name in self._bound_by_walrus:
            return False
        if self._counters.get(name, is_counter) != is_counter:
            return False
        if name not in self._own:
            return name not in self._read_here
        assignments = self._scope[name]
        loops = [self._loop_of(assignment) for assignment in assignments]
        uses = {access.node for a in assignments for access in a.references}
        return (
            None not in loops
            and not self._lies_in_any(place, loops)
            and all(is_counter in (None, is_range(loop.iter)) for loop in loops if loop)
            and all(self._lies_in_any(use, loops) for use in uses)
        )

    def note_loop_variable(self, name: str, is_counter: bool) -> None:
        """Remember what a loop that has just been written binds a name to."""
        self._counters[name] = is_counter

    def _lies_in_any(self, node: cst.CSTNode, loops: Sequence[cst.For | None]) -> bool:
        return any(
            ancestor is loop for ancestor in self._ancestors(node) for loop in loops
        )

    def _loop_of(self, assignment: object) -> cst.For | None:
        """The loop whose target makes this assignment, if one does."""
        if not isinstance(assignment, Assignment):
            return None
        child = assignment.node
        for parent in self._ancestors(child):
            if isinstance(parent, cst.For):
                return parent if parent.target is child else None
            if not isinstance(parent, (cst.Tuple, cst.Element)):
                return None
            child = parent
        return None

    def _ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        while (parent := self._parents.get(node)) is not None:
            yield parent
            node = parent


def is_range(node: cst.BaseExpression) -> bool:
    """Whether what is looped over is written as a range."""
    return m.matches(node, m.Call(m.Name("range")))


def _statement_scope(scope: Scope | None) -> Scope:
    """The scope that a statement at this place binds in."""
    assert scope is not None  # every statement has one
    while isinstance(scope, ComprehensionScope):
        scope = scope.parent
    return scope


def _lies_in(inner: Scope, outer: Scope) -> bool:
    while inner is not outer and inner.parent is not inner:
        inner = inner.parent
    return inner is outer


def _read_names(scopes: Collection[Scope], within: Collection[Scope]) -> set[str]:
    """Names read in these scopes, but for those that are bound in the scopes within."""
    return {
        _root(access.node)
        for scope in scopes
        for access in scope.accesses
        if not (access.referents or _is_bound_by_comprehension(access))
        or any(referent.scope not in within for referent in access.referents)
    }


def _is_bound_by_comprehension(access: Access) -> bool:
    """Whether a name is a variable of a comprehension around it.

    LibCST overlooks it in the third clause, where the second one binds it.
    """
    scope = access.scope
    while isinstance(scope, ComprehensionScope):
        if any(bound.name == _root(access.node) for bound in scope.assignments):
            return True
        scope = scope.parent
    return False


def _definitions(scope: Scope) -> set[str]:
    """Names of the functions, classes and modules that a scope defines or imports."""
    return {a.name for a in scope.assignments if not _is_variable(a)}


def _is_variable(assignment: object) -> bool:
    return isinstance(assignment, Assignment) and isinstance(assignment.node, cst.Name)


def _root(node: cst.CSTNode) -> str:
    while isinstance(node, cst.Attribute):
        node = node.value
    return node.value if isinstance(node, cst.Name) else ""
