"""The layout of every snapshot: black's, with comments that do not fit lifted."""

from __future__ import annotations

import black
import libcst as cst
from black.mode import TargetVersion

from codemods.facts.visit import visit
from codemods.stopwatch import STOPWATCH

MODE = black.Mode(target_versions={TargetVersion.PY311})


def format_source(code: str) -> str:
    """Lay out source text the way every snapshot is laid out."""
    if any(len(line) > MODE.line_length and "#" in line for line in code.split("\n")):
        code = visit(cst.parse_module(code), _LiftLongComments()).code
    with STOPWATCH.measure("black"):
        return black.format_str(code, mode=MODE)


class _LiftLongComments(cst.CSTTransformer):
    """Move a trailing comment that makes its line too long to a line of its own.

    Have: `statement  # comment` wider than a line
    Want: `# comment` above `statement`
    Why:  black would wrap the statement in parentheses instead.
    """

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0

    def visit_IndentedBlock(self, node: cst.IndentedBlock) -> None:
        self.depth += 1

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        self.depth -= 1
        return updated_node

    def leave_SimpleStatementLine(
        self,
        original_node: cst.SimpleStatementLine,
        updated_node: cst.SimpleStatementLine,
    ) -> cst.SimpleStatementLine:
        comment = updated_node.trailing_whitespace.comment
        if comment is None or self._fits(updated_node):
            return updated_node
        return updated_node.with_changes(
            leading_lines=[*updated_node.leading_lines, cst.EmptyLine(comment=comment)],
            trailing_whitespace=cst.TrailingWhitespace(),
        )

    def _fits(self, line: cst.SimpleStatementLine) -> bool:
        text = cst.Module([]).code_for_node(line.with_changes(leading_lines=[]))
        width = len("  ") + len(" ".join(text.split()))
        return 4 * self.depth + width <= MODE.line_length
