"""Two loops, one in the other, that add up products: the kernels of matrix products.

for row in rows:                                the outer loop
    total: float = 0.0                          a line ahead of the inner one
    for factor, number in zip(row, numbers):    the inner loop, which may look its
                                                elements up by an index as well
        product = factor * number               a value
        total = total + product                 a sum; `totals[index] += …` updates one
    totals.append(total)                        a line behind
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import libcst as cst

from codemods.facts.bindings import Bindings
from codemods.facts.block_values import assigned
from codemods.facts.evaluation import names_in
from codemods.facts.liveness import statements_of
from codemods.facts.loop_walks import LoopWalk, given, read_walk

ARITHMETIC = (cst.Multiply, cst.Add, cst.Subtract)
"""Operators that have a result for all numbers, without an effect."""


@dataclass(frozen=True)
class Value:
    """`name = left * right`, `name = left` or the like."""

    name: str
    value: cst.BaseExpression

    @property
    def factors(self) -> list[cst.BaseExpression]:
        """What is multiplied; the value alone if nothing is."""
        match self.value:
            case cst.BinaryOperation(left=left, operator=cst.Multiply(), right=right):
                return [left, right]
        return [self.value]


@dataclass(frozen=True)
class Sum:
    """`name = name + term` or `name += term`."""

    name: str
    term: str


@dataclass(frozen=True)
class Update:
    """`listed[index] += term`."""

    listed: str
    index: str
    term: str


@dataclass(frozen=True)
class Append:
    """`listed.append(item)`."""

    listed: str
    item: str


Line = Value | Sum | Update | Append


@dataclass(frozen=True, eq=False)
class ProductNest:
    """A nest among the statements of a function's body."""

    function: cst.FunctionDef
    outer: cst.For
    inner: cst.For
    outer_walk: LoopWalk
    inner_walk: LoopWalk
    ahead: list[Line]
    """The lines of the outer loop ahead of the inner one."""

    body: list[Line]
    """The lines of the inner loop, without those that look elements up."""

    behind: list[Line]

    @property
    def lines(self) -> list[Line]:
        return [*self.ahead, *self.body, *self.behind]

    @property
    def updated(self) -> set[str]:
        """The lists to whose entries the inner loop adds."""
        return {line.listed for line in self.body if isinstance(line, Update)}

    @property
    def appended(self) -> set[str]:
        return {line.listed for line in self.lines if isinstance(line, Append)}

    @property
    def read(self) -> set[str]:
        """The names of the lists that are read, or walked."""
        walks = (self.outer_walk, self.inner_walk)
        values = [line.value for line in self.lines if isinstance(line, Value)]
        return {listed for walk in walks for listed in walk.lists.values()} | {
            name for value in values for name in _subscripted(value)
        }

    def rows(self) -> dict[str, str]:
        """The names of this turn's rows, and the lists that those are items of."""
        found = dict(self.outer_walk.lists)
        for line in self.ahead:
            match line:
                case Value(
                    name=name,
                    value=cst.Subscript(value=cst.Name(value=listed)),
                ):
                    found[name] = listed
        return found


def find_product_nests(bindings: Bindings) -> Iterator[ProductNest]:
    """The nests that the functions of a module have in their bodies."""
    for function in bindings.wrapper.module.body:
        if isinstance(function, cst.FunctionDef):
            body = function.body
            loops = statements_of(body) if isinstance(body, cst.IndentedBlock) else []
            for loop in loops:
                nest = _read_nest(bindings, function, loop)
                if nest is not None:
                    yield nest


def _is_whole(
    bindings: Bindings, function: cst.FunctionDef, outer: cst.For, walk: LoopWalk
) -> bool:
    """Whether a loop runs to the end of a list that it walks."""
    limit = walk.limit
    if isinstance(limit, cst.Name):
        above = [s for s in function.body.body if s is not outer]
        lines = [*above, *outer.body.body]
        values = [v for s in lines if (v := assigned(s, limit.value)) is not None]
        limit = values[0] if len(values) == 1 else limit
    if limit is None:
        return True
    measured = given(bindings, limit, "len")
    names = [node.value for node in measured if isinstance(node, cst.Name)]
    return len(names) == 1 and names[0] in walk.lists.values()


def _read_nest(
    bindings: Bindings, function: cst.FunctionDef, outer: cst.CSTNode
) -> ProductNest | None:
    if not isinstance(outer, cst.For) or not isinstance(outer.body, cst.IndentedBlock):
        return None
    statements = statements_of(outer.body)
    loops = [s for s in statements if isinstance(s, cst.For)]
    if len(loops) != 1 or not isinstance(loops[0].body, cst.IndentedBlock):
        return None
    inner = loops[0]
    outer_walk, inner_walk = read_walk(bindings, outer), read_walk(bindings, inner)
    place = statements.index(inner)
    ahead = _lines(statements[:place])
    body = _lines(statements_of(loops[0].body))
    behind = _lines(statements[place + 1 :])
    if outer_walk is None or inner_walk is None:
        return None
    if ahead is None or body is None or behind is None:
        return None
    looked_up = _looked_up(inner_walk, body)
    if looked_up:
        inner_walk = _by_index(bindings, inner_walk, looked_up)
        body = [line for line in body if line not in looked_up]
    if not any(isinstance(line, Sum | Update) for line in body):
        return None
    if not _is_whole(bindings, function, outer, inner_walk):
        return None
    return ProductNest(
        function, outer, inner, outer_walk, inner_walk, ahead, body, behind
    )


def _looked_up(walk: LoopWalk, body: Sequence[Line]) -> list[Value]:
    """The lines that give names to the elements of this turn.

    Nothing else binds these names in the loop, or reads them above.
    """
    if walk.counted is None or walk.is_reversed or len(walk.counted.args) != 1:
        return []
    found = []
    for place, line in enumerate(body):
        item = item_of(line.value) if isinstance(line, Value) else None
        if item is None or item[1] != walk.index or not isinstance(line, Value):
            continue
        bound = [other for other in body if line.name in _bound(other)]
        is_read_above = any(line.name in _read(other) for other in body[:place])
        if bound == [line] and not is_read_above:
            found.append(line)
    return found


def _by_index(
    bindings: Bindings, walk: LoopWalk, looked_up: Sequence[Value]
) -> LoopWalk:
    """The walk of a loop that only counts, with what it looks up."""
    items = [(line.name, item_of(line.value)) for line in looked_up]
    lists = {name: item[0] for name, item in items if item is not None}
    assert walk.counted is not None
    (limit,) = given(bindings, walk.counted, "range")
    return replace(walk, lists=lists, limit=limit)


def _bound(line: Line) -> set[str]:
    return {line.name} if isinstance(line, Value | Sum) else set()


def _read(line: Line) -> set[str]:
    match line:
        case Value(value=value):
            return {name.value for name in names_in(value)}
        case Sum(name=name, term=term):
            return {name, term}
        case Update(listed=listed, index=index, term=term):
            return {listed, index, term}
        case Append(listed=listed, item=item):
            return {listed, item}


def _lines(statements: Sequence[cst.CSTNode]) -> list[Line] | None:
    """What lines do; None if one of them does anything else."""
    lines = [read_line(statement) for statement in statements]
    known = [line for line in lines if line is not None]
    return known if len(known) == len(lines) else None


def read_line(statement: cst.CSTNode) -> Line | None:
    """What a line does, if it is of one of these forms."""
    match statement:
        case cst.SimpleStatementLine(body=[cst.BaseSmallStatement() as small]):
            return _assignment(small) or _update(small) or _append(small)
    return None


def _assignment(small: cst.BaseSmallStatement) -> Line | None:
    match small:
        case cst.Assign(
            targets=[cst.AssignTarget(target=cst.Name(value=name))], value=value
        ) | cst.AnnAssign(
            target=cst.Name(value=name), value=cst.BaseExpression() as value
        ):
            pass
        case _:
            return None
    match value:
        case cst.BinaryOperation(
            left=cst.Name(value=left), operator=cst.Add(), right=cst.Name(value=right)
        ) if (left == name != right):
            return Sum(name, right)
    return Value(name, value) if _is_arithmetic(value) else None


def _update(small: cst.BaseSmallStatement) -> Line | None:
    match small:
        case cst.AugAssign(
            target=cst.Name(value=name),
            operator=cst.AddAssign(),
            value=cst.Name(value=term),
        ) if (
            name != term
        ):
            return Sum(name, term)
        case cst.AugAssign(
            target=cst.Subscript() as target,
            operator=cst.AddAssign(),
            value=cst.Name(value=term),
        ):
            item = item_of(target)
            return None if item is None else Update(*item, term)
    return None


def _append(small: cst.BaseSmallStatement) -> Append | None:
    match small:
        case cst.Expr(
            value=cst.Call(
                func=cst.Attribute(
                    value=cst.Name(value=listed), attr=cst.Name(value="append")
                ),
                args=[cst.Arg(value=cst.Name(value=item), keyword=None, star="")],
            )
        ):
            return Append(listed, item)
    return None


def item_of(node: cst.CSTNode) -> tuple[str, str] | None:
    """The names of the list and of the index in `listed[index]`."""
    match node:
        case cst.Subscript(
            value=cst.Name(value=listed),
            slice=[cst.SubscriptElement(slice=cst.Index(value=cst.Name(value=index)))],
        ):
            return listed, index
    return None


def _is_arithmetic(value: cst.BaseExpression) -> bool:
    match value:
        case cst.Name() | cst.Float() | cst.Integer():
            return True
        case cst.Call(func=cst.Name(value="len"), args=[cst.Arg(value=cst.Name())]):
            return True
        case cst.Subscript():
            return item_of(value) is not None
        case cst.UnaryOperation(operator=cst.Minus(), expression=operand):
            return _is_arithmetic(operand)
        case cst.BinaryOperation(left=left, operator=operator, right=right):
            is_plain = isinstance(operator, ARITHMETIC)
            return is_plain and _is_arithmetic(left) and _is_arithmetic(right)
    return False


def _subscripted(value: cst.BaseExpression) -> Iterator[str]:
    """The names of the lists of which a value reads an item."""
    nodes = [value]
    while nodes:
        match nodes.pop():
            case cst.Subscript(value=cst.Name(value=listed)):
                yield listed
            case cst.Call(args=[cst.Arg(value=cst.Name(value=listed))]):
                yield listed
            case cst.UnaryOperation(expression=operand):
                nodes.append(operand)
            case cst.BinaryOperation(left=left, right=right):
                nodes += [left, right]


def vanishing(lines: Sequence[Line], zero: str) -> set[str]:
    """The names of the values that are zero, if of either sign, where `zero` is."""
    found = {zero}
    for line in lines:
        if isinstance(line, Value):
            factors = [f.value for f in line.factors if isinstance(f, cst.Name)]
            if found & {*factors}:
                found.add(line.name)
            else:
                found.discard(line.name)
    return found
