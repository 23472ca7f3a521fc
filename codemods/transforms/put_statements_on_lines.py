"""Give every statement a line of its own."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from codemods.facts.metadata import wrap
from codemods.facts.visit import visit
from codemods.facts.walk import walk


def put_statements_on_lines(module: cst.Module) -> cst.Module:
    """Separate what semicolons join, and indent what follows a colon on its line.

    Have:    first(); second()          if ready: start()
    Want:    first()                    if ready:
             second()                       start()
    Refuses: nothing

    A comment at the end of the line stays at the end of its last statement.
    """
    if not any(map(_is_stacked, walk(module))):
        return module
    return visit(wrap(module).module, _Separation())


def lines_of(
    body: Sequence[cst.BaseSmallStatement], trailing: cst.TrailingWhitespace
) -> list[cst.SimpleStatementLine]:
    """One line for each statement, the last of which ends with `trailing`."""
    lines = [
        cst.SimpleStatementLine([s.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)])
        for s in body
    ]
    lines[-1] = lines[-1].with_changes(trailing_whitespace=trailing)
    return lines


class _Separation(cst.CSTTransformer):
    def leave_SimpleStatementSuite(
        self,
        original_node: cst.SimpleStatementSuite,
        updated_node: cst.SimpleStatementSuite,
    ) -> cst.BaseSuite:
        return cst.IndentedBlock(
            lines_of(updated_node.body, updated_node.trailing_whitespace)
        )

    def leave_SimpleStatementLine(
        self,
        original_node: cst.SimpleStatementLine,
        updated_node: cst.SimpleStatementLine,
    ) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement]:
        if not _is_stacked(updated_node):
            return updated_node
        first, *others = lines_of(updated_node.body, updated_node.trailing_whitespace)
        first = first.with_changes(leading_lines=updated_node.leading_lines)
        return cst.FlattenSentinel([first, *others])


def _is_stacked(node: cst.CSTNode) -> bool:
    if isinstance(node, cst.SimpleStatementLine):
        return isinstance(node.body[-1].semicolon, cst.Semicolon) or len(node.body) > 1
    return isinstance(node, cst.SimpleStatementSuite)
