"""The names that one scope already uses, and names that are still free in it."""

from __future__ import annotations

import builtins
import keyword
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, count

import libcst as cst
import libcst.matchers as m
from libcst.metadata import MetadataWrapper

from codemods.facts.bindings import (
    BINDING_ROLES,
    READING_ROLES,
    Binding,
    Bindings,
)
from codemods.facts.scopes import Occurrence, Scope
from codemods.facts.surroundings import DEFINITIONS, Surroundings
from codemods.facts.walk import parents
from codemods.facts.webs import DECLARATIONS

SEEING = READING_ROLES | DECLARATIONS
"""What a name does in a scope that may see what is bound around it."""

ORDINALS = ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


class FreshNames:
    """The names that are free at the places of one module, scope by scope."""

    def __init__(self, wrapper: MetadataWrapper) -> None:
        self._module = _names_of(wrapper)
        self._names: dict[Scope, ScopeNames] = {}

    def at(self, place: cst.CSTNode) -> ScopeNames:
        """The names of the scope that a statement at `place` binds in.

        Functions inside one another have their names in common, so that nothing that
        is named here hides anything else that is.
        """
        scope = self._module.scope_at(place)
        while scope.parent is not None and scope.parent.is_function:
            scope = scope.parent
        if scope not in self._names:
            self._names[scope] = ScopeNames(self._module, scope)
        return self._names[scope]


class _ModuleNames:
    """The names of one module, by the scopes that they occur in."""

    def __init__(self, wrapper: MetadataWrapper) -> None:
        self.bindings = Bindings(wrapper)
        self.parents = parents(wrapper.module)
        self.uses: dict[Scope, list[Occurrence]] = defaultdict(list)
        for use in self.bindings.scopes.occurrences:
            self.uses[use.scope].append(use)
        self.bound: dict[Scope, set[str]] = defaultdict(set)
        self.defined: set[str] = set()
        """What functions, classes and modules are called in the module's own scope."""

        for binding in self.bindings:
            self.bound[binding.scope].add(binding.name)
            is_outer = binding.scope is self.bindings.scopes.module
            if is_outer and not self.bindings.roles(binding).isdisjoint(DEFINITIONS):
                self.defined.add(binding.name)
        self._surroundings = Surroundings(self.bindings)

    def scope_at(self, place: cst.CSTNode) -> Scope:
        """The scope that a statement at a place binds in; around it, of a parameter."""
        if isinstance(place, cst.Module):
            return self.bindings.scopes.module
        return self._surroundings.scope(place).owner

    def inside(self, outer: Scope) -> set[Scope]:
        """A scope and all scopes inside it."""
        scopes = self.bindings.scopes.by_node.values()
        return {scope for scope in scopes if outer in scope.enclosing()}

    def read(self, scopes: Collection[Scope], within: Collection[Scope]) -> set[str]:
        """Names read or declared in some scopes, but for those bound in those within.

        The body of a class reads from around it what it has not bound yet.
        """
        found = set()
        for scope in scopes:
            for use in self.uses[scope]:
                binding = self.bindings.binding_of(use.node)
                if use.role in SEEING and (
                    binding is None
                    or binding.scope not in within
                    or binding.scope.is_class
                ):
                    found.add(use.node.value)
        return found


@lru_cache(maxsize=8)
def _names_of(wrapper: MetadataWrapper) -> _ModuleNames:
    return _ModuleNames(wrapper)


class ScopeNames:
    """Which names a new binding must not take in a scope.

    Taken are the names bound or read in the scope and in the scopes inside it, the
    module's own names, and the builtins.  `given` holds the names that were given to
    values so far, by the text of the expressions and the name wanted most.
    """

    def __init__(self, module: _ModuleNames, scope: Scope) -> None:
        self._module = module
        self._scope = scope
        inside = module.inside(scope)
        within = inside - {scope}
        here = {each for each in inside if each.owner is scope}
        self._read_here = module.read(here, here - {scope})
        self._read_inside = module.read(inside - here, within)
        self._own = module.bound[scope]
        self.taken = self._own | module.read(inside, within) | set(dir(builtins))
        self.taken |= module.defined
        self.taken |= set(keyword.kwlist)
        self._claimed: set[str] = set()
        self._counters: dict[str, bool] = {}
        self.given: dict[tuple[str, str], str] = {}

    @classmethod
    def of(cls, wrapper: MetadataWrapper, node: cst.CSTNode) -> ScopeNames:
        """The names of just the scope that `node` stands in."""
        module = _names_of(wrapper)
        return cls(module, module.scope_at(node))

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
        if hasattr(builtins, name) or keyword.iskeyword(name):
            return False
        if name in self._read_inside | self._claimed:
            return False
        if self._counters.get(name, is_counter) != is_counter:
            return False
        if name not in self._own:
            return name not in self._read_here
        occurrences = self._module.bindings.occurrences(Binding(self._scope, name))
        loops = [
            self._loop_of(use.node) for use in occurrences if use.role in BINDING_ROLES
        ]
        return (
            None not in loops
            and not self._lies_in_any(place, loops)
            and all(is_counter in (None, is_range(loop.iter)) for loop in loops if loop)
            and all(
                self._lies_in_any(use.node, loops)
                for use in occurrences
                if use.role in READING_ROLES
            )
        )

    def note_loop_variable(self, name: str, is_counter: bool) -> None:
        """Remember what a loop that has just been written binds a name to."""
        self._counters[name] = is_counter

    def _lies_in_any(self, node: cst.CSTNode, loops: Sequence[cst.For | None]) -> bool:
        return any(
            ancestor is loop for ancestor in self._ancestors(node) for loop in loops
        )

    def _loop_of(self, child: cst.CSTNode) -> cst.For | None:
        """The loop whose target binds this name, if one does."""
        for parent in self._ancestors(child):
            if isinstance(parent, cst.For):
                return parent if parent.target is child else None
            if not isinstance(parent, (cst.Tuple, cst.Element)):
                return None
            child = parent
        return None

    def _ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        while (parent := self._module.parents.get(node)) is not None:
            yield parent
            node = parent


def is_range(node: cst.BaseExpression) -> bool:
    """Whether what is looped over is written as a range."""
    return m.matches(node, m.Call(m.Name("range")))
