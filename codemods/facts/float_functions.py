"""The functions of a recorded graph that could compute with numbers instead of nodes.

    def show(row: list[int], graph: Graph) -> None:         ends: nothing is left of its
        for product in scale(row, graph):                   nodes when it returns
            print(node_data[product])
    def scale(row: list[int], graph: Graph) -> list[Value]: reached from there
        …

A function ends in this sense if it computes with nodes but neither gets nor returns
any, and if nothing it calls looks at the graph but for the numbers of nodes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from functools import cached_property
from typing import NoReturn

import libcst as cst
import libcst.matchers as m

from codemods.adjoint.signature import FORWARD, adjoint_name
from codemods.facts.bindings import Binding
from codemods.facts.builtin_types import INT
from codemods.facts.call_graph import CallGraph
from codemods.facts.direct_calls import DirectCall, DirectCalls
from codemods.facts.find_nodes import find
from codemods.facts.main_sequence import MainSequence
from codemods.facts.node_uses import NodeUses
from codemods.facts.recorded_graph import RecordedGraph
from codemods.facts.recorded_rules import recorded_rules
from codemods.facts.scopes import Role, all_parameters
from codemods.facts.type_names import UNOBSERVED, Type
from codemods.refusal import Refusal

ALIAS = m.Annotation(m.Name("TypeAlias") | m.Attribute(attr=m.Name("TypeAlias")))


class FloatFunctions:
    """The functions of a module that are to compute with numbers."""

    def __init__(self, graph: RecordedGraph, in_pairs: bool = False) -> None:
        """`in_pairs`: those whose names nothing else needs are called anew, too."""
        self.graph = graph
        self.in_pairs = in_pairs
        self.bindings = graph.bindings
        self.uses = NodeUses(graph)
        self._calls = CallGraph(graph.bindings)
        self._direct = DirectCalls(graph.bindings)
        self.ending = [f for f in graph.functions() if self._ends(f)]
        called = self._calls.reached_from(self.ending)
        reached = dict.fromkeys([*self.ending, *filter(self._has_nodes, called)])
        self.reached = [f for f in reached if not graph.records(f)]
        self._own = recorded_rules(graph).own
        self.kernels = [f for f in self._own if f in called]
        """The operations that are called as functions of numbers."""
        self.in_place = self._only_called_by_others()
        self.copies = self._find_copies()

    def _ends(self, function: cst.FunctionDef) -> bool:
        """Whether a function computes with nodes, and none outlives its call.

        Neither it nor what it calls looks at anything but the numbers of the nodes.
        What the main sequence calls ends even if it gets nodes, which is refused.
        """
        called = self._calls.reached_from([function])
        composed = [f for f in [function, *called] if not self.graph.records(f)]
        result = self._signature(function)[-1]
        given = [type_ for _, type_ in self._parameters(function)]
        return (
            self.graph.graph_parameter(function) is not None
            and function in composed
            and any(f.name.value in self.graph.operations for f in called)
            and result.is_complete
            and not self.graph.holds_nodes(result)
            and not any(use for f in composed for use in self.uses.other_uses(f))
            and (
                self._is_in_main(function)
                or not any(map(self.graph.holds_nodes, given))
            )
        )

    def _is_in_main(self, function: cst.FunctionDef) -> bool:
        """Whether the main sequence calls a function."""
        blocks = MainSequence(self.bindings).blocks
        return any(
            caller is None or getattr(caller, "body", None) in blocks
            for caller in self._callers(function)
        )

    def _has_nodes(self, function: cst.FunctionDef) -> bool:
        """Whether a function gets or gives nodes, or the graph."""
        return self.graph.graph_parameter(function) is not None or any(
            map(self.graph.holds_nodes, self._signature(function))
        )

    def _signature(self, function: cst.FunctionDef) -> list[Type]:
        """The types of the parameters of a function, and of its result."""
        binding = self.bindings.binding_of(function.name)
        assert binding is not None  # a definition binds its name
        return [UNOBSERVED, *self.graph.types.of_binding(binding).arguments]

    def calls_of(self, function: cst.FunctionDef) -> list[DirectCall]:
        return self._direct.of(function)

    def _callers(self, function: cst.FunctionDef) -> list[cst.CSTNode | None]:
        return [call.caller for call in self.calls_of(function)]

    def _only_called_by_others(self) -> set[cst.FunctionDef]:
        """The functions that nothing calls that goes on to compute with nodes."""
        found = set(self.reached)
        while True:
            kept = {
                function
                for function in found
                if function in self.ending
                or all(caller in found for caller in self._callers(function))
            }
            if kept == found:
                return found
            found = kept

    def _find_copies(self) -> dict[cst.FunctionDef, cst.FunctionDef]:
        """The float versions that functions have right behind them, in pairs."""
        if not self.in_pairs:
            return {}
        body = list(self.bindings.wrapper.module.body)
        named = {f.name.value: f for f in self.graph.functions()}
        names = {f: forward_name(f, self._own) for f in (*self.reached, *self.kernels)}
        found = {f: named[name] for f, name in names.items() if name in named}
        return {
            function: copy
            for function, copy in found.items()
            if self.graph.graph_parameter(copy) is None
            and body.index(copy) == body.index(function) + 1
        }

    def name_of(self, function: cst.FunctionDef) -> str:
        """What the float version of a function is called."""
        if function in self.kernels:
            return kernel_name(function)
        name = function.name.value
        has_own = function in self.in_place and function not in self.copies
        keeps = function in self.ending or not self.in_pairs
        return name if has_own and keeps else name + FORWARD

    @cached_property
    def read(self) -> dict[cst.FunctionDef, set[cst.BaseExpression]]:
        """The integers in each function that are read as nodes."""
        return {
            function: self.uses.read_integers(function) for function in self.reached
        }

    @cached_property
    def with_list(self) -> set[cst.FunctionDef]:
        """The functions that look up numbers, or call others that do."""
        found = {f for f in self.reached if self.read[f] or self._looks_up(f)}
        while more := {f for f in self.reached if self._calls_any(f, found)} - found:
            found |= more
        return found

    def _looks_up(self, function: cst.FunctionDef) -> bool:
        items = m.findall(function.body, m.Subscript(m.Name(self.graph.data_list)))
        return any(isinstance(i, cst.Subscript) and self.is_looked_up(i) for i in items)

    def is_looked_up(self, item: cst.Subscript) -> bool:
        """Whether an item of the list of numbers is taken by a plain integer."""
        index = cst.ensure_type(item.slice[0].slice, cst.Index)
        return self.graph.types.type_of(index.value) == INT

    def _calls_any(
        self, function: cst.FunctionDef, others: set[cst.FunctionDef]
    ) -> bool:
        calls = find(function.body, cst.Call)
        return any(self.graph.called(call) in others for call in calls)

    def records(self, node: cst.CSTNode) -> bool:
        """Whether code still records nodes when these functions do no more."""
        pending, seen = [node], set(self.in_place)
        while pending:
            for call in find(pending.pop(), cst.Call):
                called = self.graph.called(call)
                if called is not None and self.graph.records(called):
                    return True
                if called is not None and called not in seen:
                    seen.add(called)
                    pending.append(called)
        return False

    # What is refused.

    def _check_names_to_come(self) -> None:
        """Refuse names that float versions will have, now or in pairs, if taken."""
        names = {
            f: forward_name(f, self._own)
            for f in self.graph.functions()
            if self.graph.graph_parameter(f) is not None
            and (f in self._own or not self.graph.records(f))
        }
        times = Counter(names.values())
        for function, name in names.items():
            self._check_free(function, name)
            if times[name] > 1:
                expected = f"one function that becomes `{name}`"
                self.refuse(function.name, expected, str(times[name]))

    def check(self) -> None:
        """Refuse what cannot be rewritten, before anything is."""
        if not self.in_pairs:
            self._check_names_to_come()
        for function in self.ending:
            for parameter, type_ in self._parameters(function):
                if self.graph.holds_nodes(type_):
                    expected = "no nodes from outside, but the indices of parameters"
                    self.refuse(parameter, expected, str(type_))
        for function in self.graph.operations.values():
            for integer in self.uses.read_integers(function):
                self.refuse(integer, "an operation on nodes", "an index")
        for function in self.kernels:
            self._check_new(function, self.name_of(function))
            if self.in_pairs:
                self._check_free(function, adjoint_name(self.name_of(function)))
        for function in self.reached:
            self._check_names(function)
            self._check_module(function)
        for function in self.with_list & set(self.ending):
            for call in self.calls_of(function):
                self._check_list(call)

    def _parameters(self, function: cst.FunctionDef) -> list[tuple[cst.Param, Type]]:
        scope = self.bindings.scopes.by_node[function]
        return [
            (p, self.graph.types.of_binding(Binding(scope, p.name.value)))
            for p in all_parameters(function.params)
            if p is not self.graph.graph_parameter(function)
        ]

    def _check_names(self, function: cst.FunctionDef) -> None:
        """Refuse names that the float version needs, and that are taken."""
        scope = self.bindings.scopes.by_node[function]
        own = Binding(scope, self.graph.data_list)
        for use in self.bindings.occurrences(own) if own in set(self.bindings) else []:
            is_bound = use.role is not Role.LOAD
            if is_bound and not self.uses.is_unpacked(use.node, function):
                self.refuse(use.node, "the list of the graph", "another variable")
        self._check_new(function, self.name_of(function))

    def _check_new(self, function: cst.FunctionDef, name: str) -> None:
        """Refuse a name for a float version that means something else."""
        if name != function.name.value and function not in self.copies:
            self._check_free(function, name)

    def _check_free(self, function: cst.FunctionDef, name: str) -> None:
        if any(binding.name == name for binding in self.bindings):
            self.refuse(function.name, f"the name `{name}` to be free", "another use")

    def _check_module(self, function: cst.FunctionDef) -> None:
        """Refuse what a function names that would go on to be about nodes."""
        parameter = self.graph.graph_parameter(function)
        names = {*find(function, cst.Name)}
        for text in find(function, cst.SimpleString):
            quoted = self.bindings.scopes.annotations.get(text)
            names |= {*find(quoted, cst.Name)} if quoted is not None else set()
        for name in names - {*find(parameter, cst.Name)} if parameter else names:
            if self.bindings.binding_of(name) in self._holding:
                expected = "a function that names no nodes but its own"
                self.refuse(function.name, expected, f"`{name.value}`")

    @cached_property
    def _holding(self) -> set[Binding]:
        """The variables of the module that hold nodes, and the types made of theirs."""
        module = self.bindings.scopes.module
        variables = [
            binding
            for binding in self.bindings
            if binding.scope is module and Role.STORE in self.bindings.roles(binding)
        ]
        types = self.graph.types
        found = {v for v in variables if self.graph.holds_nodes(types.of_binding(v))}
        spelt = {self.graph.node_name}
        for statement in self.bindings.wrapper.module.body:
            for alias in find(statement, cst.AnnAssign) if _is_line(statement) else []:
                named = {name.value for name in find(alias, cst.Name)}
                if m.matches(alias.annotation, ALIAS) and not spelt.isdisjoint(named):
                    spelt |= {name.value for name in find(alias.target, cst.Name)}
        spelt -= {self.graph.node_name}
        return found | {v for v in variables if v.name in spelt}

    def _check_list(self, call: DirectCall) -> None:
        """Refuse a call beside which the list of numbers has no name."""
        if call.caller is not None and call.caller not in self.in_place:
            scope = self.bindings.scopes.by_node[call.caller]
            if Binding(scope, self.graph.data_list) not in set(self.bindings):
                expected = f"`{self.graph.data_list}` to be unpacked for the call"
                self.refuse(call.node, expected, "no such variable")

    def refuse(self, node: cst.CSTNode, expected: str, found: str) -> NoReturn:
        raise Refusal.at(self.bindings.wrapper, node, expected=expected, found=found)


def stem_of(operation: cst.FunctionDef) -> str:
    """What an operation computes: sigmoid_of_value => sigmoid"""
    first = operation.params.params[0].name.value
    return operation.name.value.removesuffix(f"_of_{first}")


def kernel_name(operation: cst.FunctionDef) -> str:
    """What an operation is called as a function of numbers."""
    return stem_of(operation) + FORWARD


def forward_name(
    function: cst.FunctionDef, kernels: Collection[cst.FunctionDef]
) -> str:
    """What a function is called beside its adjoint; operations are by their stems."""
    if function in kernels:
        return kernel_name(function)
    return function.name.value + FORWARD


def _is_line(statement: cst.CSTNode) -> bool:
    return isinstance(statement, cst.SimpleStatementLine)
