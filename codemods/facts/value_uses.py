"""What a module does with a value, from one place of the text to the next.

    row = rows[0]       rows: its item is taken; the item: is bound to `row`
    row[0] = 1          the item: is changed
    keep(row)           the item: is lost, unless `keep` is a function of the module

A value that is read, and of which nothing is left, is not followed any further: nor is
anything of a type that cannot change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import libcst as cst

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import BINDING_ROLES, Bindings
from codemods.facts.builtin_types import elements
from codemods.facts.immutable_types import (
    has_methods,
    is_immutable,
    is_plain,
    item_type,
    part_type,
)
from codemods.facts.scopes import Occurrence, Role
from codemods.facts.targets import is_target
from codemods.facts.type_names import UNOBSERVED, Type
from codemods.facts.walk import parents
from codemods.facts.webs import shields

MOST_LAYERS = 4
"""How deep in new containers a value is followed."""

READS = (
    *(cst.Annotation, cst.Assert, cst.Comparison, cst.ComparisonTarget, cst.CompIf),
    *(cst.Expr, cst.FormattedStringExpression, cst.If, cst.Index, cst.Slice, cst.While),
)
"""What leaves nothing of a value that stands in it."""


class Value(NamedTuple):
    """What an expression has of the value that is followed."""

    layers: int = 0
    """How many new containers are around it: to change those is no change of it."""

    type: Type = UNOBSERVED
    """What is known of it, without those containers."""

    def item(self) -> Value:
        """What a subscript takes out of it."""
        if self.layers > 0:
            return self._replace(layers=self.layers - 1)
        return Value(0, item_type(self.type))

    def element(self) -> Value:
        """What a loop over it binds."""
        if self.layers > 0:
            return self._replace(layers=self.layers - 1)
        return Value(0, elements(self.type))

    def copy(self) -> Value:
        """A new container with what it holds."""
        return self if self.layers > 0 else Value(1, part_type(self.type))

    def inside(self, layers: int = 1) -> Value:
        """New containers around it."""
        return self._replace(layers=self.layers + layers)


class Flow(NamedTuple):
    """An expression that evaluates to a value."""

    node: cst.BaseExpression
    value: Value


class Changed(NamedTuple):
    """A place where a value is changed."""

    node: cst.CSTNode


class Lost(NamedTuple):
    """A place behind which it is not known what becomes of a value."""

    node: cst.CSTNode


Step = Flow | Changed | Lost


class ValueUses:
    """Where the values in a module go, but for calls, which `CallUses` knows."""

    def __init__(self, bindings: Bindings, types: AnnotatedTypes) -> None:
        self._bindings = bindings
        self._types = types
        self._parents = parents(bindings.wrapper.module)
        self._bound = {
            occurrence.node: occurrence
            for occurrence in bindings.scopes.occurrences
            if occurrence.role in BINDING_ROLES
        }

    def of(self, flow: Flow) -> Iterator[Step]:
        """What is done with the value of an expression that is no part of a call."""
        node, value = flow
        match parent := self._parents[node]:
            case cst.Subscript() if parent.value is node:
                yield from self._subscript(parent, value)
            case cst.Attribute():
                yield from self._attribute(parent, value)
            case cst.For() | cst.CompFor() if parent.iter is node:
                yield from self.bind(parent.target, value.element())
            case cst.Assign():
                for target in parent.targets:
                    yield from self.bind(target.target, value)
            case cst.AnnAssign():
                yield from self.bind(parent.target, value)
            case cst.Param():
                yield from self.bind(parent.name, value)
            case cst.BaseElement() | cst.BaseDictElement():
                yield from self._displayed(parent, value)
            case _ if not isinstance(parent, READS):
                yield from self._in_expression(flow, parent)

    def _in_expression(self, flow: Flow, parent: cst.CSTNode) -> Iterator[Step]:
        """What is done with a value in an operation, or in anything else."""
        node, value = flow
        match parent:
            case cst.NamedExpr():
                yield from self.bind(parent.target, value)
                yield Flow(parent, value)
            case cst.BooleanOperation():
                yield Flow(parent, value)
            case cst.IfExp():
                yield from [Flow(parent, value)] if parent.test is not node else []
            case cst.BinaryOperation() if value.layers or not has_methods(value.type):
                yield Flow(parent, value.copy())
            case cst.AugAssign():
                yield from self.spread(node, value)
            case cst.BaseComp():
                yield from self._held(parent, value.inside())
            case cst.UnaryOperation(operator=cst.Not()):
                pass
            case _:
                yield Lost(node)

    def spread(self, node: cst.CSTNode, value: Value) -> Iterator[Step]:
        """What is done with the elements of a value, one after the other, is lost."""
        if not is_immutable(value.element().type):
            yield Lost(node)

    def bind(self, target: cst.BaseExpression, value: Value) -> Iterator[Step]:
        """What becomes of a value that is bound to a target."""
        match target:
            case cst.Name():
                yield from self._loads(target, value)
            case cst.Tuple() | cst.List():
                for element in target.elements:
                    is_rest = isinstance(element, cst.StarredElement)
                    part = value.copy() if is_rest else value.element()
                    yield from self.bind(element.value, part)
            case _ if not is_immutable(value.type):
                yield Lost(target)

    def bind_place(
        self, target: cst.BaseExpression, place: Sequence[int], value: Value
    ) -> Iterator[Step]:
        """Bind a value that stands at a place in tuples: `(0, 1)` in `((_, it), _)`."""
        if not place:
            yield from self.bind(target, value)
            return
        elements = target.elements if isinstance(target, cst.Tuple | cst.List) else ()
        is_plain_pair = all(isinstance(element, cst.Element) for element in elements)
        if is_plain_pair and place[0] < len(elements):
            part = elements[place[0]].value
            yield from self.bind_place(part, place[1:], value)
        else:
            yield from self.bind(target, value.inside(len(place)))

    def _loads(self, name: cst.Name, value: Value) -> Iterator[Step]:
        """Where a variable may be loaded that a value was bound to."""
        binding, origin = self._bindings.binding_of(name), self._bound[name]
        if binding is None or binding.scope.is_class:  # an attribute of the class
            yield Lost(name)
            return
        uses = self._bindings.occurrences(binding)
        for use in uses:
            if use.role not in (Role.LOAD, Role.UPDATE) or _is_in_text(use):
                continue
            if any(_comes_between(kill, origin, use) for kill in uses):
                continue
            if use.role is Role.LOAD:
                yield Flow(use.node, value)
            elif value.layers == 0:
                yield from self._updated(use.node, value)

    def _updated(self, name: cst.Name, value: Value) -> Iterator[Step]:
        """`name += …` extends a list, and counts up a number."""
        if is_immutable(value.type) or is_immutable(self._types.type_of(name)):
            return
        yield Changed(name) if is_plain(value.type) else Lost(name)

    def _subscript(self, whole: cst.Subscript, value: Value) -> Iterator[Step]:
        if self.is_target(whole):
            yield from self._stored_to(whole, value)
        elif has_methods(value.type) and value.layers == 0:
            yield Lost(whole)
        else:
            is_slice = isinstance(whole.slice[0].slice, cst.Slice)
            yield Flow(whole, value.copy() if is_slice else value.item())

    def _attribute(self, whole: cst.Attribute, value: Value) -> Iterator[Step]:
        if self.is_target(whole):
            yield from self._stored_to(whole, value)
        else:
            yield Flow(whole, Value())

    def _stored_to(self, whole: cst.BaseExpression, value: Value) -> Iterator[Step]:
        is_update = isinstance(self._parents[whole], cst.AugAssign)
        if value.layers <= is_update:  # in new containers, what they hold is updated
            yield Changed(whole)

    def _displayed(self, element: cst.CSTNode, value: Value) -> Iterator[Step]:
        """A value in `[…]`, `(…)` or `{…}`, spread out or as it is."""
        display = self._parents[element]
        is_spread = isinstance(element, cst.StarredElement | cst.StarredDictElement)
        part = value.copy() if is_spread else value.inside()
        yield from self._held(display, part)

    def _held(self, container: cst.CSTNode, value: Value) -> Iterator[Step]:
        if isinstance(container, cst.BaseExpression) and value.layers <= MOST_LAYERS:
            yield Flow(container, value)
        else:
            yield Lost(container)

    def is_target(self, node: cst.CSTNode) -> bool:
        """Whether an item or attribute is assigned to, updated or deleted."""
        return is_target(self._parents, node)


def _is_in_text(use: Occurrence) -> bool:
    return use.anchor is not use.node  # an annotation's


def _comes_between(kill: Occurrence, origin: Occurrence, use: Occurrence) -> bool:
    """Whether a variable is always bound again before a use."""
    is_own = kill.scope is origin.scope and use.scope is origin.scope
    return is_own and kill is not origin and shields(kill, use, origin)
