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
class ListWalk:
    """A loop over a list, alone or beside others."""

    loop: cst.For
    target: cst.Name
    """What it calls an entry."""

    walked: cst.Name
    """The list, where the loop names it."""


@dataclass(frozen=True, eq=False)
class Reading:
    """What is done with a copy."""

    copy: SliceCopy
    uses: Sequence[Occurrence]
    reads: list[Read] = field(default_factory=list)
    lengths: list[cst.Call] = field(default_factory=list)
    walks: list[ListWalk] = field(default_factory=list)

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
    row_walk = walk_of(bindings, name) if is_list else None
    if row_walk is not None:
        reads = _reads_of_target(bindings, row_walk)
        reading.walks.append(row_walk)
    else:
        reads = [_read_of_each(above, name) if is_list else _read_of(above, name)]
    if None in reads:
        reading.others.append(name)
    reading.reads.extend(read for read in reads if read is not None)


def list_walks(bindings: Bindings, loop: cst.For) -> list[ListWalk]:
    """The variables that a loop walks side by side, if it walks nothing else."""
    zipped = given(bindings, loop.iter, "zip")
    targets: list[cst.BaseExpression] = [loop.target]
    lists = zipped or [loop.iter]
    if zipped:
        elements = loop.target.elements if isinstance(loop.target, cst.Tuple) else []
        targets = [element.value for element in elements]
    names = [name for name in targets if isinstance(name, cst.Name)]
    walked = [name for name in lists if isinstance(name, cst.Name)]
    is_plain = loop.orelse is None and loop.asynchronous is None
    if not is_plain or not len(targets) == len(lists) == len(names) == len(walked):
        return []
    return [ListWalk(loop, *pair) for pair in zip(names, walked, strict=True)]


def walk_of(bindings: Bindings, name: cst.Name) -> ListWalk | None:
    """How a loop walks the list of this name, if that is what it is named for."""
    above = parents(bindings.wrapper.module)
    loop = above[name]
    if isinstance(loop, cst.Arg):
        loop = above[above[loop]]
    found = list_walks(bindings, loop) if isinstance(loop, cst.For) else []
    return next((one for one in found if one.walked is name), None)


def _reads_of_target(bindings: Bindings, row_walk: ListWalk) -> list[Read | None]:
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
