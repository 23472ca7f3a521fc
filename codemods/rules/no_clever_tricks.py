"""No clever tricks

What makes a reader pause, as far as syntax tells: assignment inside an expression,
chained comparisons, starred arguments and displays, `else` behind a loop, exceptions
as a way of deciding, slices with a step, `%` on strings, and code that is made or
looked up at run time.  A `bool` answers a question: it is no number to compute with and
no index, not even by way of `int` or `float`.
"""

from __future__ import annotations

import libcst as cst

from codemods.check.rule import Rule
from codemods.facts.full_names import full_names_of_builtins
from codemods.facts.obvious_types import BOOL, STR

DYNAMIC = {
    *full_names_of_builtins("__import__ compile eval exec globals locals vars"),
    "importlib.import_module",
}
NUMBERS = full_names_of_builtins("bool float int")
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
        "y = float(x) * -z\n",
        "is_far = not x > 0\nflag = int(is_far)\n",
        "import re\npattern = re.compile('a')\n",
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
        ("try:\n    y = d[x]\nexcept* KeyError:\n    y = 0\n", 1),
        ("y = xs[::-1]\ny = xs[::2]\ny = xs[:n:step]\n", 3),
        ("y = (x > 0) * z\n", 1),
        ("y = int(x > 0) * z\ny = -(x > 0)\ny = 2 - float(not x)\n", 3),
        ("is_far = x > 0\ncount += is_far\ntotal -= x > 0\n", 2),
        ("y = [1, 2][int(a > b)]\n", 1),
        ("def f(ready: bool) -> int:\n    return 1 + ready\n", 1),
        ("y = (a, b)[x > 0]\n", 1),
        ("y = '%d' % x\n", 1),
        ("template = '%d'\ny = template % x\n", 1),
        ("def f(template: str) -> str:\n    return template % 1\n", 1),
        ("y = eval('1')\n", 1),
        ("import builtins\nbuiltins.exec('y = 1')\nrun = exec\n", 2),
        ("from importlib import import_module as get\nmath = get('math')\n", 1),
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
            self._report_handlers(node)

    def visit_TryStar(self, node: cst.TryStar) -> None:
        self._report_handlers(node)

    def _report_handlers(self, node: cst.CSTNode) -> None:
        self.report(node, "test beforehand instead of catching afterwards")

    def visit_Slice(self, node: cst.Slice) -> None:
        if node.step is not None:
            self.report(node, "use a loop over a `range`, or `reversed`")

    def visit_BinaryOperation(self, node: cst.BinaryOperation) -> None:
        self._check_operands(node, node.left, node.right)
        is_modulo = isinstance(node.operator, cst.Modulo)
        if is_modulo and self.script.types.type_of(node.left) == STR:
            self.report(node, "use an f-string")

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        self._check_operands(node, node.value)

    def visit_UnaryOperation(self, node: cst.UnaryOperation) -> None:
        if not isinstance(node.operator, cst.Not):
            self._check_operands(node, node.expression)

    def _check_operands(self, node: cst.CSTNode, *given: cst.BaseExpression) -> None:
        if any(map(self._is_condition, given)):
            self.report(node, "use `if` instead of computing with a condition")

    def visit_Index(self, node: cst.Index) -> None:
        if self._is_condition(node.value):
            self.report(node, "use `if` instead of a condition as an index")

    def _is_condition(self, node: cst.BaseExpression) -> bool:
        """Whether this is a `bool`, be it as the number that `int` makes of it."""
        match node:
            case cst.Call(func=function, args=[cst.Arg(value=value)]):
                if self.script.full_names.find(function) in NUMBERS:
                    return self._is_condition(value)
        return isinstance(node, CONDITION) or self.script.types.type_of(node) == BOOL

    def visit_Module(self, node: cst.Module) -> None:
        for use, name in self.script.full_names.uses():
            if name in DYNAMIC:
                text = name.removeprefix("builtins.")
                self.report(use, f"write the code out instead of using `{text}`")
