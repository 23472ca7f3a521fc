"""Nests of loops in which some turns of the outer loop may be made side by side.

for row in rows:                            each turn begins with a total of its own,
    total: float = 0.0                      reads what no turn changes,
    for factor, number in zip(row, numbers):
        total += factor * number
    totals.append(total)                    and leaves what it has computed in order
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from codemods.facts.bindings import Bindings
from codemods.facts.block_values import BlockValues, assigned, mentions
from codemods.facts.evaluation import names_in
from codemods.facts.find_nodes import find
from codemods.facts.liveness import Liveness, Region
from codemods.facts.loop_walks import LoopWalk, read_walk
from codemods.facts.nest_lists import NestLists
from codemods.facts.product_nests import (
    Append,
    ProductNest,
    Sum,
    Update,
    Value,
    find_product_nests,
    reads_any,
)
from codemods.facts.walk import parents


class JammableNests:
    """Looks through the functions of one module."""

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._blocks = BlockValues(bindings)
        self._liveness = Liveness(bindings)
        self._apart = NestLists(bindings)
        self._parents = parents(bindings.wrapper.module)

    def find(self) -> Iterator[ProductNest]:
        for nest in find_product_nests(self._bindings):
            if self._may_be_jammed(nest):
                yield nest

    def _may_be_jammed(self, nest: ProductNest) -> bool:
        return (
            _is_plain(nest.outer_walk)
            and not self._is_rest(nest)
            and _walks_rows(nest)
            and _is_product(nest)
            and _counts_the_same(nest)
            and _names_once(nest)
            and self._is_independent(nest)
            and self._has_own_entries(nest)
            and self._apart.are_apart(nest)
        )

    def _is_rest(self, nest: ProductNest) -> bool:
        """Whether a loop only makes the turns that one like this has left over."""
        above = statements_above(nest)
        return any(
            isinstance(statement, cst.For) and _is_stepped(statement)
            for statement in above
        )

    def _is_independent(self, nest: ProductNest) -> bool:
        """Whether a turn of the outer loop needs nothing that another one binds."""
        around = self._blocks.place_of(nest.outer)
        region = Region(around.block, around.index, around.index + 1)
        scope = self._liveness.scope_of(region)
        flow = self._liveness.flow([nest.outer], scope)
        return not flow.bound & (flow.needed | self._liveness.live_after(region))

    def _has_own_entries(self, nest: ProductNest) -> bool:
        """Whether each turn of the inner loop adds to entries of another index."""
        indices = {line.index for line in nest.body if isinstance(line, Update)}
        return not indices or (
            len(indices) == 1 and self._counts(nest.inner, indices.pop(), nest)
        )

    def _counts(self, loop: cst.For, index: str, nest: ProductNest) -> bool:
        """Whether a name is another index in each turn of a loop."""
        walk = read_walk(self._bindings, loop)
        if walk is None:
            return False
        if walk.index == index:
            return True
        listed = walk.lists.get(index)
        return listed is not None and self._holds_indices(nest, listed)

    def _holds_indices(self, nest: ProductNest, listed: str) -> bool:
        """Whether a list holds no index twice: a loop appends each of its own."""
        above = [s for s in statements_above(nest) if mentions(s, listed)]
        if len(above) != 2 or not isinstance(above[1], cst.For):
            return False
        made, loop = assigned(above[0], listed), above[1]
        walk = read_walk(self._bindings, loop)
        uses = [name for name in names_in(loop) if name.value == listed]
        if walk is None or walk.index is None or len(uses) != 1:
            return False
        is_empty = isinstance(made, cst.List) and not made.elements
        call = self._parents[self._parents[uses[0]]]
        return (
            is_empty
            and _appends(call, walk.index)
            and not any(
                isinstance(inside, cst.For) for inside in find(loop.body, cst.For)
            )
        )


def statements_above(nest: ProductNest) -> list[cst.CSTNode]:
    """The statements of a function ahead of a nest."""
    body = list(nest.function.body.body)
    return body[: [s is nest.outer for s in body].index(True)]


def names_of_turn(nest: ProductNest) -> set[str]:
    """The names that each turn of the outer loop binds to something else.

    Not those that the inner loop binds to the same in all of them.
    """
    walk = nest.outer_walk
    found = {*walk.lists, *([walk.index] if walk.index is not None else [])}
    found |= {line.name for line in nest.ahead if isinstance(line, Value | Sum)}
    walked = nest.inner_walk.lists
    found |= {name for name, listed in walked.items() if listed in found}
    for line in [*nest.body, *nest.behind]:
        if isinstance(line, Value) and reads_any(line, found):
            found.add(line.name)
    return found


def _is_plain(walk: LoopWalk) -> bool:
    """Whether a loop walks lists, or counts from 0 up or down to it."""
    if walk.counted is None:
        return walk.index is None
    return len(walk.counted.args) == 1


def _counts_the_same(nest: ProductNest) -> bool:
    """Whether all turns of the outer loop count the same in the inner one."""
    counted = nest.inner_walk.counted
    own = names_of_turn(nest)
    return counted is None or not any(mentions(counted, name) for name in own)


def _names_once(nest: ProductNest) -> bool:
    """Whether a turn of the inner loop binds what all outer turns share only once."""
    walk, own = nest.inner_walk, names_of_turn(nest)
    bound = [line.name for line in nest.body if isinstance(line, Value)]
    bound += [*walk.lists, *([walk.index] if walk.index is not None else [])]
    is_kept_apart = all((n in own) == (row in own) for n, row in walk.lists.items())
    shared = [name for name in bound if name not in own]
    return is_kept_apart and walk.index not in own and len(shared) == len({*shared})


def _walks_rows(nest: ProductNest) -> bool:
    """Whether the outer loop goes through rows, and the inner one along them."""
    rows = nest.rows().keys()
    along = {*nest.inner_walk.lists.values()}
    read = {name for name in nest.read if name in rows}
    return bool(rows & along or read)


def _is_product(nest: ProductNest) -> bool:
    """Whether the inner loop multiplies, and adds to what a turn or a list has."""
    turn = names_of_turn(nest)
    sums = [line for line in nest.body if isinstance(line, Sum)]
    is_own = all(line.name in turn for line in sums)
    is_plain = not any(isinstance(line, Append) for line in nest.body)
    products = [n for n in nest.body if isinstance(n, Value) and len(n.factors) == 2]
    return is_own and is_plain and bool(products)


def _is_stepped(loop: cst.For) -> bool:
    match loop.iter:
        case cst.Call(func=cst.Name(value="range"), args=[_, _, _]):
            return True
    return False


def _appends(call: cst.CSTNode, item: str) -> bool:
    match call:
        case cst.Call(
            func=cst.Attribute(attr=cst.Name(value="append")),
            args=[cst.Arg(value=cst.Name(value=name))],
        ):
            return name == item
    return False
