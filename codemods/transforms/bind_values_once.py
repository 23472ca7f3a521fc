"""Bind a value that is computed again, though nothing changed, only once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import libcst as cst

from codemods.facts.assigned_values import givers
from codemods.facts.bindings import Binding
from codemods.facts.liveness import statements_of
from codemods.facts.phrases import phrases
from codemods.facts.pure_lines import Block, PureLine, PureLines, find_pure_lines
from codemods.facts.scopes import Occurrence, Role
from codemods.facts.visit import visit
from codemods.facts.walk import parents
from codemods.facts.webs import is_deferred
from codemods.transforms.move_lines import MoveLines


def bind_values_once(
    module: cst.Module, chooses: Callable[[PureLine], bool] = lambda line: True
) -> cst.Module:
    """Take away lines that compute what a name already stands for.

    Have:    next_step = step + 1
             first_power = first_decay**next_step
             next_step = step + 1
             step_plus_one = step + 1
             second_power = second_decay**step_plus_one
    Want:    next_step = step + 1
             first_power = first_decay**next_step
             second_power = second_decay**next_step
    Refuses: nothing: a line stays if its value may differ from the first one, if other
             functions see its name, and if a second name says more of the value than
             how it is computed, or is declared, or has a comment

    A comment above a line that leaves goes to the line below; one beside it keeps it.
    `chooses` tells which lines may leave.
    """
    lines = find_pure_lines(module)
    if lines.reflection.every_name is not None:
        return module
    repeated = _Repeated(lines, chooses)
    if not repeated.first:
        return module
    return visit(lines.bindings.wrapper.module, _Rewriting(repeated))


class _Repeated:
    """The lines that may leave, and what the uses of their names become."""

    def __init__(self, lines: PureLines, chooses: Callable[[PureLine], bool]) -> None:
        self.lines = lines
        self.bindings = lines.bindings
        self._parents = parents(self.bindings.wrapper.module)
        self.printed = lines.reflection.printed
        self.first: dict[PureLine, PureLine] = {}
        self.renamed: dict[cst.Name, str] = {}
        for line in lines.all:
            if chooses(line) and self._may_leave(line):
                first = next(self._candidates(line), None)
                if first is not None:
                    self._replace(line, first)

    def _candidates(self, line: PureLine) -> Iterator[PureLine]:
        for first in self.lines.all:
            if first is line:
                return
            is_same = first.text == line.text and first not in self.first
            if not is_same or first.binding.scope is not line.binding.scope:
                continue
            if self._still_holds(first, line) and self._may_stand_for(first, line):
                yield first

    def _may_leave(self, line: PureLine) -> bool:
        """Whether a block can do without a line, and its comments without the line."""
        below = line.block.body[line.index + 1 :]
        is_followed = any(statement not in self.lines.at for statement in below)
        if line.line.trailing_whitespace.comment is not None:
            return False
        left = [s for s in line.block.body if self.lines.at.get(s) not in self.first]
        return len(left) > 1 and (is_followed or not _has_comment(line))

    def _still_holds(self, first: PureLine, line: PureLine) -> bool:
        """Whether a name certainly has the value of the first line at the other one."""
        stop = self._index_in(first.block, line)
        if stop <= first.index:
            return False
        names = {first.binding, *first.reading.names}
        bound = [
            use
            for name in names
            for use in self.lines.bound_within(
                name, first.block, first.index + 1, stop + 1
            )
        ]
        between = statements_of(first.block)[first.index + 1 : stop + 1]
        return all(self._says_what(first, use) for use in bound) and (
            not self.lines.changes_parts(first, between)
        )

    def _index_in(self, block: Block, line: PureLine) -> int:
        """Which statement of a block a line is, or is part of; -1 if none is."""
        node: cst.CSTNode = line.line
        while self._parents.get(node) not in (block, None):
            node = self._parents[node]
        found = [i for i, s in enumerate(block.body) if s is node]
        return found[0] if found else -1

    def _says_what(self, first: PureLine, use: Occurrence) -> bool:
        line = self.lines.line_of(use.node)
        return line is not None and line.says_what(first)

    def _may_stand_for(self, first: PureLine, line: PureLine) -> bool:
        is_declared = isinstance(line.line.body[0], cst.AnnAssign)
        if first.binding == line.binding:
            return not is_declared
        if is_declared or _has_comment(line) or _has_comment(first):
            return False
        if not any(_same_words(line.binding.name, p) for p in phrases(line.value)):
            return False
        types = self.lines.types
        uses = self._uses(line.binding)
        return (
            len(givers(self.bindings, first.binding)) == 1
            and len(givers(self.bindings, line.binding)) == 1
            and types.of_binding(first.binding) == types.of_binding(line.binding)
            and all(self._may_rename(use, first, line) for use in uses)
        )

    def _may_rename(self, use: Occurrence, first: PureLine, line: PureLine) -> bool:
        scope = self.bindings.resolution.find(first.binding.name, use.scope)
        return (
            use.role is Role.LOAD
            and use.anchor is use.node
            and use.node not in self.printed
            and scope == first.binding
            and not is_deferred(self.bindings, use)
            and dict(use.place).get(line.block, -1) > line.index
        )

    def _uses(self, binding: Binding) -> list[Occurrence]:
        """Where a variable is used, other than by the line that binds it."""
        bound = {use.node for use in givers(self.bindings, binding)}
        uses = self.bindings.occurrences(binding)
        return [use for use in uses if use.node not in bound]

    def _replace(self, line: PureLine, first: PureLine) -> None:
        self.first[line] = first
        if first.binding != line.binding:
            for use in self._uses(line.binding):
                self.renamed[use.node] = first.binding.name


class _Rewriting(MoveLines):
    """Takes the lines away, and gives the uses of their names the other name."""

    def __init__(self, repeated: _Repeated) -> None:
        super().__init__()
        self.renamed = repeated.renamed
        self.removed = {line.line for line in repeated.first}

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        name = self.renamed.get(original_node)
        return updated_node if name is None else updated_node.with_changes(value=name)


def _same_words(name: str, other: str) -> bool:
    """Whether two names say the same: `row_length`, `length_of_row`."""
    words, others = (sorted(set(n.split("_")) - {"of"}) for n in (name, other))
    return words == others


def _has_comment(line: PureLine) -> bool:
    above = [empty.comment for empty in line.line.leading_lines]
    return any((*above, line.line.trailing_whitespace.comment))
