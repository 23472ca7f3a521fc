"""What a function does with the nodes of a graph, other than to pass them on.

    def scale(row: list[Value], factors: range, graph: Graph) -> list[Value]:
        node_data, node_gradients = graph
        products: list[Value] = []
        for value, factor in zip(row, factors):
            product = multiply_values(value, factor, graph)     factor: read as a node
            products.append(product)
        return products

A plain integer is read as a node where a node is expected: it is the index of one that
was recorded before, such as a parameter.  All else that is done with nodes would be
true of numbers in their place as well: they are kept in lists, passed on, combined by
operations, and looked up in the list of numbers.  Anything else is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NoReturn

import libcst as cst
import libcst.matchers as m

from codemods.facts.bindings import Binding
from codemods.facts.builtin_types import INT, elements
from codemods.facts.find_nodes import find
from codemods.facts.known_types import agree
from codemods.facts.recorded_graph import RecordedGraph
from codemods.facts.scopes import all_parameters
from codemods.facts.type_names import Type
from codemods.facts.walk import children, parents
from codemods.refusal import Refusal

PASSING = ("enumerate", "len", "list", "reversed", "tuple", "zip")
"""Builtins for which it makes no difference what the elements are."""

ADDING = {"append": 0, "extend": 0, "insert": 1}
"""Methods of lists that add something, and which argument it is."""

MOVING = ("clear", "copy", "get", "items", "keys", "pop", "reverse", "values")
"""Methods of containers for which it makes no difference what they hold."""


class NodeUses:
    """Tells where functions read integers as nodes."""

    def __init__(self, graph: RecordedGraph) -> None:
        self._graph = graph
        self._parents = parents(graph.bindings.wrapper.module)
        self._read: set[cst.BaseExpression] = set()
        self._result = INT

    def read_integers(self, function: cst.FunctionDef) -> set[cst.BaseExpression]:
        """The integers in a function that stand where nodes are expected.

        Refuses, at its place, a use of nodes that depends on their being integers, and
        any use of the lists of the graph but to look up numbers.
        """
        self._read = set()
        self._result = self._declared(function)
        for node in _evaluated(function.body):
            self._check_use(node)
        for name in self.other_uses(function):
            expected = "a graph that is passed on, and looked into for numbers"
            self._refuse(name, expected, f"another use of `{name.value}`")
        return self._read

    def _declared(self, function: cst.FunctionDef) -> Type:
        binding = self._graph.bindings.binding_of(function.name)
        assert binding is not None  # a definition binds its name
        return self._graph.types.of_binding(binding).arguments[-1]

    def _check_use(self, node: cst.CSTNode) -> None:
        match node:
            case cst.Call():
                self._check_call(node)
            case cst.Assign(value=value):
                for target in node.targets:
                    self._check_flow(self._type_of(target.target), value)
            case cst.AnnAssign(target=target, value=cst.BaseExpression() as value):
                self._check_flow(self._type_of(target), value)
            case cst.Return(value=cst.BaseExpression() as value):
                self._check_flow(self._result, value)
            case cst.Subscript():
                self._check_subscript(node)
            case cst.BinaryOperation(left=left, right=right):
                self._refuse_nodes(left, right)
            case _:
                self._refuse_nodes(*_judged(node), deeply=True)

    def _type_of(self, node: cst.BaseExpression) -> Type:
        return self._graph.types.type_of(node)

    def _check_flow(self, expected: Type, given: cst.BaseExpression) -> None:
        """Whether a value may go to a place of a type."""
        type_ = self._type_of(given)
        if not any(map(self._graph.holds_nodes, (expected, type_))):
            return
        if expected == self._graph.node and type_ == INT:
            self._read.add(given)
        elif agree([expected, type_]) != expected:
            self._refuse(given, f"something of the type {expected}", str(type_))

    def _refuse_nodes(self, *values: cst.BaseExpression, deeply: bool = False) -> None:
        """Refuse nodes, and also what holds them, where numbers would differ."""
        for value in values:
            type_ = self._type_of(value)
            if self._graph.node in (type_.parts() if deeply else type_.members):
                self._refuse(value, "nodes to be used by operations", "another use")

    def _check_subscript(self, node: cst.Subscript) -> None:
        for element in node.slice:
            match element.slice:
                case cst.Index(value=index):
                    if not m.matches(node.value, m.Name(self._graph.data_list)):
                        self._refuse_nodes(index)
                    elif self._type_of(index) not in (INT, self._graph.node):
                        expected = "a node, or the index of one"
                        self._refuse(index, expected, str(self._type_of(index)))

    # Calls.

    def _check_call(self, call: cst.Call) -> None:
        called = self._graph.called(call)
        if called is not None:
            self._check_arguments(call, called)
            return
        arguments = [argument.value for argument in call.args]
        match call.func:
            case cst.Attribute(value=owner, attr=cst.Name(value=name)):
                holds = self._graph.holds_nodes(self._type_of(owner))
                if name in ADDING and len(arguments) > ADDING[name]:
                    added = arguments.pop(ADDING[name])
                    kept = self._type_of(owner)
                    self._check_flow(
                        kept if name == "extend" else elements(kept), added
                    )
                elif holds and name not in MOVING:
                    self._refuse(call, "nodes to be kept in lists", f"`{name}`")
        if self._graph.bindings.is_builtin(call.func, *PASSING):
            self._refuse_nodes(*arguments)
        else:
            self._refuse_nodes(*arguments, deeply=True)

    def _check_arguments(self, call: cst.Call, called: cst.FunctionDef) -> None:
        given = self._graph.given(call)
        names = [p.name.value for p in all_parameters(called.params)]
        if len(given) != len(call.args) or not set(given) <= set(names):
            self._refuse(call, "arguments one by one", "another way to pass them")
        scope = self._graph.bindings.scopes.by_node[called]
        for name, argument in given.items():
            expected = self._graph.types.of_binding(Binding(scope, name))
            self._check_flow(expected, argument.value)

    # The graph itself.

    def other_uses(self, function: cst.FunctionDef) -> Iterator[cst.Name]:
        """Where a function does more with the graph than look up numbers."""
        parameter = self._graph.graph_parameter(function)
        own = parameter.name.value if parameter is not None else ""
        for name in find(function.body, cst.Name):
            if name.value not in (own, *self._graph.lists):
                continue
            is_passed = name.value == own and self._is_passed(self._parents[name])
            is_known = is_passed or self._is_read(name)
            if not is_known and not self.is_unpacked(name, function):
                yield name

    def is_unpacked(self, name: cst.Name, function: cst.FunctionDef) -> bool:
        """Whether a name stands where a function unpacks the graph."""
        node: cst.CSTNode = name
        while not isinstance(node, cst.BaseStatement):
            node = self._parents[node]
        return self._graph.is_unpacking(node, function)

    def _is_passed(self, argument: cst.CSTNode) -> bool:
        call = self._parents[argument]
        called = self._graph.called(call) if isinstance(call, cst.Call) else None
        if called is None or not isinstance(call, cst.Call):
            return False
        parameter = self._graph.graph_parameter(called)
        name = parameter.name.value if parameter is not None else ""
        return self._graph.given(call).get(name) is argument

    def _is_read(self, name: cst.Name) -> bool:
        item = self._parents[name]
        index = [m.SubscriptElement(m.Index())]
        if not m.matches(item, m.Subscript(m.Name(self._graph.data_list), index)):
            return False
        around = self._parents[item]
        changes = (cst.AssignTarget, cst.Del)
        is_target = getattr(around, "target", None) is item
        is_list = m.matches(name, m.Name(self._graph.data_list))
        return is_list and not isinstance(around, changes) and not is_target

    def _refuse(self, node: cst.CSTNode, expected: str, found: str) -> NoReturn:
        wrapper = self._graph.bindings.wrapper
        raise Refusal.at(wrapper, node, expected=expected, found=found)


def _judged(node: cst.CSTNode) -> Iterator[cst.BaseExpression]:
    """What is compared, tested, printed or changed in place."""
    match node:
        case cst.Comparison(left=left, comparisons=comparisons):
            yield from (left, *(one.comparator for one in comparisons))
        case cst.BooleanOperation(left=left, right=right):
            yield from (left, right)
        case cst.UnaryOperation(expression=expression):
            yield expression
        case cst.FormattedStringExpression(expression=expression):
            yield expression
        case cst.If(test=test) | cst.While(test=test) | cst.IfExp(test=test):
            yield test
        case cst.CompIf(test=test) | cst.Assert(test=test):
            yield test
        case cst.AugAssign(target=target, value=value):
            yield from (target, value)
        case cst.StarredElement(value=value) | cst.NamedExpr(value=value):
            yield value


def _evaluated(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The nodes of a tree without those of its annotations."""
    yield node
    for child in children(node):
        if not isinstance(child, cst.Annotation):
            yield from _evaluated(child)
