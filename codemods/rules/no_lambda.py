"""No lambdas"""

from __future__ import annotations

import libcst as cst

from codemods.check.rule import Rule


class NoLambda(Rule):
    sentences = (
        "Avoid Python idioms that smuggle in abstraction.",
        "If a Python feature exists to hide mechanism, don't use it here.",
    )
    VALID = ("def double(number):\n    return 2 * number\n",)
    INVALID = (
        ("double = lambda number: 2 * number\n", 1),
        ("pairs.sort(key=lambda pair: (lambda first: first)(pair[0]))\n", 2),
    )

    def visit_Lambda(self, node: cst.Lambda) -> None:
        self.report(node, "define a function with a name")
