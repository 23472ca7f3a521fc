"""Which variables of a module hold something that is changed in place.

    totals = [0] * 3            bound once, and changed by the loop
    for index in range(3):
        totals[index] += 1

A change counts wherever it is made, and by whatever name: by assignment to an item or
attribute, by a method or function that changes its object, through a variable that is
bound to it or to a part of it, and in a function of the module that it is passed to.
What goes where the analysis cannot follow is lost there: it may be changed, or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import libcst as cst

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import Binding, Bindings
from codemods.facts.call_uses import CallUses
from codemods.facts.immutable_types import is_immutable, is_plain
from codemods.facts.scopes import Role
from codemods.facts.value_uses import Changed, Flow, Lost, Step, Value, ValueUses
from codemods.facts.walk import parents


class Mutations:
    """The changes in place that a module makes."""

    def __init__(self, bindings: Bindings) -> None:
        self._search = _search(bindings)
        self.types = self._search.types
        self.names = self._search.calls.names

    def find(self, binding: Binding) -> cst.CSTNode | None:
        """The first place where what a variable holds is changed, or None."""
        steps = self._search.of_variable(binding)
        return next((step.node for step in steps if isinstance(step, Changed)), None)

    def lost(self, binding: Binding) -> list[cst.CSTNode]:
        """The places behind which it is not known what becomes of what it holds."""
        steps = self._search.of_variable(binding)
        return [step.node for step in steps if isinstance(step, Lost)]

    def is_only_read(self, binding: Binding) -> bool:
        """Whether all that is done with what a variable holds is known to read it."""
        return not self._search.of_variable(binding)

    def only_reads(self, node: cst.BaseExpression) -> bool:
        """Whether all that is done with what is evaluated here is known to read it."""
        return not any(self._search.of_expression(node, Value()))

    def find_from(self, name: cst.Name) -> cst.CSTNode | None:
        """The first place where what is loaded from a variable here is changed."""
        steps = self._search.of_expression(name, Value())
        return next((step.node for step in steps if isinstance(step, Changed)), None)


class _Search:
    """Follows the values of variables to where they are changed or lost."""

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._parents = parents(bindings.wrapper.module)
        self.types = AnnotatedTypes(bindings)
        self._uses = ValueUses(bindings, self.types)
        self.calls = CallUses(bindings, self.types, self._uses)
        self._known: dict[Binding, list[Changed | Lost]] = {}

    def of_variable(self, binding: Binding) -> list[Changed | Lost]:
        if binding not in self._known:
            value = Value(0, self.types.of_binding(binding))
            loads = [
                Flow(use.node, value)
                for use in self._bindings.occurrences(binding)
                if use.role is Role.LOAD and use.anchor is use.node
            ]
            self._known[binding] = list(self._follow(loads))
        return self._known[binding]

    def of_expression(
        self, node: cst.BaseExpression, value: Value
    ) -> Iterator[Changed | Lost]:
        return self._follow([Flow(node, value)])

    def _follow(self, pending: list[Flow]) -> Iterator[Changed | Lost]:
        seen: set[Flow] = set()
        pending.reverse()
        while pending:
            flow = pending.pop()
            if flow not in seen:
                seen.add(flow)
                for step in self._steps(*flow):
                    if isinstance(step, Flow):
                        pending.append(step)
                    else:
                        yield step

    def _steps(self, node: cst.BaseExpression, value: Value) -> Iterator[Step]:
        """What is done next with a value, unless it cannot change."""
        known = self.types.type_of(node)
        if is_immutable(known) or is_immutable(value.type):
            return
        if value.layers == 0:
            if known.is_complete:
                value = Value(0, known)
            if not is_plain(value.type):
                yield Lost(node)
        yield from self._used(node, value)

    def _used(self, node: cst.BaseExpression, value: Value) -> Iterator[Step]:
        parent = self._parents[node]
        above = self._parents.get(parent)
        if isinstance(parent, cst.Arg):
            yield from self.calls.of_argument(parent, value)
        elif isinstance(parent, cst.Attribute) and (
            isinstance(above, cst.Call) and above.func is parent
        ):
            yield from self.calls.of_method(parent, value)
        else:
            yield from self._uses.of(Flow(node, value))


@lru_cache(maxsize=8)
def _search(bindings: Bindings) -> _Search:
    return _Search(bindings)
