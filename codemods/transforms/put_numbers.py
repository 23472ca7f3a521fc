"""Say in numbers what an operation says of nodes."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst
import libcst.matchers as m


class PutNumbers(cst.CSTTransformer):
    """Puts what is known in the place of variables, and numbers in that of nodes."""

    def __init__(self, known: Mapping[str, cst.BaseExpression], data_list: str) -> None:
        super().__init__()
        self.known = known
        self.looked_up = m.Subscript(m.Name(data_list))

    def leave_Name(
        self, original_node: cst.Name, updated_node: cst.Name
    ) -> cst.BaseExpression:
        return self.known.get(original_node.value, updated_node)

    def leave_Attribute(
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.Attribute:
        return updated_node.with_changes(attr=original_node.attr)

    def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:
        return updated_node.with_changes(keyword=original_node.keyword)

    def leave_Subscript(
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.BaseExpression:
        if not m.matches(original_node, self.looked_up):
            return updated_node
        return cst.ensure_type(updated_node.slice[0].slice, cst.Index).value

    def leave_BinaryOperation(
        self, original_node: cst.BinaryOperation, updated_node: cst.BinaryOperation
    ) -> cst.BinaryOperation:
        """A sign binds less than a power."""
        left = updated_node.left
        is_signed = isinstance(left, cst.UnaryOperation) and not left.lpar
        if not is_signed or not isinstance(updated_node.operator, cst.Power):
            return updated_node
        left = left.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        return updated_node.with_changes(left=left)
