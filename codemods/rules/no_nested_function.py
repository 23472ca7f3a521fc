"""No functions inside functions

A function inside another one reads its variables without receiving them, and keeps
them alive for as long as it lives.
"""

from __future__ import annotations

import libcst as cst

from codemods.check.rule import Rule


class NoNestedFunction(Rule):
    sentences = (
        "No hidden state. Every function receives its inputs as arguments and returns "
        "its outputs.",
        "Functions that transform that data are defined separately.",
    )
    VALID = (
        "def f():\n    return 1\n",
        "if True:\n    def f():\n        return 1\n",
        "class A:\n    def f(self):\n        return 1\n",
    )
    INVALID = (
        ("def f():\n    def g():\n        return 1\n    return g\n", 1),
        (
            "class A:\n    def f(self):\n        def g():\n            def h():\n"
            "                pass\n",
            2,
        ),
    )

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        around = self.script.bindings.scopes.by_node[node].parent
        if around is not None and isinstance(around.node, cst.FunctionDef):
            self.report(
                node.name,
                f"move `{node.name.value}` to the module and pass what it reads",
            )
