"""What would only be a copy if nodes were numbers: a list, or a number.

    logit_data: list[float] = []
    for logit in logits:
        logit_data.append(node_data[logit])
    maximum = max(logit_data)               could be `max(logits)`, of numbers

    share_value = create_value(share)       could be `share`, which nothing binds again

Narrow by intention: a list serves the next statement and nothing else, which must be
known not to change it, but for lines in between that count; a number, the statements
behind it in its block.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import libcst as cst
import libcst.matchers as m

from codemods.facts.bindings import BINDING_ROLES, Binding
from codemods.facts.builtin_types import list_of
from codemods.facts.find_comments import find_comments
from codemods.facts.find_nodes import find
from codemods.facts.mutations import Mutations
from codemods.facts.recorded_graph import RecordedGraph
from codemods.facts.scopes import Occurrence, Role


@dataclass(frozen=True)
class NumberCopy:
    """The statements that make a copy, where that is used, and what it is a copy of."""

    statements: Sequence[cst.CSTNode]
    uses: Sequence[cst.Name]
    source: cst.Name


class NumberCopies:
    """Finds the copies in the functions of one module."""

    def __init__(self, graph: RecordedGraph) -> None:
        self._graph = graph
        self._bindings = graph.bindings
        self._mutations = Mutations(graph.bindings)

    def find(self, function: cst.FunctionDef) -> Iterator[NumberCopy]:
        """The copies that a function makes, without comments of their own."""
        for block in find(function.body, cst.IndentedBlock):
            for index in range(len(block.body) - 1):
                yield from self._copy_at(block.body[index:])
                yield from self._number_at(block, index)

    def _copy_at(self, lines: Sequence[cst.CSTNode]) -> Iterator[NumberCopy]:
        name, value = _declared(lines[0])
        fills_later = m.matches(value, m.List([])) and len(lines) > 2
        filling = lines[:2] if fills_later else lines[:1]
        source = self._source_of(name, value, filling)
        if source is None:
            return
        next_line = self._next_line(lines[len(filling) :], source)
        if not isinstance(next_line, cst.SimpleStatementLine):
            return
        binding = self._binding(name, lines[0])
        uses = [u for u in self._bindings.occurrences(binding) if u.role is Role.LOAD]
        inside = [n for line in filling for n in find(line, cst.Name)]
        read = [use.node for use in uses if use.node not in inside]
        if (
            self._is_bound_once(binding)
            and set(read) <= set(find(next_line, cst.Name))
            and not self._mutations.lost(binding)
            and all(self._mutations.find_from(node) is None for node in read)
            and not find_comments(filling[0])
        ):
            yield NumberCopy(filling, read, source)

    def _next_line(
        self, lines: Sequence[cst.CSTNode], source: cst.Name
    ) -> cst.CSTNode | None:
        """The first line but for those that only count something for it."""
        for line in lines:
            name, value = _declared(line)
            counts = isinstance(value, cst.Call) and self._bindings.is_builtin(
                value.func, "len", "range"
            )
            if not counts or name == source.value:
                return line
        return None

    def _number_at(self, block: cst.IndentedBlock, index: int) -> Iterator[NumberCopy]:
        line = block.body[index]
        name, value = _declared(line)
        source = self._number_of(value)
        if source is None or find_comments(line):
            return
        binding, given = self._binding(name, line), self._bindings.binding_of(source)
        uses = self._bindings.occurrences(binding)
        read = [use for use in uses if use.role is Role.LOAD]
        if (
            given is not None
            and self._is_bound_once(binding)
            and self._is_bound_ahead(given, binding, block, index)
            and all(dict(use.place).get(block, -1) > index for use in read)
            and all(use.scope is binding.scope for use in read)
        ):
            yield NumberCopy([line], [use.node for use in read], source)

    def _number_of(self, value: cst.BaseExpression) -> cst.Name | None:
        """The variable whose number a node is made of, without children."""
        if not isinstance(value, cst.Call):
            return None
        if self._graph.called(value) is not self._graph.maker:
            return None
        match list(self._graph.given(value).items()):
            case [(data_name, cst.Arg(value=cst.Name() as number)), (_, cst.Arg())]:
                return number if data_name == self._graph.data_name else None
        return None

    def _is_bound_ahead(
        self, given: Binding, copied: Binding, block: cst.IndentedBlock, index: int
    ) -> bool:
        """Whether a variable has one value from before this line on, in its scope."""
        stores = [
            u for u in self._bindings.occurrences(given) if u.role in BINDING_ROLES
        ]
        if given.scope is not copied.scope or len(stores) != 1:
            return False
        (store,) = stores
        is_ahead = dict(store.place).get(block, index) < index
        return store.role is Role.PARAMETER or is_ahead

    def _source_of(
        self, name: str, value: cst.BaseExpression, filling: Sequence[cst.CSTNode]
    ) -> cst.Name | None:
        """The list of whose elements the numbers are taken, one by one."""
        if isinstance(value, cst.ListComp):
            clause = value.for_in
            is_all = not clause.ifs and clause.inner_for_in is None
            is_whole = is_all and len(filling) == 1
            source = self._source(value.elt, clause.target, clause.iter)
            return source if is_whole else None
        added = m.SaveMatchedNode(m.Subscript(), "taken")
        append = m.Call(m.Attribute(m.Name(name), m.Name("append")), [m.Arg(added)])
        line = m.SimpleStatementLine([m.Expr(append)])
        loop = filling[-1]
        found = m.extract(loop, m.For(body=m.IndentedBlock([line]), orelse=None))
        if found is None or not isinstance(loop, cst.For):
            return None
        if not self._is_over_after(loop):
            return None
        taken = cst.ensure_type(found["taken"], cst.Subscript)
        return self._source(taken, loop.target, loop.iter)

    def _source(
        self,
        taken: cst.BaseExpression,
        target: cst.BaseExpression,
        iterated: cst.BaseExpression,
    ) -> cst.Name | None:
        types = self._graph.types
        index = m.Index(m.Name(target.value)) if isinstance(target, cst.Name) else None
        number = m.Subscript(
            m.Name(self._graph.data_list), [m.SubscriptElement(index or m.Index())]
        )
        is_copy = index is not None and m.matches(taken, number)
        is_list = types.type_of(iterated) == list_of(self._graph.node)
        is_source = is_copy and is_list and isinstance(iterated, cst.Name)
        return cst.ensure_type(iterated, cst.Name) if is_source else None

    def _is_over_after(self, loop: cst.For) -> bool:
        """Whether the variable of a loop is read in loops only that bind it."""
        name = cst.ensure_type(loop.target, cst.Name)
        binding = self._bindings.binding_of(name)
        uses = self._bindings.occurrences(binding) if binding is not None else []
        return all(_is_in_loop_of(use) for use in uses if use.role is Role.LOAD)

    def _binding(self, name: str, line: cst.CSTNode) -> Binding:
        (target,) = [n for n in find(line, cst.Name) if n.value == name][:1]
        binding = self._bindings.binding_of(target)
        assert binding is not None  # it is assigned
        return binding

    def _is_bound_once(self, binding: Binding) -> bool:
        uses = self._bindings.occurrences(binding)
        return len([use for use in uses if use.role is not Role.LOAD]) == 1


def _is_in_loop_of(use: Occurrence) -> bool:
    return any(
        use.node.value in {name.value for name in find(loop.target, cst.Name)}
        for loop in use.loops
        if not isinstance(loop, cst.While)
    )


def _declared(line: cst.CSTNode) -> tuple[str, cst.BaseExpression]:
    """The variable that a line assigns, and what."""
    match line:
        case cst.SimpleStatementLine(
            body=[
                cst.AnnAssign(
                    target=cst.Name(value=name), value=cst.BaseExpression() as value
                )
            ]
        ):
            return name, value
        case cst.SimpleStatementLine(
            body=[
                cst.Assign(
                    targets=[cst.AssignTarget(target=cst.Name(value=name))], value=value
                )
            ]
        ):
            return name, value
    return "", cst.Name("_")
