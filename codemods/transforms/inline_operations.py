"""Put the arithmetic of operations on nodes in the place of their calls.

This is the part of evaluating in floats that knows what an operation computes:

    def divide_values(value: Value, other: Value, graph: Graph) -> Value:
        reciprocal_of_other = raise_to_power(other, -1, graph)
        return multiply_values(value, reciprocal_of_other, graph)
    quotient = divide_values(exponential, total, graph)
    =>
    reciprocal_of_total = total**-1
    quotient = exponential * reciprocal_of_total
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NoReturn

import libcst as cst
import libcst.matchers as m
from libcst.helpers import parse_template_statement

from codemods.facts.atoms import is_atom
from codemods.facts.bindings import Bindings
from codemods.facts.effects import is_literal
from codemods.facts.find_nodes import find
from codemods.facts.needed_lines import (
    assigned_name,
    assigned_value,
    names_in,
    needed_lines,
)
from codemods.facts.phrases import phrases
from codemods.facts.pure_calls import PureCalls
from codemods.facts.recorded_graph import RecordedGraph
from codemods.facts.scope_names import ScopeNames
from codemods.facts.scopes import Scope, all_parameters
from codemods.facts.selections import selection
from codemods.facts.visit import visit
from codemods.facts.walk import walk
from codemods.refusal import Refusal
from codemods.transforms.put_numbers import PutNumbers

PASS = m.SimpleStatementLine([m.Pass()])
Known = dict[str, cst.BaseExpression]
"""What the variables of an operation are at the place of its call."""


class OperationInliner:
    """Inlines the calls of operations in one function.

    What only serves the local gradients is left out.  Refuses, at its place, a call
    left out that may do more than compute, a variable of an operation that is another
    name for one that changes, and a name that means something else in the function.
    """

    def __init__(
        self,
        graph: RecordedGraph,
        function: cst.FunctionDef,
        kernels: Mapping[cst.FunctionDef, str],
    ) -> None:
        """`kernels` are the operations that are called instead, by their new names."""
        self._graph = graph
        self._kernels = kernels
        self._scope = graph.bindings.scopes.by_node[function]
        self._pure = PureCalls(graph.bindings)
        self._names = ScopeNames.of(graph.bindings.wrapper, function.body)
        self._names.taken |= {graph.data_list}
        self._place: cst.CSTNode = function
        self.lines: list[cst.BaseStatement] = []
        """What comes before the statement whose calls are inlined."""

    def take(self) -> list[cst.BaseStatement]:
        """The lines so far, for the statement that they belong to."""
        taken, self.lines = self.lines, []
        return taken

    def value_of(
        self, call: cst.Call, given: Mapping[str, cst.BaseExpression], target: str
    ) -> cst.BaseExpression:
        """The number that a call records, of given numbers, as an expression.

        Where it takes branches to compute, they leave it in `target`, if there is one.
        """
        self._place = call
        function = self._graph.called(call)
        assert function is not None  # it is a call of an operation
        known = {name: self.bind(value) for name, value in given.items()}
        mentioned = {n.value for v in known.values() for n in find(v, cst.Name)}
        return self._evaluate(function, known, "" if target in mentioned else target)

    def bind(self, value: cst.BaseExpression) -> cst.BaseExpression:
        """A value as it can stand anywhere: by a name, if it takes computing."""
        if is_atom(value):
            return value
        wanted = phrases(value)
        key = ("".join(cst.Module([]).code_for_node(value).split()), wanted[0])
        if key not in self._names.given:
            self._names.given[key] = self._names.claim(wanted, self._place)
        return self._assign(self._names.given[key], value)

    def _assign(self, name: str, value: cst.BaseExpression) -> cst.Name:
        line = parse_template_statement(
            "{name} = {value}", name=cst.Name(name), value=value
        )
        self.lines.append(line)
        return cst.Name(name)

    def _evaluate(
        self, operation: cst.FunctionDef, known: Known, target: str
    ) -> cst.BaseExpression:
        """What an operation records, after the lines that compute it."""
        if operation in self._kernels:
            return self._call(operation, known)
        *lines, last = self._graph.lines_of(operation)
        (returned,) = find(last, cst.Return)
        call = cst.ensure_type(returned.value, cst.Call)
        inputs = self._inputs(call)
        needed = needed_lines(lines, {n for given in inputs for n in names_in(given)})
        needed = list(map(self._selecting, needed))
        self._refuse_effects(operation, [*needed, *inputs])
        branched = _branched(needed)
        result = self._recorded(call)
        self._name_branched(branched, known, {result: target} if target else {})
        if needed and result and assigned_name(needed[-1]) == result:
            self._run(needed[:-1], known, branched)
            return self._put(assigned_value(needed[-1]), known)
        self._run(needed, known, branched)
        return self._put(call, known)

    def _call(
        self, operation: cst.FunctionDef, known: Mapping[str, cst.BaseExpression]
    ) -> cst.Call:
        """A call of the kernel of an operation, with what it is given for numbers."""
        graph = self._graph.graph_parameter(operation)
        given: list[cst.Arg] = []
        for parameter in all_parameters(operation.params):
            if parameter is graph:
                continue
            value = known.get(parameter.name.value, parameter.default)
            assert value is not None  # the call would have failed
            if parameter.name.value not in known and not is_literal(value):
                expected = "a literal where an argument is left out"
                self._refuse(value, expected, "what may have changed")
            given.append(cst.Arg(value))
        return cst.Call(cst.Name(self._kernels[operation]), given)

    def _selecting(self, line: cst.BaseStatement) -> cst.BaseStatement:
        """A branch that takes the greater of two numbers, as an assignment of it."""
        match line:
            case cst.If(
                body=cst.IndentedBlock(body=[first]),
                orelse=cst.Else(body=cst.IndentedBlock(body=[second])),
            ) if (
                assigned_name(first) == assigned_name(second) != ""
            ):
                values = assigned_value(first), assigned_value(second)
                call = selection(line.test, *values)
                if call and all(map(is_atom, values)) and self._is_builtin(call.func):
                    name = cst.Name(assigned_name(first))
                    return parse_template_statement(
                        "{name} = {value}", name=name, value=call
                    )
        return line

    def _is_builtin(self, function: cst.BaseExpression) -> bool:
        """Whether a name that is new to the function is a builtin's there."""
        name = cst.ensure_type(function, cst.Name).value
        return self._graph.bindings.resolution.find(name, self._scope) is None

    def _recorded(self, call: cst.Call) -> str:
        """The variable that a call of the maker records, if it is that."""
        if self._graph.called(call) is not self._graph.maker:
            return ""
        (number,) = self._inputs(call)
        return number.value if isinstance(number, cst.Name) else ""

    def _inputs(self, call: cst.Call) -> list[cst.BaseExpression]:
        """What decides the number that a call of the maker or an operation records."""
        given = self._graph.given(call)
        called = self._graph.called(call)
        if called is self._graph.maker:
            return [given[self._graph.data_name].value]
        return list(self._numbers(call).values())

    def _numbers(self, call: cst.Call) -> Known:
        """What a call of an operation passes, but for the graph."""
        function = self._graph.called(call)
        parameter = self._graph.graph_parameter(function) if function else None
        graph = parameter.name.value if parameter is not None else ""
        given = self._graph.given(call)
        return {name: a.value for name, a in given.items() if name != graph}

    def _name_branched(
        self, branched: set[str], known: Known, targets: Mapping[str, str]
    ) -> None:
        """Give what is assigned in branches a name, and what it is before them."""
        for name in sorted(branched):
            new = targets.get(name) or self._names.claim([name], self._place)
            if name in known:
                self._assign(new, known[name])
            known[name] = cst.Name(new)

    def _run(
        self, lines: Sequence[cst.CSTNode], known: Known, branched: set[str]
    ) -> None:
        """Write the lines of an operation, in terms of the function."""
        changing = {cst.ensure_type(known[name], cst.Name).value for name in branched}
        for line in lines:
            if isinstance(line, cst.If):
                self.lines.append(self._branch(line, known, branched))
                continue
            name, value = assigned_name(line), self._put(assigned_value(line), known)
            if name in branched:
                self._assign(cst.ensure_type(known[name], cst.Name).value, value)
            elif isinstance(value, cst.Name) and value.value in changing:
                expected = "a variable that stays what it is"
                self._refuse(line, expected, "another name for one that changes")
            else:
                known[name] = self.bind(value)

    def _branch(self, line: cst.If, known: Known, branched: set[str]) -> cst.If:
        """An `if` of an operation, in terms of the function."""
        test = self._put(line.test, known)
        body = self._block(line.body, known, branched)
        orelse = line.orelse
        if isinstance(orelse, cst.If):
            orelse = self._branch(orelse, known, branched)
        elif orelse is not None:
            orelse = cst.Else(self._block(orelse.body, known, branched))
        return cst.If(test, body, orelse)

    def _block(
        self, block: cst.BaseSuite, known: Known, branched: set[str]
    ) -> cst.IndentedBlock:
        outer = self.take()
        lines = [line for line in block.body if not m.matches(line, PASS)]
        self._run(lines, known, branched)
        body = self.take()
        self.lines = outer
        return cst.IndentedBlock(body or [parse_template_statement("pass")])

    def _put(self, value: cst.BaseExpression, known: Known) -> cst.BaseExpression:
        """An expression of an operation, in terms of the function."""
        if isinstance(value, cst.Call):
            called = self._graph.called(value)
            if called is self._graph.maker:
                return self._put(self._inputs(value)[0], known)
            if called is not None and self._graph.records(called):
                given = self._numbers(value)
                numbers = {n: self.bind(self._put(v, known)) for n, v in given.items()}
                return self._evaluate(called, numbers, "")
        self._refuse_hidden(value, known)
        put = visit(value, PutNumbers(known, self._graph.data_list))
        assert isinstance(put, cst.BaseExpression)  # one was put for another
        return put

    # What is refused.

    def _refuse_effects(
        self, operation: cst.FunctionDef, kept: Sequence[cst.CSTNode]
    ) -> None:
        """Refuse calls that are left out, and may do more than compute."""
        inside = {node for part in kept for node in walk(part)}
        for call in find(operation.body, cst.Call):
            called = self._graph.called(call)
            is_recording = called is not None and self._graph.records(called)
            if call not in inside and not is_recording and call not in self._pure:
                expected = "local gradients that are only computed"
                self._refuse(call, expected, "a call that may do more")

    def _refuse_hidden(self, value: cst.BaseExpression, known: Known) -> None:
        """Refuse names that mean something else in the function."""
        bindings = self._graph.bindings
        for name in find(value, cst.Name):
            if name.value in known or name.value == self._graph.data_list:
                continue
            if not _means_same(bindings, name, self._scope):
                expected = f"`{name.value}` to mean the same as in the operation"
                self._refuse(self._place, expected, "another meaning")

    def _refuse(self, node: cst.CSTNode, expected: str, found: str) -> NoReturn:
        wrapper = self._graph.bindings.wrapper
        raise Refusal.at(wrapper, node, expected=expected, found=found)


def _means_same(bindings: Bindings, name: cst.Name, scope: Scope) -> bool:
    """Whether a variable of the module is the same in a scope, if it is one."""
    if all(use.node is not name for use in bindings.scopes.occurrences):
        return True  # behind a dot, or the name of a parameter
    return bindings.resolution.find(name.value, scope) == bindings.binding_of(name)


def _branched(lines: Sequence[cst.CSTNode]) -> set[str]:
    """The variables that are assigned in branches."""
    branches = [line for line in lines if isinstance(line, cst.If)]
    inside = (s for b in branches for s in find(b, cst.SimpleStatementLine))
    return {assigned_name(line) for line in inside} - {""}
