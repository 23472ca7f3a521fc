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
    code = _lift_long_comments(code)
    with STOPWATCH.measure("black"):
        return black.format_str(code, mode=MODE)


def format_once(code: str) -> str:
    """What `format_source` returns, if that leaves it as it is, in half the time.

    What black has changed it formats again, because a comma that it has added may make
    it wrap more lines.  The comma is rare, and `format_source` tells if there is one.
    """
    code = _lift_long_comments(code)
    with STOPWATCH.measure("black"):
        return black._format_str_once(code, mode=MODE)


def _lift_long_comments(code: str) -> str:
    if any(len(line) > MODE.line_length and "#" in line for line in code.split("\n")):
        return visit(cst.parse_module(code), _LiftLongComments()).code
    return code


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
