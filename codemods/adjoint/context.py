"""Where in an adjoint lines are being written, and what its names hold there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn

import libcst as cst

from codemods.adjoint.program import Block, Statement, Value


class Unsupported(Exception):
    """What the adjoint cannot be written for, with the statement where that shows."""

    def __init__(self, statement: Statement | None, expected: str, found: str) -> None:
        super().__init__(expected, found)
        self.statement = statement
        self.expected = expected
        self.found = found


class NameInUse(Exception):
    """A name of the forward pass that a block of the adjoint cannot bind again."""

    def __init__(self, name: str, block: Block, statement: Statement | None) -> None:
        super().__init__(name)
        self.name = name
        self.block = block
        self.statement = statement


LOST = Statement(cst.SimpleStatementLine([cst.Pass()]))
"""Stands for what gave a name a value that is not of the forward pass any more."""


@dataclass(eq=False)
class Context:
    """A block of the adjoint that is being written, for one of the program."""

    block: Block
    parent: Context | None = None
    counter: str | None = None
    """What the loop that this is the body of counts with."""
    index: int = 0
    """Which statement of the block is being reversed."""
    lines: list[str] = field(default_factory=list)
    held: dict[str, Statement | None] = field(default_factory=dict)
    """The statement that each name has its value of the forward pass from."""
    wrote: set[str] = field(default_factory=set)
    """The names that its lines bind."""
    relied: set[str] = field(default_factory=set)
    """The names that its lines read as the block around it left them."""
    open: list[Context] = field(default_factory=list)
    """The blocks inside it whose lines are not among its own yet."""
    must_reverse: bool = False
    places: list[tuple[Value, tuple[str, ...]]] = field(default_factory=list)
    """The entries of derivatives that were added to or read."""

    def __post_init__(self) -> None:
        if self.counter is not None:
            self.relied.add(self.counter)

    @property
    def statement(self) -> Statement | None:
        statements = self.block.statements
        return statements[self.index] if self.index < len(statements) else None

    def chain(self) -> Iterator[Context]:
        """This block, the one around it, and so on."""
        context: Context | None = self
        while context is not None:
            yield context
            context = context.parent

    def inside(self, block: Block, counter: str | None = None) -> Context:
        inner = Context(block, self, counter)
        inner.index = len(block.statements)
        self.open.append(inner)
        return inner

    def all_open(self) -> Iterator[Context]:
        """The blocks inside this one that are being written."""
        for inner in self.open:
            yield inner
            yield from inner.all_open()

    def close(self, inner: Context) -> None:
        """Have the lines of a block inside, and what is to be known of them."""
        self.open.remove(inner)
        self.places += inner.places

    def last_writer(self, name: str, behind: bool = False) -> Statement | None:
        """What gave a name the value that it has ahead of the statement, or behind."""
        for statement in reversed(self.block.statements[: self.index + behind]):
            if name in statement.writes:
                return statement
        return None

    def fail(self, expected: str, found: str) -> NoReturn:
        raise Unsupported(self.statement, expected, found)


def is_written(block: Block, name: str) -> bool:
    return any(name in statement.writes for statement in block.statements)
