"""Copies of code, whose comments stay with the original."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from codemods.facts.docstrings import WHOLE_DOCSTRING


class WithoutComments(cst.CSTTransformer):
    """Leaves out comments and docstrings."""

    def leave_EmptyLine(
        self, original_node: cst.EmptyLine, updated_node: cst.EmptyLine
    ) -> cst.EmptyLine | cst.RemovalSentinel:
        return updated_node if updated_node.comment is None else cst.RemoveFromParent()

    def leave_TrailingWhitespace(
        self,
        original_node: cst.TrailingWhitespace,
        updated_node: cst.TrailingWhitespace,
    ) -> cst.TrailingWhitespace:
        return updated_node.with_changes(comment=None)

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        body = [s for s in updated_node.body.body if not m.matches(s, WHOLE_DOCSTRING)]
        return updated_node.with_changes(body=updated_node.body.with_changes(body=body))
