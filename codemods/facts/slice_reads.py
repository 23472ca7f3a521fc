"""How the loops of a module read copies of slices.

for position in range(count):
    for index in range(width):          index is counted by this loop
        show(part[index])               an item of a copy
        show(parts[position][index])    an item of one of a list of copies
for one in parts:
    for index in range(width):
        show(one[index])                the same
for one, other in zip(parts, others):
    for index in range(width):
        show(one[index], other)         the same
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import libcst as cst
import libcst.matchers as m

from codemods.facts.bindings import Binding, Bindings
from codemods.facts.find_nodes import find
from codemods.facts.loop_walks import given
from codemods.facts.scopes import Occurrence, Role
from codemods.facts.slice_copies import SliceCopy, find_slice_copies
from codemods.facts.targets import is_target
from codemods.facts.walk import parents, walk

Parents = Mapping[cst.CSTNode, cst.CSTNode]


@dataclass(frozen=True, eq=False)
class Read:
    """`part[index]` or `parts[position][index]`, and what counts the index.

    There is no position where a loop over the parts binds one after the other.
    """

    node: cst.Subscript
    index: cst.Name
    loop: cst.For
    position: cst.BaseExpression | None = None


@dataclass(frozen=True, eq=False)
class RowWalk:
    """A loop over a list of copies, alone or beside other lists."""

    loop: cst.For
    target: cst.Name
    """What it calls a copy."""

    walked: cst.Name
    """The list, where the loop names it."""


@dataclass(frozen=True, eq=False)
class Reading:
    """What is done with a copy."""

    copy: SliceCopy
    uses: Sequence[Occurrence]
    reads: list[Read] = field(default_factory=list)
    lengths: list[cst.Call] = field(default_factory=list)
    walks: list[RowWalk] = field(default_factory=list)

    others: list[cst.Name] = field(default_factory=list)


def find_readings(bindings: Bindings) -> Iterator[Reading]:
    """The copies in variables of functions of which loops that count read items."""
    blocks = find(bindings.wrapper.module, cst.IndentedBlock)
    copies = [copy for block in blocks for copy in find_slice_copies(block)]
    appended = {copy.slice.line for copy in copies if copy.loop is not None}
    for copy in copies:
        binding = bindings.binding_of(copy.name)
        is_whole = copy.loop is not None or copy.slice.line not in appended
        is_local = binding and isinstance(binding.scope.node, cst.FunctionDef)
        if binding and is_whole and is_local:
            reading = _reading_of(bindings, copy, binding)
            if reading.reads:
                yield reading


def _reading_of(bindings: Bindings, copy: SliceCopy, binding: Binding) -> Reading:
    made = set(walk(copy.loop)) if copy.loop is not None else set()
    loads = [
        use
        for use in bindings.occurrences(binding)
        if use.role is Role.LOAD and use.node not in made
    ]
    reading = Reading(copy, loads)
    for use in loads:
        _sort_use(bindings, reading, use.node)
    return reading


def _sort_use(bindings: Bindings, reading: Reading, name: cst.Name) -> None:
    """Find out what one use of a copy is."""
    above = parents(bindings.wrapper.module)
    is_list = reading.copy.loop is not None
    length = above[above[name]]
    if is_list and m.matches(length, m.Call(args=[m.Arg(m.Name(name.value))])):
        call = cst.ensure_type(length, cst.Call)
        if bindings.is_builtin(call.func, "len"):
            reading.lengths.append(call)
            return
    row_walk = _walk_of_rows(bindings, name) if is_list else None
    if row_walk is not None:
        reads = _reads_of_target(bindings, row_walk)
        reading.walks.append(row_walk)
    else:
        reads = [_read_of_each(above, name) if is_list else _read_of(above, name)]
    if None in reads:
        reading.others.append(name)
    reading.reads.extend(read for read in reads if read is not None)


def _walk_of_rows(bindings: Bindings, name: cst.Name) -> RowWalk | None:
    """The loop that a list is walked by where it is named."""
    above = parents(bindings.wrapper.module)
    node: cst.CSTNode = name
    loop, place = above[name], 0
    if isinstance(loop, cst.Arg):
        node = above[loop]
        zipped = given(bindings, node, "zip")
        if not any(value is name for value in zipped):
            return None
        place = [value is name for value in zipped].index(True)
        loop = above[node]
    if not isinstance(loop, cst.For) or loop.iter is not node or loop.orelse:
        return None
    targets: list[cst.BaseExpression] = [loop.target]
    if node is not name:
        match loop.target:
            case cst.Tuple(elements=elements) if len(elements) == len(zipped):
                targets = [element.value for element in elements]
            case _:
                return None
    target = targets[place]
    return RowWalk(loop, target, name) if isinstance(target, cst.Name) else None


def _reads_of_target(bindings: Bindings, row_walk: RowWalk) -> list[Read | None]:
    """What a loop does with the parts that it runs over; None for anything else."""
    binding = bindings.binding_of(row_walk.target)
    if binding is None:
        return [None]
    above = parents(bindings.wrapper.module)
    inside = set(walk(row_walk.loop.body))
    uses = [u.node for u in bindings.occurrences(binding) if u.node in inside]
    return [_read_of(above, use) for use in uses]


def _read_of_each(above: Parents, name: cst.Name) -> Read | None:
    row = above[name]
    position = _index_of(row, name)
    read = _read_of(above, row) if position is not None else None
    return None if read is None else Read(read.node, read.index, read.loop, position)


def _read_of(above: Parents, part: cst.CSTNode) -> Read | None:
    node = above[part]
    index = _index_of(node, part)
    if not isinstance(node, cst.Subscript) or not isinstance(index, cst.Name):
        return None
    loop = counting_loop(above, node, index.value)
    is_counted = loop is not None and m.matches(loop.iter, m.Call(m.Name("range")))
    if loop is None or not is_counted or is_target(above, node):
        return None
    return Read(node, index, loop)


def _index_of(node: cst.CSTNode, base: cst.CSTNode) -> cst.BaseExpression | None:
    match node:
        case cst.Subscript(
            value=value, slice=[cst.SubscriptElement(slice=cst.Index(value=index))]
        ) if (value is base):
            return index
    return None


def counting_loop(above: Parents, node: cst.CSTNode, name: str) -> cst.For | None:
    """The innermost loop around a node that binds a name."""
    while not isinstance(node, cst.FunctionDef | cst.BaseComp | cst.Lambda):
        child, node = node, above[node]
        is_inside = isinstance(node, cst.For) and child is node.body
        if is_inside and m.matches(node, m.For(target=m.Name(name))):
            return cst.ensure_type(node, cst.For)
    return None
