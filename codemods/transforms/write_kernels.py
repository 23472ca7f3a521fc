"""Write an operation that knows its own derivatives as functions of numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NoReturn

import libcst as cst
import libcst.matchers as m
from libcst.helpers import parse_template_statement

from codemods.adjoint.pure_functions import pure_functions
from codemods.facts.atoms import is_atom
from codemods.facts.docstrings import WHOLE_DOCSTRING
from codemods.facts.find_comments import find_comments
from codemods.facts.find_nodes import find
from codemods.facts.float_functions import stem_of
from codemods.facts.needed_lines import (
    assigned_name,
    assigned_value,
    names_in,
    needed_lines,
)
from codemods.facts.phrases import phrases
from codemods.facts.pure_calls import PureCalls
from codemods.facts.recorded_graph import RecordedGraph
from codemods.facts.scopes import all_parameters
from codemods.facts.visit import visit
from codemods.facts.walk import parents, walk
from codemods.refusal import Refusal
from codemods.transforms.put_numbers import PutNumbers


def forward_kernel(
    graph: RecordedGraph, operation: cst.FunctionDef, name: str
) -> cst.FunctionDef:
    """Compute the number that an operation records, of the numbers of its operands.

    Have:    def double_of_value(value: Value, graph: Graph) -> Value:
                 node_data, node_gradients, node_children, node_local_gradients = graph
                 data = 2 * node_data[value]
                 return create_value(data, graph, (value,), (2,))
    Want:    def double_forward(value: float) -> float:
                 double = 2 * value
                 return double
    Refuses: calls that may do more than compute, and a node that serves for anything
             but its number
    """
    return _Kernel(graph, operation).forward(name)


def backward_kernel(
    graph: RecordedGraph, operation: cst.FunctionDef, name: str
) -> cst.FunctionDef:
    """Compute what an operation adds to the gradients of its operands.

    Have:    return create_value(data, graph, (value,), (2,))
    Want:    def double_backward(double_gradient: float) -> float:
                 value_contribution = 2 * double_gradient
                 return value_contribution
    Refuses: what `forward_kernel` refuses, and children that are not the operands in
             their order
    """
    return _Kernel(graph, operation).backward(name)


class _Kernel:
    def __init__(self, graph: RecordedGraph, operation: cst.FunctionDef) -> None:
        self.graph = graph
        self.operation = operation
        self.stem = stem_of(operation)
        *self.lines, last = graph.lines_of(operation)
        (returned,) = find(last, cst.Return)
        self.call = cst.ensure_type(returned.value, cst.Call)
        given = {name: a.value for name, a in graph.given(self.call).items()}
        self.data = given.pop(graph.data_name)
        tuples = [value for value in given.values() if isinstance(value, cst.Tuple)]
        if len(tuples) != 2:
            self._refuse(self.call, "children and their local gradients", "others")
        self.children, self.slopes = ([e.value for e in t.elements] for t in tuples)
        if len(self.children) != len(self.slopes):
            number = str(len(self.slopes))
            self._refuse(self.call, "a local gradient for each child", number)
        self.nodes = self._nodes()
        self._check()
        module = graph.bindings.scopes.module
        self.taken = names_in(operation)
        self.taken |= {b.name for b in graph.bindings if b.scope is module}
        self.known = self._renamed()

    # What is refused.

    def _check(self) -> None:
        graph, above = self.graph, parents(self.operation)
        calls = PureCalls(graph.bindings)
        pure = pure_functions({f.name.value: f for f in graph.functions()})
        for call in find(self.operation.body, cst.Call):
            called = graph.called(call)
            is_pure = called is not None and called.name.value in pure
            if not is_pure and call not in calls and call is not self.call:
                self._refuse(call, "an operation that only computes", "another call")
        for node in walk(self.operation.body):
            if isinstance(node, cst.BaseComp | cst.Lambda | cst.NamedExpr):
                self._refuse(node, "variables of the operation alone", "others")
        nodes = set(self.nodes)
        parts = [*self.lines, self.data, *self.slopes]
        item = m.Subscript(
            m.Name(graph.data_list), [m.SubscriptElement(m.Index(m.Name()))]
        )
        items = (i for part in parts for i in find(part, cst.Subscript))
        numbers = {
            i for i in items if m.matches(i, item) and names_in(i.slice[0]) <= nodes
        }
        for part in parts:
            for name in find(part, cst.Name):
                is_list = name.value in graph.lists
                is_read = above[name] in numbers or above[above[above[name]]] in numbers
                if (is_list or name.value in nodes) and not is_read:
                    self._refuse(name, "numbers of nodes alone", f"`{name.value}`")

    def _nodes(self) -> list[str]:
        """The parameters that are nodes."""
        node = m.Annotation(m.Name(self.graph.node_name))
        parameters = all_parameters(self.operation.params)
        return [
            p.name.value for p in parameters if m.matches(p, m.Param(annotation=node))
        ]

    # Names.

    def _renamed(self) -> dict[str, cst.BaseExpression]:
        """What the variables of the operation are in its kernels.

        A name that was made of an expression is made of what that has become.
        """
        known: dict[str, cst.BaseExpression] = {}
        times = Counter(assigned_name(line) for line in _lines_in(self.lines))
        looked_up = m.Subscript(m.Name(self.graph.data_list))
        parameters = {p.name.value for p in self._parameters()}
        if isinstance(self.data, cst.Name):
            self._rename(known, self.data.value, self.stem)
        for line in self.lines:
            name = assigned_name(line)
            if not name or name in known or times[name] != 1 or find_comments(line):
                continue
            value = assigned_value(line)
            said = m.replace(value, looked_up, cst.Name(self.graph.data_name))
            assert isinstance(said, cst.BaseExpression)  # a name is one as well
            now = self._put(value, known)
            is_local = isinstance(now, cst.Name) and now.value not in parameters
            if isinstance(now, cst.Name) and times[now.value] == is_local:
                known[name] = now
            elif name in phrases(said)[:1]:
                self._rename(known, name, phrases(now)[0])
        return known

    def _rename(
        self, known: dict[str, cst.BaseExpression], name: str, new: str
    ) -> None:
        """Call a variable otherwise if nothing is called so."""
        if new not in self.taken:
            self.taken.add(new)
            known[name] = cst.Name(new)

    def _put(
        self, node: cst.BaseExpression, known: dict[str, cst.BaseExpression]
    ) -> cst.BaseExpression:
        put = visit(node, PutNumbers(known, self.graph.data_list))
        assert isinstance(put, cst.BaseExpression)  # one was put for another
        return put

    # The two kernels.

    def forward(self, name: str) -> cst.FunctionDef:
        body = self._lines_for([self.data])
        result = self._put(self.data, self.known)
        if not is_atom(result):
            name_of_result = self._fresh(self.stem)
            body.append(_assign(name_of_result, result))
            result = cst.Name(name_of_result)
        body.append(parse_template_statement("return {result}", result=result))
        first = self.operation.body.body[0]
        if isinstance(first, cst.BaseStatement) and m.matches(first, WHOLE_DOCSTRING):
            body.insert(0, first)
        parameters = [self._parameter(p) for p in self._parameters()]
        return self._function(name, parameters, body, 1)

    def backward(self, name: str) -> cst.FunctionDef:
        nodes = self.nodes
        children = [c.value for c in self.children if isinstance(c, cst.Name)]
        if children != [n for n in nodes if n in children] or len(children) != len(
            self.children
        ):
            self._refuse(self.call, "the operands in their order", "other children")
        body = self._lines_for(self.slopes)
        gradient = self._fresh(f"{self.stem}_gradient")
        slopes = dict(zip(children, self.slopes, strict=True))
        results: list[cst.BaseExpression] = []
        for node in nodes:
            if node not in slopes:
                results.append(cst.Float("0.0"))
                continue
            slope = self._put(slopes[node], self.known)
            if not is_atom(slope):
                slope_name = self._fresh(f"{node}_slope")
                body.append(_assign(slope_name, slope))
                slope = cst.Name(slope_name)
            product = cst.BinaryOperation(slope, cst.Multiply(), cst.Name(gradient))
            contribution = self._fresh(f"{node}_contribution")
            body.append(_assign(contribution, product))
            results.append(cst.Name(contribution))
        returned = results[0] if len(results) == 1 else _tuple(results)
        body.append(parse_template_statement("return {result}", result=returned))
        read = set().union(*map(names_in, body))
        incoming = cst.Param(cst.Name(gradient), cst.Annotation(cst.Name("float")))
        parameters = [self._parameter(p) for p in self._parameters()]
        kept = [p for p in parameters if p.name.value in read]
        return self._function(name, [incoming, *kept], body, len(results))

    def _fresh(self, name: str) -> str:
        """A name for what only the kernel has, like one that is wanted."""
        while name in self.taken:
            name = f"kernel_{name}"
        self.taken.add(name)
        return name

    def _lines_for(
        self, wanted: Iterable[cst.BaseExpression]
    ) -> list[cst.BaseStatement]:
        """The lines that expressions depend on, in numbers."""
        names: set[str] = set().union(*map(names_in, wanted))
        lines: list[cst.BaseStatement] = []
        for line in needed_lines(self.lines, names):
            if isinstance(self.known.get(assigned_name(line)), cst.Name):
                value = self._put(assigned_value(line), self.known)
                if value.deep_equals(self.known[assigned_name(line)]):
                    continue  # another name for a number
            put = visit(line, PutNumbers(self.known, self.graph.data_list))
            lines.append(cst.ensure_type(put, type(line)))
        return lines

    def _parameters(self) -> list[cst.Param]:
        graph = self.graph.graph_parameter(self.operation)
        return [p for p in all_parameters(self.operation.params) if p is not graph]

    def _parameter(self, parameter: cst.Param) -> cst.Param:
        plain = cst.Param(parameter.name, parameter.annotation)
        if parameter.name.value not in self.nodes:
            return plain
        return plain.with_changes(annotation=cst.Annotation(cst.Name("float")))

    def _function(
        self,
        name: str,
        parameters: Sequence[cst.Param],
        body: Sequence[cst.BaseStatement],
        results: int,
    ) -> cst.FunctionDef:
        returns = (
            "float" if results == 1 else f"tuple[{', '.join(['float'] * results)}]"
        )
        return cst.FunctionDef(
            cst.Name(name),
            cst.Parameters(parameters),
            self.operation.body.with_changes(body=body),
            returns=cst.Annotation(cst.parse_expression(returns)),
            leading_lines=self.operation.leading_lines,
        )

    def _refuse(self, node: cst.CSTNode, expected: str, found: str) -> NoReturn:
        wrapper = self.graph.bindings.wrapper
        raise Refusal.at(wrapper, node, expected=expected, found=found)


def _lines_in(lines: Iterable[cst.CSTNode]) -> Iterable[cst.CSTNode]:
    return (found for line in lines for found in find(line, cst.SimpleStatementLine))


def _assign(name: str, value: cst.BaseExpression) -> cst.BaseStatement:
    return parse_template_statement(
        "{name} = {value}", name=cst.Name(name), value=value
    )


def _tuple(values: Iterable[cst.BaseExpression]) -> cst.Tuple:
    return cst.Tuple([cst.Element(value) for value in values], lpar=[], rpar=[])
