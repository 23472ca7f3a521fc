"""Let a script compute in floats what it recorded a graph for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NoReturn

import libcst as cst
import libcst.matchers as m
from libcst.helpers import parse_template_statement

from codemods.adjoint.active_names import depth_of
from codemods.adjoint.rules import Rule
from codemods.adjoint.signature import FORWARD, adjoint_name
from codemods.facts.bindings import Binding, Bindings
from codemods.facts.find_nodes import find
from codemods.facts.float_functions import forward_name
from codemods.facts.graph_walk import GraphWalk, find_graph_walk
from codemods.facts.metadata import reparse, wrap
from codemods.facts.recorded_graph import RecordedGraph, find_recorded_graph
from codemods.facts.recorded_rules import recorded_rules
from codemods.facts.visit import visit
from codemods.refusal import Refusal
from codemods.transforms.evaluate_in_floats import evaluate_in_floats


@dataclass(frozen=True)
class Ended:
    """A script that records nothing any more, and where it walked the graph.

    There it calls the adjoint of the function, which is not written yet, with nothing.
    """

    module: cst.Module
    function: str
    """The function whose result the walk began at."""
    seed: str
    """The derivative of that result."""
    data: str
    """The list of the numbers of the graph."""
    gradients: str
    """The list of its gradients."""
    constants: Mapping[str, Collection[str]]
    """What functions had as numbers, not as nodes, by the name of the function."""
    rules: Mapping[str, Rule]
    """The derivatives of operations, as the graph recorded them."""


def end_recording(module: cst.Module) -> Ended | None:
    """Compute in floats what the main sequence walks back through, instead of walking.

    Have:    loss = compute_loss(tokens, graph)
             backward(loss, graph)
             print(node_data[loss])
    Want:    loss = compute_loss_forward(tokens, node_data)
             compute_loss_backward()
             print(loss)
    Refuses: what `find_graph_walk`, `recorded_rules` and `evaluate_in_floats`
             refuse; uses of the node that is walked from, other than for its number;
             and names that are taken

    None if there is no such walk.
    """
    bindings = Bindings(wrap(module))
    graph = find_recorded_graph(bindings)
    walk = find_graph_walk(graph) if graph is not None else None
    if graph is None or walk is None:
        return None
    recorded = recorded_rules(graph)
    ended = reparse(visit(bindings.wrapper.module, _Ending(graph, walk)))
    return Ended(
        reparse(evaluate_in_floats(ended, in_pairs=True)),
        walk.recording.name.value + FORWARD,
        walk.seed,
        graph.data_list,
        walk.gradients,
        _numbers(graph, recorded.own),
        recorded.rules,
    )


def _numbers(
    graph: RecordedGraph, own: Collection[cst.FunctionDef]
) -> Mapping[str, Collection[str]]:
    """The names of numbers in the functions of a graph that are no nodes.

    `own` are the operations that stay functions.
    """
    found = {}
    for function in graph.functions():
        is_inlined = graph.records(function) and function not in own
        if graph.graph_parameter(function) is None or is_inlined:
            continue
        scope = graph.bindings.scopes.by_node[function]
        numbers = [binding for binding in graph.bindings if binding.scope is scope]
        found[forward_name(function, own)] = {
            binding.name
            for binding in numbers
            if binding.name not in graph.lists
            and depth_of(graph.types.of_binding(binding)) is not None
        }
    return found


class _Ending(cst.CSTTransformer):
    def __init__(self, graph: RecordedGraph, walk: GraphWalk) -> None:
        super().__init__()
        self.graph = graph
        self.walk = walk
        bindings = graph.bindings
        name = walk.recording.name
        new = name.value + FORWARD
        self.adjoint = cst.Name(adjoint_name(new))
        used = {use.value for use in find(bindings.wrapper.module, cst.Name)}
        for taken in used & {new, self.adjoint.value}:
            _refuse(bindings, name, f"the name `{taken}` to be free", "another use")
        binding = bindings.binding_of(name)
        assert binding is not None  # a definition binds its name
        self.renamed = {use.node for use in bindings.occurrences(binding)}
        self.number = m.Subscript(
            m.Name(graph.data_list),
            [m.SubscriptElement(m.Index(m.Name(walk.node)))],
        )
        self.reads = {
            item
            for item in find(bindings.wrapper.module, cst.Subscript)
            if m.matches(item, self.number) and self._is_walked(item)
        }
        self._check_uses()

    def _is_walked(self, item: cst.Subscript) -> bool:
        index = cst.ensure_type(item.slice[0].slice, cst.Index).value
        bindings = self.graph.bindings
        binding = bindings.binding_of(cst.ensure_type(index, cst.Name))
        return binding == self._node()

    def _node(self) -> Binding | None:
        names = find(self.walk.line, cst.Name)
        target = next(name for name in names if name.value == self.walk.node)
        return self.graph.bindings.binding_of(target)

    def _check_uses(self) -> None:
        """Refuse uses of the node that its number cannot serve."""
        bindings, node = self.graph.bindings, self._node()
        assert node is not None
        known = {*find(self.walk.line, cst.Name), *find(self.walk.call, cst.Name)}
        known |= {name for item in self.reads for name in find(item, cst.Name)}
        for use in bindings.occurrences(node):
            if use.node not in known:
                _refuse(bindings, use.node, "a read of the node's number", "another")

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        if original_node in self.renamed:
            return updated_node.with_changes(value=updated_node.value + FORWARD)
        return updated_node

    def leave_Subscript(
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.BaseExpression:
        return cst.Name(self.walk.node) if original_node in self.reads else updated_node

    def leave_AnnAssign(
        self, original_node: cst.AnnAssign, updated_node: cst.AnnAssign
    ) -> cst.AnnAssign:
        if original_node not in self.walk.line.body:
            return updated_node
        return updated_node.with_changes(annotation=cst.Annotation(cst.Name("float")))

    def leave_SimpleStatementLine(
        self,
        original_node: cst.SimpleStatementLine,
        updated_node: cst.SimpleStatementLine,
    ) -> cst.SimpleStatementLine:
        if original_node is self.walk.call:
            return updated_node.with_changes(body=[cst.Expr(cst.Call(self.adjoint))])
        return updated_node

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        if original_node is not self.walk.recording:
            return updated_node
        body = list(updated_node.body.body)
        returned = next(iter(find(body[-1], cst.Return)), None)
        node = returned.value if returned is not None else None
        if node is None or not self._is_node(node):
            expected = "a node that the last line returns"
            _refuse(self.graph.bindings, original_node.name, expected, "another end")
        number = f"return {self.graph.data_list}[{{node}}]"
        last = cst.ensure_type(body[-1], cst.SimpleStatementLine)
        parsed = parse_template_statement(number, node=node)
        line = cst.ensure_type(parsed, cst.SimpleStatementLine)
        body[-1] = last.with_changes(body=line.body)
        if not any(self.graph.is_unpacking(s, original_node) for s in body):
            body.insert(0, self._unpacking(original_node))
        return updated_node.with_changes(
            returns=updated_node.returns
            and updated_node.returns.with_changes(annotation=cst.Name("float")),
            body=updated_node.body.with_changes(body=body),
        )

    def _is_node(self, value: cst.BaseExpression) -> bool:
        is_made = isinstance(value, cst.Call) and self.graph.called(value) is not None
        return is_made or isinstance(value, cst.Name)

    def _unpacking(self, function: cst.FunctionDef) -> cst.BaseStatement:
        parameter = self.graph.graph_parameter(function)
        assert parameter is not None  # it records in the graph
        names = ", ".join(self.graph.lists)
        line = cst.parse_statement(f"{names} = {parameter.name.value}")
        return cst.ensure_type(line, cst.SimpleStatementLine)


def _refuse(
    bindings: Bindings, node: cst.CSTNode, expected: str, found: str
) -> NoReturn:
    raise Refusal.at(bindings.wrapper, node, expected=expected, found=found)
