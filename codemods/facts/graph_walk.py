"""Where a script goes back through the graph that it recorded, and from which node.

def backward(value: Value, graph: Graph) -> None:                       the walker
    node_data, node_gradients, node_children, node_local_gradients = graph
    node_gradients[value] = 1                                             the seed
    for node in range(value, -1, -1):
        for child, local_gradient in zip(
            node_children[node], node_local_gradients[node]
        ):
            product = local_gradient * node_gradients[node]
            node_gradients[child] += product
…
    loss = compute_loss(tokens, graph)                       the recording, its line
    backward(loss, graph)                                                   the call
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

import libcst as cst
import libcst.matchers as m

from codemods.facts.find_nodes import find
from codemods.facts.main_sequence import MainSequence
from codemods.facts.recorded_graph import DOCSTRING, RecordedGraph
from codemods.facts.scopes import all_parameters
from codemods.facts.walk import walk
from codemods.refusal import Refusal


@dataclass(frozen=True)
class GraphWalk:
    """The one walk of a main sequence through its graph."""

    walker: cst.FunctionDef
    call: cst.SimpleStatementLine
    recording: cst.FunctionDef
    line: cst.SimpleStatementLine
    """The line that calls the recording function."""
    node: str
    """The variable with the node that the walk begins at."""
    seed: str
    gradients: str
    """The list of the graph that the walk adds to."""
    loop: cst.For | cst.While
    """The outermost loop of the main sequence that the call is in."""


def find_graph_walk(graph: RecordedGraph) -> GraphWalk | None:
    """The walk of a script, if it has one.

    Refuses a walk in another form, several calls of it, and a node that another
    statement than the line before gives.
    """
    found = [(f, w) for f in graph.functions() if (w := _walked(graph, f)) is not None]
    if not found:
        return None
    ((walker, (gradients, seed)),) = found[:1]
    sites = list(_sites(graph, walker))
    if len(found) != 1 or len(sites) != 1:
        _refuse(graph, walker.name, "one walk, called once in a loop", "another number")
    ((loop, block, call),) = sites
    (inside,) = [c for c in find(call, cst.Call) if graph.called(c) is walker]
    node = inside.args[0].value
    lines = [s for s in block.body if _makes(graph, s, node)]
    if not isinstance(node, cst.Name) or len(lines) != 1:
        _refuse(graph, inside, "a node that one line of the loop records", "another")
    line = cst.ensure_type(lines[0], cst.SimpleStatementLine)
    (made,) = [c for c in find(line, cst.Call) if graph.called(c) is not None]
    recording = graph.called(made)
    assert recording is not None
    return GraphWalk(walker, call, recording, line, node.value, seed, gradients, loop)


def _walked(graph: RecordedGraph, function: cst.FunctionDef) -> tuple[str, str] | None:
    """The list that a function adds to on its way through the graph, and its seed."""
    names = [p.name.value for p in all_parameters(function.params)]
    lines = [
        s
        for s in function.body.body
        if not m.matches(s, DOCSTRING) and not graph.is_unpacking(s, function)
    ]
    if not names or len(lines) != 2 or not isinstance(lines[1], cst.For):
        return None
    start = m.Name(names[0])
    gradients, seed = (
        m.SaveMatchedNode(m.Name(), "gradients"),
        m.SaveMatchedNode(m.Integer() | m.Float(), "seed"),
    )
    first = m.extract(
        lines[0],
        m.SimpleStatementLine(
            [m.Assign([m.AssignTarget(_item(gradients, start))], seed)]
        ),
    )
    if first is None or not isinstance(lines[1].target, cst.Name):
        return None
    name = cst.ensure_type(first["gradients"], cst.Name).value
    minus_one = m.UnaryOperation(m.Minus(), m.Integer("1"))
    down = m.Call(m.Name("range"), [m.Arg(start), m.Arg(minus_one), m.Arg(minus_one)])
    if not m.matches(lines[1].iter, down) or not _adds(lines[1], name):
        return None
    number = first["seed"]
    assert isinstance(number, cst.BaseNumber)  # as the pattern has it
    return name, cst.Module([]).code_for_node(number)


def _item(
    row: m.BaseExpressionMatchType, index: m.BaseExpressionMatchType
) -> m.Subscript:
    return m.Subscript(row, [m.SubscriptElement(m.Index(index))])


def _adds(loop: cst.For, gradients: str) -> bool:
    """Whether a loop adds local times incoming gradients to those of the children."""
    node = m.Name(cst.ensure_type(loop.target, cst.Name).value)
    inner = loop.body.body[0] if len(loop.body.body) == 1 else None
    if not isinstance(inner, cst.For) or not m.matches(
        inner,
        m.For(
            m.Tuple([m.Element(m.Name()), m.Element(m.Name())]),
            m.Call(
                m.Name("zip"),
                [m.Arg(_item(m.Name(), node)), m.Arg(_item(m.Name(), node))],
            ),
        ),
    ):
        return False
    child, local = [n.value for n in find(inner.target, cst.Name)]
    product = m.SaveMatchedNode(m.Name(), "product")
    incoming = _item(m.Name(gradients), node)
    body = list(inner.body.body)
    times = m.BinaryOperation(m.Name(local), m.Multiply(), incoming)
    found = m.extract(
        body[0], m.SimpleStatementLine([m.Assign([m.AssignTarget(product)], times)])
    )
    if found is None or len(body) != 2:
        return False
    added = m.Name(cst.ensure_type(found["product"], cst.Name).value)
    place = _item(m.Name(gradients), m.Name(child))
    addition = m.AugAssign(place, m.AddAssign(), added)
    return m.matches(body[1], m.SimpleStatementLine([addition]))


def _sites(
    graph: RecordedGraph, walker: cst.FunctionDef
) -> Iterator[tuple[cst.For | cst.While, cst.BaseSuite, cst.SimpleStatementLine]]:
    """The lines of the main sequence that call the walker, each in its block."""
    for loop in MainSequence(graph.bindings).loops():
        for block in walk(loop):
            if not isinstance(block, cst.IndentedBlock):
                continue
            for line in block.body:
                match line:
                    case cst.SimpleStatementLine(
                        body=[cst.Expr(value=cst.Call() as call)]
                    ) if (graph.called(call) is walker):
                        yield loop, block, line


def _makes(graph: RecordedGraph, line: cst.CSTNode, node: cst.CSTNode) -> bool:
    """Whether a line calls a function of the graph for a variable."""
    match line:
        case cst.SimpleStatementLine(
            body=[
                cst.Assign(
                    targets=[cst.AssignTarget(target=target)],
                    value=cst.Call() as call,
                )
                | cst.AnnAssign(target=target, value=cst.Call() as call)
            ]
        ):
            function = graph.called(call)
            is_for_it = target.deep_equals(node)
            return is_for_it and function is not None and not graph.records(function)
    return False


def _refuse(
    graph: RecordedGraph, node: cst.CSTNode, expected: str, found: str
) -> NoReturn:
    wrapper = graph.bindings.wrapper
    raise Refusal.at(wrapper, node, expected=expected, found=found)
