"""Take lines away from where they are, with care for comments and blank lines."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

import libcst as cst


class MoveLines(cst.CSTTransformer):
    """Takes lines away, or puts them ahead of another statement.

    A line that moves takes the comments above it along; those above a line that leaves
    go to the statement below, which has to be there.  Blank lines stay.
    """

    def __init__(self) -> None:
        super().__init__()
        self.removed: set[cst.CSTNode] = set()
        self.moved: set[cst.CSTNode] = set()
        self.ahead: dict[cst.CSTNode, list[cst.SimpleStatementLine]] = {}

    def move(self, line: cst.SimpleStatementLine, ahead_of: cst.CSTNode) -> None:
        """Put a line ahead of a statement, behind those that were put there before."""
        self.moved.add(line)
        self.ahead.setdefault(ahead_of, []).append(line)

    def leave_Module(
        self, original_node: cst.Module, updated_node: cst.Module
    ) -> cst.Module:
        body = self._rewritten(original_node.body, updated_node.body)
        return updated_node.with_changes(body=body)

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        body = self._rewritten(original_node.body, updated_node.body)
        return updated_node.with_changes(body=body)

    def _rewritten(
        self, original: Sequence[cst.CSTNode], updated: Sequence[cst.CSTNode]
    ) -> list[cst.CSTNode]:
        body: list[cst.CSTNode] = []
        kept: list[cst.EmptyLine] = []
        for before, after in zip(original, updated, strict=True):
            lines = [*kept, *getattr(after, "leading_lines", ())]
            if before in self.removed:
                kept = lines
            elif before in self.moved:
                kept = _blank(lines)
            else:
                body += _led(self.ahead.get(before, []), after, lines)
                kept = []
        return body


def _led(
    ahead: Sequence[cst.SimpleStatementLine],
    statement: cst.CSTNode,
    lines: Sequence[cst.EmptyLine],
) -> list[cst.CSTNode]:
    """Lines and the statement below them, with the blank lines above the first."""
    blank = _blank(lines) if ahead else []
    body: list[cst.CSTNode] = []
    for line in ahead:
        comments = [above for above in line.leading_lines if above.comment is not None]
        body.append(line.with_changes(leading_lines=[*blank, *comments]))
        blank = []
    rest = lines[len(_blank(lines)) :] if ahead else lines
    return [*body, statement.with_changes(leading_lines=rest)]


def _blank(lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """The blank lines above the first comment."""
    return list(takewhile(lambda line: line.comment is None, lines))
