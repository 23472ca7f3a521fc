"""Move what a loop does not change ahead of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import libcst as cst

from codemods.facts.bindings import Binding
from codemods.facts.filled_lists import FilledLists
from codemods.facts.first_runs import FirstRuns
from codemods.facts.liveness import Region, liveness_of, statements_of
from codemods.facts.metadata import reparse
from codemods.facts.pure_lines import Block, PureLine, PureLines, find_pure_lines
from codemods.facts.scopes import Scope
from codemods.facts.silent_statements import HANDLERS, SilentStatements
from codemods.facts.surroundings import Surroundings
from codemods.facts.value_ranges import ValueRanges
from codemods.facts.visit import visit
from codemods.facts.webs import is_deferred
from codemods.transforms.bind_values_once import bind_values_once
from codemods.transforms.move_lines import MoveLines

Loop = cst.For | cst.While


def hoist_invariants(
    module: cst.Module, chooses: Callable[[PureLine], bool] = lambda line: True
) -> cst.Module:
    """Compute a number ahead of the loops in which it is the same, and only once.

    Have:    for index in range(size):
                 next_step = step + 1
                 power = decay**next_step
                 totals[index] = power * totals[index]
    Want:    next_step = step + 1
             power = decay**next_step
             for index in range(size):
                 totals[index] = power * totals[index]
    Refuses: nothing: a line stays where it is if it may compute another value in
             another turn, if it may fail where it did not run before, if something may
             see its name without it, or if a loop would do nothing else

    A line moves out of one loop after the other, with the comment above it, and
    operations are moved as they are, so that their results are the same to the last
    bit.  What may fail moves only out of a loop that certainly runs: a program that
    fails then does so after the same output, if perhaps at another line; where failures
    are caught, only a loop that begins with the line counts.

    A number that is computed again though nothing changed is bound once, as
    `bind_values_once` says.  `chooses` tells which lines may move, or leave.
    """
    changed = True
    while changed:
        before = module
        module = _settled(bind_values_once(module, chooses), before)
        lines = find_pure_lines(module)
        if lines.reflection.every_name is None:
            moving = _Moving(lines, chooses)
            if moving.moved:
                module = reparse(visit(lines.bindings.wrapper.module, moving))
        changed = module is not before
    return module


def _settled(after: cst.Module, before: cst.Module) -> cst.Module:
    """A tree that holds no node twice; the one before if that is still the same."""
    return before if after is before else reparse(after)


class _Moving(MoveLines):
    """Finds the lines that may move ahead of the loop around them, and moves them."""

    def __init__(self, lines: PureLines, chooses: Callable[[PureLine], bool]) -> None:
        super().__init__()
        self.bindings = bindings = lines.bindings
        self.chooses = chooses
        self.lines = lines
        self.ranges = ValueRanges(bindings, self.lines.types)
        self.filled = FilledLists(self.lines, self.ranges)
        self.silent = SilentStatements(bindings, self.lines.types)
        self.liveness = liveness_of(bindings)
        self.first_runs = FirstRuns(bindings)
        self.surroundings = Surroundings(bindings)
        for block in self.lines.blocks():
            for index, statement in enumerate(statements_of(block)):
                if isinstance(statement, Loop):
                    for line in _Hoisting(self, block, index, statement).lines():
                        self.move(line.line, ahead_of=statement)


class _Hoisting:
    """Finds what may move ahead of one loop."""

    def __init__(self, facts: _Moving, block: Block, index: int, loop: Loop) -> None:
        self.facts = facts
        self.block = block
        self.index = index
        self.loop = loop
        self.region = Region(block, index, index + 1)
        self.scope: Scope = facts.liveness.scope_of(self.region)
        self.targets: set[cst.Name] = set()
        """Where the lines that move bind their names."""

    def lines(self) -> list[PureLine]:
        """The lines of the loop's body that may move, in order."""
        is_guarded = any(
            self.facts.surroundings.stands_in(self.loop, kind) for kind in HANDLERS
        )
        if is_guarded or not isinstance(self.loop.body, cst.IndentedBlock):
            return []
        found = list(self._found())
        return found if len(found) < len(self.loop.body.body) else []

    def _found(self) -> Iterator[PureLine]:
        facts = self.facts
        is_next = facts.filled.certainly_runs(self.loop, self.block, self.index)
        for statement in self.loop.body.body:
            line = facts.lines.at.get(statement)
            if line is not None and self._may_move(line, is_next=is_next):
                self.targets.add(line.target)
                yield line
            elif line is None or not self._cannot_fail(line):
                is_next &= statement in facts.silent

    def _may_move(self, line: PureLine, *, is_next: bool) -> bool:
        """Whether a line may move.

        `is_next` says that it certainly runs once the loop is reached, if the program
        does not fail before, of which nobody could tell the difference.
        """
        return (
            self.facts.chooses(line)
            and self._is_invariant(line)
            and self._is_seen_by_none(line.binding, is_next=is_next)
            and (is_next or self._cannot_fail(line))
        )

    def _is_invariant(self, line: PureLine) -> bool:
        """Whether a line computes the same in every turn, and nothing else binds it."""
        if self._bound_inside(line.binding) != {line.target}:
            return False
        if any(self._bound_inside(b) - self.targets for b in line.reading.names):
            return False
        return not self.facts.lines.changes_parts(line, [self.loop])

    def _bound_inside(self, binding: Binding) -> set[cst.Name]:
        uses = self.facts.lines.bound_within(
            binding, self.block, self.index, self.index + 1
        )
        return {use.node for use in uses}

    def _is_seen_by_none(self, binding: Binding, *, is_next: bool) -> bool:
        """Whether it makes no difference to have bound a name before the loop."""
        uses = self.facts.bindings.occurrences(binding)
        liveness = self.facts.liveness
        if any(is_deferred(self.facts.bindings, use) for use in uses):
            return False
        if binding in liveness.flow([self.loop], self.scope).needed:
            return False
        return is_next or binding not in liveness.live_after(self.region)

    def _cannot_fail(self, line: PureLine) -> bool:
        """Whether a line has a result whenever the loop begins."""
        return self.facts.ranges.cannot_fail(line.value) and all(
            self._is_bound(binding) for binding in line.reading.names
        )

    def _is_bound(self, binding: Binding) -> bool:
        if binding.scope is self.scope:
            is_moved = bool(self.targets & self._bound_inside(binding))
            return is_moved or binding in self.facts.liveness.certain_before(
                self.region
            )
        function = self.scope.node
        return binding.scope is self.facts.bindings.scopes.module and (
            self.facts.first_runs.is_bound_before(binding, function)
        )
