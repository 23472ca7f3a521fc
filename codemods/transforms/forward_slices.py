"""Read parts of lists where they are instead of from copies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NoReturn

import libcst as cst
import libcst.matchers as m
from libcst.helpers import parse_template_expression, parse_template_statement

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.assigned_values import assigned_values, givers
from codemods.facts.bindings import Binding, Bindings
from codemods.facts.find_comments import find_comments, lines_of_comments
from codemods.facts.find_nodes import find
from codemods.facts.liveness import Region, Statement
from codemods.facts.metadata import wrap
from codemods.facts.naturals import Naturals
from codemods.facts.scopes import Role
from codemods.facts.slice_copies import (
    Block,
    Slice,
    SliceCopy,
    ends_in,
)
from codemods.facts.slice_reads import Read, Reading, counting_loop, find_readings
from codemods.facts.slice_widths import SliceWidths
from codemods.facts.steady_lists import SteadyLists
from codemods.facts.surroundings import Surroundings
from codemods.facts.type_names import Type
from codemods.facts.visit import visit
from codemods.facts.walk import parents, walk
from codemods.refusal import Refusal

START, END = "_start", "_end"
KEY = m.Index(m.Name() | m.Integer() | m.SimpleString())
SKIPPING = (cst.IfExp, cst.BooleanOperation, cst.NamedExpr)
"""Where a part may not be evaluated with the whole, or changes what it is made of."""


def forward_slices(module: cst.Module) -> cst.Module:
    """Let loops over copies of slices run over the indices of what was copied.

    Have:    part_end = part_start + width
             query_part = query[part_start:part_end]
             key_parts = []
             for key in keys:
                 part_end = part_start + width
                 key_part = key[part_start:part_end]
                 key_parts.append(key_part)
             number_of_parts = len(key_parts)
             for position in range(number_of_parts):
                 for index in range(width):
                     show(query_part[index], key_parts[position][index])
    Want:    part_end = part_start + width
             number_of_parts = len(keys)
             for position in range(number_of_parts):
                 key = keys[position]
                 for index in range(part_start, part_end):
                     show(query[index], key[index])
    Refuses: a copy that is used otherwise than here, or behind the end of its block;
             a start that may be negative or change, and an end that is not a width
             behind it; a loop that does not count to the width, and a counter that is
             used otherwise, or that reads slices of two starts; and a source that may
             be changed while the copy is used, or whose type is not known

    It is taken for granted that the source has the rows that it is asked for: else the
    error may come later, or not at all.  The end of a slice whose start is called
    `…_start` is then called `…_end`.  Comments on a copy go above what reads it first.
    Nothing happens where no such loop reads a copy.
    """
    bindings = Bindings(wrap(module))
    readings = list(find_readings(bindings))
    if not readings:
        return module
    _Check(bindings, readings)
    return visit(bindings.wrapper.module, _Forwarding(bindings, readings))


class _Check:
    """Refuses what is not known to read the same from where it was copied."""

    def __init__(self, bindings: Bindings, readings: list[Reading]) -> None:
        self.bindings = bindings
        self.types = AnnotatedTypes(bindings)
        self.steady = SteadyLists(bindings, self.types)
        self.surroundings = Surroundings(bindings)
        self.widths = SliceWidths(bindings)
        self.naturals = Naturals(bindings)
        self.parents = parents(bindings.wrapper.module)
        self.readings = readings
        for reading in readings:
            self._check_uses(reading)
            self._check_bounds(reading.copy)
        for loop in {read.loop: None for r in readings for read in r.reads}:
            self._check_loop(loop)
        for reading in readings:
            self._check_source(reading)

    def _check_uses(self, reading: Reading) -> None:
        copy = reading.copy
        binding = self._local(copy.name)
        for name in reading.others:
            self._refuse(name, "an item that a loop counts, or a length", "another use")
        if len(givers(self.bindings, binding)) != 1:
            self._refuse(copy.name, "a copy that is made in one place", "another")
        for use in reading.uses:
            if dict(use.place).get(copy.block, -1) < copy.stop:
                expected = f"uses of `{binding.name}` behind it in the same block"
                self._refuse(use.node, expected, "one elsewhere")
        if copy.loop is not None:
            names = [copy.row, copy.slice.name]
            names += [row_walk.target for row_walk in reading.walks]
            loops = [copy.loop, *(row_walk.loop for row_walk in reading.walks)]
            for name in names:
                self._check_inside(name, loops)

    def _check_inside(self, name: cst.Name, loops: Sequence[cst.For]) -> None:
        """Refuse to change what loops leave in a variable for later."""
        inside = {node for loop in loops for node in walk(loop)}
        for use in self.bindings.occurrences(self._local(name)):
            is_later = use.role is Role.LOAD and use.node not in inside
            if is_later and counting_loop(self.parents, use.node, name.value) is None:
                expected = f"`{name.value}` to be used in its loop"
                self._refuse(use.node, expected, "another use")

    def _local(self, name: cst.Name) -> Binding:
        """The variable of a name, which is one function's only."""
        binding = self.bindings.binding_of(name)
        if binding is None or not isinstance(binding.scope.node, cst.FunctionDef):
            self._refuse(name, "a variable of a function", "another")
        for use in self.bindings.occurrences(binding):
            if use.scope is not binding.scope:
                expected = f"`{name.value}` to be used by one function"
                self._refuse(use.node, expected, "another use")
        return binding

    def _check_bounds(self, copy: SliceCopy) -> None:
        part = copy.slice
        line = part.line
        if not self.naturals.has(part.start) or not self.widths.is_fixed(
            part.start, line
        ):
            expected = "a start that is never negative and stays what it is"
            self._refuse(part.start, expected, f"`{part.start.value}`")
        end = self._local(part.end)
        width = self._width(part)
        given = [use.node for use in givers(self.bindings, end)]
        for bound in find(width, cst.Name):
            self._check_fixed(bound, given)
        self._check_fixed(part.start, given)
        places = self.surroundings.places(line)
        if not self.surroundings.is_bound_before(end, places):
            self._refuse(part.end, "an end that is computed before", "another")

    def _check_fixed(self, name: cst.Name, places: Sequence[cst.CSTNode]) -> None:
        for place in places:
            if not self.widths.is_fixed(name, place):
                expected = f"`{name.value}` to stay what it is"
                self._refuse(place, expected, "a variable that may change")

    def _width(self, part: Slice) -> cst.Name | cst.Integer:
        found = self.widths.of(part)
        if found is None:
            expected = f"`{part.end.value}` to be `{part.start.value}` and a width"
            self._refuse(part.end, expected, "another end")
        return found

    def _check_source(self, reading: Reading) -> None:
        copy = reading.copy
        watched = list(self._watched(copy))
        for type_ in watched:
            if type_.name not in ("list", "dict") or not type_.is_complete:
                self._refuse(copy.source, "lists of known types", str(type_))
        last = max(dict(use.place)[copy.block] for use in reading.uses)
        region = Region(copy.block, copy.first, last + 1)
        self._check_names(copy, region)
        behind = Region(copy.block, copy.stop, last + 1)
        change = self.steady.first_change(behind, watched)
        if change is not None:
            expected = f"nothing that may change what `{copy.name.value}` copies"
            self._refuse(change, expected, "a change")

    def _watched(self, copy: SliceCopy) -> Iterator[Type]:
        """The types of what is looked into to find the items again."""
        if copy.loop is not None:
            yield self.types.type_of(copy.row)
        source = copy.source
        while not isinstance(source, cst.Name):
            yield self.types.type_of(source)
            found = m.matches(source, m.Subscript(slice=[m.SubscriptElement(KEY)]))
            if not isinstance(source, cst.Subscript) or not found:
                self._refuse(source, "a variable, or an item of one", "another")
            source = source.value
        yield self.types.type_of(source)

    def _check_names(self, copy: SliceCopy, region: Region) -> None:
        """Refuse a source whose names may mean something else later."""
        inside = {node for line in region.statements for node in walk(line)}
        for name in find(copy.source, cst.Name):
            binding = self.bindings.binding_of(name)
            given = givers(self.bindings, binding) if binding is not None else []
            is_lasting = not any(use.node in inside for use in given)
            if binding is not None and binding.scope is self.bindings.scopes.module:
                is_lasting = len(given) == 1
            is_own = all(binding and use.scope is binding.scope for use in given)
            if binding is None or not is_lasting or not is_own:
                expected = f"`{name.value}` to stay what it is"
                self._refuse(name, expected, "a variable that may change")

    def _check_loop(self, loop: cst.For) -> None:
        reads = [r for reading in self.readings for r in reading.reads]
        own = {read.index for read in reads if read.loop is loop}
        parts = [
            reading.copy.slice
            for reading in self.readings
            if any(read.loop is loop for read in reading.reads)
        ]
        if len({(part.start.value, part.end.value) for part in parts}) != 1:
            self._refuse(loop.target, "slices from one start", "several")
        width = self._width(parts[0])
        counted = m.Call(m.Name("range"), [m.Arg(_like(width), keyword=None, star="")])
        call = cst.ensure_type(loop.iter, cst.Call)
        if not m.matches(call, counted) or not self.bindings.is_builtin(
            call.func, "range"
        ):
            self._refuse(loop.iter, "a loop that counts to the width", "another")
        self._check_counter(cst.ensure_type(loop.target, cst.Name), loop, own)

    def _check_counter(
        self, counter: cst.Name, loop: cst.For, own: set[cst.Name]
    ) -> None:
        """Refuse an index that is used for anything but to read such slices."""
        binding = self._local(counter)
        inside = set(walk(loop.body))
        for use in self.bindings.occurrences(binding):
            is_loose = counting_loop(self.parents, use.node, counter.value) is None
            is_here = use.node in inside and use.node not in own
            if is_here or (use.role is Role.LOAD and is_loose):
                expected = f"`{counter.value}` to read slices from one start"
                self._refuse(use.node, expected, "another use")

    def _refuse(self, node: cst.CSTNode, expected: str, found: str) -> NoReturn:
        raise Refusal.at(self.bindings.wrapper, node, expected=expected, found=found)


class _Forwarding(cst.CSTTransformer):
    """Takes the copies out, and lets what read them read their sources."""

    def __init__(self, bindings: Bindings, readings: list[Reading]) -> None:
        super().__init__()
        self.bindings = bindings
        self.module = bindings.wrapper.module
        self.parents = parents(self.module)
        self.surroundings = Surroundings(bindings)
        self.removed = {line for r in readings for line in r.copy.lines}
        self.renamed: dict[cst.Name, str] = {}
        self.loops: dict[cst.CSTNode, Slice] = {}
        self.items: dict[cst.CSTNode, cst.BaseExpression] = {}
        self.lengths: dict[cst.CSTNode, cst.BaseExpression] = {}
        self.above: dict[cst.CSTNode, list[cst.SimpleStatementLine]] = {}
        """New lines ahead of a statement, or at the start of the body of a loop."""
        self.comments: dict[cst.CSTNode, list[cst.EmptyLine]] = {}
        self.runs: dict[cst.CSTNode, cst.BaseExpression] = {}
        """What loops over copies call a row, and run over: with what they have then."""
        self.kept: dict[cst.CSTNode, int] = {}
        """Which line of a loop that goes stays in its place."""
        for reading in readings:
            self._plan(reading)
        for block in {reading.copy.block: None for reading in readings}:
            self._plan_ends(block, [r.copy for r in readings if r.copy.block is block])

    # The plan.

    def _plan(self, reading: Reading) -> None:
        copy = reading.copy
        self._rename_end(copy.slice)
        self.lengths |= dict.fromkeys(reading.lengths, copy.source)
        self.loops |= dict.fromkeys((r.loop for r in reading.reads), copy.slice)
        if copy.loop is not None:
            self._plan_rows(reading)
            return
        self.items |= dict.fromkeys((r.node for r in reading.reads), copy.source)
        loop = reading.reads[0].loop
        self.comments[loop] = [*self.comments.get(loop, []), *_comments(copy)]

    def _rename_end(self, part: Slice) -> None:
        """`head_start` and `head_start_plus_width` are `head_start` and `head_end`."""
        name = part.start.value.removesuffix(START) + END
        taken = {binding.name for binding in self.bindings}
        binding = self.bindings.binding_of(part.end)
        if part.start.value.endswith(START) and binding and name not in taken:
            uses = self.bindings.occurrences(binding)
            self.renamed |= {use.node: name for use in uses}

    def _plan_rows(self, reading: Reading) -> None:
        """Name each row that is read, as late as it can be and as seldom."""
        copy = reading.copy
        name = self._name_of_row(copy)
        self.items |= {read.node: cst.Name(name) for read in reading.reads}
        for row_walk in reading.walks:
            self.runs |= {row_walk.target: cst.Name(name), row_walk.walked: copy.source}
        holders = self._holders(reading)
        comments = _comments(copy)
        loops = [row_walk.loop for row_walk in reading.walks]
        for loop in () if holders else loops[:1]:
            self.comments[loop] = [*self.comments.get(loop, []), *comments]
        for holder, position in holders.items():
            line = self._row_line(copy, name, position)
            line = line.with_changes(leading_lines=comments)
            self.above.setdefault(holder, []).append(line)
            comments = []

    def _holders(self, reading: Reading) -> dict[cst.CSTNode, cst.BaseExpression]:
        """Where a row has to be named, and which one that is."""
        holders: dict[cst.CSTNode, cst.BaseExpression] = {}
        for read in reading.reads:
            if read.position is not None:
                holder = self._holder(read, read.position, reading)
                other = holders.setdefault(holder, read.position)
                if not other.deep_equals(read.position):
                    self._refuse(read.node, "one row at a time", "another row")
        holding = [*holders, *(row_walk.loop for row_walk in reading.walks)]
        for holder in holding:
            if any(h is not holder and h in set(walk(holder)) for h in holding):
                self._refuse(holder, "one row at a time", "rows inside each other")
        return holders

    def _name_of_row(self, copy: SliceCopy) -> str:
        """What the loop that made the copies called a row, if nothing else is."""
        assert copy.loop is not None  # it is a list of copies
        inside = set(walk(copy.loop))
        for name in (copy.row, copy.slice.name):
            binding = self.bindings.binding_of(name)
            uses = self.bindings.occurrences(binding) if binding is not None else []
            if uses and all(use.node in inside for use in uses):
                return name.value
        return self._refuse(copy.row, "a name that only this loop uses", "another use")

    def _holder(
        self, read: Read, position: cst.BaseExpression, reading: Reading
    ) -> cst.CSTNode:
        """The loop that counts the position of a row, or the statement that reads it.

        The row is there for the whole of a loop that counts to the number of rows.
        """
        if isinstance(position, cst.Name):
            loop = counting_loop(self.parents, read.node, position.value)
            if loop is not None and self._counts_rows(loop, position, reading):
                return loop
        statement: cst.CSTNode = read.node
        is_plain = isinstance(position, cst.Name | cst.Integer)
        while not isinstance(statement, Statement):
            statement = self.parents[statement]
            is_plain = is_plain and not isinstance(statement, SKIPPING)
        if not is_plain or not isinstance(statement, cst.SimpleStatementLine):
            self._refuse(read.node, "a row that a plain statement reads", "another")
        return statement

    def _counts_rows(self, loop: cst.For, position: cst.Name, reading: Reading) -> bool:
        """Whether a loop counts to the length of a copy, and nothing else counts."""
        copy, lengths = reading.copy, reading.lengths
        is_behind = self.surroundings.places(loop).get(copy.block, -1) >= copy.stop
        binding = self.bindings.binding_of(position)
        given = givers(self.bindings, binding) if binding is not None else []
        inside = set(walk(loop.body))
        match loop.iter:
            case cst.Call(func=function, args=[cst.Arg(value=bound)]):
                is_range = self.bindings.is_builtin(function, "range")
            case _:
                return False
        values: list[cst.BaseExpression] | None = [bound]
        counted = (
            self.bindings.binding_of(bound) if isinstance(bound, cst.Name) else None
        )
        if counted is not None:
            values = assigned_values(self.bindings, counted)
            places = self.surroundings.places(loop)
            is_behind &= self.surroundings.is_bound_before(counted, places)
        return (
            is_behind
            and is_range
            and not any(use.node in inside for use in given)
            and values is not None
            and all(value in lengths for value in values)
        )

    def _row_line(
        self, copy: SliceCopy, name: str, position: cst.BaseExpression
    ) -> cst.SimpleStatementLine:
        annotation = copy.slice.annotation
        kind = f": {self._code(annotation.annotation)}" if annotation else ""
        source, index = self._code(copy.source), self._code(position)
        line = parse_template_statement(f"{name}{kind} = {source}[{index}]")
        return cst.ensure_type(line, cst.SimpleStatementLine)

    def _plan_ends(self, block: Block, copies: list[SliceCopy]) -> None:
        """Compute the ends of the slices of a block once, not again for each."""
        for name in {copy.slice.end.value: copy.slice.end for copy in copies}.values():
            binding = self.bindings.binding_of(name)
            places = self.surroundings.places(block.body[0])
            assert binding is not None  # a variable of the function
            is_known = self.surroundings.is_bound_before(binding, places)
            loops = [copy.loop for copy in copies if copy.slice.end.value == name.value]
            for statement in block.body:
                inside = statement.body.body if isinstance(statement, cst.For) else []
                lines = ends_in(
                    inside if statement in loops else [statement], name.value
                )
                if lines and not is_known and statement in loops:
                    self.kept[statement] = list(inside).index(lines[0])
                elif lines and is_known and not find_comments(statement):
                    self.removed.add(lines[0])
                is_known = is_known or bool(lines)

    # The edit.

    def leave_Name(
        self, original_node: cst.Name, updated_node: cst.Name
    ) -> cst.BaseExpression:
        if original_node in self.runs:
            return self.runs[original_node].deep_clone()
        name = self.renamed.get(original_node, original_node.value)
        return updated_node.with_changes(value=name)

    def leave_Subscript(
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.BaseExpression:
        source = self.items.get(original_node)
        if source is None:
            return updated_node
        return updated_node.with_changes(value=source.deep_clone())

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        source = self.lengths.get(original_node)
        if source is None:
            return updated_node
        return updated_node.with_changes(args=[cst.Arg(source.deep_clone())])

    def leave_For(
        self, original_node: cst.For, updated_node: cst.For
    ) -> cst.BaseStatement | cst.RemovalSentinel:
        if original_node in self.removed:
            return self._kept_line(original_node, updated_node)
        body = [*self.above.get(original_node, []), *updated_node.body.body]
        lines = [*updated_node.leading_lines, *self.comments.get(original_node, [])]
        return updated_node.with_changes(
            iter=self._bounds(original_node, updated_node.iter),
            body=updated_node.body.with_changes(body=body),
            leading_lines=lines,
        )

    def _kept_line(
        self, loop: cst.For, updated: cst.For
    ) -> cst.BaseStatement | cst.RemovalSentinel:
        index = self.kept.get(loop)
        if index is None:
            return cst.RemoveFromParent()
        line = cst.ensure_type(updated.body.body[index], cst.SimpleStatementLine)
        bare = cst.TrailingWhitespace()
        return line.with_changes(leading_lines=[], trailing_whitespace=bare)

    def _bounds(
        self, loop: cst.For, iterable: cst.BaseExpression
    ) -> cst.BaseExpression:
        part = self.loops.get(loop)
        if part is None:
            return iterable
        start, end = (
            cst.Name(self.renamed.get(bound, bound.value))
            for bound in (part.start, part.end)
        )
        return parse_template_expression("range({start}, {end})", start=start, end=end)

    def leave_SimpleStatementLine(
        self,
        original_node: cst.SimpleStatementLine,
        updated_node: cst.SimpleStatementLine,
    ) -> (
        cst.SimpleStatementLine
        | cst.FlattenSentinel[cst.SimpleStatementLine]
        | cst.RemovalSentinel
    ):
        if original_node in self.removed:
            return cst.RemoveFromParent()
        if original_node not in self.above:
            return updated_node
        first, *rest = self.above[original_node]
        lines = [*updated_node.leading_lines, *first.leading_lines]
        first = first.with_changes(leading_lines=lines)
        updated_node = updated_node.with_changes(leading_lines=[])
        return cst.FlattenSentinel([first, *rest, updated_node])

    def _code(self, node: cst.CSTNode) -> str:
        return self.module.code_for_node(node)

    def _refuse(self, node: cst.CSTNode, expected: str, found: str) -> NoReturn:
        raise Refusal.at(self.bindings.wrapper, node, expected=expected, found=found)


def _comments(copy: SliceCopy) -> list[cst.EmptyLine]:
    """All comments on the lines that make a copy, each on a line of its own."""
    found = [comment for line in copy.lines for comment in find_comments(line)]
    return lines_of_comments(found)


def _like(node: cst.BaseExpression) -> m.Name | m.Integer:
    if isinstance(node, cst.Name):
        return m.Name(node.value)
    return m.Integer(cst.ensure_type(node, cst.Integer).value)
