"""Whether the operations of a graph record the derivatives that the rules have.

    def raise_to_power(value: Value, other: float, graph: Graph) -> Value:
        node_data, node_local_gradients = graph
        data = node_data[value] ** other                                x ** y
        lower_power = node_data[value] ** (other - 1)
        local_gradient = other * lower_power                     y * x ** (y - 1)
        return create_value(data, graph, (value,), (local_gradient,))

Compared are the expressions as they are computed, not as mathematics: another spelling
has other bits.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import NoReturn

import libcst as cst

from codemods.adjoint.rules import RULES, SELECTIONS
from codemods.facts.recorded_graph import RecordedGraph
from codemods.refusal import Refusal

CODE = cst.Module([])


def check_local_derivatives(graph: RecordedGraph) -> None:
    """Refuse an operation whose derivatives are not those of the rules."""
    for operation in graph.operations.values():
        last = graph.lines_of(operation)[-1]
        call = next(iter(_calls(last)))
        if graph.called(call) is graph.maker:
            _check(graph, operation, call)


def _calls(node: cst.CSTNode) -> Iterator[cst.Call]:
    match node:
        case cst.SimpleStatementLine(body=[cst.Return(value=cst.Call() as call)]):
            yield call


def _check(graph: RecordedGraph, operation: cst.FunctionDef, call: cst.Call) -> None:
    given = {n: a.value for n, a in graph.given(call).items()}
    names = _Names(graph, operation)
    data = names.spell(given.pop(graph.data_name))
    tuples = [v for v in given.values() if isinstance(v, cst.Tuple)]
    if len(tuples) != 2:
        return  # a node without children has no derivatives
    children = [names.operand(e.value) for e in tuples[0].elements]
    recorded = [names.spell(e.value) for e in tuples[1].elements]
    wanted = _wanted(data, children)
    if wanted is None or recorded not in wanted:
        expected = "the derivatives that the rules have"
        found = ", ".join(recorded)
        _refuse(graph, operation.name, expected, found)


def _wanted(data: str, children: list[str]) -> list[list[str]] | None:
    """The derivatives by the children of an operation, in each spelling."""
    for name in (*RULES, *SELECTIONS):
        operands = _match(ast.parse(name, mode="eval").body, data)
        if operands is None:
            continue
        if name in SELECTIONS:
            first, second = operands["x"], operands["y"]
            test = f"float({second} {SELECTIONS[name]} {first})"
            return [[_normal(test)]] if children == [second] else None
        rules = dict(zip("xy", RULES[name][1:], strict=True))
        texts = {**operands, "z": data}
        chosen = [
            _substitute(rule, texts) if (rule := rules[k]) is not None else "none"
            for k in operands
            if operands[k] in children
        ]
        return [chosen] if len(chosen) == len(children) else None
    return None


def _match(pattern: ast.expr, text: str) -> dict[str, str] | None:
    """What stands for the operands of an operation in an expression."""
    node = ast.parse(text, mode="eval").body
    match pattern, node:
        case ast.BinOp(op=ours), ast.BinOp(left=left, op=theirs, right=right):
            if type(ours) is type(theirs):
                return {"x": ast.unparse(left), "y": ast.unparse(right)}
        case ast.Call(func=ours, args=names), ast.Call(func=theirs, args=given):
            if ast.unparse(ours) == ast.unparse(theirs) and len(names) == len(given):
                return dict(zip("xy", map(ast.unparse, given), strict=False))
        case ast.UnaryOp(op=ours), ast.UnaryOp(op=theirs, operand=operand):
            if type(ours) is type(theirs):
                return {"x": ast.unparse(operand)}
    return None


def _substitute(text: str, operands: Mapping[str, str]) -> str:
    class Put(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            known = operands.get(node.id)
            return ast.parse(known, mode="eval").body if known else node

    return ast.unparse(Put().visit(ast.parse(text, mode="eval")).body)


def _normal(text: str) -> str:
    return ast.unparse(ast.parse(text, mode="eval"))


class _Names:
    """Spells out the names of an operation by what they were computed from."""

    def __init__(self, graph: RecordedGraph, operation: cst.FunctionDef) -> None:
        self.data_list = graph.data_list
        self.known: dict[str, str] = {}
        for line in graph.lines_of(operation):
            match line:
                case cst.SimpleStatementLine(
                    body=[
                        cst.Assign(
                            targets=[cst.AssignTarget(target=cst.Name(value=name))],
                            value=value,
                        )
                        | cst.AnnAssign(
                            target=cst.Name(value=name),
                            value=cst.BaseExpression() as value,
                        )
                    ]
                ):
                    self.known[name] = self.spell(value)

    def spell(self, node: cst.BaseExpression) -> str:
        return _substitute(CODE.code_for_node(node), self.known)

    def operand(self, node: cst.BaseExpression) -> str:
        """The number of a child."""
        return f"{self.data_list}[{CODE.code_for_node(node)}]"


def _refuse(
    graph: RecordedGraph, node: cst.CSTNode, expected: str, found: str
) -> NoReturn:
    wrapper = graph.bindings.wrapper
    raise Refusal.at(wrapper, node, expected=expected, found=found)
