"""Whether the lists that a nest of loops adds to are no lists that it reads.

add_products(numbers, totals)       they are, if `totals` was made just above and
                                    nothing was done with it but to pass it on
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from codemods.facts.bindings import Bindings
from codemods.facts.block_values import BlockValues, assigned, is_new_list, mentions
from codemods.facts.direct_calls import DirectCall, DirectCalls
from codemods.facts.evaluation import names_in
from codemods.facts.find_nodes import find
from codemods.facts.given_parameters import given_parameters
from codemods.facts.product_nests import ProductNest
from codemods.facts.scopes import all_parameters
from codemods.facts.walk import parents
from codemods.refusal import Refusal

CODE = cst.Module([])
ASKING = ("enumerate", "len", "max", "min", "reversed", "zip")
"""Builtins that leave nothing of a list but its elements."""


class NestLists:
    """Looks for second names of lists in one module.

    Rows of two containers are believed to be two lists.
    """

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._blocks = BlockValues(bindings)
        self._calls = DirectCalls(bindings)
        self._parents = parents(bindings.wrapper.module)

    def are_apart(self, nest: ProductNest) -> bool:
        """Whether what a nest changes is not what it reads by another name."""
        rows = nest.rows()
        changed = nest.updated | nest.appended
        containers = {rows[name] for name in changed if name in rows}
        read = {rows[name] for name in nest.read if name in rows}
        if changed & nest.read or containers & (changed | read):
            return False
        if self._calls_of(nest.function) is None:
            return False
        return all(
            self._is_apart(nest.function, name) for name in changed - rows.keys()
        ) and all(self._is_passed_once(nest.function, name) for name in containers)

    def _is_apart(self, function: cst.FunctionDef, name: str) -> bool:
        """Whether a variable of a function is the only name for the list it holds."""
        parameter = _parameter(function, name)
        if parameter is None:
            return self._is_new(function, name)
        return self._leaves_alone(parameter) and all(
            self._is_given_new(call, parameter)
            for call in self._calls_of(function) or ()
        )

    def _calls_of(self, function: cst.FunctionDef) -> list[DirectCall] | None:
        """All calls of a function; None if something else may call it."""
        try:
            return self._calls.of(function)
        except Refusal:
            return None

    def _is_new(self, function: cst.FunctionDef, name: str) -> bool:
        """Whether a local list is made by the function, and has one name there."""
        stores = [
            statement
            for statement in find(function.body, cst.SimpleStatementLine)
            if self._blocks.binds(statement, name)
        ]
        return all(is_new_list(assigned(line, name)) for line in stores) and not any(
            self._gets_away(use) for use in self._uses(function, name)
        )

    def _leaves_alone(self, parameter: cst.Param) -> bool:
        """Whether a function neither rebinds nor keeps what it gets."""
        function = self._parents[self._parents[parameter]]
        name = parameter.name.value
        body = cst.ensure_type(function, cst.FunctionDef).body
        uses = self._uses(function, name)
        return not (
            self._blocks.binds(body, name) or any(self._gets_away(use) for use in uses)
        )

    def _uses(self, function: cst.CSTNode, name: str) -> Iterator[cst.Name]:
        body = cst.ensure_type(function, cst.FunctionDef).body
        return (use for use in names_in(body) if use.value == name)

    def _gets_away(self, use: cst.Name) -> bool:
        """Whether a use may give a list another name."""
        parent = self._parents[use]
        match parent:
            case cst.Subscript(value=value):
                return value is not use
            case cst.Attribute(attr=cst.Name(value="append")):
                return False
            case cst.Arg():
                call = cst.ensure_type(self._parents[parent], cst.Call)
                return not self._bindings.is_builtin(call.func, *ASKING)
            case cst.For(iter=over):
                return over is not use
        return not isinstance(parent, cst.Return | cst.AnnAssign | cst.AssignTarget)

    def _is_given_new(self, call: DirectCall, parameter: cst.Param) -> bool:
        """Whether a call passes a list that was made above it, and is no other's."""
        given = call.passed(parameter)
        if not isinstance(given, cst.Name) or not self._is_alone(call, given):
            return False
        place = self._blocks.place_of(call.node)
        made = self._blocks.made_at(given.value, place)
        if made is None or not is_new_list(assigned(made.statement, given.value)):
            return False
        return all(
            self._only_passes(statement, given.value)
            for statement in made.up_to(place)
            if mentions(statement, given.value)
        )

    def _only_passes(self, statement: cst.CSTNode, name: str) -> bool:
        """Whether a statement gives a list to functions that leave it alone."""
        uses = [use for use in names_in(statement) if use.value == name]
        arguments = [self._parents[use] for use in uses]
        return all(
            isinstance(argument, cst.Arg) and self._is_left_alone(argument)
            for argument in arguments
        )

    def _is_left_alone(self, argument: cst.Arg) -> bool:
        parameters = list(given_parameters(self._bindings, argument))
        return bool(parameters) and all(map(self._leaves_alone, parameters))

    def _is_passed_once(self, function: cst.FunctionDef, name: str) -> bool:
        """Whether each call passes a container as one parameter only."""
        parameter = _parameter(function, name)
        return parameter is not None and all(
            self._is_alone(call, given)
            for call in self._calls_of(function) or ()
            if (given := call.passed(parameter)) is not None
        )

    def _is_alone(self, call: DirectCall, given: cst.BaseExpression) -> bool:
        """Whether no other argument of a call is the same, as far as the text tells."""
        text = CODE.code_for_node(given)
        return [CODE.code_for_node(a.value) for a in call.node.args].count(text) == 1


def _parameter(function: cst.FunctionDef, name: str) -> cst.Param | None:
    parameters = all_parameters(function.params)
    return next((p for p in parameters if p.name.value == name), None)
