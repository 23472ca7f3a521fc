"""No chained or stacked calls

No call on what a call returned, and no call as an argument of a call, anywhere: the
value between the two deserves a name.
"""

from __future__ import annotations

import libcst as cst

from codemods.check.rule import Rule


class NoChainedCalls(Rule):
    sentences = (
        "No stacked or chained method calls.",
        "If a reader has to pause to understand an expression, it should be rewritten.",
    )
    VALID = (
        "text = open(path)\nlines = text.read()\n",
        "names[0].strip()\n",
        "f(a + b, (c, d))\n",
        "x = f(a) + g(b)\n",
    )
    INVALID = (
        ("text.strip().split()\n", 1),
        ("f(x)[0].g()\n", 1),
        ("f(x)(y)\n", 1),
        ("f(g(x))\n", 1),
        ("f(a, key=g(x), *h(y))\n", 2),
        ("f(g(h(x)))\n", 2),
    )

    def visit_Call(self, node: cst.Call) -> None:
        inner = node.func
        while isinstance(inner, cst.Attribute | cst.Subscript):
            inner = inner.value
        if isinstance(inner, cst.Call):
            self.report(inner, "name what this call returns before the next call on it")
        for argument in node.args:
            if isinstance(argument.value, cst.Call):
                self.report(
                    argument.value, "name what this call returns before passing it on"
                )
