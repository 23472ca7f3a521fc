"""Lists that are filled, handed on to be filled, and read by nobody.

kept: list[float] = []      made here,
total = add(rows, kept)     filled by `add`, which does nothing else with it,
print(total)                and never looked at
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import libcst as cst
import libcst.matchers as m

from codemods.facts.bindings import BINDING_ROLES, Binding, Bindings
from codemods.facts.block_values import BlockValues
from codemods.facts.direct_calls import DirectCall, DirectCalls
from codemods.facts.filled_lists import APPENDING
from codemods.facts.find_nodes import find
from codemods.facts.given_parameters import given_parameters
from codemods.facts.liveness import Region, liveness_of
from codemods.facts.reflection import Reflection
from codemods.facts.scopes import Occurrence, Role
from codemods.facts.walk import parents
from codemods.refusal import Refusal

Line = cst.SimpleStatementLine
NEW = m.SimpleStatementLine(
    [
        m.Assign([m.AssignTarget(m.Name())], m.List([]))
        | m.AnnAssign(m.Name(), value=m.List([]))
    ]
)


@dataclass(frozen=True)
class Filling:
    """What is done with a variable that holds a list, if that only fills it."""

    lines: frozenset[Line]
    """Those that append to it, and the one that makes it, if that is here."""
    passed: frozenset[tuple[cst.Arg, cst.Param]]


class UnreadLists:
    """The lists of one module that are filled for nobody.

    A line that appends counts only if nothing else happens by it: what it appends is a
    variable that certainly has a value there, and its block does something else too.
    """

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._parents = parents(bindings.wrapper.module)
        self._blocks = BlockValues(bindings)
        self._liveness = liveness_of(bindings)
        self.calls: dict[cst.Call, DirectCall] = {}
        """The calls of functions that nothing else reaches."""
        self.called: set[cst.FunctionDef] = set()
        """Those functions."""
        if Reflection(bindings).every_name is None:
            self._find_calls()
        self.parameters = self._filled_parameters()
        """What is done with each parameter that is filled and not read."""
        self.made = dict(self._unread_lists())
        """What is done with each list that is made here, and read nowhere."""

    def _find_calls(self) -> None:
        direct = DirectCalls(self._bindings)
        for function in self._bindings.wrapper.module.body:
            if isinstance(function, cst.FunctionDef):
                try:
                    calls = direct.of(function)
                except Refusal:
                    continue
                self.calls |= {call.node: call for call in calls}
                self.called |= {function} if calls else set()

    def _filled_parameters(self) -> dict[cst.Param, Filling]:
        filled: dict[cst.Param, Filling] = {}
        for function in self.called:
            for parameter in function.params.params:
                binding = self._bindings.binding_of(parameter.name)
                if binding is not None and not parameter.star and not parameter.default:
                    filling = self._filling(binding, Role.PARAMETER)
                    filled |= {parameter: filling} if filling is not None else {}
        while lost := {p for p, f in filled.items() if not _is_unread(f, filled)}:
            filled = {p: f for p, f in filled.items() if p not in lost}
        return filled

    def _unread_lists(self) -> Iterator[tuple[Binding, Filling]]:
        for binding in self._bindings:
            filling = self._filling(binding, Role.STORE)
            if filling is None or not filling.passed:
                continue
            if _is_unread(filling, self.parameters):
                yield binding, filling

    def _filling(self, binding: Binding, bound_by: Role) -> Filling | None:
        """What is done with a variable, if nothing but being bound so and filled."""
        uses = self._bindings.occurrences(binding)
        stores = [use for use in uses if use.role in BINDING_ROLES]
        if [use.role for use in stores] != [bound_by]:
            return None
        lines = {self._line(stores[0])} if bound_by is Role.STORE else set()
        passed: set[tuple[cst.Arg, cst.Param]] = set()
        for use in uses:
            argument = self._parents[use.node]
            if use in stores:
                continue
            if use.role is not Role.LOAD or use.scope is not binding.scope:
                return None
            if isinstance(argument, cst.Arg) and (parameter := self._given(argument)):
                passed.add((argument, parameter))
            else:
                lines.add(self._line(use))
        kept = {line for line in lines if line is not None}
        if len(kept) < len(lines) or not all(self._is_spare(s, kept) for s in kept):
            return None
        return Filling(frozenset(kept), frozenset(passed))

    def _is_spare(self, line: Line, lines: Collection[Line]) -> bool:
        """Whether a block can do without a line, if without these, and its comment."""
        place = self._blocks.place_of(line)
        is_bare = line.trailing_whitespace.comment is None and (
            bool(place.behind())
            or all(empty.comment is None for empty in line.leading_lines)
        )
        return is_bare and any(statement not in lines for statement in place.block.body)

    def _line(self, use: Occurrence) -> Line | None:
        """The line that makes or fills a list, if it does nothing else."""
        node: cst.CSTNode = use.node
        while not isinstance(node, Line | cst.Module):
            node = self._parents[node]
        if m.matches(node, NEW) and use.role is Role.STORE:
            return cst.ensure_type(node, Line)
        if not isinstance(node, Line) or not m.matches(node, APPENDING):
            return None
        (call,) = find(node, cst.Call)
        item = call.args[0].value
        is_list = isinstance(call.func, cst.Attribute) and call.func.value is use.node
        return node if is_list and self._is_bound(item, node, use) else None

    def _is_bound(self, item: cst.BaseExpression, line: Line, use: Occurrence) -> bool:
        """Whether a variable of the same scope certainly has a value at a line."""
        binding = self._bindings.binding_of(cst.ensure_type(item, cst.Name))
        place = self._blocks.place_of(line)
        region = Region(place.block, place.index, place.index + 1)
        before = self._liveness.certain_before(region)
        return binding in before and binding.scope is use.scope

    def _given(self, argument: cst.Arg) -> cst.Param | None:
        """The parameter that an argument of a direct call becomes."""
        call = self._parents[argument]
        if not isinstance(call, cst.Call) or call not in self.calls:
            return None
        return next(iter(given_parameters(self._bindings, argument)), None)


def _is_unread(filling: Filling, filled: Collection[cst.Param]) -> bool:
    return all(parameter in filled for _, parameter in filling.passed)
