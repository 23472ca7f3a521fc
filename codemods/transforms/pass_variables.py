"""Give functions the variables they need as parameters, and pass them at every call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NoReturn, TypeVar

import libcst as cst

from codemods.facts.bindings import Binding, Bindings
from codemods.facts.direct_calls import DirectCall
from codemods.facts.surroundings import Surroundings
from codemods.refusal import Refusal

Demands = Mapping[cst.FunctionDef, Sequence[Binding]]
Annotate = Callable[[cst.FunctionDef, Binding], cst.Annotation | None]
Item = TypeVar("Item", cst.Arg, cst.Param)

EQUAL = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))


class PassVariables(cst.CSTTransformer):
    """Adds parameters, and arguments that are the variables of the same names.

    Have:    def add(price):
                 totals.append(price)
             add(3)
    Want:    def add(price, totals):
                 totals.append(price)
             add(3, totals)
    Refuses: a name that means something else in the function or at a call of it, a call
             that may run before the variable is bound, a call with a keyword of that
             name, and parameters of which those without a keyword have defaults

    New parameters come behind those without defaults.  An argument is evaluated before
    those behind it; that these do not bind the variable is for the caller to know.
    """

    def __init__(
        self, bindings: Bindings, demands: Demands, calls: Sequence[DirectCall]
    ) -> None:
        super().__init__()
        self.bindings = bindings
        self.demands = demands
        self.calls = {call.node: call for call in calls}
        self.surroundings = Surroundings(bindings)
        self.added: dict[cst.CSTNode, list[cst.Param]] = {}

    def prepare(self, annotate: Annotate) -> None:
        """Refuse what cannot be done, and make the parameters."""
        for function, demand in self.demands.items():
            for binding in demand:
                self._refuse_other_meaning(function, binding)
            if demand and any(p.default for p in function.params.posonly_params):
                self.refuse(
                    function.params,
                    "room for another parameter",
                    "defaults before the `/`",
                )
            self.added[function] = [
                cst.Param(cst.Name(binding.name), annotate(function, binding))
                for binding in demand
            ]
        for call in self.calls.values():
            for binding in self.demands[call.function]:
                self._refuse_call(call, binding)

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef | cst.RemovalSentinel:
        added = self.added.get(original_node, [])
        parameters = updated_node.params
        index = _count_required(original_node)
        params = _inserted(parameters.params, index, added)
        parameters = parameters.with_changes(params=params)
        return updated_node.with_changes(params=parameters) if added else updated_node

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        call = self.calls.get(original_node)
        if call is None or not self.demands[call.function]:
            return updated_node
        names = [cst.Name(binding.name) for binding in self.demands[call.function]]
        arguments = [_parenthesized(argument) for argument in updated_node.args]
        index = _index_of_new(call)
        if index is None:
            index = len(arguments)
            added = [cst.Arg(n, keyword=n.deep_clone(), equal=EQUAL) for n in names]
        else:
            added = [cst.Arg(name) for name in names]
        return updated_node.with_changes(args=_inserted(arguments, index, added))

    def _refuse_other_meaning(
        self, function: cst.FunctionDef, binding: Binding
    ) -> None:
        """Refuse names in a function that would come to mean the new parameter."""
        own = self.bindings.scopes.by_node[function]
        for use in self.bindings.scopes.occurrences:
            if use.node.value != binding.name or own not in use.scope.enclosing():
                continue
            meant = self.bindings.binding_of(use.node)
            outside = meant is None or own not in meant.scope.enclosing()
            if meant != binding and (outside or meant == Binding(own, binding.name)):
                name = function.name.value
                expected = f"`{binding.name}` to be free for a parameter of `{name}`"
                self.refuse(use.anchor, expected, "another meaning of it")

    def _refuse_call(self, call: DirectCall, binding: Binding) -> None:
        name = binding.name
        if self.bindings.resolution.find(name, call.scope) != binding:
            expected = f"`{name}` to mean here what it does in the function"
            self.refuse(call.node, expected, "another variable")
        words = [a.keyword.value for a in call.node.args if a.keyword is not None]
        if name in words:
            self.refuse(call.node, f"no argument `{name}` yet", "one")
        receives = binding in self._received_around(call)
        places = self.surroundings.places(call.node)
        if not receives and not self.surroundings.is_bound_before(binding, places):
            expected = f"a call that runs when `{name}` is bound"
            self.refuse(call.node, expected, "one that may run before")

    def _received_around(self, call: DirectCall) -> Iterator[Binding]:
        """What the functions around a call are given."""
        for scope in call.scope.enclosing():
            if isinstance(scope.node, cst.FunctionDef):
                yield from self.demands.get(scope.node, ())

    def refuse(self, node: cst.CSTNode, expected: str, found: str) -> NoReturn:
        wrapper = self.bindings.wrapper
        raise Refusal.at(wrapper, node, expected=expected, found=found)


def _count_required(function: cst.FunctionDef) -> int:
    """How many parameters stand before the first default, behind any `/`."""
    parameters = function.params.params
    with_default = [i for i, p in enumerate(parameters) if p.default is not None]
    return min(with_default, default=len(parameters))


def _index_of_new(call: DirectCall) -> int | None:
    """Where new arguments go; None if they must be passed by keyword, at the end."""
    parameters = call.function.params
    index = len(parameters.posonly_params) + _count_required(call.function)
    index -= call.is_method
    given = [argument for argument in call.node.args if argument.keyword is None]
    return index if len(given) >= index else None


def _inserted(items: Sequence[Item], index: int, new: Sequence[Item]) -> list[Item]:
    """Items of a list with commas; a comma at the end stays there."""
    end = items[-1].comma if items else cst.MaybeSentinel.DEFAULT
    inserted = list(items)
    inserted[index:index] = new
    if index == len(items) > 0 and isinstance(end, cst.Comma):
        inserted[-1] = inserted[-1].with_changes(comma=cst.Comma())
    return inserted


def _parenthesized(argument: cst.Arg) -> cst.Arg:
    """An argument that may stand beside others."""
    value = argument.value
    if not isinstance(value, cst.GeneratorExp) or value.lpar:
        return argument
    return argument.with_changes(
        value=value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    )
