"""Run a derived adjoint instead of a walk through a recorded graph."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NoReturn

import libcst as cst
import libcst.matchers as m
from libcst.helpers import parse_template_statement

from codemods.adjoint.read_program import depth_of
from codemods.adjoint.reverse import STACK
from codemods.facts.bindings import Binding, Bindings
from codemods.facts.find_nodes import find
from codemods.facts.graph_walk import GraphWalk, find_graph_walk
from codemods.facts.local_derivatives import check_local_derivatives
from codemods.facts.metadata import parse, wrap
from codemods.facts.recorded_graph import RecordedGraph, find_recorded_graph
from codemods.facts.scopes import all_parameters
from codemods.refusal import Refusal
from codemods.transforms.derive_adjoints import derive_adjoints
from codemods.transforms.evaluate_in_floats import evaluate_in_floats

FORWARD, BACKWARD = "_forward", "_backward"
NESTED_EMPTY = m.ListComp(elt=m.List([]))
KEEPING = f"{STACK}: list[list[float]] = []"
CODE = cst.Module([])


def run_adjoint(module: cst.Module) -> cst.Module:
    """Compute what a graph was recorded for in floats, and its gradients by an adjoint.

    Have:    loss = compute_loss(tokens, graph)
             backward(loss, graph)
             print(node_data[loss])
    Want:    loss = compute_loss_forward(tokens, node_data)
             compute_loss_backward(1, tokens, node_data, node_gradients)
             print(loss)
    Refuses: what `find_graph_walk`, `check_local_derivatives`, `evaluate_in_floats` and
             `derive_adjoints` refuse; uses of the node that is walked from, other than
             for its number; and names that are taken

    What the functions of the graph had as numbers, not as nodes, is constant for the
    adjoint.  Lists of lists that the forward function fills are made once, ahead of the
    loop, since the adjoint leaves them empty; so is the list of what it keeps.
    """
    bindings = Bindings(wrap(module))
    graph = find_recorded_graph(bindings)
    walk = find_graph_walk(graph) if graph is not None else None
    if graph is None or walk is None:
        return module
    check_local_derivatives(graph)
    constants = _numbers(graph)
    name = walk.recording.name.value
    ended = _end_recording(graph, walk)
    evaluated = parse(evaluate_in_floats(ended).code)
    received = parse(_receive_lists(evaluated, name + FORWARD).code)
    derived = parse(derive_adjoints(received, name + FORWARD, constants).code)
    called = _call_adjoint(derived, name, walk, graph)
    return _rename_derivatives(called, graph, walk)


def _numbers(graph: RecordedGraph) -> Mapping[str, Collection[str]]:
    """The names of numbers in the functions of a graph that are no nodes."""
    found = {}
    for function in graph.functions():
        if graph.graph_parameter(function) is None or graph.records(function):
            continue
        scope = graph.bindings.scopes.by_node[function]
        own = [binding for binding in graph.bindings if binding.scope is scope]
        found[function.name.value + FORWARD] = {
            binding.name
            for binding in own
            if binding.name not in graph.lists
            and depth_of(graph.types.of_binding(binding)) is not None
        }
    return found


def _refuse(
    bindings: Bindings, node: cst.CSTNode, expected: str, found: str
) -> NoReturn:
    raise Refusal.at(bindings.wrapper, node, expected=expected, found=found)


# The end of the recording.


def _end_recording(graph: RecordedGraph, walk: GraphWalk) -> cst.Module:
    """Let the recording function return a number, and nothing go back through it."""
    module = graph.bindings.wrapper.module
    ending = _Ending(graph, walk)
    return parse(module.visit(ending).code)


class _Ending(cst.CSTTransformer):
    def __init__(self, graph: RecordedGraph, walk: GraphWalk) -> None:
        super().__init__()
        self.graph = graph
        self.walk = walk
        bindings = graph.bindings
        name = walk.recording.name
        new = name.value + FORWARD
        if any(binding.name == new for binding in bindings):
            _refuse(bindings, name, f"the name `{new}` to be free", "another use")
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
        (assign,) = find(self.walk.line, cst.Assign)
        target = cst.ensure_type(assign.targets[0].target, cst.Name)
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

    def leave_SimpleStatementLine(
        self,
        original_node: cst.SimpleStatementLine,
        updated_node: cst.SimpleStatementLine,
    ) -> cst.SimpleStatementLine:
        if original_node is self.walk.call:
            return updated_node.with_changes(body=[cst.Pass()])
        return updated_node

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        if original_node is not self.walk.recording:
            return updated_node
        body = list(updated_node.body.body)
        returned = next(iter(find(body[-1], cst.Return)), None)
        if returned is None or not isinstance(returned.value, cst.Name):
            expected = "a node that the last line returns"
            _refuse(self.graph.bindings, original_node.name, expected, "another end")
        number = f"return {self.graph.data_list}[{returned.value.value}]"
        last = cst.ensure_type(body[-1], cst.SimpleStatementLine)
        line = cst.ensure_type(cst.parse_statement(number), cst.SimpleStatementLine)
        body[-1] = last.with_changes(body=line.body)
        if not any(self.graph.is_unpacking(s, original_node) for s in body):
            body.insert(0, self._unpacking(original_node))
        return updated_node.with_changes(
            returns=updated_node.returns
            and updated_node.returns.with_changes(annotation=cst.Name("float")),
            body=updated_node.body.with_changes(body=body),
        )

    def _unpacking(self, function: cst.FunctionDef) -> cst.BaseStatement:
        parameter = self.graph.graph_parameter(function)
        assert parameter is not None  # it records in the graph
        names = ", ".join(self.graph.lists)
        line = cst.parse_statement(f"{names} = {parameter.name.value}")
        return cst.ensure_type(line, cst.SimpleStatementLine)


# What is made ahead of the loop.


def _receive_lists(module: cst.Module, name: str) -> cst.Module:
    """Let a function receive the lists of lists that it makes empty."""
    bindings = Bindings(wrap(module))
    function = _function(module, name)
    lines = [s for s in function.body.body if _makes_lists(bindings, function, s)]
    if not lines:
        return module
    return bindings.wrapper.module.visit(_Receiving(bindings, function, lines))


def _function(module: cst.Module, name: str) -> cst.FunctionDef:
    (found,) = [
        statement
        for statement in module.body
        if isinstance(statement, cst.FunctionDef) and statement.name.value == name
    ]
    return found


def _makes_lists(
    bindings: Bindings, function: cst.FunctionDef, line: cst.CSTNode
) -> bool:
    """Whether a line makes empty lists, as many as the module has settled."""
    scope = bindings.scopes.by_node[function]
    match line:
        case cst.SimpleStatementLine(
            body=[cst.AnnAssign(target=cst.Name(), value=cst.ListComp() as made)]
        ) if m.matches(made, NESTED_EMPTY):
            reads = {name.value for name in find(made.for_in.iter, cst.Name)}
            own = {binding.name for binding in bindings if binding.scope is scope}
            return reads.isdisjoint(own)
    return False


class _Receiving(cst.CSTTransformer):
    def __init__(
        self,
        bindings: Bindings,
        function: cst.FunctionDef,
        lines: Collection[cst.CSTNode],
    ) -> None:
        super().__init__()
        self.function = function
        self.lines = list(lines)
        self.declared = [next(iter(find(line, cst.AnnAssign))) for line in lines]
        self.names = [cst.ensure_type(d.target, cst.Name).value for d in self.declared]
        module = bindings.scopes.module
        taken = {binding.name for binding in bindings if binding.scope is module}
        for declared, name in zip(self.declared, self.names, strict=True):
            if name in taken:
                expected = f"the name `{name}` to be free in the module"
                _refuse(bindings, declared.target, expected, "another use")

    def leave_SimpleStatementLine(
        self,
        original_node: cst.SimpleStatementLine,
        updated_node: cst.SimpleStatementLine,
    ) -> cst.SimpleStatementLine | cst.RemovalSentinel:
        return cst.RemoveFromParent() if original_node in self.lines else updated_node

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        if original_node is not self.function:
            return updated_node
        added = [cst.Param(cst.Name(n), d.annotation) for n, d in self._pairs()]
        first, *others = updated_node.params.params
        comments = [
            line
            for statement in self.lines
            for line in cst.ensure_type(
                statement, cst.SimpleStatementLine
            ).leading_lines
        ]
        changed = updated_node.with_changes(
            params=updated_node.params.with_changes(params=[first, *added, *others])
        )
        return _with_comments(changed, comments)

    def _pairs(self) -> Iterable[tuple[str, cst.AnnAssign]]:
        return zip(self.names, self.declared, strict=True)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        if not m.matches(original_node.func, m.Name(self.function.name.value)):
            return updated_node
        first, *others = updated_node.args
        added = [cst.Arg(cst.Name(name)) for name in self.names]
        return updated_node.with_changes(args=[first, *added, *others])

    def leave_Module(
        self, original_node: cst.Module, updated_node: cst.Module
    ) -> cst.Module:
        lines = [
            cst.SimpleStatementLine([cst.AnnAssign(d.target, d.annotation, d.value)])
            for d in self.declared
        ]
        return _ahead_of_call(updated_node, self.function.name.value, lines)


def _with_comments(
    function: cst.FunctionDef, comments: list[cst.EmptyLine]
) -> cst.FunctionDef:
    """Put the comments of lines that have gone above the next line."""
    wanted = [line for line in comments if line.comment is not None]
    if not wanted:
        return function
    body = list(function.body.body)
    index = next(i for i, s in enumerate(body) if isinstance(s, cst.For))
    loop = cst.ensure_type(body[index], cst.For)
    body[index] = loop.with_changes(leading_lines=[*wanted, *loop.leading_lines])
    return function.with_changes(body=function.body.with_changes(body=body))


def _ahead_of_call(
    module: cst.Module, name: str, lines: list[cst.SimpleStatementLine]
) -> cst.Module:
    """Put lines ahead of the statement of a module that calls a function."""
    calls = m.Call(m.Name(name))
    body = list(module.body)
    index = next(
        i
        for i, s in enumerate(body)
        if not isinstance(s, cst.FunctionDef) and m.findall(s, calls)
    )
    body[index:index] = lines
    return module.with_changes(body=body)


# The calls of the adjoint.


def _call_adjoint(
    module: cst.Module, name: str, walk: GraphWalk, graph: RecordedGraph
) -> cst.Module:
    """Call the adjoint where the walk was, and make the list of what is kept."""
    function = _function(module, name + BACKWARD)
    forward = _function(module, name + FORWARD)
    own = {p.name.value for p in all_parameters(forward.params)}
    arguments = []
    for parameter in all_parameters(function.params):
        given = parameter.name.value
        if given in own or given == STACK:
            arguments.append(given)
        elif given.removesuffix("_gradient") == graph.data_list:
            arguments.append(walk.gradients)
        else:
            arguments.append(walk.seed)
    text = f"{name}{BACKWARD}({', '.join(arguments)})"
    line = cst.ensure_type(cst.parse_statement(text), cst.SimpleStatementLine)
    calling = _Calling(line, walk, name + FORWARD)
    changed = module.visit(calling)
    if STACK in arguments:
        kept = cst.ensure_type(cst.parse_statement(KEEPING), cst.SimpleStatementLine)
        changed = _ahead_of_call(changed, name + FORWARD, [kept])
    return changed


class _Calling(cst.CSTTransformer):
    """Puts the call of the adjoint where the walk was."""

    def __init__(
        self, line: cst.SimpleStatementLine, walk: GraphWalk, forward: str
    ) -> None:
        super().__init__()
        self.line = line
        self.walk = walk
        self.forward = forward

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return STACK not in {p.name.value for p in all_parameters(node.params)}

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        """Make a list of its own for what nobody goes back to."""
        own = {p.name.value for p in all_parameters(original_node.params)}
        passes = m.findall(original_node.body, m.Arg(m.Name(STACK)))
        if STACK in own or not passes:
            return updated_node
        made = cst.parse_statement(KEEPING)
        body = [made, *updated_node.body.body]
        return updated_node.with_changes(body=updated_node.body.with_changes(body=body))

    def leave_SimpleStatementLine(
        self,
        original_node: cst.SimpleStatementLine,
        updated_node: cst.SimpleStatementLine,
    ) -> cst.SimpleStatementLine:
        if m.matches(original_node, m.SimpleStatementLine([m.Pass()])):
            return updated_node.with_changes(body=self.line.body)
        return updated_node


def _rename_derivatives(
    module: cst.Module, graph: RecordedGraph, walk: GraphWalk
) -> cst.Module:
    """Call the gradients of the graph's numbers what the graph calls them."""
    old = f"{graph.data_list}_gradient"
    return cst.ensure_type(
        m.replace(module, m.Name(old), cst.Name(walk.gradients)), cst.Module
    )
