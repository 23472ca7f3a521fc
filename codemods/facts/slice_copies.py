"""Lists that are copies of slices, and nothing else.

part = row[start:end]               a copy of a part of `row`

parts = []                          copies of the same part of each of `rows`
for row in rows:
    part = row[start:end]
    parts.append(part)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import libcst as cst
import libcst.matchers as m

from codemods.facts.liveness import Statement, statements_of

Block = cst.Module | cst.IndentedBlock


@dataclass(frozen=True, eq=False)
class Slice:
    """A line that copies a slice into a variable."""

    line: cst.SimpleStatementLine
    name: cst.Name
    annotation: cst.Annotation | None
    source: cst.BaseExpression
    start: cst.Name
    end: cst.Name


@dataclass(frozen=True, eq=False)
class SliceCopy:
    """A variable that holds a copy of a slice, or a list of copies of slices.

    The lines that make it are those of `block` from `first` up to `stop`.
    """

    block: Block
    first: int
    stop: int
    name: cst.Name
    source: cst.BaseExpression
    slice: Slice
    loop: cst.For | None = None
    """What makes a list of them, out of the rows of the source."""

    @property
    def lines(self) -> list[Statement]:
        return statements_of(self.block)[self.first : self.stop]

    @property
    def row(self) -> cst.Name:
        """What the loop calls a row of the source."""
        assert self.loop is not None
        return cst.ensure_type(self.loop.target, cst.Name)


def find_slice_copies(block: Block) -> Iterator[SliceCopy]:
    """The copies that the statements of a block make, without those inside them."""
    statements = statements_of(block)
    for index, statement in enumerate(statements):
        found = slice_in(statement)
        if found is not None:
            yield SliceCopy(block, index, index + 1, found.name, found.source, found)
        made = _empty_list(statement)
        rest = statements[index + 1 : index + 2]
        if made is not None and rest and isinstance(rest[0], cst.For):
            part = _part_of_each(rest[0], made)
            if part is not None:
                source = rest[0].iter
                yield SliceCopy(block, index, index + 2, made, source, part, rest[0])


def slice_in(statement: cst.CSTNode) -> Slice | None:
    """The slice that a line copies, if that is all it does."""
    named = assigned_in(statement)
    if named is None:
        return None
    line, name, annotation, value = named
    match value:
        case cst.Subscript(
            value=source,
            slice=[
                cst.SubscriptElement(
                    slice=cst.Slice(
                        lower=cst.Name() as start, upper=cst.Name() as end, step=None
                    )
                )
            ],
        ):
            return Slice(line, name, annotation, source, start, end)
    return None


Assigned = tuple[
    cst.SimpleStatementLine, cst.Name, cst.Annotation | None, cst.BaseExpression
]


def assigned_in(statement: cst.CSTNode) -> Assigned | None:
    """A line, the one name that it assigns to, its annotation, and the value."""
    match statement:
        case cst.SimpleStatementLine(
            body=[
                cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as name)]) as one
            ]
        ):
            return statement, name, None, one.value
        case cst.SimpleStatementLine(
            body=[
                cst.AnnAssign(
                    target=cst.Name() as name, value=cst.BaseExpression() as value
                ) as declared
            ]
        ):
            return statement, name, declared.annotation, value
    return None


def _empty_list(statement: cst.CSTNode) -> cst.Name | None:
    named = assigned_in(statement)
    if named is None or not m.matches(named[3], m.List([])):
        return None
    return named[1]


def _part_of_each(loop: cst.For, made: cst.Name) -> Slice | None:
    """The slice that a loop appends for each row, if it computes only its end first."""
    row, lines = loop.target, loop.body.body
    if loop.orelse is not None or loop.asynchronous is not None or len(lines) < 2:
        return None
    found = slice_in(lines[-2])
    if found is None or not isinstance(row, cst.Name):
        return None
    appends = m.Expr(
        m.Call(
            m.Attribute(m.Name(made.value), m.Name("append")),
            [m.Arg(m.Name(found.name.value), keyword=None, star="")],
        )
    )
    is_of_row = m.matches(found.source, m.Name(row.value))
    is_put = m.matches(lines[-1], m.SimpleStatementLine([appends]))
    is_all = all(_names_end(line, found) for line in lines[:-2])
    return found if is_of_row and is_put and is_all else None


def _names_end(line: cst.CSTNode, found: Slice) -> bool:
    named = assigned_in(line)
    return named is not None and named[1].value == found.end.value


def ends_in(statements: Sequence[cst.CSTNode], name: str) -> list[Statement]:
    """The lines among statements that assign to a name."""
    return [
        statement
        for statement in statements
        if (named := assigned_in(statement)) is not None and named[1].value == name
        if isinstance(statement, cst.SimpleStatementLine)
    ]
