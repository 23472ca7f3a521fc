"""One statement per line

Neither several statements behind one another, nor several assignments in one: `a = b =
0` and `a, b = 0, 1` are two.  Taking a pair apart, `quotient, rest = divmod(a, b)`, is
one.
"""

from __future__ import annotations

import libcst as cst

from codemods.check.rule import Rule

DISPLAY = (cst.Tuple, cst.List)


class OneStatementPerLine(Rule):
    sentences = ("Each line should do one legible thing.",)
    VALID = (
        "a = 0\nb = 0\n",
        "if a:\n    b = 1\n",
        "quotient, rest = divmod(a, b)\n",
        "pair = a, b\n",
    )
    INVALID = (
        ("a = 0; b = 0\n", 1),
        ("if a: b = 1\n", 1),
        ("def f(): return 1\n", 1),
        ("a = b = 0\n", 1),
        ("a, b = b, a\n", 1),
        ("[a, b] = [0, 1]\n", 1),
    )

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> None:
        if len(node.body) > 1:
            self.report(node, "give every statement a line of its own")

    def visit_SimpleStatementSuite(self, node: cst.SimpleStatementSuite) -> None:
        self.report(node, "put this on a line of its own")

    def visit_Assign(self, node: cst.Assign) -> None:
        parallel = isinstance(node.value, DISPLAY) and any(
            isinstance(target.target, DISPLAY) for target in node.targets
        )
        if parallel or len(node.targets) > 1:
            self.report(node, "assign to one name after the other")
