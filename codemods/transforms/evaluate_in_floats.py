"""Evaluate in floats what records a graph that nothing goes back through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NoReturn, TypeVar

import libcst as cst
import libcst.matchers as m

from codemods.facts.bindings import Binding, Bindings
from codemods.facts.builtin_types import INT
from codemods.facts.call_graph import CallGraph, Loop
from codemods.facts.direct_calls import DirectCall, DirectCalls
from codemods.facts.find_nodes import find
from codemods.facts.main_sequence import MainSequence
from codemods.facts.metadata import wrap
from codemods.facts.node_uses import NodeUses
from codemods.facts.number_copies import NumberCopies
from codemods.facts.recorded_graph import (
    DOCSTRING,
    RecordedGraph,
    find_recorded_graph,
)
from codemods.facts.scopes import Role, all_parameters
from codemods.facts.type_names import UNOBSERVED, Type
from codemods.facts.walk import parents
from codemods.refusal import Refusal
from codemods.transforms.hoist_expressions import put_before
from codemods.transforms.inline_operations import OperationInliner

LoopNode = TypeVar("LoopNode", cst.For, cst.While)
Item = TypeVar("Item", cst.Arg, cst.Param)

SUFFIX = "_forward"
WHOLE = (cst.Assign, cst.AnnAssign, cst.Return, cst.ListComp)
"""What a computed number may stand in without a name."""

NOT_AHEAD = (cst.BooleanOperation, cst.IfExp, cst.BaseComp, cst.Lambda)
"""What may be evaluated never or repeatedly, so that no line ahead can do its work."""


def evaluate_in_floats(module: cst.Module) -> cst.Module:
    """Compute with numbers instead of nodes where no gradient is asked for.

    Have:    def scale(row: list[Value], factors: range, graph: Graph) -> list[Value]:
                 products: list[Value] = []
                 for value, factor in zip(row, factors):
                     product = multiply_values(value, factor, graph)
                     products.append(product)
                 return products
             def show(factors: range, graph: Graph) -> None:
                 node_data, node_gradients = graph
                 for product in scale([create_value(2, graph)], factors, graph):
                     print(node_data[product])
             show(factors, graph)
             del node_data[number_of_kept_nodes:]
    Want:    def scale_forward(
                 row: list[float], factors: range, node_data: list[float]
             ) -> list[float]:
                 products: list[float] = []
                 for value, factor in zip(row, factors):
                     product = value * node_data[factor]
                     products.append(product)
                 return products
             def show(factors: range, node_data: list[float]) -> None:
                 for product in scale_forward([2.0], factors, node_data):
                     print(product)
             show(factors, node_data)
    Refuses: what `NodeUses` and `OperationInliner` refuse; nodes among what such a
             function is passed; and names that are taken

    Functions that only such functions call are rewritten in their places; those that
    are called elsewhere too get a copy behind them, without their comments.  A list
    that would only be a copy of another is not made, where it serves one statement.
    Nothing happens where the results of all functions that compute with nodes are
    nodes.
    """
    bindings = Bindings(wrap(module))
    graph = find_recorded_graph(bindings)
    if graph is None:
        return module
    kernels = _Kernels(graph)
    if not kernels.ending:
        return module
    kernels.check()
    return bindings.wrapper.module.visit(_Rewriting(kernels))


class _Kernels:
    """The functions of a module that are to compute with numbers."""

    def __init__(self, graph: RecordedGraph) -> None:
        self.graph = graph
        self.bindings = graph.bindings
        self.uses = NodeUses(graph)
        self._calls = CallGraph(graph.bindings)
        self._direct = DirectCalls(graph.bindings)
        self.ending = [f for f in graph.functions() if self._ends(f)]
        called = self._calls.reached_from(self.ending)
        reached = dict.fromkeys([*self.ending, *filter(self._has_nodes, called)])
        self.reached = [f for f in reached if not graph.records(f)]
        self.in_place = self._only_called_by_others()

    def _ends(self, function: cst.FunctionDef) -> bool:
        """Whether a function computes with nodes, and none outlives its call.

        It is called by what has the graph, not by what is passed it, and neither it
        nor what it calls looks at anything but the numbers of the nodes.
        """
        called = self._calls.reached_from([function])
        composed = [f for f in [function, *called] if not self.graph.records(f)]
        return (
            self.graph.graph_parameter(function) is not None
            and function in composed
            and any(f.name.value in self.graph.operations for f in called)
            and not self.graph.holds_nodes(self._signature(function)[-1])
            and not any(map(self._is_passed_graph, self._callers(function)))
            and not any(use for f in composed for use in self.uses.other_uses(f))
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

    def _is_passed_graph(self, caller: cst.CSTNode | None) -> bool:
        return isinstance(caller, cst.FunctionDef) and (
            self.graph.graph_parameter(caller) is not None
        )

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

    def name_of(self, function: cst.FunctionDef) -> str:
        """What the float version of a function is called."""
        name = function.name.value
        return name if function in self.in_place else name + SUFFIX

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

    def check(self) -> None:
        """Refuse what cannot be rewritten, before anything is."""
        for function in self.ending:
            for parameter, type_ in self._parameters(function):
                if self.graph.holds_nodes(type_):
                    expected = "no nodes from outside, but the indices of parameters"
                    self.refuse(parameter, expected, str(type_))
        for function in self.graph.operations.values():
            for integer in self.uses.read_integers(function):
                self.refuse(integer, "an operation on nodes", "an index")
        for function in self.reached:
            self._check_names(function)
        assert self.with_list is not None  # which refuses, on the way there

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
        uses = self.bindings.occurrences(own) if own in set(self.bindings) else []
        for use in uses:
            if use.role is not Role.LOAD and not self.uses.is_unpacked(
                use.node, function
            ):
                self.refuse(use.node, "the list of the graph", "another variable")
        new = self.name_of(function)
        is_taken = any(binding.name == new for binding in self.bindings)
        if function not in self.in_place and is_taken:
            self.refuse(function.name, f"the name `{new}` to be free", "another use")
        for call in self.calls_of(function):
            if function in self.ending and not self._has_list(call):
                expected = f"`{self.graph.data_list}` beside the call"
                self.refuse(call.node, expected, "no such variable")

    def _has_list(self, call: DirectCall) -> bool:
        resolution = self.bindings.resolution
        return resolution.find(self.graph.data_list, call.scope) is not None

    def refuse(self, node: cst.CSTNode, expected: str, found: str) -> NoReturn:
        raise Refusal.at(self.bindings.wrapper, node, expected=expected, found=found)


class _Rewriting(cst.CSTTransformer):
    """Puts the float versions beside, or in the places of, functions of nodes."""

    def __init__(self, kernels: _Kernels) -> None:
        super().__init__()
        self.kernels = kernels
        self.lists = m.Subscript(m.OneOf(*map(m.Name, kernels.graph.lists)))
        self.idle = set(self._idle_loops())

    def _idle_loops(self) -> Iterator[Loop]:
        """The loops of the main sequence that will record nothing any more."""
        for loop in MainSequence(self.kernels.bindings).loops():
            called = [self.kernels.graph.called(c) for c in find(loop, cst.Call)]
            is_touched = any(function in self.kernels.ending for function in called)
            if is_touched and not self.kernels.records(loop):
                yield loop

    def leave_Module(
        self, original_node: cst.Module, updated_node: cst.Module
    ) -> cst.Module:
        body: list[cst.CSTNode] = []
        for before, after in zip(original_node.body, updated_node.body, strict=True):
            if before in self.kernels.in_place:
                body.append(self._float_version(before))
                continue
            body.append(after)
            if before in self.kernels.reached:
                copy = self._float_version(before).visit(_Uncommented())
                body.append(cst.ensure_type(copy, cst.FunctionDef))
        return updated_node.with_changes(body=body)

    def _float_version(self, statement: cst.CSTNode) -> cst.FunctionDef:
        function = cst.ensure_type(statement, cst.FunctionDef)
        version = function.visit(_FloatVersion(self.kernels, function))
        return cst.ensure_type(version, cst.FunctionDef)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        called = self.kernels.graph.called(original_node)
        if called not in self.kernels.ending:
            return updated_node
        return _with_list(self.kernels, original_node, updated_node)

    def leave_For(self, original_node: cst.For, updated_node: cst.For) -> cst.For:
        return self._without_forgetting(original_node, updated_node)

    def leave_While(
        self, original_node: cst.While, updated_node: cst.While
    ) -> cst.While:
        return self._without_forgetting(original_node, updated_node)

    def _without_forgetting(self, original: LoopNode, updated: LoopNode) -> LoopNode:
        """A loop that records nothing has nothing to forget."""
        if original not in self.idle:
            return updated
        forgets = m.SimpleStatementLine([m.Del(self.lists)])
        body = [s for s in updated.body.body if not m.matches(s, forgets)]
        return updated.with_changes(body=updated.body.with_changes(body=body))


class _FloatVersion(cst.CSTTransformer):
    """Makes a function of nodes one of numbers."""

    def __init__(self, kernels: _Kernels, function: cst.FunctionDef) -> None:
        super().__init__()
        self.kernels = kernels
        self.graph = kernels.graph
        self.function = function
        self.parents = parents(kernels.bindings.wrapper.module)
        self.read = kernels.read[function]
        self.inliner = OperationInliner(kernels.graph, function)
        self.waiting: dict[cst.CSTNode, int] = {}
        copies = list(NumberCopies(kernels.graph).find(function))
        self.copying = {line for copy in copies for line in copy.statements}
        self.sources = {use: copy.source for copy in copies for use in copy.uses}

    # Expressions.

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, NOT_AHEAD):
            self.waiting[node] = len(self.inliner.lines)
        if isinstance(node, cst.BaseSuite) and self.inliner.lines:
            self._refuse_place(self.parents[node])
        return super().on_visit(node)

    def on_leave(  # type: ignore[override]
        self, original_node: cst.CSTNode, updated_node: cst.CSTNode
    ) -> object:
        number_of_lines = self.waiting.get(original_node, len(self.inliner.lines))
        if number_of_lines != len(self.inliner.lines):
            self._refuse_place(original_node)
        changed = super().on_leave(original_node, updated_node)
        if original_node in self.read:
            return _item(self.graph.data_list, changed)
        return changed

    def _refuse_place(self, node: cst.CSTNode) -> NoReturn:
        expected = "operations in statements of their own"
        self.kernels.refuse(node, expected, "one that takes several lines")

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        return self.sources.get(original_node, updated_node)

    def leave_Call(
        self, original_node: cst.Call, updated_node: cst.Call
    ) -> cst.BaseExpression:
        called = self.graph.called(original_node)
        if called is None:
            return updated_node
        if called in self.kernels.reached:
            name = cst.Name(self.kernels.name_of(called))
            call = _with_list(self.kernels, original_node, updated_node)
            return call.with_changes(func=name)
        if not self.graph.records(called):
            return updated_node
        given = self._given(original_node, updated_node)
        if called is self.graph.maker:
            return self._made(original_node, given)
        value = self.inliner.value_of(original_node, given, self._target(original_node))
        is_whole = isinstance(self.parents[original_node], WHOLE)
        return value if is_whole else self.inliner.bind(value)

    def _given(
        self, original: cst.Call, updated: cst.Call
    ) -> dict[str, cst.BaseExpression]:
        """The numbers that a call passes, by parameters."""
        pairs = zip(original.args, updated.args, strict=True)
        values = {old: new.value for old, new in pairs}
        given = self.graph.given(original)
        graph = _graph_argument(self.graph, original)
        return {name: values[a] for name, a in given.items() if a is not graph}

    def _made(
        self, call: cst.Call, given: Mapping[str, cst.BaseExpression]
    ) -> cst.BaseExpression:
        """The number of a node without children; whole ones are floats as well."""
        if set(given) != {self.graph.data_name}:
            self.kernels.refuse(call, "a node without children", "another")
        number = given[self.graph.data_name]
        match number:
            case cst.Integer():
                return cst.Float(f"{number.evaluated_value}.0")
            case cst.UnaryOperation(expression=cst.Integer() as size):
                return number.with_changes(expression=cst.Float(f"{size.value}.0"))
        return number

    def _target(self, call: cst.Call) -> str:
        """The variable that the result of a call is assigned to."""
        match self.parents[call]:
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))]):
                return name
        return ""

    def leave_Subscript(
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.BaseExpression:
        if not m.matches(original_node.value, m.Name(self.graph.data_list)):
            return updated_node
        if self.kernels.is_looked_up(original_node):
            return updated_node
        index = cst.ensure_type(updated_node.slice[0].slice, cst.Index)
        return self.inliner.bind(index.value)

    # Statements.

    def leave_SimpleStatementLine(
        self,
        original_node: cst.SimpleStatementLine,
        updated_node: cst.SimpleStatementLine,
    ) -> cst.FlattenSentinel[cst.BaseStatement] | cst.RemovalSentinel:
        if original_node in self.copying:
            return cst.RemovalSentinel.REMOVE
        if self.graph.is_unpacking(original_node, self.function):
            return cst.RemovalSentinel.REMOVE
        lines = self.inliner.take()
        if lines and _is_idle(updated_node):
            last = lines.pop()
            lead = updated_node.leading_lines
            lines = put_before(lines, last.with_changes(leading_lines=lead))
            return cst.FlattenSentinel(lines)
        return cst.FlattenSentinel(put_before(lines, updated_node))

    def leave_For(
        self, original_node: cst.For, updated_node: cst.For
    ) -> cst.For | cst.RemovalSentinel:
        if original_node in self.copying:
            return cst.RemovalSentinel.REMOVE
        return updated_node

    def leave_Annotation(
        self, original_node: cst.Annotation, updated_node: cst.Annotation
    ) -> cst.Annotation:
        quoted = self.kernels.bindings.scopes.annotations
        floats = _NodesAsFloats(self.graph.node_name, quoted)
        return cst.ensure_type(updated_node.visit(floats), cst.Annotation)

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        parameters = list(updated_node.params.params)
        parameter = self.graph.graph_parameter(original_node)
        if parameter is not None:
            index = original_node.params.params.index(parameter)
            kept = [self._list_parameter()]
            parameters[index : index + 1] = (
                kept if original_node in self.kernels.with_list else []
            )
        return updated_node.with_changes(
            name=cst.Name(self.kernels.name_of(original_node)),
            params=updated_node.params.with_changes(
                params=_without_last_comma(parameters)
            ),
        )

    def _list_parameter(self) -> cst.Param:
        kind = self.graph.data_type
        return cst.Param(cst.Name(self.graph.data_list), cst.Annotation(kind))


class _NodesAsFloats(cst.CSTTransformer):
    """Puts `float` in the place of the type of nodes, also in quotes."""

    def __init__(
        self, name: str, quoted: Mapping[cst.SimpleString, cst.BaseExpression]
    ) -> None:
        super().__init__()
        self.name = name
        self.quoted = quoted

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        return cst.Name("float") if updated_node.value == self.name else updated_node

    def leave_SimpleString(
        self, original_node: cst.SimpleString, updated_node: cst.SimpleString
    ) -> cst.BaseExpression:
        found = self.quoted.get(original_node)
        changed = found.visit(self) if found is not None else updated_node
        assert isinstance(changed, cst.BaseExpression)  # one was put for another
        return changed


class _Uncommented(cst.CSTTransformer):
    """Leaves out comments and the docstring, which stay with the original."""

    def leave_EmptyLine(
        self, original_node: cst.EmptyLine, updated_node: cst.EmptyLine
    ) -> cst.EmptyLine | cst.RemovalSentinel:
        return updated_node if updated_node.comment is None else cst.RemoveFromParent()

    def leave_TrailingWhitespace(
        self,
        original_node: cst.TrailingWhitespace,
        updated_node: cst.TrailingWhitespace,
    ) -> cst.TrailingWhitespace:
        return updated_node.with_changes(comment=None)

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        body = [s for s in updated_node.body.body if not m.matches(s, DOCSTRING)]
        return updated_node.with_changes(body=updated_node.body.with_changes(body=body))


def _with_list(kernels: _Kernels, original: cst.Call, updated: cst.Call) -> cst.Call:
    """A call that passes the list of numbers instead of the graph, if that is read."""
    graph = _graph_argument(kernels.graph, original)
    arguments: list[cst.Arg] = []
    for before, after in zip(original.args, updated.args, strict=True):
        if before is not graph:
            arguments.append(after)
        elif kernels.graph.called(original) in kernels.with_list:
            name = cst.Name(kernels.graph.data_list)
            keyword = name if after.keyword is not None else None
            arguments.append(after.with_changes(value=name, keyword=keyword))
    return updated.with_changes(args=_without_last_comma(arguments))


def _graph_argument(graph: RecordedGraph, call: cst.Call) -> cst.Arg | None:
    """What a call passes as the graph."""
    called = graph.called(call)
    parameter = graph.graph_parameter(called) if called is not None else None
    return graph.given(call).get(parameter.name.value) if parameter else None


def _item(name: str, index: object) -> cst.Subscript:
    assert isinstance(index, cst.BaseExpression)  # it was put for another
    return cst.Subscript(cst.Name(name), [cst.SubscriptElement(cst.Index(index))])


def _is_idle(line: cst.SimpleStatementLine) -> bool:
    """Whether a line assigns a variable to itself."""
    match line.body:
        case [cst.Assign(targets=[cst.AssignTarget(target=target)], value=value)]:
            return isinstance(target, cst.Name) and target.deep_equals(value)
    return False


def _without_last_comma(items: list[Item]) -> list[Item]:
    """A comma behind the last item would keep each on a line of its own."""
    kept = items[:-1]
    for last in items[-1:]:
        kept.append(last.with_changes(comma=cst.MaybeSentinel.DEFAULT))
    return kept
