"""Take lines away, add some and replace others, with care for comments above them."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst


class ChangeLines(cst.CSTTransformer):
    """Changes the lines of blocks.

    The comments and blank lines above a line stay above all that takes its place; those
    above a line that leaves go to the statement below, which has to be there.
    """

    def __init__(self) -> None:
        super().__init__()
        self.removed: set[cst.CSTNode] = set()
        self.replaced: dict[cst.CSTNode, cst.SimpleStatementLine] = {}
        self.ahead: dict[cst.CSTNode, list[cst.SimpleStatementLine]] = {}
        self.behind: dict[cst.CSTNode, list[cst.CSTNode]] = {}

    def leave_Module(
        self, original_node: cst.Module, updated_node: cst.Module
    ) -> cst.Module:
        body = self._changed_lines(original_node.body, updated_node.body)
        return updated_node.with_changes(body=body)

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        body = self._changed_lines(original_node.body, updated_node.body)
        return updated_node.with_changes(body=body)

    def _changed_lines(
        self, original: Sequence[cst.CSTNode], updated: Sequence[cst.CSTNode]
    ) -> list[cst.CSTNode]:
        body: list[cst.CSTNode] = []
        kept: list[cst.EmptyLine] = []
        for before, after in zip(original, updated, strict=True):
            kept += getattr(after, "leading_lines", ())
            if before in self.removed:
                continue
            line = self.replaced.get(before, after)
            first, *rest = [*self.ahead.get(before, []), line]
            rest = [line.with_changes(leading_lines=[]) for line in rest]
            body += [first.with_changes(leading_lines=kept), *rest]
            body += self.behind.get(before, [])
            kept = []
        return body
