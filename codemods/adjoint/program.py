"""A function in the plain form, taken apart for its adjoint to be written.

A name that is bound again is bound to another value, with a derivative of its own.  The
entry of a list is the very value that was put there, whatever name it is read by, so
what contributes to the derivative of one contributes to that of the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import libcst as cst


@dataclass(eq=False)
class Value:
    """A number (depth 0), a list of numbers, or deeper lists, that has a derivative."""

    name: str
    depth: int
    block: Block


@dataclass(frozen=True)
class Constant:
    """An operand that no derivative is wanted of."""

    text: str


@dataclass(frozen=True)
class Whole:
    """A value by its name."""

    text: str
    value: Value

    @property
    def depth(self) -> int:
        return self.value.depth


@dataclass(frozen=True)
class Entry:
    """An entry of a list, or of a list in a list: one index for each level."""

    text: str
    """What it is read by: a name of its own, or a subscript."""
    root: str
    """The name of the list."""
    value: Value
    indices: tuple[str, ...]

    @property
    def depth(self) -> int:
        return self.value.depth - len(self.indices)


Operand = Constant | Whole | Entry


@dataclass(eq=False)
class Statement:
    """A statement; as such, one through which no derivative goes."""

    node: cst.SimpleStatementLine | cst.BaseCompoundStatement
    writes: frozenset[str] = field(default=frozenset(), kw_only=True)
    """The names that it binds, and those of lists that it changes."""
    is_made: bool = field(default=False, kw_only=True)
    """Whether the function does not have it, since it reads an entry for a loop."""
    scope: Mapping[str, Whole | Entry] = field(default_factory=dict, kw_only=True)
    """What names stand for ahead of it."""


@dataclass(eq=False)
class Load(Statement):
    """`name = row[index]` and `name = rows`: another name for a value or an entry."""

    source: Whole | Entry
    result: Whole | Entry


@dataclass(eq=False)
class Compute(Statement):
    """`name = left * right`: one operation, by the name that the rules know it by."""

    value: Value
    operation: str
    operands: Sequence[Operand]


@dataclass(eq=False)
class NewList(Statement):
    """`rows = []`, or a list of zeros to be filled."""

    value: Value


@dataclass(eq=False)
class Append(Statement):
    """`rows.append(item)`, where the index of the item may be known."""

    target: Whole | Entry
    item: Operand
    index: str | None = None


@dataclass(eq=False)
class Store(Statement):
    """`row[index] = item`, or `row[index] += item` where it adds."""

    target: Entry
    item: Operand
    adds: bool


@dataclass(eq=False)
class Call(Statement):
    """`name = function(argument, …)`, a function that has an adjoint."""

    values: Sequence[Value | None]
    function: str
    arguments: Sequence[Operand]
    """In the order of the function's parameters."""
    changes: Sequence[Value]
    """The lists among them that the function appends to or stores into."""


@dataclass(eq=False)
class Merge:
    """A name that a loop or a condition binds again, with its values along the way."""

    name: str
    before: Value | None
    ends: Sequence[Value]
    """At the end of each block."""
    after: Value
    head: Value | None = None
    """At the start of each iteration of a loop."""


@dataclass(eq=False)
class Loop(Statement):
    """A loop through a range, by the name of its counter and the range as written."""

    counter: str
    range: str
    body: Block
    merges: Sequence[Merge]
    own: frozenset[str]
    """Names that are another index in each iteration."""


@dataclass(eq=False)
class Branch(Statement):
    """`if test: … else: …`."""

    test: str
    blocks: tuple[Block, Block]
    merges: Sequence[Merge]


@dataclass(eq=False)
class Block:
    """Statements in order, inside a block around them; a loop's may be counted."""

    parent: Block | None = None
    is_loop: bool = False
    counter: str | None = None
    """What counts the iterations from zero, if anything does."""
    statements: list[Statement] = field(default_factory=list)


@dataclass(eq=False)
class Program:
    """A function: its parameters in order, its statements, and what it returns."""

    node: cst.FunctionDef
    parameters: dict[str, Value | None]
    """Those that have a derivative have a value."""
    block: Block
    results: Sequence[Operand]
    changes: frozenset[str]
    """The parameters that it changes, by itself or by what it calls."""
    grows: frozenset[str]
    """Those of them that it appends to, and does nothing else."""
    is_operation: bool = False
    """Whether it is as cheap as an operation: a few numbers of a few."""

    @property
    def name(self) -> str:
        return self.node.name.value


def all_statements(block: Block) -> Iterator[Statement]:
    """The statements of a block and of all that are in it, in order."""
    for statement in block.statements:
        yield statement
        match statement:
            case Loop(body=body):
                yield from all_statements(body)
            case Branch(blocks=blocks):
                for inside in blocks:
                    yield from all_statements(inside)


def is_within(block: Block | None, outer: Block) -> bool:
    """Whether a block is another, or inside it."""
    while block is not None:
        if block is outer:
            return True
        block = block.parent
    return False


def operands_of(statement: Statement) -> list[Whole | Entry]:
    """What a statement computes with; not the list that it puts something into."""
    operands: list[Operand] = []
    match statement:
        case Compute(operands=those) | Call(arguments=those):
            operands += those
        case Append(item=item) | Store(item=item):
            operands.append(item)
    return [operand for operand in operands if not isinstance(operand, Constant)]


def changed_operands(statement: Statement) -> list[Whole | Entry]:
    """The lists that a statement fills or changes, by the names that they have."""
    match statement:
        case Append(target=target) | Store(target=target):
            return [target]
        case Call(arguments=arguments, changes=changes):
            given = [o for o in arguments if not isinstance(o, Constant)]
            return [operand for operand in given if operand.value in changes]
    return []


def used_values(program: Program) -> Iterator[Value]:
    """The values that something is computed from, and the lists that are filled."""
    for statement in all_statements(program.block):
        yield from (operand.value for operand in operands_of(statement))
        match statement:
            case Append(target=target) | Store(target=target):
                yield target.value
            case Loop(merges=merges) | Branch(merges=merges):
                # a loop that does not run leaves what there was before
                through = [v for m in merges for v in (*m.ends, m.before)]
                yield from (value for value in through if value is not None)
    yield from (o.value for o in program.results if not isinstance(o, Constant))
