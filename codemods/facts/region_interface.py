"""What goes into a region of code and comes out of it: the signature it would have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import libcst as cst
import libcst.matchers as m

from codemods.facts.bindings import BINDING_ROLES, Binding, Bindings
from codemods.facts.call_graph import call_graph_of
from codemods.facts.class_names import is_class_name
from codemods.facts.find_nodes import find
from codemods.facts.liveness import Flow, Names, Region, liveness_of
from codemods.facts.scopes import Occurrence, Role
from codemods.facts.settings import Settings
from codemods.facts.walk import children, walk
from codemods.facts.webs import is_deferred
from codemods.refusal import Refusal

DEFINITIONS = frozenset({Role.FUNCTION, Role.CLASS, Role.IMPORT})
FOREIGN = (
    *(cst.Return, cst.Yield, cst.Await, cst.Global, cst.Nonlocal, cst.Del),
    *(cst.NamedExpr, cst.FunctionDef, cst.ClassDef, cst.Lambda),
    *(cst.ImportStar, cst.Asynchronous),
)
"""What means something else, or nothing, in a function of its own."""

GUARDS = cst.Try | cst.TryStar | cst.With
"""What may go on where a region has been left halfway."""

DYNAMIC = m.Call(
    m.Name("dir")
    | m.Name("eval")
    | m.Name("exec")
    | m.Name("globals")
    | m.Name("locals")
    | m.Name("vars")
)


@dataclass(frozen=True)
class Interface:
    """The data that a region takes and gives, each in the order of its first use."""

    inputs: tuple[Binding, ...]
    outputs: tuple[Binding, ...]


def find_interface(bindings: Bindings, region: Region) -> Interface:
    """What a region needs, and which of its results are needed.

    Settings and definitions of the module are no inputs: they can be read anywhere.

    Refuses a region that cannot be a function: one that is left by a jump or binds
    names for others, that needs or gives what may not be bound, that shares a variable
    with a function called in it, that names what only its class knows (`super`, private
    names), or that stands in a `try` or `with` statement.
    """
    return _Finder(bindings, region).find()


class _Finder:
    def __init__(self, bindings: Bindings, region: Region) -> None:
        self.bindings = bindings
        self.region = region
        self.liveness = liveness_of(bindings)
        self.scope = self.liveness.scope_of(region)
        self.flow: Flow = self.liveness.flow(region.statements, self.scope)
        self.inside = {node for s in region.statements for node in walk(s)}
        occurrences = bindings.scopes.occurrences
        self.uses = [use for use in occurrences if use.node in self.inside]

    def find(self) -> Interface:
        self._refuse_foreign()
        given = self.flow.bound & self.liveness.live_after(self.region)
        settings = Settings(self.bindings)
        taken = {
            binding
            for binding in self.flow.needed | (given - self.flow.certain)
            if not self._is_definition(binding) and binding not in settings
        }
        self._refuse_definitions(given)
        self._refuse_unbound(taken)
        self._refuse_shared()
        self._refuse_read_later()
        return Interface(
            self._in_order(taken, frozenset(Role)),
            self._in_order(given, BINDING_ROLES),
        )

    def _in_order(
        self, wanted: Iterable[Binding], roles: frozenset[Role]
    ) -> tuple[Binding, ...]:
        found: dict[Binding, None] = {}
        for use in self.uses:
            binding = self.bindings.binding_of(use.node)
            if use.role in roles and binding is not None:
                found[binding] = None
        chosen = set(wanted)
        return tuple(binding for binding in found if binding in chosen)

    def _is_definition(self, binding: Binding) -> bool:
        """Whether a variable is a definition that every function can read."""
        in_module = binding.scope is self.bindings.scopes.module
        return in_module and bool(self.bindings.roles(binding) & DEFINITIONS)

    def _refuse_foreign(self) -> None:
        expected = "statements that can stand in a function of their own"
        if isinstance(self.scope.node, cst.ClassDef):
            self._refuse(self.region.statements[0], expected, "the body of a class")
        for guard in walk(self.scope.node):
            if isinstance(guard, GUARDS) and self.region.block in walk(guard):
                found = "with" if isinstance(guard, cst.With) else "try"
                self._refuse(
                    self.region.statements[0], expected, f"a `{found}` around them"
                )
        for use in self.uses:
            self._refuse_of_others(use)
        if any(isinstance(s.node, cst.ClassDef) for s in self.scope.enclosing()):
            self._refuse_class_names()
        for statement in self.region.statements:
            for node in (*jumps_out_of(statement), *_foreign_in(statement)):
                code = self.bindings.wrapper.module.code_for_node(node).strip()
                self._refuse(node, expected, code.split("\n")[0])

    def _refuse_class_names(self) -> None:
        for statement in self.region.statements:
            for name in find(statement, cst.Name):
                if is_class_name(name.value):
                    expected = "statements that mean the same outside a class"
                    self._refuse(name, expected, f"`{name.value}`")

    def _refuse_of_others(self, use: Occurrence) -> None:
        """Refuse the variables of functions around, and what `global` declares."""
        binding = self.bindings.binding_of(use.node)
        if binding is None or binding.scope is self.scope:
            return
        in_module = binding.scope is self.bindings.scopes.module
        is_own = binding.scope.node in self.inside
        if not is_own and not (in_module and use.role is Role.LOAD):
            name = f"`{use.node.value}` to belong to the code around"
            self._refuse(use.node, name, "a variable from further out")

    def _refuse_definitions(self, given: Names) -> None:
        """Refuse imports in the region that something outside it knows, too."""
        for binding in self._in_order(self.flow.bound, BINDING_ROLES):
            if self.bindings.roles(binding) & DEFINITIONS and (
                binding in given or binding in self.flow.needed
            ):
                self._refuse(
                    self._first_use(binding),
                    f"`{binding.name}` to be used by these statements only",
                    "another use",
                )

    def _refuse_unbound(self, taken: Iterable[Binding]) -> None:
        """Refuse what may not be bound where the function would be called."""
        before = self.liveness.certain_before(self.region)
        for binding in self._in_order(taken, frozenset(Role)):
            if binding.scope is self.scope and binding not in before:
                self._refuse(
                    self._first_use(binding),
                    f"`{binding.name}` to be bound whenever this is reached",
                    "a way on which it is not",
                )

    def _refuse_shared(self) -> None:
        """Refuse variables that a function called in the region uses by itself.

        That is one that the region binds, or one that it reads and the function binds.
        """
        called = call_graph_of(self.bindings).called_from(self.region.statements)
        reading = {node for function in called for node in find(function, cst.Name)}
        shared = self.flow.bound | self.flow.needed
        for binding in self._in_order(shared, frozenset(Role)):
            for use in self.bindings.occurrences(binding):
                if use.node not in reading or use.scope.owner is self.scope:
                    continue
                if binding in self.flow.bound or use.role in BINDING_ROLES:
                    binds = use.role in BINDING_ROLES
                    self._refuse(
                        use.node,
                        f"`{binding.name}` to be passed to this function",
                        f"a variable that it {'binds' if binds else 'reads'} by itself",
                    )

    def _refuse_read_later(self) -> None:
        """Refuse variables that a generator reads, at a time that is not known."""
        for binding in self._in_order(self.flow.bound, BINDING_ROLES):
            for use in self.bindings.occurrences(binding):
                if use.scope.owner is self.scope and is_deferred(self.bindings, use):
                    expected = f"`{binding.name}` to be read at once"
                    self._refuse(use.node, expected, "a generator")

    def _first_use(self, binding: Binding) -> cst.CSTNode:
        uses = self.bindings.occurrences(binding)
        return next(use.node for use in uses if use.node in self.inside)

    def _refuse(self, node: cst.CSTNode, expected: str, found: str) -> None:
        wrapper = self.bindings.wrapper
        raise Refusal.at(wrapper, node, expected=expected, found=found)


def _foreign_in(statement: cst.CSTNode) -> Iterator[cst.CSTNode]:
    for node in walk(statement):
        if isinstance(node, FOREIGN) or m.matches(node, DYNAMIC):
            yield node


def jumps_out_of(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The `break` and `continue` statements that belong to a loop further out."""
    if isinstance(node, cst.Break | cst.Continue):
        yield node
    for child in children(node):
        is_looped = isinstance(node, cst.For | cst.While) and child is node.body
        if not is_looped:
            yield from jumps_out_of(child)
