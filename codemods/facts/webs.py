"""Bindings taken apart where one name stands for unrelated values.

    for i in range(layers): use(i)
    for i in range(steps): use(i)

One binding of Python, two webs: each loop assigns the name before it uses it, and
nothing outside the loop can see what it assigned.
"""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from codemods.facts.bindings import READING_ROLES, Binding, Bindings
from codemods.facts.scopes import Loop, Occurrence, Role, Scope

DECLARATIONS = {Role.GLOBAL, Role.NONLOCAL}
EAGER = ("all", "any", "dict", "list", "max", "min", "set", "sorted", "sum", "tuple")


@dataclass(frozen=True, eq=False)
class Web:
    """Occurrences of one binding that can be renamed apart from its others."""

    binding: Binding
    occurrences: tuple[Occurrence, ...]
    loops: tuple[cst.For | cst.CompFor, ...]
    """The loops whose target it is, if it gets its values in no other way."""

    @property
    def name(self) -> str:
        return self.binding.name

    @property
    def scope(self) -> Scope:
        return self.binding.scope

    def has_role(self, *roles: Role) -> bool:
        return any(occurrence.role in roles for occurrence in self.occurrences)


def find_webs(bindings: Bindings) -> list[Web]:
    """Every binding of a module as one web, or as several where that is safe."""
    return [web for binding in bindings for web in _split(bindings, binding)]


def _split(bindings: Bindings, binding: Binding) -> list[Web]:
    occurrences = bindings.occurrences(binding)
    if any(o.role in DECLARATIONS or is_deferred(bindings, o) for o in occurrences):
        return [_web(binding, occurrences)]
    rest, webs = list(occurrences), []
    for loop in _outermost_loops(occurrences):
        inside = [o for o in rest if loop in o.loops]
        outside = [o for o in rest if loop not in o.loops]
        if outside and not any(_may_see(o, loop, occurrences) for o in outside):
            webs.append(_web(binding, inside))
            rest = outside
    return [*webs, _web(binding, rest)]


def _web(binding: Binding, occurrences: list[Occurrence]) -> Web:
    loops: list[cst.For | cst.CompFor] = []
    for occurrence in occurrences:
        if occurrence.role in READING_ROLES | DECLARATIONS:
            continue
        loop = _loop_assigning(occurrence)
        if loop is None:
            return Web(binding, tuple(occurrences), ())
        loops.append(loop)
    return Web(binding, tuple(occurrences), tuple(loops))


def _loop_assigning(occurrence: Occurrence) -> cst.For | cst.CompFor | None:
    """The loop in whose target a name stands."""
    loop = occurrence.loops[-1] if occurrence.loops else None
    if not isinstance(loop, cst.For | cst.CompFor) or occurrence.role is not Role.STORE:
        return None
    return loop if occurrence.node in target_names(loop.target) else None


def target_names(target: cst.BaseExpression) -> list[cst.Name]:
    """The names that an assignment target binds, in order."""
    if isinstance(target, cst.Name):
        return [target]
    if isinstance(target, cst.Tuple | cst.List):
        return [n for element in target.elements for n in target_names(element.value)]
    return []


def _outermost_loops(occurrences: list[Occurrence]) -> list[cst.For]:
    """The `for` loops that assign the name first thing, none inside another."""
    around = {
        loop: o.loops[:-1]
        for o in occurrences
        if isinstance(loop := _loop_assigning(o), cst.For)
    }
    return [loop for loop, outer in around.items() if not around.keys() & set(outer)]


def is_deferred(bindings: Bindings, occurrence: Occurrence) -> bool:
    """Whether a name is looked up at another time than its place in the text says."""
    binding = bindings.binding_of(occurrence.node)
    for scope in occurrence.scope.enclosing():
        if binding is not None and scope is binding.scope:
            return False
        if runs_later(bindings, scope):
            return True
    return False


def runs_later(bindings: Bindings, scope: Scope) -> bool:
    """Whether what a scope evaluates is evaluated at another time than it is made."""
    if isinstance(scope.node, cst.GeneratorExp):
        maker = scope.consumer
        return maker is None or not bindings.is_builtin(maker, *EAGER)
    return scope.is_function


def _may_see(use: Occurrence, loop: Loop, occurrences: list[Occurrence]) -> bool:
    """Whether a use outside a loop may load what the loop has assigned."""
    if use.role not in READING_ROLES or _has_own_loop(use, occurrences):
        return False
    inside = [o for o in occurrences if loop in o.loops]
    around = inside[0].loops[: inside[0].loops.index(loop)]
    comes_before = occurrences.index(use) < occurrences.index(inside[0])
    if comes_before and not set(around) & set(use.loops):
        return False
    return not any(shields(o, use, inside[0]) for o in occurrences)


def _has_own_loop(use: Occurrence, occurrences: list[Occurrence]) -> bool:
    assigning = [_loop_assigning(o) for o in occurrences]
    return any(loop in assigning for loop in use.loops)


def shields(kill: Occurrence, use: Occurrence, inside: Occurrence) -> bool:
    """Whether an assignment always comes between `inside` and a later use.

    It does if it precedes the use in a block around both, and `inside` does not
    stand between the two.
    """
    if not (kill.assigned and kill.role is Role.STORE):
        return False
    block, index = kill.place[-1]
    uses = dict(use.place).get(block, -1)
    return index < uses and not index < dict(inside.place).get(block, -1) <= uses
