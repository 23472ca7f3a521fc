"""Walk a graph in the order of its indices instead of searching it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

import libcst as cst
import libcst.matchers as m
from libcst.helpers import parse_template_expression

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import Bindings
from codemods.facts.direct_calls import DirectCalls
from codemods.facts.find_nodes import find
from codemods.facts.metadata import wrap
from codemods.facts.scopes import all_parameters
from codemods.facts.type_names import Type
from codemods.refusal import Refusal

INTEGER = Type("int")
LENGTH = m.Call(m.Name("len"), [m.Arg(m.Name())])


def walk_in_order(module: cst.Module) -> cst.Module:
    """Replace a depth-first search by a loop that counts down from where it began.

    Have:    def search(node: int, visited: set[int], order: list[int]) -> None:
                 if node not in visited:
                     visited.add(node)
                     for child in children[node]:
                         search(child, visited, order)
                     order.append(node)
             def walk(last: int) -> None:
                 order: list[int] = []
                 visited: set[int] = set()
                 search(last, visited, order)
                 for node in reversed(order):
                     …
    Want:    def walk(last: int) -> None:
                 for node in range(last, -1, -1):
                     …
    Refuses: a search whose nodes are no indices, whose result is used in another way
             than by one such loop, or that is called from elsewhere

    Every node has a greater index than its children, so the children of a node come
    behind it either way; which of two unrelated nodes comes first is another matter.
    Nodes that the search did not reach are walked too.  Nothing happens where there is
    no such search.
    """
    bindings = Bindings(wrap(module))
    search = next(_find_searches(bindings), None)
    if search is None:
        return module
    walking = _Walking(bindings, search)
    return bindings.wrapper.module.visit(walking)


@dataclass(frozen=True)
class _Search:
    """A recursive function that appends nodes to a list behind all their children."""

    function: cst.FunctionDef
    node: int
    visited: int
    order: int
    """Which of its parameters are which."""


def _find_searches(bindings: Bindings) -> Iterator[_Search]:
    for statement in bindings.wrapper.module.body:
        if isinstance(statement, cst.FunctionDef):
            names = [p.name.value for p in all_parameters(statement.params)]
            found = _search_of(statement, names)
            if found is not None:
                yield found


def _search_of(function: cst.FunctionDef, names: list[str]) -> _Search | None:
    """Whether a function is such a search, by what it does."""
    node, visited = m.SaveMatchedNode(m.Name(), "node"), m.Name()
    seen = m.SaveMatchedNode(m.Name(), "visited")
    order = m.SaveMatchedNode(m.Name(), "order")
    test = m.Comparison(node, [m.ComparisonTarget(m.NotIn(), seen)])
    recursion = m.For(
        body=m.IndentedBlock([_line(m.Call(m.Name(function.name.value)))])
    )
    body = [
        _line(m.Call(m.Attribute(visited, m.Name("add")), [m.Arg(m.Name())])),
        recursion,
        _line(m.Call(m.Attribute(order, m.Name("append")), [m.Arg(m.Name())])),
    ]
    condition = m.If(test=test, body=m.IndentedBlock(body), orelse=None)
    found = m.extract(function.body.body[-1], condition)
    if found is None:
        return None
    parts = {key: cst.ensure_type(part, cst.Name).value for key, part in _nodes(found)}
    if not all(name in names for name in parts.values()):
        return None
    return _Search(function, **{key: names.index(name) for key, name in parts.items()})


def _line(call: m.Call) -> m.SimpleStatementLine:
    return m.SimpleStatementLine([m.Expr(call)])


def _nodes(found: object) -> list[tuple[str, cst.CSTNode]]:
    assert isinstance(found, dict)
    return [(key, node) for key, node in found.items() if isinstance(node, cst.CSTNode)]


class _Walking(cst.CSTTransformer):
    def __init__(self, bindings: Bindings, search: _Search) -> None:
        super().__init__()
        self.bindings = bindings
        self.search = search
        self.call = self._outer_call()
        self.walker = self._holder()
        arguments = [argument.value for argument in self.call.args]
        self.start = arguments[search.node]
        self.dropped = {_name(arguments[i]) for i in (search.visited, search.order)}
        self.order = _name(arguments[search.order])
        self._check()

    def _outer_call(self) -> cst.Call:
        inside = set(find(self.search.function, cst.Call))
        direct = DirectCalls(self.bindings).of(self.search.function)
        calls = [call.node for call in direct if call.node not in inside]
        if len(calls) != 1 or any(a.keyword is not None for a in calls[0].args):
            name = self.search.function.name
            self._refuse(name, "one call that begins the search", "another number")
        return calls[0]

    def _holder(self) -> cst.FunctionDef:
        holders = [
            function
            for function in self.bindings.wrapper.module.body
            if isinstance(function, cst.FunctionDef)
            and self.call in set(find(function, cst.Call))
        ]
        if not holders:
            self._refuse(self.call, "a function that begins the search", "the module")
        return holders[0]

    def _check(self) -> None:
        if AnnotatedTypes(self.bindings).type_of(self.start) != INTEGER:
            self._refuse(self.start, "the index of a node", "something else")
        self._check_order()
        loops = [f for f in find(self.walker, cst.For) if self._is_over_order(f)]
        uses = [n for n in find(self.walker, cst.Name) if n.value in self.dropped]
        # each is bound once and passed once, and the order is walked once
        if len(loops) != 1 or len(uses) != 2 * len(self.dropped) + 1:
            self._refuse(self.call, "a result that one loop uses", "other uses")

    def _check_order(self) -> None:
        """Refuse lists of children that may name a node which came later.

        They may not where one function appends them, at the index that it returns.
        """
        (loop,) = find(self.search.function, cst.For)
        listed = m.Subscript(
            m.SaveMatchedNode(m.Name(), "list"), [m.SubscriptElement()]
        )
        found = dict(_nodes(m.extract(loop.iter, listed) or {}))
        name = _name(cst.ensure_type(found["list"], cst.Name)) if found else ""
        changes = [
            m.Call(m.Attribute(m.Name(name))),
            m.AssignTarget(m.Subscript(m.Name(name))),
            m.AugAssign(m.Subscript(m.Name(name))),
        ]
        module = self.bindings.wrapper.module
        makers = [
            statement
            for statement in module.body
            if isinstance(statement, cst.FunctionDef) and _numbers_by_length(statement)
        ]
        places = [node for change in changes for node in m.findall(module, change)]
        made = [node for maker in makers for node in find(maker, cst.Call)]
        if not name or len(places) != 1 or places[0] not in made:
            expected = "children that are older than their node"
            self._refuse(loop.iter, expected, "a list that may hold others")

    def _is_over_order(self, loop: cst.For) -> bool:
        over = m.Call(m.Name("reversed"), [m.Arg(m.Name(self.order))])
        return m.matches(loop.iter, over)

    # The edit.

    def leave_For(self, original_node: cst.For, updated_node: cst.For) -> cst.For:
        if not self._is_over_order(original_node):
            return updated_node
        countdown = parse_template_expression(
            "range({start}, -1, -1)", start=self.start
        )
        return updated_node.with_changes(iter=countdown)

    def leave_SimpleStatementLine(
        self,
        original_node: cst.SimpleStatementLine,
        updated_node: cst.SimpleStatementLine,
    ) -> cst.SimpleStatementLine | cst.RemovalSentinel:
        if self._serves_search(original_node):
            return cst.RemoveFromParent()
        return updated_node

    def _serves_search(self, line: cst.SimpleStatementLine) -> bool:
        match line.body:
            case [cst.Expr(value=value)]:
                return value is self.call
            case [cst.AnnAssign(target=cst.Name(value=name))]:
                return name in self.dropped and self._is_walkers(line)
            case [cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))])]:
                return name in self.dropped and self._is_walkers(line)
        return False

    def _is_walkers(self, line: cst.SimpleStatementLine) -> bool:
        return line in set(find(self.walker, cst.SimpleStatementLine))

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef | cst.RemovalSentinel:
        if original_node is self.search.function:
            return cst.RemoveFromParent()
        return updated_node

    def _refuse(self, node: cst.CSTNode, expected: str, found: str) -> NoReturn:
        raise Refusal.at(self.bindings.wrapper, node, expected=expected, found=found)


def _numbers_by_length(function: cst.FunctionDef) -> bool:
    """Whether a function returns the length that a list had when it began."""
    number = m.Name()
    length = m.Assign([m.AssignTarget(m.SaveMatchedNode(number, "a"))], LENGTH)
    first = [s for s in function.body.body if m.findall(s, length)]
    last = function.body.body[-1]
    if not first or not isinstance(last, cst.SimpleStatementLine):
        return False
    named = dict(_nodes(m.extractall(first[0], length)[0]))["a"]
    value = last.body[0].value if isinstance(last.body[0], cst.Return) else None
    return isinstance(value, cst.Name) and named.deep_equals(value)


def _name(node: cst.BaseExpression) -> str:
    return node.value if isinstance(node, cst.Name) else ""
