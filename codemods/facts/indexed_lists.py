"""The lists that functions index by the numbers of places, and where they come from.

def add_up(places: list[range], numbers: list[float]) -> float:     numbers: a parameter
    for row in places:                                              for `values`, which
        for place in row:                                           is read here
            total = total + numbers[place]
add_up(places, values)
"""

from __future__ import annotations

from typing import NoReturn

import libcst as cst

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import Binding, Bindings
from codemods.facts.place_flow import PlaceFlow
from codemods.facts.scopes import Role, all_parameters
from codemods.facts.targets import is_target
from codemods.facts.type_names import Type
from codemods.facts.walk import parents
from codemods.refusal import Refusal

NUMBERS = Type("list", (Type("float"),))


class IndexedLists:
    """The lists of numbers that a flow of places indexes.

    Refuses lists that are no parameters, parameters that stand for several lists, and
    whatever else is done with them in the functions that the places go to.
    """

    def __init__(self, bindings: Bindings, flow: PlaceFlow) -> None:
        self._bindings = bindings
        self._flow = flow
        self._parents = parents(bindings.wrapper.module)
        self._types = AnnotatedTypes(bindings)
        self.origins: dict[Binding, Binding] = {}
        """The variable of the module that each parameter stands for."""
        self.passed: set[cst.Arg] = set()
        for item in flow.indexed:
            self._find_origin(item.value)
        for parameter in self.origins:
            self._check_uses(parameter)

    def is_changed(self, item: cst.Subscript) -> bool:
        """Whether an item is assigned to or updated, and not just read."""
        return is_target(self._parents, item)

    def of_item(self, item: cst.Subscript) -> Binding:
        """The variable of the module that an item is indexed of."""
        binding = self._bindings.binding_of(cst.ensure_type(item.value, cst.Name))
        assert binding is not None  # each was found when this was made
        return self.origins[binding]

    def parameters_of(self, function: cst.FunctionDef) -> list[cst.Param]:
        """The parameters of a function that stand for lists."""
        return [
            parameter
            for parameter in all_parameters(function.params)
            if self._bindings.binding_of(parameter.name) in self.origins
        ]

    def _find_origin(self, node: cst.BaseExpression) -> Binding:
        """The variable of the module that an expression of a function stands for."""
        binding = self._binding(node)
        if binding is None or self._bindings.roles(binding) != {Role.PARAMETER}:
            self._refuse(node, "a list that the function is given", "another")
        if binding not in self.origins:
            if self._types.of_binding(binding) != NUMBERS:
                self._refuse(node, "a list of floats", "something else")
            self.origins[binding] = binding  # while it is being found out
            found = self._given(binding) - {binding}
            if len(found) != 1:
                self._refuse(node, "the same list of numbers in every call", "others")
            self.origins[binding] = found.pop()
        return self.origins[binding]

    def _given(self, binding: Binding) -> set[Binding]:
        """The variables of the module that calls give a parameter."""
        function = cst.ensure_type(binding.scope.node, cst.FunctionDef)
        named = {p.name.value: p for p in all_parameters(function.params)}
        found = set()
        for call in self._flow.calls_of(function):
            argument = call.argument(named[binding.name])
            if argument is None:
                self._refuse(call.node, f"`{binding.name}` to be passed", "its default")
            self.passed.add(argument)
            found.add(self._source(argument.value, call.caller))
        return found

    def _source(
        self, node: cst.BaseExpression, caller: cst.FunctionDef | cst.Lambda | None
    ) -> Binding:
        if caller is not None:
            return self._find_origin(node)
        binding = self._binding(node)
        if binding is None:
            self._refuse(node, "a list of numbers in a variable", "another expression")
        return binding

    def _check_uses(self, parameter: Binding) -> None:
        indexed = {item.value for item in self._flow.indexed}
        for use in self._bindings.occurrences(parameter):
            is_known = use.node in indexed or self._parents[use.node] in self.passed
            if use.role is Role.LOAD and not is_known:
                expected = f"`{parameter.name}` to be indexed by the numbers of places"
                self._refuse(use.node, expected, "another use")

    def _binding(self, node: cst.BaseExpression) -> Binding | None:
        return self._bindings.binding_of(node) if isinstance(node, cst.Name) else None

    def _refuse(self, node: cst.CSTNode, expected: str, found: str) -> NoReturn:
        raise Refusal.at(self._bindings.wrapper, node, expected=expected, found=found)
