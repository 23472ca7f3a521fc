"""Where kernels of matrix products get lists of which much is exactly zero.

linear_forward(rectified, matrix)           items of a list that a rectifier made
linear_backward(totals_gradient, …)         gradients that are added under a condition
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import Bindings
from codemods.facts.block_values import (
    BlockValues,
    Place,
    assigned,
    copied,
    is_list_of_zeros,
    mentions,
)
from codemods.facts.direct_calls import DirectCall, DirectCalls
from codemods.facts.evaluation import names_in
from codemods.facts.find_nodes import find
from codemods.facts.kept_values import KeptValues
from codemods.facts.liveness import Liveness, Region, Statement, statements_of
from codemods.facts.loop_walks import read_walk
from codemods.facts.nest_lists import NestLists
from codemods.facts.product_nests import (
    Append,
    ProductNest,
    Sum,
    Update,
    Value,
    find_product_nests,
    item_of,
    read_line,
    vanishing,
)
from codemods.facts.rectified_lists import RectifiedList, RectifiedLists, Zeros
from codemods.facts.scopes import all_parameters
from codemods.facts.type_names import Type
from codemods.refusal import Refusal

NUMBERS = Type("list", (Type("float"),))


@dataclass(frozen=True, eq=False)
class SparseKernel:
    """A kernel some of whose calls pass a list of which much is zero."""

    nest: ProductNest
    element: str
    """What the inner loop calls an item of that list."""

    calls: Sequence[cst.Call]
    has_others: bool
    """Whether other calls pass what may be dense."""


@dataclass(frozen=True, eq=False)
class SparseRows:
    """A kernel whose outer loop does nothing in turns where this item is zero."""

    nest: ProductNest
    listed: str


class ZeroSites:
    """Looks through the kernels of one module."""

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._blocks = BlockValues(bindings)
        self._rectified = RectifiedLists(bindings)
        self._kept = KeptValues(bindings)
        self._calls = DirectCalls(bindings)
        self._types = AnnotatedTypes(bindings)
        self._liveness = Liveness(bindings)
        apart = NestLists(bindings)
        self._nests = [n for n in find_product_nests(bindings) if apart.are_apart(n)]

    def kernels(self) -> Iterator[SparseKernel]:
        for nest in self._nests:
            for element, listed in nest.inner_walk.lists.items():
                parameter = self._numbers(nest, listed)
                left = _left_over(nest, element)
                if parameter is None or left is None or element in left:
                    continue
                calls = self._calls_of(nest)
                sparse = [
                    call.node
                    for call in calls
                    if self._is_sparse(call, parameter, left)
                ]
                if sparse:
                    has_others = len(sparse) < len(calls)
                    yield SparseKernel(nest, element, sparse, has_others)
                    break

    def rows(self) -> Iterator[SparseRows]:
        for nest in self._nests:
            index = nest.outer_walk.index
            for line in nest.ahead:
                item = item_of(line.value) if isinstance(line, Value) else None
                if item is None or not isinstance(line, Value) or item[1] != index:
                    continue
                parameter = self._numbers(nest, item[0])
                if parameter is None or not _adds_nothing(nest, line.name):
                    continue
                if any(
                    self._is_mostly_zero(c, parameter) for c in self._calls_of(nest)
                ):
                    yield SparseRows(nest, item[0])
                    break

    def _numbers(self, nest: ProductNest, name: str) -> cst.Param | None:
        """The parameter of a kernel of this name, if it is a list of floats."""
        for parameter in all_parameters(nest.function.params):
            is_named = parameter.name.value == name
            if is_named and self._types.type_of(parameter.name) == NUMBERS:
                return parameter
        return None

    def _calls_of(self, nest: ProductNest) -> list[DirectCall]:
        try:
            return self._calls.of(nest.function)
        except Refusal:
            return []

    # Lists that a rectifier made.

    def _is_sparse(
        self, call: DirectCall, parameter: cst.Param, left: Sequence[str]
    ) -> bool:
        """Whether a call passes such a list, and nobody misses what is left over."""
        given = call.passed(parameter)
        if not isinstance(given, cst.Name):
            return False
        place = self._blocks.place_of(call.node)
        if not left:
            return self._rectified.at(given.value, place) is not None
        found = self._kept_list(given.value, place)
        return (
            found is not None
            and found.zeros is Zeros.ONLY_OFF
            and all(self._is_unread(call, name, found) for name in left)
        )

    def _kept_list(self, name: str, place: Place) -> RectifiedList | None:
        """What the forward pass knew of a list that comes off a stack."""
        put = self._put(name, place)
        return self._rectified.at(*put) if put is not None else None

    def _put(self, name: str, place: Place) -> tuple[str, Place] | None:
        """The variable that was put on a stack, and where it was."""
        made = self._blocks.made_at(name, place)
        push = self._kept.pushed(made.statement) if made is not None else None
        if push is None:
            return None
        return push.name, self._blocks.place_of(push.line)

    def _is_unread(self, call: DirectCall, name: str, rectified: RectifiedList) -> bool:
        """Whether gradients are read only where the rectifier was on.

        From the call to the end of the block, by whatever name.
        """
        (parameter,) = [
            p for p in all_parameters(call.function.params) if p.name.value == name
        ]
        given = call.passed(parameter)
        place = self._blocks.place_of(call.node)
        if not isinstance(given, cst.Name):
            return False
        names = {given.value}
        for offset, statement in enumerate(place.behind()):
            here = Place(place.block, place.index + 1 + offset)
            if not self._reads_where_on(here, names, rectified):
                return False
            names = self._renamed(statement, names)
        end = len(statements_of(place.block))
        region = Region(place.block, 0, end)
        return not names & {b.name for b in self._liveness.live_after(region)}

    def _renamed(self, statement: Statement, names: set[str]) -> set[str]:
        """The names of a list behind a statement that may give it one, or take one."""
        pair = copied(statement)
        kept = {name for name in names if not self._blocks.binds(statement, name)}
        return kept | {pair[0]} if pair is not None and pair[1] in names else kept

    def _reads_where_on(
        self, place: Place, names: set[str], rectified: RectifiedList
    ) -> bool:
        statement = place.statement
        read = {n.value for n in names_in(statement)} & names
        if not read or copied(statement) is not None:
            return True
        if all(_is_rebound(statement, name) for name in read):
            return True
        if not isinstance(statement, cst.For):
            return False
        return self._loop_reads_where_on(statement, read, place, rectified)

    def _loop_reads_where_on(
        self, loop: cst.For, names: set[str], place: Place, rectified: RectifiedList
    ) -> bool:
        """Whether a loop uses these lists' items only under `if item > 0`."""
        items = self._items(loop)
        if items is None or any(self._blocks.binds(loop.body, name) for name in names):
            return False
        tests = [
            item
            for item, listed in items.items()
            if self._is_source(listed, place, rectified)
        ]
        body = cst.ensure_type(loop.body, cst.IndentedBlock)
        region = Region(place.block, place.index, place.index + 1)
        live = {b.name for b in self._liveness.live_after(region)}
        spread = _spread(names, items, statements_of(body), tests)
        return spread is not None and not spread & live

    def _items(self, loop: cst.For) -> dict[str, str] | None:
        """The names of this turn's items, and their lists."""
        walk = read_walk(self._bindings, loop)
        if walk is None or not isinstance(loop.body, cst.IndentedBlock):
            return None
        items = dict(walk.lists)
        for line in statements_of(loop.body):
            for name in {n.value for n in names_in(line)}:
                item = item_of(value) if (value := assigned(line, name)) else None
                if item is not None and item[1] == walk.index:
                    items[name] = item[0]
        return items

    def _is_source(self, listed: str, place: Place, rectified: RectifiedList) -> bool:
        """Whether a list is what the rectifier was given in the forward pass."""
        put = self._put(listed, place)
        return put is not None and self._blocks.made_at(*put) == rectified.source

    # Lists of zeros to which some is added.

    def _is_mostly_zero(self, call: DirectCall, parameter: cst.Param) -> bool:
        given = call.passed(parameter)
        if not isinstance(given, cst.Name):
            return False
        place = self._blocks.place_of(call.node)
        made = self._blocks.made_at(given.value, place)
        if made is None:
            return False
        if not is_list_of_zeros(assigned(made.statement, given.value)):
            return False
        between = [s for s in made.up_to(place) if mentions(s, given.value)]
        return bool(between) and all(_adds_under(s, given.value) for s in between)


def _left_over(nest: ProductNest, element: str) -> list[str] | None:
    """The parameters to which a nest adds other than zeros where an element is zero.

    None if it does anything else then.
    """
    vanished = vanishing(nest.body, element)
    left = []
    for line in nest.body:
        match line:
            case Sum(name=name, term=term):
                if term not in vanished or not _starts_at_zero(nest, name):
                    return None
            case Update(listed=listed, index=index, term=term):
                if term in vanished:
                    continue
                if index != nest.inner_walk.index or listed in nest.rows():
                    return None
                left.append(listed)
            case Append():
                return None
    return left


def _starts_at_zero(nest: ProductNest, name: str) -> bool:
    starts = [
        line for line in nest.ahead if isinstance(line, Value) and line.name == name
    ]
    return len(starts) == 1 and (
        isinstance(value := starts[0].value, cst.Float) and value.evaluated_value == 0.0
    )


def _adds_nothing(nest: ProductNest, zero: str) -> bool:
    """Whether a turn of the outer loop adds only zeros where a value of it is zero."""
    vanished = vanishing([*nest.body], zero)
    effects = [line for line in nest.body if not isinstance(line, Value)]
    return not nest.behind and all(
        isinstance(line, Update) and line.term in vanished for line in effects
    )


def _is_rebound(statement: cst.CSTNode, name: str) -> bool:
    """Whether all that a line does with a name is to bind it."""
    value = assigned(statement, name)
    return value is not None and not mentions(value, name)


def _spread(
    names: set[str],
    items: dict[str, str],
    lines: Sequence[Statement],
    tests: Sequence[str],
) -> set[str] | None:
    """What a turn computes from the items of these lists; None if that may be seen."""
    spread = {item for item, listed in items.items() if listed in names}
    for place, line in enumerate(lines):
        if isinstance(line, cst.If):
            is_on = any(_is_on(line, test) for test in tests)
            if not is_on or any(mentions(line, name) for name in names):
                return None
        elif any(mentions(line, name) for name in spread | names):
            bound = _computed(line, names, items)
            if bound is None or any(mentions(s, bound) for s in lines[:place]):
                return None
            spread.add(bound)
    return spread


def _computed(line: cst.CSTNode, names: set[str], items: dict[str, str]) -> str | None:
    """The name of the number that a line computes, if it does nothing else."""
    match read_line(line):
        case Value(name=name, value=value):
            is_own = items.get(name) in names and item_of(value) is not None
            is_plain = not any(mentions(value, listed) for listed in names)
            return name if (is_own or is_plain) and not mentions(value, name) else None
    return None


def _is_on(statement: cst.If, test: str) -> bool:
    """Whether a statement does something only where a number is positive."""
    match statement:
        case cst.If(
            test=cst.Comparison(
                left=cst.Name(value=left),
                comparisons=[
                    cst.ComparisonTarget(
                        operator=cst.GreaterThan(),
                        comparator=cst.Integer() | cst.Float() as limit,
                    )
                ],
            ),
            orelse=None,
        ):
            return left == test and limit.evaluated_value == 0
    return False


def _adds_under(statement: cst.CSTNode, name: str) -> bool:
    """Whether a loop adds to the items of a list, but only under a condition."""
    if not isinstance(statement, cst.For):
        return False
    under = [
        u for branch in find(statement, cst.If) for u in find(branch, cst.AugAssign)
    ]
    targets = [
        update.target.value
        for update in under
        if isinstance(update.target, cst.Subscript)
        and isinstance(update.operator, cst.AddAssign)
    ]
    uses = [use for use in names_in(statement) if use.value == name]
    return bool(uses) and all(use in targets for use in uses)
