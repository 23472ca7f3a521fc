"""Walk lists instead of indexing them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import libcst as cst
from libcst.helpers import parse_template_statement

from codemods.facts.bindings import Bindings
from codemods.facts.counting_ranges import CountingRanges
from codemods.facts.find_nodes import find
from codemods.facts.liveness import Region, liveness_of
from codemods.facts.metadata import reparse, wrap
from codemods.facts.place_flow import index_of
from codemods.facts.scope_names import FreshNames
from codemods.facts.scopes import Role
from codemods.facts.visit import visit
from codemods.facts.vocabulary import singular
from codemods.facts.walk import parents, walk
from codemods.facts.walked_entries import Entry, WalkedEntries
from codemods.transforms.change_lines import ChangeLines

CONTAINERS = ("buffer", "data", "list", "row", "vector")
"""What a name may say of a list that it would not say of an entry."""

UPDATES: dict[type[cst.BaseAugOp], cst.BaseBinaryOp] = {
    cst.AddAssign: cst.Add(),
    cst.SubtractAssign: cst.Subtract(),
    cst.MultiplyAssign: cst.Multiply(),
    cst.DivideAssign: cst.Divide(),
}


def walk_lists(module: cst.Module) -> cst.Module:
    """Let loops that count an index walk the lists that they read with it.

    Have:    for index in range(len(weights)):
                 weight = weights[index]
                 total = total + weight * numbers[index]
             for index in places:
                 averages[index] = decay * averages[index] + gradients[index]
                 show(averages[index])
    Want:    for weight, number in zip(weights, numbers):
                 total = total + weight * number
             for index, average, gradient in zip(places, averages, gradients):
                 updated_average = decay * average + gradient
                 averages[index] = updated_average
                 show(updated_average)
    Refuses: nothing: a loop stays as it is if a list may be changed where it is still
             to be read, if it is not read in every turn, or if it does not count from 0

    The range, or the list of which the loop takes the length, ends the walk; the other
    lists are as long, or the program would have failed.  An index that is still needed
    is walked too: in loops with others inside, beside the list that they count alone.
    A loop that needs its index stays if it reads several lists once each: measured,
    each list beside an index costs what one read of it does, or more.  A loop that runs
    backwards through several lists stays as well: some may be longer.
    """
    changed = True
    while changed:
        bindings = Bindings(wrap(module))
        walking = _Walking(bindings)
        changed = bool(walking.walks)
        if changed:
            module = reparse(visit(bindings.wrapper.module, walking))
    return module


class _Count(NamedTuple):
    """What a loop counts."""

    iterable: cst.BaseExpression
    bound: cst.BaseExpression | None
    """The list whose length it counts, if it is one."""
    line: cst.SimpleStatementLine | None
    """The line that took the length, if nothing else needs it."""
    is_reversed: bool


class _Walk(NamedTuple):
    """How a loop is to run."""

    target: cst.BaseAssignTargetExpression
    iterable: cst.BaseExpression


class _Walking(ChangeLines):
    """Changes loops of which none is inside another one."""

    def __init__(self, bindings: Bindings) -> None:
        super().__init__()
        self.bindings = bindings
        self.module = bindings.wrapper.module
        self.parents = parents(self.module)
        self.entries = WalkedEntries(bindings)
        self.counting = CountingRanges(bindings)
        self.liveness = liveness_of(bindings)
        self.names = FreshNames(bindings.wrapper)
        self.walks: dict[cst.For, _Walk] = {}
        self.read: dict[cst.Subscript, str] = {}
        """The reads of entries, with the names that take their place."""
        self.stored: dict[cst.SimpleStatementLine, tuple[str, str]] = {}
        """Lines that store an entry: what it is above, and how it is to be called."""
        functions = [s for s in self.module.body if isinstance(s, cst.FunctionDef)]
        loops = [loop for function in functions for loop in find(function, cst.For)]
        for loop in reversed(loops):  # inner ones first
            if not any(inner in self.walks for inner in find(loop.body, cst.For)):
                self._consider(loop)

    def _consider(self, loop: cst.For) -> None:
        """Plan a walk if a loop reads lists by an index that only it binds."""
        is_plain = isinstance(loop.body, cst.IndentedBlock) and loop.orelse is None
        if not is_plain or not isinstance(loop.target, cst.Name):
            return
        count = self._count(loop)
        if count is None or self.entries.is_bound(loop.target, loop.body):
            return
        entries = self._worthwhile(loop, count, self.entries.find(loop))
        if entries:
            self._plan(loop, count, entries)

    # What a loop counts.

    def _count(self, loop: cst.For) -> _Count | None:
        iterable = loop.iter
        inner = self._called(iterable, "reversed")
        counted = iterable if inner is None else inner
        if not self.counting.has(counted):
            return None
        size = self._called(counted, "range")
        bound, line = self._length(size, loop) if size is not None else (None, None)
        return _Count(iterable, bound, line, inner is not None)

    def _called(self, node: cst.BaseExpression, name: str) -> cst.BaseExpression | None:
        """The one argument of a call of a builtin."""
        match node:
            case cst.Call(
                func=function, args=[cst.Arg(value=value, star="", keyword=None)]
            ) if self.bindings.is_builtin(function, name):
                return value
        return None

    def _length(
        self, size: cst.BaseExpression, loop: cst.For
    ) -> tuple[cst.BaseExpression | None, cst.SimpleStatementLine | None]:
        """The list of which a number is the length, and the line that takes that."""
        if not isinstance(size, cst.Name):
            return self._called(size, "len"), None
        found = self._taken(size, loop)
        if found is None:
            return None, None
        binding = self.bindings.binding_of(size)
        uses = self.bindings.occurrences(binding) if binding is not None else []
        is_spare = [use.node for use in uses if use.role is Role.LOAD] == [size]
        line, counted = found
        return counted, line if is_spare else None

    def _taken(
        self, size: cst.Name, loop: cst.For
    ) -> tuple[cst.SimpleStatementLine, cst.BaseExpression] | None:
        """The line above that takes a length, if the list is as long all the time."""
        node: cst.CSTNode = loop
        while not isinstance(node, cst.FunctionDef):
            statement, node = node, self.parents[node]
            if not isinstance(node, cst.IndentedBlock):
                continue
            last = next(i for i, line in enumerate(node.body) if line is statement)
            for index in reversed(range(last)):
                line = node.body[index]
                value = self._assigned(line, size)
                if value is not None and isinstance(line, cst.SimpleStatementLine):
                    counted = self._called(value, "len")
                    since = node.body[index + 1 : last + 1]
                    is_same = counted is not None and self._is_same(
                        size, counted, since
                    )
                    return (line, counted) if is_same and counted else None
        return None

    def _is_same(
        self, size: cst.Name, counted: cst.BaseExpression, since: Sequence[cst.CSTNode]
    ) -> bool:
        """Whether statements leave a list as long as it was, and its names alone."""
        names = [size, *find(counted, cst.Name)]
        is_bound = any(self.entries.is_bound(n, line) for n in names for line in since)
        kind = self.entries.type_of(counted)
        return not is_bound and not self.entries.may_change(
            list(since), kind, of_length=True
        )

    def _assigned(self, line: cst.CSTNode, name: cst.Name) -> cst.BaseExpression | None:
        found = _assignment(line)
        is_same = found is not None and (
            self.bindings.binding_of(found[0]) == self.bindings.binding_of(name)
        )
        return found[1] if found is not None and is_same else None

    # What is worth a walk.

    def _worthwhile(
        self, loop: cst.For, count: _Count, entries: Sequence[Entry]
    ) -> Sequence[Entry]:
        """The entries to walk; none if the loop had better stay as it is."""
        bound = [entry for entry in entries if self._is_bound(entry, count)]
        if count.is_reversed:
            is_whole = bool(bound) and not self._needs_index(loop, bound)
            return bound if is_whole else []
        if not self._needs_index(loop, entries):
            return entries if bound else []
        if any(find(loop.body, cst.For)):
            return bound
        reads = sum(len(entry.reads) for entry in entries)
        return entries if bound == entries or reads > len(entries) else []

    def _is_bound(self, entry: Entry, count: _Count) -> bool:
        """Whether the loop counts the entries of this list."""
        return count.bound is not None and entry.owner.deep_equals(count.bound)

    def _needs_index(self, loop: cst.For, entries: Sequence[Entry]) -> bool:
        """Whether anything but the reads of these entries uses the index."""
        target = cst.ensure_type(loop.target, cst.Name)
        binding = self.bindings.binding_of(target)
        assert binding is not None  # the loop binds it
        spared = {index_of(read) for entry in entries for read in entry.reads}
        uses = [use.node for use in self.bindings.occurrences(binding)]
        inside = set(walk(loop.body))
        block = self.parents[loop]
        assert isinstance(block, cst.IndentedBlock)  # of a function
        place = next(i for i, line in enumerate(block.body) if line is loop)
        is_live = binding in self.liveness.live_after(Region(block, place, place + 1))
        return is_live or any(n in inside and n not in spared for n in uses)

    # The plan.

    def _plan(self, loop: cst.For, count: _Count, entries: Sequence[Entry]) -> None:
        bound = [entry for entry in entries if self._is_bound(entry, count)]
        ordered = [*bound, *(entry for entry in entries if entry not in bound)]
        needs_index = self._needs_index(loop, entries)
        index = cst.ensure_type(loop.target, cst.Name).value
        kept = {index} if needs_index else set()
        names = {entry: self._name(entry, loop, kept) for entry in ordered}
        for entry in ordered:
            self._plan_reads(entry, names[entry], loop)
        targets = [names[entry] for entry in ordered]
        walked = [entry.owner.deep_clone() for entry in ordered]
        if not needs_index:
            iterable = _zipped(walked)
        elif bound == ordered:
            iterable = _call("enumerate", walked)
        else:
            iterable = _zipped([count.iterable.deep_clone(), *walked])
        if needs_index:
            targets.insert(0, index)
        if count.is_reversed:
            iterable = _call("reversed", [iterable])
        is_counted = needs_index and bound != ordered
        if count.line is not None and not is_counted:
            self.removed.add(count.line)
        self.walks[loop] = _Walk(_target(targets), iterable)

    def _name(self, entry: Entry, loop: cst.For, kept: Collection[str]) -> str:
        """What an entry is called in the loop, or else after its list.

        Names that are `kept` the loop binds to something else.
        """
        for line in loop.body.body:
            found = _assignment(line)
            if found is not None and self._only_names(line, found, entry, loop):
                self.removed.add(line)
                return found[0].value
        wanted = [name for name in _candidates(entry.owner) if name not in kept]
        return self.names.at(loop).claim(wanted, loop)

    def _only_names(
        self,
        line: cst.CSTNode,
        found: tuple[cst.Name, cst.BaseExpression],
        entry: Entry,
        loop: cst.For,
    ) -> bool:
        """Whether a line gives an entry a name that is new in the loop, and its own."""
        name, value = found
        if value not in entry.reads or self._stored_above(value, entry, loop):
            return False
        binding = self.bindings.binding_of(name)
        assert binding is not None and isinstance(line, cst.SimpleStatementLine)
        place = self.entries.place(loop, line)
        above = [n for s in loop.body.body[:place] for n in find(s, cst.Name)]
        is_read_above = any(self.bindings.binding_of(n) == binding for n in above)
        is_only_giver = list(self.entries.givers(binding, loop)) == [name]
        has_comment = line.trailing_whitespace.comment is not None
        is_last = len(loop.body.body) == place + 1
        return is_only_giver and not is_read_above and not has_comment and not is_last

    def _stored_above(
        self, read: cst.BaseExpression, entry: Entry, loop: cst.For
    ) -> list[cst.Subscript]:
        """The stores of an entry that come before a read of it."""
        place = self.entries.place(loop, read)
        return [s for s in entry.stores if self.entries.place(loop, s) < place]

    def _plan_reads(self, entry: Entry, name: str, loop: cst.For) -> None:
        """Put names in the place of reads: of what was stored last, if anything was."""
        self.read |= dict.fromkeys(entry.reads, name)
        current = name
        for store in entry.stores:
            place = self.entries.place(loop, store)
            behind = [r for r in entry.reads if self.entries.place(loop, r) > place]
            if behind:
                current = self._stored_name(store, name, current, loop)
                self.read |= dict.fromkeys(behind, current)

    def _stored_name(
        self, store: cst.Subscript, name: str, current: str, loop: cst.For
    ) -> str:
        """The name of what is stored, which gets a line of its own if it has none."""
        place = self.entries.place(loop, store)
        line = cst.ensure_type(loop.body.body[place], cst.SimpleStatementLine)
        below = loop.body.body[place + 1 :]
        match line.body:
            case [cst.Assign(value=cst.Name() as value)] if not any(
                self.entries.is_bound(value, part) for part in below
            ):
                return value.value
        new = self.names.at(loop).claim([f"updated_{name}", f"stored_{name}"], loop)
        self.stored[line] = (current, new)
        return new

    # The edit.

    def leave_For(self, original_node: cst.For, updated_node: cst.For) -> cst.For:
        walk_ = self.walks.get(original_node)
        if walk_ is None:
            return updated_node
        return updated_node.with_changes(target=walk_.target, iter=walk_.iterable)

    def leave_Subscript(
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.BaseExpression:
        name = self.read.get(original_node)
        return updated_node if name is None else cst.Name(name)

    def leave_SimpleStatementLine(
        self,
        original_node: cst.SimpleStatementLine,
        updated_node: cst.SimpleStatementLine,
    ) -> cst.SimpleStatementLine:
        if original_node not in self.stored:
            return updated_node
        current, new = self.stored[original_node]
        (small,) = updated_node.body
        assert isinstance(small, cst.Assign | cst.AugAssign)  # of an entry
        value = small.value
        if isinstance(small, cst.AugAssign):
            operator = UPDATES[type(small.operator)]
            value = cst.BinaryOperation(cst.Name(current), operator, value)
            target = cst.ensure_type(small.target, cst.Subscript)
            small = cst.Assign([cst.AssignTarget(target)], cst.Name(new))
        named = parse_template_statement(f"{new} = {{value}}", value=value)
        line = cst.ensure_type(named, cst.SimpleStatementLine)
        self.ahead[original_node] = [line]
        return updated_node.with_changes(body=[small.with_changes(value=cst.Name(new))])


def _assignment(line: cst.CSTNode) -> tuple[cst.Name, cst.BaseExpression] | None:
    """The variable that a line assigns to, and what."""
    match line:
        case cst.SimpleStatementLine(
            body=[
                cst.Assign(
                    targets=[cst.AssignTarget(target=cst.Name() as name)], value=value
                )
                | cst.AnnAssign(
                    target=cst.Name() as name, value=cst.BaseExpression() as value
                )
            ]
        ):
            return name, value
    return None


def _candidates(owner: cst.BaseExpression) -> list[str]:
    """Names for an entry of a list: `average` of `averages` and of `average_buffer`."""
    if isinstance(owner, cst.Subscript):
        return [f"{name}_entry" for name in _candidates(owner.value)]
    listed = cst.ensure_type(owner, cst.Name).value
    words = [singular(word) or word for word in listed.split("_")]
    one = singular(listed) or "_".join(words)
    found = [one] if one != listed else []
    if words[-1] in CONTAINERS and words[:-1]:
        found.append("_".join(words[:-1]))
    return [*found, f"{one}_entry"]


def _target(names: Sequence[str]) -> cst.BaseAssignTargetExpression:
    if len(names) == 1:
        return cst.Name(names[0])
    return cst.Tuple([cst.Element(cst.Name(name)) for name in names], lpar=[], rpar=[])


def _zipped(walked: Sequence[cst.BaseExpression]) -> cst.BaseExpression:
    return walked[0] if len(walked) == 1 else _call("zip", walked)


def _call(name: str, arguments: Sequence[cst.BaseExpression]) -> cst.Call:
    return cst.Call(cst.Name(name), [cst.Arg(argument) for argument in arguments])
