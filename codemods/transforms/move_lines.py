"""Take lines away from where they are, with care for comments and blank lines."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

import libcst as cst


class MoveLines(cst.CSTTransformer):
    """Takes lines away, or puts them ahead of another statement.

    A line that moves takes the comment above it along, unless that heads a paragraph of
    which the rest stays.  The comment above a line that leaves goes to the statement
    below, which has to be there.  Blank lines stay.
    """

    def __init__(self) -> None:
        super().__init__()
        self.removed: set[cst.CSTNode] = set()
        self.moved: set[cst.CSTNode] = set()
        self.ahead: dict[cst.CSTNode, list[cst.SimpleStatementLine]] = {}
        self._bare: set[cst.CSTNode] = set()
        """Lines that moved without their comments: they come by later, further out."""

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
        pairs = list(zip(original, updated, strict=True))
        for index, (before, after) in enumerate(pairs):
            lines = [*kept, *_above(after)]
            if before in self.removed:
                kept = lines
            elif before in self.moved and self._heads_rest(original[index + 1 :]):
                self._bare.add(before)
                kept = lines
            elif before in self.moved:
                kept = _blank(lines)
            else:
                body += self._led(before, after, lines)
                kept = []
        return body

    def _heads_rest(self, below: Sequence[cst.CSTNode]) -> bool:
        """Whether some of a paragraph stays, of which these statements are the rest."""
        paragraph = takewhile(lambda statement: not _above(statement), below)
        return any(line not in self.moved | self.removed for line in paragraph)

    def _led(
        self, before: cst.CSTNode, after: cst.CSTNode, lines: Sequence[cst.EmptyLine]
    ) -> list[cst.CSTNode]:
        """What moves ahead of a statement, and that, with its blank lines on top."""
        ahead = self.ahead.get(before, [])
        blank = _blank(lines) if ahead else []
        rest = lines[len(blank) :]
        body: list[cst.CSTNode] = []
        for line in ahead:
            above = [] if line in self._bare else _above(line)
            comments = [empty for empty in above if empty.comment is not None]
            body.append(line.with_changes(leading_lines=[*blank, *comments]))
            blank = []
        return [*body, after.with_changes(leading_lines=rest)]


def _above(statement: cst.CSTNode) -> list[cst.EmptyLine]:
    """The blank lines and comments above a statement."""
    return list(getattr(statement, "leading_lines", ()))


def _blank(lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """The blank lines above the first comment."""
    return list(takewhile(lambda line: line.comment is None, lines))
