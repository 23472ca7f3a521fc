"""Pass the state of a module to the functions that read it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

import libcst as cst

from codemods.facts.bindings import Binding, Bindings
from codemods.facts.demands import Need, find_demands
from codemods.facts.direct_calls import DirectCall, DirectCalls
from codemods.facts.find_nodes import find
from codemods.facts.metadata import wrap
from codemods.facts.module_state import ModuleState
from codemods.facts.reflection import Reflection
from codemods.facts.scopes import Occurrence, Role, Scope
from codemods.facts.surroundings import Surroundings
from codemods.facts.visit import visit
from codemods.facts.walk import parents, walk
from codemods.refusal import Refusal
from codemods.transforms.copy_annotations import AnnotationCopier
from codemods.transforms.pass_variables import PassVariables

LATER = (cst.Lambda, cst.GeneratorExp)
"""What a function may leave behind that runs when it has returned."""


def thread_state(module: cst.Module) -> cst.Module:
    """Give every function the variables of the module that it reads, if they change.

    Have:    totals: list[int] = []
             def add(price: int) -> None:
                 totals.append(price)
             add(3)
    Want:    totals: list[int] = []
             def add(price: int, totals: list[int]) -> None:
                 totals.append(price)
             add(3, totals)
    Refuses: what `DirectCalls` and `PassVariables` refuse; a variable that functions or
             expressions may bind meanwhile (`global`, `:=`, `del`), or that strings may
             name (`eval`, `globals()`); lambdas of the module and functions inside
             functions that read state; and, where the variable is bound again, what
             may read it later (generators, coroutines, lambdas inside functions)

    Functions that call such a function receive the variable too.  Nothing but the
    module binds it, and the module waits while a function runs: so what is passed is
    what would have been read.
    """
    bindings = Bindings(wrap(module))
    threading = _Threading(bindings)
    threading.follow()
    if not threading.places:
        return module
    return visit(bindings.wrapper.module, threading.passing())


class _Threading:
    """Finds the functions that need state, from those that read it to their callers."""

    def __init__(self, bindings: Bindings) -> None:
        self.bindings = bindings
        self.state = ModuleState(bindings)
        self.direct = DirectCalls(bindings)
        self.surroundings = Surroundings(bindings)
        self.copier = AnnotationCopier(bindings)
        self.parents = parents(bindings.wrapper.module)
        self.calls: list[DirectCall] = []
        self.places: dict[cst.FunctionDef, dict[cst.CSTNode, Need]] = {}
        self.later: dict[cst.FunctionDef, list[cst.CSTNode]] = {}

    def follow(self) -> None:
        """Find where functions need something; refuse what they cannot be given."""
        for binding in self.bindings:
            uses = self.bindings.occurrences(binding) if binding in self.state else []
            inside = [use for use in uses if _is_read_in_function(use)]
            for use in uses if inside else []:
                self._refuse_binding_meanwhile(use)
            for use in inside:
                self._need(use.node, use.scope, binding)
        done: set[cst.FunctionDef] = set()
        while pending := [f for f in self.places if f not in done]:
            done |= set(pending)
            for call in [call for f in pending for call in self.direct.of(f)]:
                self.calls.append(call)
                if call.caller is not None:
                    self._need(call.node, call.scope, call.function)

    def passing(self) -> PassVariables:
        """The edit that gives every function what it needs."""
        self._refuse_lookups()
        demands = find_demands(self.bindings, self._needs())
        for function, demand in demands.items():
            again = [b for b in demand if not self.state.is_bound_once(b)]
            if again:
                self._refuse_later(function, again)
        passing = PassVariables(self.bindings, demands, self.calls)
        passing.prepare(self._annotation)
        return passing

    def _needs(self) -> dict[cst.FunctionDef, list[Need]]:
        """What each function reads and calls, in the order of the source."""
        order = {n: i for i, n in enumerate(walk(self.bindings.wrapper.module))}
        return {
            function: [places[node] for node in sorted(places, key=order.__getitem__)]
            for function, places in self.places.items()
        }

    def _annotation(
        self, function: cst.FunctionDef, binding: Binding
    ) -> cst.Annotation | None:
        around = self.bindings.scopes.by_node[function].parent
        assert around is not None  # every function stands in a scope
        places = self.surroundings.places(function)
        return self.copier.of_variable(binding, around, places)

    def _need(self, node: cst.CSTNode, scope: Scope, need: Need) -> None:
        """Note that the function around a node needs something there."""
        *inner, function = _functions_around(scope)
        expected = "a function or method of the module around what needs state"
        if isinstance(function, cst.Lambda):
            raise self._refusal(node, expected, "a lambda")
        if any(isinstance(f, cst.FunctionDef) for f in inner):
            raise self._refusal(node, expected, "a function inside a function")
        self.places.setdefault(function, {})[node] = need
        own = self.bindings.scopes.by_node[function]
        between = takewhile(lambda around: around is not own, scope.enclosing())
        if any(isinstance(around.node, LATER) for around in between):
            self.later.setdefault(function, []).append(node)

    def _refuse_binding_meanwhile(self, use: Occurrence) -> None:
        """Refuse what may bind a variable while a function runs."""
        found = {Role.GLOBAL: "`global`", Role.DELETE: "`del`"}.get(use.role)
        above = self.parents.get(use.node)
        if isinstance(above, cst.NamedExpr) and above.target is use.node:
            found = "`:=`"
        if found is not None:
            expected = f"`{use.node.value}` to be bound by lines of the module"
            raise self._refusal(use.node, expected, found)

    def _refuse_lookups(self) -> None:
        lookup = Reflection(self.bindings).every_name
        if lookup is not None:
            expected = "variables that are found by their names in the text only"
            found = "a place that may look them up by a string"
            raise self._refusal(lookup, expected, found)

    def _refuse_later(
        self, function: cst.FunctionDef, again: Sequence[Binding]
    ) -> None:
        """Refuse what may read a variable when the module has bound it again."""
        names = ", ".join(f"`{binding.name}`" for binding in again)
        expected = f"what reads {names} to run at once"
        own = self.bindings.scopes.by_node[function]
        for pause in find(function, cst.Yield):
            if self.surroundings.scope(pause) is own:
                raise self._refusal(pause, expected, "a generator")
        if function.asynchronous is not None:
            raise self._refusal(function.name, expected, "a coroutine")
        for node in self.later.get(function, ()):
            raise self._refusal(node, expected, "a lambda or generator expression")

    def _refusal(self, node: cst.CSTNode, expected: str, found: str) -> Refusal:
        wrapper = self.bindings.wrapper
        return Refusal.at(wrapper, node, expected=expected, found=found)


def _is_read_in_function(use: Occurrence) -> bool:
    is_in_text = use.anchor is not use.node  # an annotation's
    return not is_in_text and bool(_functions_around(use.scope))


def _functions_around(scope: Scope) -> list[cst.FunctionDef | cst.Lambda]:
    """The functions that a scope is in, innermost first."""
    return [
        around.node
        for around in scope.enclosing()
        if isinstance(around.node, cst.FunctionDef | cst.Lambda)
    ]
