"""Remove a graph that nothing records any more."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NoReturn

import libcst as cst
import libcst.matchers as m

from codemods.adjoint.signature import adjoint_name
from codemods.facts.bindings import Bindings
from codemods.facts.call_graph import CallGraph
from codemods.facts.find_comments import comments_gone, find_comments
from codemods.facts.find_nodes import find
from codemods.facts.float_functions import kernel_name
from codemods.facts.metadata import reparse, wrap
from codemods.facts.older_children import maker_of
from codemods.facts.recorded_graph import RecordedGraph, find_recorded_graph
from codemods.facts.visit import visit
from codemods.facts.walk import parents
from codemods.refusal import Refusal
from codemods.transforms.last_comma import without_last_comma
from codemods.transforms.thread_state import thread_state

NODES = re.compile(r"\bnodes?\b")


def drop_graph(module: cst.Module) -> tuple[cst.Module, tuple[str, ...]]:
    """Remove the functions and lists of a graph, but for the lists that are in use.

    Have:    Graph: TypeAlias = tuple[list[float], list[float], list[tuple[int, ...]]]
             def create_value(data: float, graph: Graph, …) -> Value: …
             def add_values(value: Value, other: Value, graph: Graph) -> Value: …
             def draw(graph: Graph) -> None:
                 create_value(random.random(), graph)
             graph: Graph = (node_data, node_gradients, node_children)
             draw(graph)
    Want:    def draw(node_data: list[float], node_gradients: list[float]) -> None:
                 node_data.append(random.random())
                 node_gradients.append(0)
             draw(node_data, node_gradients)
    Refuses: a graph that is still recorded in: nodes that are used, or have children

    Functions that the main sequence does not reach are removed with it, and so are
    comments on the remaining lists that speak of nodes.  What is left of the type of a
    node is an `int`.  The second result is the comments that have left with what they
    explain.
    """
    bindings = Bindings(wrap(module))
    graph = find_recorded_graph(bindings)
    if graph is None:
        return module, ()
    dropping = _Dropping(graph)
    dropped = visit(bindings.wrapper.module, dropping)
    threaded = thread_state(reparse(dropped))
    return threaded, dropping.lost


class _Dropping(cst.CSTTransformer):
    def __init__(self, graph: RecordedGraph) -> None:
        super().__init__()
        self.graph = graph
        self.module = graph.bindings.wrapper.module
        self.parents = parents(self.module)
        self.kept = self._kept_functions()
        self.live = self._live_lists()
        self.removed = set(self._removed())
        self.appended = self._appended()
        self._check()
        body = self.module.body
        removed = [statement for statement in body if statement in self.removed]
        declared = [s for s in body if self._declares(s, self.live)]
        comments = [comment for s in declared for comment in find_comments(s)]
        spoken = [comment for comment in comments if _speaks_of_nodes(comment)]
        self.lost = comments_gone([*removed, *spoken], self._kernels())

    # What there is.

    def _kept_functions(self) -> list[cst.FunctionDef]:
        """The functions that the main sequence reaches, without the maker.

        What belongs to one of them as its adjoint is not called yet.
        """
        main = [s for s in self.module.body if not isinstance(s, cst.FunctionDef)]
        calls = CallGraph(self.graph.bindings)
        reached = calls.reached_from(main)
        names = {adjoint_name(function.name.value) for function in reached}
        adjoints = [
            f
            for f in self.graph.functions()
            if f.name.value in names and self.graph.graph_parameter(f) is None
        ]
        called = calls.reached_from([f.body for f in adjoints])
        kept = {*reached, *adjoints, *called} - {self.graph.maker}
        return [f for f in self.graph.functions() if f in kept]

    def _kernels(self) -> list[cst.FunctionDef]:
        """The functions that operations go on as, with their comments."""
        operations = self.graph.operations.values()
        names = {kernel_name(operation) for operation in operations}
        return [f for f in self.kept if f.name.value in names]

    def _live_lists(self) -> list[str]:
        """The lists that something reads, or that are filled otherwise."""
        uses = {
            name.value
            for function in self.kept
            for statement in function.body.body
            if not self.graph.is_unpacking(statement, function)
            for name in find(statement, cst.Name)
        }
        for statement in self.module.body:
            is_definition = isinstance(statement, cst.FunctionDef)
            is_declaration = self._declares(statement, self.graph.lists)
            if not (is_definition or is_declaration or self._packs(statement)):
                uses |= {name.value for name in find(statement, cst.Name)}
        return [name for name in self.graph.lists if name in uses]

    def _removed(self) -> Iterator[cst.CSTNode]:
        dead = [name for name in self.graph.lists if name not in self.live]
        types = (self.graph.node_name, self.graph.graph_name)
        for statement in self.module.body:
            if isinstance(statement, cst.FunctionDef):
                if statement not in self.kept:
                    yield statement
            elif (
                self._packs(statement)
                or self._declares(statement, (*dead, *types))
                or self._is_unread(statement)
            ):
                yield statement

    def _packs(self, statement: cst.CSTNode) -> bool:
        """Whether a statement puts the lists together into the graph."""
        names = [m.Element(m.Name(name)) for name in self.graph.lists]
        packs = m.AnnAssign(value=m.Tuple(names)) | m.Assign(value=m.Tuple(names))
        return m.matches(statement, m.SimpleStatementLine([packs]))

    def _declares(self, statement: cst.CSTNode, names: Sequence[str]) -> bool:
        targets = m.OneOf(*map(m.Name, names)) if len(names) > 1 else m.Name(names[0])
        declared = m.AnnAssign(target=targets)
        return m.matches(statement, m.SimpleStatementLine([declared]))

    def _is_unread(self, statement: cst.CSTNode) -> bool:
        """Whether a statement only keeps how many nodes there were."""
        length = m.Call(m.Name("len"), [m.Arg(m.OneOf(*map(m.Name, self.graph.lists)))])
        declared = m.AnnAssign(target=m.Name(), value=length)
        if not m.matches(statement, m.SimpleStatementLine([declared])):
            return False
        (name,) = [
            cst.ensure_type(a.target, cst.Name) for a in find(statement, cst.AnnAssign)
        ]
        binding = self.graph.bindings.binding_of(name)
        assert binding is not None
        return len(self.graph.bindings.occurrences(binding)) == 1

    def _appended(self) -> dict[str, cst.BaseExpression]:
        """What the maker appends to each list."""
        maker = maker_of(self.graph.maker)
        assert maker is not None  # it was found as such
        return dict(maker.appended)

    # What is refused.

    def _check(self) -> None:
        for function in self.kept:
            for call in find(function.body, cst.Call):
                if self.graph.called(call) is self.graph.maker:
                    self._check_creation(call)

    def _check_creation(self, call: cst.Call) -> None:
        given = self.graph.given(call)
        parameter = self.graph.graph_parameter(self.graph.maker)
        assert parameter is not None
        is_statement = isinstance(self.parents[call], cst.Expr)
        if not is_statement or set(given) != {
            self.graph.data_name,
            parameter.name.value,
        }:
            self._refuse(call, "a node that is only stored", "another use")

    def _refuse(self, node: cst.CSTNode, expected: str, found: str) -> NoReturn:
        wrapper = self.graph.bindings.wrapper
        raise Refusal.at(wrapper, node, expected=expected, found=found)

    # The edit.

    def on_leave(  # type: ignore[override]
        self, original_node: cst.CSTNode, updated_node: cst.CSTNode
    ) -> object:
        left = super().on_leave(original_node, updated_node)
        return cst.RemoveFromParent() if original_node in self.removed else left

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        parameter = self.graph.graph_parameter(original_node)
        if parameter is None:
            return updated_node
        index = original_node.params.params.index(parameter)
        parameters = list(updated_node.params.params)
        del parameters[index]
        params = updated_node.params.with_changes(params=without_last_comma(parameters))
        return updated_node.with_changes(params=params)

    def leave_Annotation(
        self, original_node: cst.Annotation, updated_node: cst.Annotation
    ) -> cst.Annotation:
        """What was the index of a node is one in each of the remaining lists."""
        node = m.Name(self.graph.node_name)
        hint = m.replace(updated_node.annotation, node, cst.Name("int"))
        return updated_node.with_changes(annotation=hint)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        called = self.graph.called(original_node)
        parameter = self.graph.graph_parameter(called) if called is not None else None
        if parameter is None:
            return updated_node
        given = self.graph.given(original_node).get(parameter.name.value)
        arguments = [
            new
            for old, new in zip(original_node.args, updated_node.args, strict=True)
            if old is not given
        ]
        return updated_node.with_changes(args=without_last_comma(arguments))

    def leave_SimpleStatementLine(
        self,
        original_node: cst.SimpleStatementLine,
        updated_node: cst.SimpleStatementLine,
    ) -> (
        cst.SimpleStatementLine
        | cst.RemovalSentinel
        | cst.FlattenSentinel[cst.SimpleStatementLine]
    ):
        if self._declares(original_node, self.live):
            behind = updated_node.trailing_whitespace
            if _speaks_of_nodes(behind.comment):
                behind = cst.TrailingWhitespace()
            above = updated_node.leading_lines
            return updated_node.with_changes(
                leading_lines=[x for x in above if not _speaks_of_nodes(x.comment)],
                trailing_whitespace=behind,
            )
        match original_node:
            case cst.SimpleStatementLine(body=[cst.Expr(value=cst.Call() as call)]):
                if self.graph.called(call) is self.graph.maker:
                    lines = list(self._appends(call))
                    lead = updated_node.leading_lines
                    lines[0] = lines[0].with_changes(leading_lines=lead)
                    return cst.FlattenSentinel(lines)
            case cst.SimpleStatementLine(body=[cst.Assign(targets=[_])]):
                if self._unpacks(original_node):
                    return cst.RemoveFromParent()
        return updated_node

    def _unpacks(self, line: cst.CSTNode) -> bool:
        names = [m.Element(m.Name(name)) for name in self.graph.lists]
        target = m.AssignTarget(m.Tuple(names))
        unpacking = m.SimpleStatementLine([m.Assign([target], m.Name())])
        return m.matches(line, unpacking)

    def _appends(self, call: cst.Call) -> Iterator[cst.SimpleStatementLine]:
        """What the maker does for a node without children."""
        given = self.graph.given(call)[self.graph.data_name].value
        for name in self.live:
            value = self.appended[name]
            is_data = name == self.graph.data_list
            code = cst.Module([]).code_for_node(given if is_data else value)
            line = cst.parse_statement(f"{name}.append({code})")
            yield cst.ensure_type(line, cst.SimpleStatementLine)


def _speaks_of_nodes(comment: cst.Comment | None) -> bool:
    return comment is not None and bool(NODES.search(comment.value))
