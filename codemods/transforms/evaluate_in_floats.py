"""Evaluate in floats what records a graph that nothing goes back through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NoReturn, TypeVar

import libcst as cst
import libcst.matchers as m

from codemods.adjoint.signature import adjoint_name
from codemods.facts.bindings import Bindings
from codemods.facts.call_graph import Loop
from codemods.facts.find_nodes import find
from codemods.facts.float_functions import FloatFunctions
from codemods.facts.main_sequence import MainSequence
from codemods.facts.metadata import wrap
from codemods.facts.number_copies import NumberCopies
from codemods.facts.recorded_graph import RecordedGraph, find_recorded_graph
from codemods.facts.visit import visit
from codemods.facts.walk import parents
from codemods.transforms.hoist_expressions import put_before
from codemods.transforms.inline_operations import OperationInliner
from codemods.transforms.last_comma import without_last_comma
from codemods.transforms.without_comments import WithoutComments
from codemods.transforms.write_kernels import backward_kernel, forward_kernel

LoopNode = TypeVar("LoopNode", cst.For, cst.While)

WHOLE = (cst.Assign, cst.AnnAssign, cst.Return, cst.ListComp)
"""What a computed number may stand in without a name."""

NOT_AHEAD = (cst.BooleanOperation, cst.IfExp, cst.BaseComp, cst.Lambda)
"""What may be evaluated never or repeatedly, so that no line ahead can do its work."""


def evaluate_in_floats(module: cst.Module, in_pairs: bool = False) -> cst.Module:
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
    With `in_pairs`, those in their places are called like copies, because each is to
    have a backward function beside it.  Nothing happens where the results of all
    functions that compute with nodes are nodes.
    """
    bindings = Bindings(wrap(module))
    graph = find_recorded_graph(bindings)
    if graph is None:
        return module
    functions = FloatFunctions(graph, in_pairs)
    if not functions.ending:
        return module
    functions.check()
    return visit(bindings.wrapper.module, _Rewriting(functions))


class _Rewriting(cst.CSTTransformer):
    """Puts the float versions beside, or in the places of, functions of nodes."""

    def __init__(self, functions: FloatFunctions) -> None:
        super().__init__()
        self.functions = functions
        self.lists = m.Subscript(m.OneOf(*map(m.Name, functions.graph.lists)))
        self.idle = set(self._idle_loops())

    def _idle_loops(self) -> Iterator[Loop]:
        """The loops of the main sequence that will record nothing any more."""
        for loop in MainSequence(self.functions.bindings).loops():
            called = [self.functions.graph.called(c) for c in find(loop, cst.Call)]
            is_touched = any(function in self.functions.ending for function in called)
            if is_touched and not self.functions.records(loop):
                yield loop

    def leave_Module(
        self, original_node: cst.Module, updated_node: cst.Module
    ) -> cst.Module:
        body: list[cst.CSTNode] = []
        copies = self.functions.copies
        remade = {*self.functions.in_place, *self.functions.kernels}
        replaced = {copies[f] for f in remade if f in copies}
        for before, after in zip(original_node.body, updated_node.body, strict=True):
            if before in replaced:
                continue
            if before in self.functions.in_place:
                body.append(self._float_version(before))
                continue
            body.append(after)
            if before in self.functions.kernels:
                body += self._kernels(before)
            elif before in self.functions.reached and before not in copies:
                body.append(_plain(self._float_version(before)))
        return updated_node.with_changes(body=body)

    def _kernels(self, operation: cst.CSTNode) -> list[cst.FunctionDef]:
        """An operation as a function of numbers, in pairs with its backward function.

        The comments come along when the operation is about to go.
        """
        function = cst.ensure_type(operation, cst.FunctionDef)
        given = self.functions.graph, function
        name = self.functions.name_of(function)
        forward = forward_kernel(*given, name)
        if not self.functions.in_pairs:
            return [_plain(forward)]
        return [forward, _plain(backward_kernel(*given, adjoint_name(name)))]

    def _float_version(self, statement: cst.CSTNode) -> cst.FunctionDef:
        function = cst.ensure_type(statement, cst.FunctionDef)
        version = visit(function, _FloatVersion(self.functions, function))
        return cst.ensure_type(version, cst.FunctionDef)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        called = self.functions.graph.called(original_node)
        if called not in self.functions.ending:
            return updated_node
        return _with_list(self.functions, original_node, updated_node)

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

    def __init__(self, functions: FloatFunctions, function: cst.FunctionDef) -> None:
        super().__init__()
        self.functions = functions
        self.graph = functions.graph
        self.function = function
        self.parents = parents(functions.bindings.wrapper.module)
        self.read = functions.read[function]
        kernels = {f: functions.name_of(f) for f in functions.kernels}
        self.inliner = OperationInliner(functions.graph, function, kernels)
        self.waiting: dict[cst.CSTNode, int] = {}
        copies = list(NumberCopies(functions.graph).find(function))
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
        self.functions.refuse(node, expected, "one that takes several lines")

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        return self.sources.get(original_node, updated_node)

    def leave_Call(
        self, original_node: cst.Call, updated_node: cst.Call
    ) -> cst.BaseExpression:
        called = self.graph.called(original_node)
        if called is None:
            return updated_node
        if called in self.functions.reached:
            name = cst.Name(self.functions.name_of(called))
            call = _with_list(self.functions, original_node, updated_node)
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
            self.functions.refuse(call, "a node without children", "another")
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
        if self.functions.is_looked_up(original_node):
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
        quoted = self.functions.bindings.scopes.annotations
        floats = _NodesAsFloats(self.graph.node_name, quoted)
        return cst.ensure_type(visit(updated_node, floats), cst.Annotation)

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        parameters = list(updated_node.params.params)
        parameter = self.graph.graph_parameter(original_node)
        if parameter is not None:
            index = original_node.params.params.index(parameter)
            kept = [self._list_parameter()]
            parameters[index : index + 1] = (
                kept if original_node in self.functions.with_list else []
            )
        return updated_node.with_changes(
            name=cst.Name(self.functions.name_of(original_node)),
            params=updated_node.params.with_changes(
                params=without_last_comma(parameters)
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


def _plain(function: cst.FunctionDef) -> cst.FunctionDef:
    return cst.ensure_type(visit(function, WithoutComments()), cst.FunctionDef)


def _with_list(
    functions: FloatFunctions, original: cst.Call, updated: cst.Call
) -> cst.Call:
    """A call that passes the list of numbers instead of the graph, if that is read."""
    graph = _graph_argument(functions.graph, original)
    arguments: list[cst.Arg] = []
    for before, after in zip(original.args, updated.args, strict=True):
        if before is not graph:
            arguments.append(after)
        elif functions.graph.called(original) in functions.with_list:
            name = cst.Name(functions.graph.data_list)
            keyword = name if after.keyword is not None else None
            arguments.append(after.with_changes(value=name, keyword=keyword))
    return updated.with_changes(args=without_last_comma(arguments))


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
