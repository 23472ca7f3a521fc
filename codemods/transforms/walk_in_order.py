"""Walk a graph in the order of its indices instead of searching it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

import libcst as cst
import libcst.matchers as m
from libcst.helpers import parse_template_expression

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import BINDING_ROLES, Bindings
from codemods.facts.direct_calls import DirectCalls
from codemods.facts.find_comments import texts_of_comments
from codemods.facts.find_nodes import find
from codemods.facts.metadata import wrap
from codemods.facts.older_children import UNPACK, OlderChildren
from codemods.facts.scopes import all_parameters
from codemods.facts.type_names import Type
from codemods.facts.visit import visit
from codemods.facts.walk import walk
from codemods.refusal import Refusal

INTEGER = Type("int")
DOCSTRING = m.SimpleStatementLine([m.Expr(m.SimpleString())])


LEAVE = m.IndentedBlock([m.SimpleStatementLine([m.Return(None)])])
VISITED = m.Comparison(m.Name(), [m.ComparisonTarget(m.In(), m.Name())])


def walk_in_order(module: cst.Module) -> tuple[cst.Module, tuple[str, ...]]:
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
             than by one such loop, or that is called from elsewhere; children that may
             be younger than their node; and a loop that does more than to add products
             of what the node has to what others have

    Every node has a greater index than its children, so the children of a node come
    behind it either way; which of two unrelated nodes comes first is another matter.
    Nodes that the search did not reach are walked too: they are believed to have 0, so
    that they add nothing.  Nothing happens where there is no such search.  The second
    result is the comments that have left with the search.
    """
    bindings = Bindings(wrap(module))
    search = next(_find_searches(bindings), None)
    if search is None:
        return module, ()
    walking = _Walking(bindings, search)
    walked = visit(bindings.wrapper.module, walking)
    return walked, texts_of_comments(walking.removed)


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
    """Whether a function is such a search, and does nothing else."""
    node, visited, order = (
        m.SaveMatchedNode(m.Name(), part) for part in ("node", "visited", "order")
    )
    test = m.Comparison(node, [m.ComparisonTarget(m.NotIn(), visited)])
    lines = _work(function)
    branch = lines[0] if len(lines) == 1 else cst.Pass()
    found = m.extract(branch, m.If(test, m.IndentedBlock(), None))
    if found is None:
        return None
    parts = {key: _name(part) for key, part in _nodes(found)}
    last = m.Call(m.Attribute(order, m.Name("append")), [m.Arg(m.Name())])
    found = m.extract(
        branch,
        m.If(body=m.IndentedBlock([m.DoNotCare(), m.DoNotCare(), _line(last)])),
    )
    parts |= {key: _name(part) for key, part in _nodes(found or {})}
    if len(parts) != 3 or not all(name in names for name in parts.values()):
        return None
    search = _Search(
        function, **{key: names.index(name) for key, name in parts.items()}
    )
    return search if _does_only(search, names) else None


def _does_only(search: _Search, names: list[str]) -> bool:
    """Whether all the names of a search are where they belong."""
    node, visited, order = (
        m.Name(names[index]) for index in (search.node, search.visited, search.order)
    )
    loop = next(iter(find(search.function, cst.For)), None)
    if loop is None or not isinstance(loop.target, cst.Name):
        return False
    passed = [m.Arg(m.Name(name), keyword=None) for name in names]
    passed[search.node] = m.Arg(m.Name(loop.target.value), keyword=None)
    recursion = m.For(
        iter=m.Subscript(m.Name(), [m.SubscriptElement(m.Index(node))]),
        body=m.IndentedBlock(
            [_line(m.Call(m.Name(search.function.name.value), passed))]
        ),
        orelse=None,
    )
    body = [
        _line(m.Call(m.Attribute(visited, m.Name("add")), [m.Arg(node)])),
        recursion,
        _line(m.Call(m.Attribute(order, m.Name("append")), [m.Arg(node)])),
    ]
    is_target_free = loop.target.value not in names
    (branch,) = _work(search.function)
    return is_target_free and m.matches(branch, m.If(body=m.IndentedBlock(body)))


def _work(function: cst.FunctionDef) -> list[cst.CSTNode]:
    """What a function does once it has unpacked the graph.

    What stands behind `if …: return` is what happens if the test does not hold.
    """
    lines: list[cst.CSTNode] = [
        line for line in function.body.body if not m.matches(line, UNPACK | DOCSTRING)
    ]
    match lines:
        case [
            cst.If(test=cst.Comparison() as test, orelse=None) as branch,
            *rest,
        ] if m.matches(branch.body, LEAVE) and m.matches(test, VISITED):
            (target,) = test.comparisons
            others = [target.with_changes(operator=cst.NotIn())]
            block = cst.ensure_type(function.body, cst.IndentedBlock)
            behind = block.with_changes(body=rest)
            return [cst.If(test.with_changes(comparisons=others), behind)]
    return lines


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
        lines = [s for s in self.walker.body.body if self._serves_search(s)]
        self.removed = [search.function, *lines]

    def _outer_call(self) -> cst.Call:
        inside = set(find(self.search.function, cst.Call))
        direct = DirectCalls(self.bindings).of(self.search.function)
        calls = [call.node for call in direct if call.node not in inside]
        if len(calls) != 1 or any(a.keyword is not None for a in calls[0].args):
            name = self.search.function.name
            self._refuse(name, "one call that begins the search", "another number")
        return calls[0]

    def _holder(self) -> cst.FunctionDef:
        line = m.SimpleStatementLine(
            [m.Expr(m.Call(m.Name(self.search.function.name.value)))]
        )
        for function in self.bindings.wrapper.module.body:
            if isinstance(function, cst.FunctionDef):
                lines = [s for s in function.body.body if m.matches(s, line)]
                if any(self.call in find(s, cst.Call) for s in lines):
                    return function
        return self._refuse(self.call, "a line of a function", "another place")

    def _check(self) -> None:
        if AnnotatedTypes(self.bindings).type_of(self.start) != INTEGER:
            self._refuse(self.start, "the index of a node", "something else")
        if not self._is_bound_once(self.start):
            expected = "a node in a variable that keeps it"
            self._refuse(self.start, expected, "another expression")
        self._check_children()
        lines = list(self.walker.body.body)
        loops = [s for s in lines if isinstance(s, cst.For) and self._is_over_order(s)]
        uses = [n for n in find(self.walker, cst.Name) if n.value in self.dropped]
        # each is bound once and passed once, and the order is walked once
        if len(loops) != 1 or len(uses) != 2 * len(self.dropped) + 1:
            self._refuse(self.call, "a result that one loop uses", "other uses")
        begun = next(i for i, s in enumerate(lines) if self.call in find(s, cst.Call))
        fresh = [s for s in lines[:begun] if self._is_fresh(s)]
        if len(fresh) != len(self.dropped) or lines.index(loops[0]) < begun:
            expected = "an empty set and an empty list, made above the search"
            self._refuse(self.call, expected, "others")
        self._check_work(loops[0])

    def _is_bound_once(self, start: cst.BaseExpression) -> bool:
        """Whether a variable of the walking function has one value all along."""
        if not isinstance(start, cst.Name):
            return False
        binding = self.bindings.binding_of(start)
        if binding is None or binding.scope.node is not self.walker:
            return False
        uses = self.bindings.occurrences(binding)
        return len([use for use in uses if use.role in BINDING_ROLES]) == 1

    def _check_children(self) -> None:
        """Refuse lists of children that may name a node which came later."""
        (loop,) = find(self.search.function, cst.For)
        listed = cst.ensure_type(loop.iter, cst.Subscript)
        kind = AnnotatedTypes(self.bindings).type_of(listed)
        older = OlderChildren(self.bindings)
        if kind.name != "tuple" or not older.in_list(_name(listed.value)):
            expected = "children that are older than their node"
            self._refuse(loop.iter, expected, "a list that may hold others")

    def _is_fresh(self, line: cst.CSTNode) -> bool:
        """Whether a line declares one of the collections, with nothing in it."""
        empty = m.List([]) | m.Call(m.Name("set"), [])
        made = m.Assign(value=empty) | m.AnnAssign(value=empty)
        is_made = m.matches(line, m.SimpleStatementLine([made]))
        return is_made and any(n.value in self.dropped for n in find(line, cst.Name))

    def _check_work(self, loop: cst.For) -> None:
        """Refuse work that would show at a node which the search does not reach.

        Adding a multiple of what such a node has, which is 0, does not.
        """
        targets = [update.target for update in find(loop, cst.AugAssign)]
        listed = {_name(t.value) for t in targets if isinstance(t, cst.Subscript)}
        sums = m.Name(listed.pop()) if len(listed) == 1 else m.Name("")
        node = m.SubscriptElement(m.Index(m.Name(_name(loop.target))))
        own = m.Subscript(sums, [node])
        operator = m.Multiply()
        left = m.BinaryOperation(left=own, operator=operator)
        right = m.BinaryOperation(operator=operator, right=own)
        named = m.Assign([m.AssignTarget(m.Name())], left | right)
        names = {
            _name(assign.targets[0].target)
            for assign in find(loop, cst.Assign)
            if m.matches(assign, named)
        }
        share = m.Name(m.MatchIfTrue(names.__contains__))
        adds = m.AugAssign(m.Subscript(sums), m.AddAssign(), left | right | share)
        harmless = m.For(orelse=None) | m.SimpleStatementLine([named | adds])
        statements = (cst.SimpleStatementLine, cst.BaseCompoundStatement)
        for part in walk(loop):
            if isinstance(part, statements) and not m.matches(part, harmless):
                expected = "sums of multiples of what a node has"
                self._refuse(part, expected, "other work")

    def _serves_search(self, line: cst.CSTNode) -> bool:
        """Whether a line of the walking function does nothing but for the search."""
        match line:
            case cst.SimpleStatementLine(body=[cst.Expr(value=value)]):
                return value is self.call
        return self._is_fresh(line)

    def _is_over_order(self, loop: cst.For) -> bool:
        backwards = m.Slice(
            None, None, step=m.UnaryOperation(m.Minus(), m.Integer("1"))
        )
        over = m.Call(m.Name("reversed"), [m.Arg(m.Name(self.order))]) | m.Subscript(
            m.Name(self.order), [m.SubscriptElement(backwards)]
        )
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
        return cst.RemoveFromParent() if original_node in self.removed else updated_node

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef | cst.RemovalSentinel:
        return cst.RemoveFromParent() if original_node in self.removed else updated_node

    def _refuse(self, node: cst.CSTNode, expected: str, found: str) -> NoReturn:
        raise Refusal.at(self.bindings.wrapper, node, expected=expected, found=found)


def _name(node: cst.CSTNode) -> str:
    return node.value if isinstance(node, cst.Name) else ""
