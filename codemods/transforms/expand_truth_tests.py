"""Say what a condition compares."""

from __future__ import annotations

from typing import TypeVar

import libcst as cst
from libcst.helpers import parse_template_expression
from libcst.metadata import MetadataWrapper

from codemods.facts.bindings import Bindings
from codemods.facts.metadata import wrap
from codemods.facts.obvious_types import ObviousTypes
from codemods.facts.questions import is_question
from codemods.facts.visit import visit
from codemods.facts.walk import parents
from codemods.refusal import Refusal

TESTS = {"str": '{value} != ""', "bytes": '{value} != b""', "int": "{value} != 0",
         "float": "{value} != 0"}  # fmt: skip
OPPOSITES = {"str": '{value} == ""', "bytes": '{value} == b""', "int": "{value} == 0",
             "float": "{value} == 0"}  # fmt: skip

Tested = TypeVar("Tested", cst.If, cst.While, cst.IfExp, cst.CompIf, cst.Assert)


def expand_truth_tests(module: cst.Module) -> cst.Module:
    """Replace truth tests of strings, numbers and containers by comparisons.

    Have:    if line.strip():            while not queue:
    Want:    if line.strip() != "":      while len(queue) == 0:
    Refuses: a test of something whose type is not obvious, and the value of an `and`
             or `or` chosen by such a test

    Comparisons and whatever else answers yes or no stay as they are; so does what
    says by its name (`is_…`, `has_…`) that it does.
    """
    wrapper = wrap(module)
    return visit(wrapper.module, _Expansion(wrapper))


class _Expansion(cst.CSTTransformer):
    def __init__(self, wrapper: MetadataWrapper) -> None:
        super().__init__()
        self.wrapper = wrapper
        self.parents = parents(wrapper.module)
        self.types = ObviousTypes(Bindings(wrapper))

    def leave_If(self, original_node: cst.If, updated_node: cst.If) -> cst.If:
        return self._with_test(original_node, updated_node)

    def leave_While(
        self, original_node: cst.While, updated_node: cst.While
    ) -> cst.While:
        return self._with_test(original_node, updated_node)

    def leave_IfExp(
        self, original_node: cst.IfExp, updated_node: cst.IfExp
    ) -> cst.IfExp:
        return self._with_test(original_node, updated_node)

    def leave_CompIf(
        self, original_node: cst.CompIf, updated_node: cst.CompIf
    ) -> cst.CompIf:
        return self._with_test(original_node, updated_node)

    def leave_Assert(
        self, original_node: cst.Assert, updated_node: cst.Assert
    ) -> cst.Assert:
        return self._with_test(original_node, updated_node)

    def leave_MatchCase(
        self, original_node: cst.MatchCase, updated_node: cst.MatchCase
    ) -> cst.MatchCase:
        if original_node.guard is None or updated_node.guard is None:
            return updated_node
        guard = self._explicit(original_node.guard, updated_node.guard)
        return updated_node.with_changes(guard=guard)

    def leave_BooleanOperation(
        self, original_node: cst.BooleanOperation, updated_node: cst.BooleanOperation
    ) -> cst.BooleanOperation:
        left = self._explicit(original_node.left, updated_node.left)
        if self._is_condition(original_node):
            right = self._explicit(original_node.right, updated_node.right)
            return updated_node.with_changes(left=left, right=right)
        if left is not updated_node.left:
            raise Refusal.at(
                self.wrapper,
                original_node.left,
                expected="a condition",
                found="a value that `and` or `or` chooses by its truth",
            )
        return updated_node

    def leave_UnaryOperation(
        self, original_node: cst.UnaryOperation, updated_node: cst.UnaryOperation
    ) -> cst.BaseExpression:
        if not _is_negation(original_node):
            return updated_node
        operand = updated_node.expression
        opposite = self._explicit(original_node.expression, operand, negated=True)
        if opposite is operand:
            return updated_node
        return opposite.with_changes(lpar=updated_node.lpar, rpar=updated_node.rpar)

    def _with_test(self, original: Tested, updated: Tested) -> Tested:
        test = self._explicit(original.test, updated.test)
        if test is updated.test:
            return updated
        return updated.with_changes(test=test)

    def _explicit(
        self,
        original: cst.BaseExpression,
        updated: cst.BaseExpression,
        negated: bool = False,
    ) -> cst.BaseExpression:
        """The comparison that a truth test of `original` stands for, or `updated`."""
        if isinstance(original, cst.BooleanOperation) or _is_negation(original):
            return updated  # made explicit part by part
        kind = self.types.type_of(original)
        if _is_question(original) or (kind is not None and kind.kind == "bool"):
            return updated
        if isinstance(original, cst.Integer):
            return cst.Name(str((original.evaluated_value != 0) is not negated))
        template = None
        if kind is not None and kind.is_container and self.types.has_builtin("len"):
            template = "len({value}) == 0" if negated else "len({value}) > 0"
        elif kind is not None:
            template = (OPPOSITES if negated else TESTS).get(kind.kind)
        if template is None:
            raise self._refusal(original)
        return parse_template_expression(template, value=_operand(updated))

    def _refusal(self, node: cst.BaseExpression) -> Refusal:
        text = cst.Module([]).code_for_node(node)
        return Refusal.at(
            self.wrapper,
            node,
            expected="a comparison, or a truth test of an obvious type",
            found=f"`{text}`",
        )

    def _is_condition(self, node: cst.CSTNode) -> bool:
        """Whether only the truth of an `and` or `or` matters."""
        parent = self.parents[node]
        match parent:
            case cst.BooleanOperation():
                return self._is_condition(parent)
            case cst.UnaryOperation():
                return isinstance(parent.operator, cst.Not)
            case cst.MatchCase():
                return True
            case cst.If() | cst.While() | cst.IfExp() | cst.CompIf() | cst.Assert():
                return parent.test is node
            case _:
                return False


def _is_question(node: cst.BaseExpression) -> bool:
    """Whether a variable, an attribute or a call says that it answers yes or no."""
    match node:
        case cst.Name(name) | cst.Attribute(attr=cst.Name(name)):
            return is_question(name)
        case cst.Call(func=function):
            return _is_question(function)
        case _:
            return False


def _is_negation(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Not)


def _operand(node: cst.BaseExpression) -> cst.BaseExpression:
    """An expression as it may stand on the left of a comparison."""
    if isinstance(node, (cst.IfExp, cst.NamedExpr)) and not node.lpar:
        return node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return node
