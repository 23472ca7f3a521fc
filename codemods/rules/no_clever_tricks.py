"""No clever tricks

What makes a reader pause, as far as syntax tells: assignment inside an expression,
chained comparisons, starred arguments and displays, `else` behind a loop, exceptions
as a way of deciding, slices that run backwards, arithmetic with comparisons, an index
that is a comparison, `%` on strings, and code that is made or looked up at run time.
"""

from __future__ import annotations

import libcst as cst

from codemods.check.rule import Rule
from codemods.facts.evaluation import is_constant

DYNAMIC = frozenset("__import__ compile eval exec globals locals vars".split())
CONDITION = (cst.Comparison, cst.BooleanOperation)


class NoCleverTricks(Rule):
    sentences = (
        "No clever tricks.",
        "If a reader has to pause to understand an expression, it should be rewritten.",
        "If a reader has to scan horizontally or parse nested logic, use a loop.",
    )
    VALID = (
        "if 0 < x:\n    pass\n",
        "for x in xs:\n    pass\n",
        "y = xs[1:]\n",
        "y = xs[0] * (a - b)\n",
        "rest = number % 2\n",
        "def f(*, rate):\n    pass\n",
    )
    INVALID = (
        ("if (n := f()) > 0:\n    pass\n", 1),
        ("if 0 < x < 1:\n    pass\n", 1),
        ("f(*xs, **ys)\n", 2),
        ("first, *rest = xs\n", 1),
        ("pairs = {**a, **b}\n", 2),
        ("def f(*xs, **ys):\n    pass\n", 2),
        ("for x in xs:\n    pass\nelse:\n    y = 1\n", 1),
        ("while x:\n    pass\nelse:\n    y = 1\n", 1),
        ("try:\n    y = d[x]\nexcept KeyError:\n    y = 0\n", 1),
        ("y = xs[::-1]\n", 1),
        ("y = (x > 0) * z\n", 1),
        ("y = (a, b)[x > 0]\n", 1),
        ("y = '%d' % x\n", 1),
        ("y = eval('1')\n", 1),
    )

    def visit_NamedExpr(self, node: cst.NamedExpr) -> None:
        self.report(node, "assign in a statement of its own")

    def visit_Comparison(self, node: cst.Comparison) -> None:
        if len(node.comparisons) > 1:
            self.report(node, "compare two values at a time")

    def visit_Arg(self, node: cst.Arg) -> None:
        if node.star:
            self.report(node, "pass the arguments one by one")

    def visit_Parameters(self, node: cst.Parameters) -> None:
        for parameter in (node.star_arg, node.star_kwarg):
            if isinstance(parameter, cst.Param):
                self.report(parameter, "name the parameters one by one")

    def visit_StarredElement(self, node: cst.StarredElement) -> None:
        self.report(node, "spell the elements out, or use a loop")

    def visit_StarredDictElement(self, node: cst.StarredDictElement) -> None:
        self.report(node, "spell the entries out, or use a loop")

    def visit_For(self, node: cst.For) -> None:
        self._report_else(node.orelse)

    def visit_While(self, node: cst.While) -> None:
        self._report_else(node.orelse)

    def _report_else(self, orelse: cst.Else | None) -> None:
        if orelse is not None:
            self.report(orelse, "say with a condition when this is to run")

    def visit_Try(self, node: cst.Try) -> None:
        if node.handlers:
            self.report(node, "test beforehand instead of catching afterwards")

    def visit_Slice(self, node: cst.Slice) -> None:
        if isinstance(node.step, cst.UnaryOperation):
            self.report(node, "use `reversed`, or a loop that counts down")

    def visit_BinaryOperation(self, node: cst.BinaryOperation) -> None:
        if isinstance(node.left, CONDITION) or isinstance(node.right, CONDITION):
            self.report(node, "use `if` instead of computing with a condition")
        elif isinstance(node.operator, cst.Modulo) and _is_text(node.left):
            self.report(node, "use an f-string")

    def visit_Index(self, node: cst.Index) -> None:
        if isinstance(node.value, CONDITION):
            self.report(node, "use `if` instead of a condition as an index")

    def visit_Call(self, node: cst.Call) -> None:
        if isinstance(node.func, cst.Name) and node.func.value in DYNAMIC:
            self.report(
                node, f"write the code out instead of using `{node.func.value}`"
            )


def _is_text(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.BaseString) and is_constant(node)
