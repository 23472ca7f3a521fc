"""Which variables of a module hold something that is changed in place.

    totals = [0] * 3            bound once, and changed by the loop
    for index in range(3):
        totals[index] += 1

A change counts wherever it is made: by assignment to an item or attribute, by a method
that changes its object, through the variable of a loop over it, or in a function of
the module that it is passed to.  What is reached in other ways is not known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from codemods.facts.bindings import Binding, Bindings
from codemods.facts.find_nodes import find
from codemods.facts.scopes import Role, all_parameters
from codemods.facts.walk import parents

MUTATORS = frozenset(
    "add append appendleft clear discard extend extendleft insert pop popitem popleft "
    "remove reverse rotate setdefault sort update".split()
)
"""Methods of the built-in containers that change them."""

MUTATING_FUNCTIONS = frozenset(
    "heapify heappop heappush heappushpop heapreplace insort insort_left insort_right "
    "setattr shuffle".split()
)
"""Functions of the standard library that change their first argument."""

VIEWS = frozenset("enumerate items list reversed sorted tuple values zip".split())
"""Calls through which a loop reaches the elements of a container themselves."""


class Mutations:
    """The changes in place that a module makes."""

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._parents = parents(bindings.wrapper.module)
        self._known: dict[Binding, cst.CSTNode | None] = {}
        self._functions = {
            node.name: node
            for node in bindings.scopes.by_node
            if isinstance(node, cst.FunctionDef)
        }

    def find(self, binding: Binding) -> cst.CSTNode | None:
        """The first place where what a variable holds is changed, or None."""
        if binding not in self._known:
            self._known[binding] = None  # for functions that call each other
            self._known[binding] = next(self._changes(binding), None)
        return self._known[binding]

    def _changes(self, binding: Binding) -> Iterator[cst.CSTNode]:
        for occurrence in self._bindings.occurrences(binding):
            in_text = occurrence.anchor is not occurrence.node  # an annotation's
            if occurrence.role is Role.LOAD and not in_text:
                yield from self._change_of(occurrence.node)

    def _change_of(self, node: cst.BaseExpression) -> Iterator[cst.CSTNode]:
        """The place where an expression's value, or a part of it, is changed."""
        whole, parent = node, self._parents[node]
        while isinstance(parent, cst.Subscript | cst.Attribute) and (
            parent.value is whole
        ):
            whole, parent = parent, self._parents[parent]
            if self._is_target(whole, parent):
                yield whole
        if isinstance(parent, cst.Call) and parent.func is whole:
            method = whole.attr.value if isinstance(whole, cst.Attribute) else ""
            if method in MUTATORS:
                yield parent
            elif method in VIEWS:
                yield from self._changes_in_loop(parent)
        elif isinstance(parent, cst.Arg):
            yield from self._change_by_call(parent)
        else:
            yield from self._changes_in_loop(whole)

    def _is_target(self, node: cst.CSTNode, parent: cst.CSTNode) -> bool:
        """Whether an item or attribute is assigned to, updated or deleted."""
        while isinstance(parent, cst.Element | cst.Tuple | cst.List):
            node, parent = parent, self._parents[parent]
        match parent:
            case cst.AssignTarget() | cst.Del():
                return True
            case cst.AnnAssign() | cst.AugAssign() | cst.For():
                return parent.target is node
        return False

    def _change_by_call(self, argument: cst.Arg) -> Iterator[cst.CSTNode]:
        call = self._parents[argument]
        if not isinstance(call, cst.Call):
            return
        called = call.func.attr if isinstance(call.func, cst.Attribute) else call.func
        name = called.value if isinstance(called, cst.Name) else ""
        if name in MUTATING_FUNCTIONS and call.args[0] is argument:
            yield call
        elif name in VIEWS:
            yield from self._changes_in_loop(call)
        elif any(self.find(p) for p in self._parameters(call, argument)):
            yield call

    def _parameters(self, call: cst.Call, argument: cst.Arg) -> Iterator[Binding]:
        """The parameter of a function of the module that an argument becomes."""
        target = (
            self._bindings.binding_of(call.func)
            if isinstance(call.func, cst.Name)
            else None
        )
        if target is None:
            return
        for occurrence in self._bindings.occurrences(target):
            function = self._functions.get(occurrence.node)
            if function is not None:
                name = _parameter_name(function, call.args, argument)
                scope = self._bindings.scopes.by_node[function]
                yield from [Binding(scope, name)] if name is not None else []

    def _changes_in_loop(self, iterable: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """Changes of the elements of what a loop runs over."""
        parent = self._parents[iterable]
        while isinstance(parent, cst.Arg):  # zip(a, b), enumerate(a)
            iterable = self._parents[parent]
            parent = self._parents[iterable]
        if not isinstance(parent, cst.For) or parent.iter is not iterable:
            return
        for target in find(parent.target, cst.Name):
            element = self._bindings.binding_of(target)
            change = self.find(element) if element is not None else None
            yield from [change] if change is not None else []


def _parameter_name(
    function: cst.FunctionDef, arguments: Sequence[cst.Arg], argument: cst.Arg
) -> str | None:
    if argument.star:
        return None
    names = [parameter.name.value for parameter in all_parameters(function.params)]
    if argument.keyword is not None:
        return argument.keyword.value if argument.keyword.value in names else None
    index = list(arguments).index(argument)
    return names[index] if index < len(names) else None
