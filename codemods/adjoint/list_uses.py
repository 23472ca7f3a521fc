"""What happens to the lists of a function: who reads, fills and changes them.

A list has one derivative, however many names it has, and the adjoint follows lists by
their names.  So a list may only change while it has one name, and not any more once it
is part of another list, or goes by another name from a block to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NoReturn

import libcst as cst

from codemods.adjoint.program import (
    Append,
    Block,
    Constant,
    Entry,
    Operand,
    Value,
    Whole,
    is_within,
)

Refuse = Callable[[cst.CSTNode, str, str], NoReturn]
Names = Mapping[str, Whole | Entry]


class ListUses:
    """The uses of the lists of one function, noted in program order."""

    def __init__(self, refuse: Refuse) -> None:
        self._refuse = refuse
        self.changed: set[Value] = set()
        self.grown: set[Value] = set()
        self._stored: set[Value] = set()
        self._frozen: set[Value] = set()
        self._gone: set[Value] = set()
        self._changes: list[Value] = []
        self._begun: dict[Value, Block] = {}
        self._appends: list[tuple[Append, Block]] = []
        self._reads: list[tuple[Value, Block]] = []
        self._from_the_end: set[Value] = set()

    @property
    def only_grown(self) -> set[Value]:
        return self.grown - self._stored

    @property
    def grown_and_stored(self) -> set[Value]:
        return self.grown & self._stored

    def begin(self, value: Value, block: Block, is_empty: bool) -> None:
        if is_empty:
            self._begun[value] = block

    def read(self, operand: Whole | Entry, block: Block) -> None:
        self._reads.append((operand.value, block))
        if isinstance(operand, Entry) and any(
            i.startswith("-") for i in operand.indices
        ):
            self._from_the_end.add(operand.value)

    def check(self, node: cst.CSTNode, operand: Whole | Entry) -> None:
        if operand.value in self._gone:
            found = f"`{operand.text}`, which is part of another"
            self._refuse(node, "a list of its own", found)

    # Names that go from one block to the next.

    def freeze(self, value: Value) -> None:
        if value.depth:
            self._frozen.add(value)

    def mark(self) -> int:
        """Where in the order of changes the program has come."""
        return len(self._changes)

    def freeze_end(
        self, node: cst.CSTNode, value: Value, body: Block, mark: int
    ) -> None:
        """Let a list, or a number, go on from the end of a loop's body."""
        since = self._changes[mark:]
        if not is_within(value.block, body) and any(v is value for v in since):
            self._refuse(node, "a list that is made in the loop", f"`{value.name}`")
        self.freeze(value)

    # Changes.

    def store(
        self, node: cst.Subscript, place: Entry, item: Operand, names: Names
    ) -> None:
        is_list = not isinstance(item, Constant) and item.depth
        if place.depth or is_list:
            self._refuse(node, "an entry that is a number", f"`{place.text}`")
        self._change(node, place, names)
        self._stored.add(place.value)

    def append(
        self, node: cst.CSTNode, append: Append, block: Block, names: Names
    ) -> None:
        self._change(node, append.target, names)
        self.grown.add(append.target.value)
        self._appends.append((append, block))
        item = append.item
        if isinstance(item, Constant) or not item.depth:
            return
        is_own = isinstance(item, Whole) and item.value.block is block
        if not is_own or item.value in self._frozen:
            self._refuse(node, "a list that is made here", f"`{item.text}`")
        self._gone.add(item.value)

    def change(
        self, node: cst.CSTNode, operand: Whole | Entry, names: Names, grows: bool
    ) -> None:
        """Note that a call appends to a list, or stores into it."""
        self._change(node, operand, names)
        (self.grown if grows else self._stored).add(operand.value)

    def _change(self, node: cst.CSTNode, operand: Whole | Entry, names: Names) -> None:
        root = operand.root if isinstance(operand, Entry) else operand.text
        is_direct = operand.text.partition("[")[0] == root
        others = [
            name
            for name, known in names.items()
            if known.value is operand.value and known.depth and name != root
        ]
        if others or not is_direct:
            found = f"`{operand.text}`, which has another"
            self._refuse(node, "a list with one name where it changes", found)
        if operand.value in self._frozen:
            found = f"`{operand.text}`, which goes by another as well"
            self._refuse(node, "a list with one name where it changes", found)
        self._changes.append(operand.value)
        self.changed.add(operand.value)

    # Where items are put.

    def index_appends(self) -> None:
        """Find where in their lists the items of loops are put, one each time."""
        values = [append.target.value for append, _ in self._appends]
        for append, block in self._appends:
            value = append.target.value
            around = self._begun.get(value)
            is_only = isinstance(append.target, Whole) and values.count(value) == 1
            if (
                is_only
                and around is not None
                and block.parent is around
                and value not in self._from_the_end | self._stored
                and not any(v is value and is_within(b, block) for v, b in self._reads)
            ):
                append.index = block.counter
