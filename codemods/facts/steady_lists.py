"""Whether containers stay as they are while some statements run.

    for row in rows:            `rows` and `widths` stay as they are, if they are of
        total = sum(row)        another type than `totals`, or `totals` was made new
        totals.append(total)    by the function and not put anywhere else

What may be changed is told from what is watched by the types in the annotations: two
names for one list are of one type.  Functions that the statements call are followed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import libcst as cst

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.assigned_values import assigned_values
from codemods.facts.bindings import Binding, Bindings
from codemods.facts.call_graph import CallGraph
from codemods.facts.call_uses import (
    ASKING,
    CHANGED_ARGUMENT,
    MUTATORS,
    PAIRING,
    READING,
)
from codemods.facts.full_names import FullNames
from codemods.facts.library import MODULES
from codemods.facts.liveness import Region
from codemods.facts.scopes import Occurrence, Role
from codemods.facts.targets import is_target
from codemods.facts.type_names import Type
from codemods.facts.walk import parents, walk

CONCRETE = frozenset(
    "None bool bytes complex dict float frozenset int list range set str tuple".split()
)
"""Types of which each value is of no other."""

UNFOLLOWED = (cst.Yield, cst.Await, cst.With, cst.Import, cst.ImportFrom, cst.ClassDef)
"""Where code may run that is not seen here."""

REACHING = frozenset(
    f"builtins.{name}"
    for name in (
        "__import__ compile delattr eval exec getattr globals locals setattr vars"
    ).split()
)
"""Builtins that may change anything."""

DEFINED = frozenset({Role.FUNCTION, Role.CLASS})
NEW = (cst.List, cst.ListComp)
BLOCK = cst.Module | cst.IndentedBlock


class SteadyLists:
    """Looks for changes of containers in one module."""

    def __init__(self, bindings: Bindings, types: AnnotatedTypes) -> None:
        self._bindings = bindings
        self._types = types
        self._names = FullNames(bindings)
        self._calls = CallGraph(bindings)
        self._parents = parents(bindings.wrapper.module)

    def first_change(
        self, region: Region, watched: Collection[Type]
    ) -> cst.CSTNode | None:
        """The first place where a container of one of these types may be changed.

        They are complete, and the containers were there before the region runs.
        """
        for statement in region.statements:
            for node, changed in self._changes(statement):
                if self._may_be(changed, watched) and not self._is_apart(
                    changed, region
                ):
                    return node
        for function in self._calls.called_from(region.statements):
            for node, changed in self._changes(function.body):
                if self._may_be(changed, watched) and not self._is_new(
                    changed, function
                ):
                    return node
        return None

    def _changes(
        self, body: cst.CSTNode
    ) -> Iterator[tuple[cst.CSTNode, cst.BaseExpression | None]]:
        """What is changed, and where; None where anything may be."""
        for node in walk(body):
            match node:
                case cst.Call():
                    yield from ((node, one) for one in self._changed_by_call(node))
                case cst.AugAssign(target=target):
                    yield node, target
                case cst.Attribute(attr=cst.Name(value=name)) if _is_mutator(name):
                    yield node, node.value
                case cst.Subscript(value=value) | cst.Attribute(value=value):
                    if is_target(self._parents, node):
                        yield node, value
                case _ if isinstance(node, UNFOLLOWED):
                    yield node, None

    def _changed_by_call(self, call: cst.Call) -> list[cst.BaseExpression | None]:
        name = self._names.find(call.func)
        owner, _, method = name.rpartition(".")
        is_unbound = owner.startswith("builtins.") and _is_mutator(method)
        if name in CHANGED_ARGUMENT or is_unbound:
            return [argument.value for argument in call.args]
        if name:
            is_seen = name.partition(".")[0] in MODULES and name not in REACHING
            return [] if is_seen else [None]
        is_method = isinstance(call.func, cst.Attribute)
        return [] if is_method or self._is_defined(call.func) else [None]

    def _is_defined(self, called: cst.BaseExpression) -> bool:
        """Whether a function or class of the module is called by its name."""
        binding = (
            self._bindings.binding_of(called) if isinstance(called, cst.Name) else None
        )
        return binding is not None and self._bindings.roles(binding) <= DEFINED

    def _may_be(
        self, changed: cst.BaseExpression | None, watched: Collection[Type]
    ) -> bool:
        if changed is None:
            return True
        known = self._types.type_of(changed)
        return not known.is_complete or any(
            member in watched or member.name not in CONCRETE for member in known.members
        )

    def _is_new(
        self, changed: cst.BaseExpression | None, function: cst.CSTNode
    ) -> bool:
        """Whether a variable only ever holds lists that this run of a function made."""
        binding = self._variable(changed)
        return (
            binding is not None
            and binding.scope.node is function
            and self._holds_new_lists(binding)
        )

    def _is_apart(self, changed: cst.BaseExpression | None, region: Region) -> bool:
        """Whether a list was made in a region, or close before and only used there."""
        binding = self._variable(changed)
        if binding is None or not self._holds_new_lists(binding):
            return False
        uses = self._bindings.occurrences(binding)
        places = next(dict(use.place) for use in uses if use.node is changed)
        made = [use.place for use in uses if use.assigned and _precedes(use, places)]
        if not made:
            return False
        last = max(made, key=lambda place: (len(place), place[-1][1]))
        if dict(last).get(region.block, -1) >= region.start:
            return True
        block, index = last[-1]
        stop = region.stop if block is region.block else places[block] + 1
        lines = block.body[index + 1 : stop] if isinstance(block, BLOCK) else []
        inside = {node for line in lines for node in walk(line)}
        loads = [use for use in uses if use.role is Role.LOAD and use.node in inside]
        return all(self._keeps_apart(use.node) for use in loads)

    def _keeps_apart(self, name: cst.Name) -> bool:
        """Whether nothing here could give a list another name, or put it anywhere."""
        parent = self._parents[name]
        above = self._parents.get(parent)
        match parent:
            case cst.Subscript():
                return parent.value is name
            case cst.For():
                return parent.iter is name
            case cst.Attribute(attr=cst.Name(value=method)):
                is_called = isinstance(above, cst.Call) and above.func is parent
                return is_called and method in MUTATORS | ASKING
            case cst.Arg() if isinstance(above, cst.Call):
                return self._only_runs_through(above)
        return False

    def _only_runs_through(self, call: cst.Call) -> bool:
        """Whether a call keeps nothing of a list that it is given, but elements."""
        if isinstance(call.func, cst.Attribute):
            return call.func.attr.value == "extend"
        name = self._names.find(call.func)
        is_looped = isinstance(self._parents[call], cst.For)
        return name in READING or (is_looped and name in PAIRING)

    def _variable(self, changed: cst.BaseExpression | None) -> Binding | None:
        if not isinstance(changed, cst.Name):
            return None
        return self._bindings.binding_of(changed)

    def _holds_new_lists(self, binding: Binding) -> bool:
        """Whether a variable of a function is assigned new lists, and nothing else."""
        values = assigned_values(self._bindings, binding)
        uses = self._bindings.occurrences(binding)
        return (
            values is not None
            and isinstance(binding.scope.node, cst.FunctionDef)
            and all(isinstance(value, NEW) for value in values)
            and all(use.scope is binding.scope for use in uses)
        )


def _is_mutator(method: str) -> bool:
    """Whether a method, which may be passed on or called, changes its object."""
    return method in MUTATORS or method.startswith("__")


def _precedes(use: Occurrence, places: Mapping[cst.CSTNode, int]) -> bool:
    """Whether an assignment certainly runs before what stands at other places."""
    block, index = use.place[-1]
    return index < places.get(block, -1)
