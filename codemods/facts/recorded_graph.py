"""The graph that a script records in parallel lists, and who records what in it.

    Value: TypeAlias = int
    Graph: TypeAlias = tuple[list[float], list[tuple[Value, ...]]]
    def create_value(data: float, graph: Graph, children=()) -> Value:      the maker
        node_data, node_children = graph
        …
    def add_values(value: Value, other: Value, graph: Graph) -> Value:      an operation
        node_data, node_children = graph
        data = node_data[value] + node_data[other]
        return create_value(data, graph, (value, other))
    def add_up(row: list[Value], graph: Graph) -> Value:               a composition
        …

An operation computes one number of a few, without a loop, and its last line records it.
Whatever else has to do with nodes is composed of operations.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NoReturn

import libcst as cst
import libcst.matchers as m

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import Binding, Bindings
from codemods.facts.builtin_types import INT
from codemods.facts.find_nodes import find
from codemods.facts.older_children import UNPACK, maker_of
from codemods.facts.scopes import Role, all_parameters
from codemods.facts.type_names import MAIN, NUMBERS, Type
from codemods.refusal import Refusal

DOCSTRING = m.SimpleStatementLine([m.Expr(m.SimpleString())])


@dataclass(frozen=True)
class RecordedGraph:
    """A graph of nodes that one function, the maker, appends to parallel lists."""

    bindings: Bindings
    maker: cst.FunctionDef
    node_name: str
    """The alias for `int` that tells nodes from other integers."""

    graph_name: str
    """The alias for the tuple of the lists."""

    lists: Sequence[str]
    """What the lists are called wherever they are unpacked."""

    data_list: str
    """The list of the numbers that the nodes stand for."""

    data_name: str
    """The parameter by which the maker gets the number."""

    operations: dict[str, cst.FunctionDef] = field(default_factory=dict)

    @cached_property
    def types(self) -> AnnotatedTypes:
        """The types of the module, where a node is no integer."""
        return AnnotatedTypes(self.bindings, {self.node_name})

    @cached_property
    def data_type(self) -> cst.BaseExpression:
        """The type of the list of numbers, as the type of the graph has it."""
        for declared in find(self.bindings.wrapper.module, cst.AnnAssign):
            if m.matches(declared.target, m.Name(self.graph_name)):
                kinds = cst.ensure_type(declared.value, cst.Subscript).slice
                index = cst.ensure_type(
                    kinds[self.lists.index(self.data_list)].slice, cst.Index
                )
                return index.value
        return cst.parse_expression("list[float]")

    @cached_property
    def node(self) -> Type:
        return Type(self.node_name, (), MAIN)

    def holds_nodes(self, type_: Type) -> bool:
        """Whether values of a type are nodes, or hold some."""
        return self.node in type_.parts()

    def functions(self) -> Iterator[cst.FunctionDef]:
        """The functions of the module."""
        for statement in self.bindings.wrapper.module.body:
            if isinstance(statement, cst.FunctionDef):
                yield statement

    def called(self, call: cst.Call) -> cst.FunctionDef | None:
        """The function of the module that a call calls."""
        if not isinstance(call.func, cst.Name):
            return None
        binding = self.bindings.binding_of(call.func)
        if binding is None or self.bindings.roles(binding) != {Role.FUNCTION}:
            return None
        return self._by_binding.get(binding)

    @cached_property
    def _by_binding(self) -> dict[Binding | None, cst.FunctionDef]:
        """The last function of the module that each variable is bound to."""
        return {self.bindings.binding_of(f.name): f for f in self.functions()}

    def records(self, function: cst.FunctionDef) -> bool:
        """Whether a function is the maker, or an operation."""
        return function is self.maker or function.name.value in self.operations

    def graph_parameter(self, function: cst.FunctionDef) -> cst.Param | None:
        """The parameter by which a function gets the graph."""
        parameters = all_parameters(function.params)
        found = (p for p in parameters if _name_of(p.annotation) == self.graph_name)
        return next(found, None)

    def given(self, call: cst.Call) -> dict[str, cst.Arg]:
        """What a call of a function of the module passes, by parameters."""
        function = self.called(call)
        assert function is not None
        names = [p.name.value for p in all_parameters(function.params)]
        return {
            argument.keyword.value if argument.keyword is not None else name: argument
            for name, argument in zip(names, call.args, strict=False)
        }

    def is_unpacking(self, statement: cst.CSTNode, function: cst.FunctionDef) -> bool:
        """Whether a statement gives the lists their names in a function."""
        parameter = self.graph_parameter(function)
        match statement:
            case cst.SimpleStatementLine(
                body=[
                    cst.Assign(
                        targets=[cst.AssignTarget(cst.Tuple(elements=elements))],
                        value=cst.Name(value=source),
                    )
                ]
            ):
                is_graph = parameter is not None and parameter.name.value == source
                names = [_name_in(element) for element in elements]
                return is_graph and names == list(self.lists)
        return False

    def lines_of(self, operation: cst.FunctionDef) -> list[cst.BaseStatement]:
        """What an operation does, from its numbers to the line that records one."""
        return [
            statement
            for statement in operation.body.body
            if isinstance(statement, cst.BaseStatement)
            and not m.matches(statement, DOCSTRING)
            and not self.is_unpacking(statement, operation)
        ]


def find_recorded_graph(bindings: Bindings) -> RecordedGraph | None:
    """The graph of a module, if there is one.

    Refuses a maker from whose signature it cannot be told what is a node.
    """
    for statement in bindings.wrapper.module.body:
        if isinstance(statement, cst.FunctionDef):
            maker = maker_of(statement)
            unpacking = statement.body.body[0]
            if maker is not None and m.matches(unpacking, UNPACK):
                graph = _graph_of(bindings, statement, maker.appended)
                graph.operations.update(_find_operations(graph))
                return graph
    return None


def _graph_of(
    bindings: Bindings,
    maker: cst.FunctionDef,
    appended: dict[str, cst.BaseExpression],
) -> RecordedGraph:
    (unpacking,) = find(maker.body.body[0], cst.Assign)
    source = cst.ensure_type(unpacking.value, cst.Name).value
    parameter = next(
        (
            p
            for p in all_parameters(maker.params)
            if p.name.value == source and _name_of(p.annotation)
        ),
        None,
    )
    if parameter is None:
        _refuse(bindings, maker.name, "a parameter for the graph, with its type")
    node_name = _name_of(maker.returns)
    if node_name not in AnnotatedTypes(bindings).aliases_of(INT):
        _refuse(bindings, maker.name, "a name for the type of nodes, such as an alias")
    numbers = {
        p.name.value: name
        for p in all_parameters(maker.params)
        for name, value in appended.items()
        if p.name.deep_equals(value) and _name_of(p.annotation) == "float"
    }
    if len(numbers) != 1:
        _refuse(bindings, maker.name, "one parameter for the number of a node")
    ((data_name, data_list),) = numbers.items()
    return RecordedGraph(
        bindings,
        maker,
        node_name,
        _name_of(parameter.annotation),
        [name.value for name in find(unpacking.targets[0], cst.Name)],
        data_list,
        data_name,
    )


def _name_of(annotation: cst.Annotation | None) -> str:
    kind = annotation.annotation if annotation is not None else None
    return kind.value if isinstance(kind, cst.Name) else ""


def _name_in(element: cst.BaseElement) -> str:
    match element:
        case cst.Element(value=cst.Name(value=name)):
            return name
    return ""


def _find_operations(graph: RecordedGraph) -> dict[str, cst.FunctionDef]:
    """The operations, those that are made of others behind them."""
    known: dict[str, cst.FunctionDef] = {}
    remaining = [f for f in graph.functions() if _looks_like_operation(graph, f)]
    while found := [f for f in remaining if _records_at_its_end(graph, f, known)]:
        known |= {function.name.value: function for function in found}
        remaining = [f for f in remaining if f not in found]
    return known


def _looks_like_operation(graph: RecordedGraph, function: cst.FunctionDef) -> bool:
    if not graph.lines_of(function):
        return False
    *lines, last = graph.lines_of(function)
    scope = graph.bindings.scopes.by_node[function]
    kinds = [
        graph.types.of_binding(binding)
        for binding in graph.bindings
        if binding.scope is scope
        and Role.PARAMETER in graph.bindings.roles(binding)
        and not _is_graph(graph, function, binding.name)
    ]
    return (
        function is not graph.maker
        and _name_of(function.returns) == graph.node_name
        and all(kind == graph.node or kind.name in NUMBERS for kind in kinds)
        and m.matches(last, m.SimpleStatementLine([m.Return(m.Call())]))
        and all(map(_is_plain, lines))
    )


def _is_graph(graph: RecordedGraph, function: cst.FunctionDef, name: str) -> bool:
    parameter = graph.graph_parameter(function)
    return parameter is not None and parameter.name.value == name


def _is_plain(line: cst.CSTNode) -> bool:
    """Whether a line assigns a variable, or is an `if` around such lines."""
    match line:
        case cst.If(body=body, orelse=orelse):
            lines = [*body.body, *([orelse] if orelse is not None else [])]
            return all(map(_is_plain, lines))
        case cst.Else(body=body):
            return all(map(_is_plain, body.body))
        case cst.SimpleStatementLine(body=[cst.Assign(targets=[target])]):
            return isinstance(target.target, cst.Name)
        case cst.SimpleStatementLine(body=[cst.AnnAssign() as declared]):
            is_value = declared.value is not None
            return is_value and isinstance(declared.target, cst.Name)
    return False


def _records_at_its_end(
    graph: RecordedGraph,
    function: cst.FunctionDef,
    known: dict[str, cst.FunctionDef],
) -> bool:
    """Whether a function calls the maker or known operations, and ends with one."""
    recording = {graph.maker, *known.values()}
    (last,) = list(find(function.body.body[-1], cst.Return))
    called = {call: graph.called(call) for call in find(function.body, cst.Call)}
    return called.get(last.value) in recording and all(  # type: ignore[call-overload]
        other in recording or graph.graph_parameter(other) is None
        for other in called.values()
        if other is not None
    )


def _refuse(bindings: Bindings, node: cst.CSTNode, expected: str) -> NoReturn:
    raise Refusal.at(bindings.wrapper, node, expected=expected, found="another form")
