"""Dictionaries of ranges that have no number twice, because they count on.

    start = 0
    for name, height, width in layout:
        rows: list[range] = []
        for _ in range(height):
            stop = start + width
            row = range(start, stop)
            rows.append(row)
            start = stop                the next row begins where this one ends
        places[name] = rows

Narrow by intention: what is made in another way may have a number twice.
"""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from codemods.facts.assigned_values import assigned_values, givers
from codemods.facts.bindings import Binding, Bindings
from codemods.facts.find_nodes import find
from codemods.facts.mutations import Mutations
from codemods.facts.scopes import Role
from codemods.facts.walk import parents, walk

Block = cst.IndentedBlock


class DisjointRows:
    """Answers for the variables of one module."""

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._mutations = Mutations(bindings)
        self._parents = parents(bindings.wrapper.module)

    def maker(self, binding: Binding) -> cst.FunctionDef | None:
        """The function that makes a dictionary with no number twice.

        None if it is not certain that a variable holds such a dictionary.
        """
        given = givers(self._bindings, binding)
        if len(given) != 1:
            return None
        name = given[0].node
        match self._parents[name]:
            case cst.AnnAssign(value=cst.Dict(elements=[])):
                function = binding.scope.node
                is_made = isinstance(function, cst.FunctionDef) and self._fills(binding)
                return cst.ensure_type(function, cst.FunctionDef) if is_made else None
            case cst.AssignTarget() | cst.AnnAssign() | cst.Element():
                if self._mutations.find(binding) is None:
                    return self._maker_of(name)
        return None

    def _maker_of(self, name: cst.Name) -> cst.FunctionDef | None:
        """The same for what an assignment of a call's result gives a name."""
        target: cst.CSTNode = name
        index = None
        if isinstance(element := self._parents[name], cst.Element):
            target = self._parents[element]
            index = list(getattr(target, "elements", ())).index(element)
        line = self._parents[target]
        if isinstance(line, cst.AssignTarget):
            line = self._parents[line]
        value = getattr(line, "value", None)
        function = self._called(value) if isinstance(value, cst.Call) else None
        return None if function is None else self._returned(function, index)

    def _called(self, call: cst.Call) -> cst.FunctionDef | None:
        for statement in self._bindings.wrapper.module.body:
            if isinstance(statement, cst.FunctionDef) and not statement.decorators:
                binding = self._bindings.binding_of(statement.name)
                is_same = isinstance(call.func, cst.Name) and (
                    self._bindings.binding_of(call.func) == binding
                )
                if is_same and binding is not None:
                    once = self._bindings.roles(binding) == {Role.FUNCTION}
                    return statement if once else None
        return None

    def _returned(
        self, function: cst.FunctionDef, index: int | None
    ) -> cst.FunctionDef | None:
        """The maker of what a function returns, or of one item of that."""
        returns = list(find(function, cst.Return))
        if len(returns) != 1:
            return None
        value: cst.CSTNode | None = returns[0].value
        if index is not None:
            parts = value.elements if isinstance(value, cst.Tuple) else ()
            value = parts[index].value if index < len(parts) else None
        binding = (
            self._bindings.binding_of(value) if isinstance(value, cst.Name) else None
        )
        return None if binding is None else self.maker(binding)

    # The function that makes it.

    def _fills(self, binding: Binding) -> bool:
        """Whether a function puts lists of ranges into a dictionary, and no others."""
        stored = []
        for use in self._bindings.occurrences(binding):
            parent = self._parents[use.node]
            if use.role is not Role.LOAD or self._is_returned(use.node):
                continue
            line = self._parents[parent]
            is_item = isinstance(parent, cst.Subscript) and parent.value is use.node
            if not is_item or not isinstance(line, cst.AssignTarget):
                return False
            stored.append(cst.ensure_type(self._parents[line], cst.Assign))
        return len(stored) == 1 and self._is_list_of_ranges(stored[0])

    def _is_returned(self, name: cst.Name) -> bool:
        above: cst.CSTNode = self._parents[name]
        if isinstance(above, cst.Element):
            above = self._parents[self._parents[above]]
        return isinstance(above, cst.Return)

    def _is_list_of_ranges(self, store: cst.Assign) -> bool:
        """Whether what is stored is a new list each time, with a range to an item."""
        rows = self._binding(store.value)
        if rows is None or len(store.targets) != 1:
            return False
        made = assigned_values(self._bindings, rows) or []
        loads = self._loads(rows)
        appends = [n for n in loads if n is not store.value]
        if len(made) != 1 or len(appends) != 1 or len(loads) != 2:
            return False
        is_near = self._block(made[0]) is self._block(store)
        is_new = m.matches(made[0], m.List([]))
        return is_new and is_near and self._counts_on(appends[0])

    def _counts_on(self, rows: cst.Name) -> bool:
        """Whether each range that a list gets begins where the one before ended."""
        call = self._parents[self._parents[rows]]
        append = m.Call(m.Attribute(m.Name(), m.Name("append")), [m.Arg(m.Name())])
        if not m.matches(call, append):
            return False
        row = self._binding(cst.ensure_type(call, cst.Call).args[0].value)
        made = None if row is None else assigned_values(self._bindings, row)
        if row is None or made is None or len(made) != 1 or len(self._loads(row)) != 1:
            return False
        block = self._block(call)
        is_near = block is not None and self._block(made[0]) is block
        return is_near and self._moves_on(made[0])

    def _moves_on(self, made: cst.BaseExpression) -> bool:
        """`stop = start + width`, `row = range(start, stop)` and `start = stop`."""
        match made:
            case cst.Call(
                func=function,
                args=[
                    cst.Arg(value=cst.Name() as start),
                    cst.Arg(value=cst.Name() as stop),
                ],
            ) if self._bindings.is_builtin(function, "range"):
                end = m.BinaryOperation(m.Name(start.value), m.Add())
                ends = self._values(stop)
                is_end = len(ends) == 1 and m.matches(ends[0], end)
                return is_end and self._are_around(made, ends[0], start, stop)
        return False

    def _are_around(
        self,
        made: cst.BaseExpression,
        end: cst.BaseExpression,
        start: cst.Name,
        stop: cst.Name,
    ) -> bool:
        """Whether the end is found above a range, and becomes the start below it."""
        starts = self._values(start)
        moved = [value for value in starts if m.matches(value, m.Name(stop.value))]
        first = [value for value in starts if value not in moved]
        if len(moved) != 1 or len(first) != 1:
            return False
        block, outer = self._block(made), self._block(first[0])
        is_once = outer is not None and isinstance(
            self._parents[outer], cst.FunctionDef
        )
        places = [self._place(block, value) for value in (end, made, moved[0])]
        return is_once and places == sorted(places) and -1 not in places

    def _place(self, block: Block | None, node: cst.CSTNode) -> int:
        """Which line of a block holds a node itself, not in a block of its own."""
        if block is None or self._block(node) is not block:
            return -1
        lines = [set(walk(line)) for line in block.body]
        return next(i for i, nodes in enumerate(lines) if node in nodes)

    def _values(self, name: cst.Name) -> list[cst.BaseExpression]:
        """All that a variable is assigned; none if it may get other values."""
        binding = self._binding(name)
        return [] if binding is None else assigned_values(self._bindings, binding) or []

    def _binding(self, node: cst.BaseExpression) -> Binding | None:
        return self._bindings.binding_of(node) if isinstance(node, cst.Name) else None

    def _loads(self, binding: Binding) -> list[cst.Name]:
        uses = self._bindings.occurrences(binding)
        return [use.node for use in uses if use.role is Role.LOAD]

    def _block(self, node: cst.CSTNode) -> Block | None:
        while not isinstance(node, Block | cst.Module):
            node = self._parents[node]
        return node if isinstance(node, Block) else None
