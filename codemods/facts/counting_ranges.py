"""Which expressions are certainly ranges that count from 0 in steps of 1.

numbers = range(count)      one
show(numbers)               and so is the parameter that gets it
rest = range(1, count)      none
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from codemods.facts.assigned_values import givers
from codemods.facts.bindings import Binding, Bindings
from codemods.facts.call_arguments import arguments_of
from codemods.facts.find_nodes import find
from codemods.facts.walk import parents


class CountingRanges:
    """Answers for the expressions of one module."""

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._parents = parents(bindings.wrapper.module)
        self._known: dict[Binding, bool] = {}

    def has(self, node: cst.BaseExpression | None) -> bool:
        """Whether an expression is such a range wherever it is evaluated."""
        match node:
            case cst.Call(func=function, args=[cst.Arg(star="", keyword=None)]):
                return self._bindings.is_builtin(function, "range")
            case cst.Name():
                binding = self._bindings.binding_of(node)
                return binding is not None and self._is_one(binding)
        return False

    def _is_one(self, binding: Binding) -> bool:
        """Whether all that a variable is bound to is one."""
        if binding not in self._known:
            self._known[binding] = False  # while it is being found out
            given = [use.node for use in givers(self._bindings, binding)]
            values = [value for name in given for value in self._values(name)]
            self._known[binding] = bool(values) and all(map(self.has, values))
        return self._known[binding]

    def _values(self, name: cst.Name) -> Iterator[cst.BaseExpression | None]:
        """What is bound to a name at one place; None for what is not understood."""
        match parent := self._parents[name]:
            case cst.Param():
                given = arguments_of(self._bindings, parent)
                yield from given if given else [None]
            case cst.AnnAssign():
                yield parent.value
            case cst.AssignTarget():
                yield cst.ensure_type(self._parents[parent], cst.Assign).value
            case cst.Element():
                yield from self._returned(parent)
            case _:
                yield None

    def _returned(self, element: cst.Element) -> Iterator[cst.BaseExpression | None]:
        """What a function returns at the place of a target: `_, numbers = make()`"""
        target = self._parents[element]
        assign = self._parents.get(self._parents[target])
        call = assign.value if isinstance(assign, cst.Assign) else None
        if not isinstance(target, cst.Tuple) or not isinstance(call, cst.Call):
            yield None
            return
        index = [part is element for part in target.elements].index(True)
        functions = list(self._called(call.func))
        returns = [r.value for f in functions for r in find(f, cst.Return)]
        for value in returns if len(functions) == 1 and returns else [None]:
            is_whole = isinstance(value, cst.Tuple) and (
                len(value.elements) == len(target.elements)
            )
            parts = value.elements if isinstance(value, cst.Tuple) else ()
            yield parts[index].value if is_whole else None

    def _called(self, called: cst.BaseExpression) -> Iterator[cst.FunctionDef]:
        binding = (
            self._bindings.binding_of(called) if isinstance(called, cst.Name) else None
        )
        for use in self._bindings.occurrences(binding) if binding else ():
            parent = self._parents[use.node]
            if isinstance(parent, cst.FunctionDef) and parent.name is use.node:
                yield parent
