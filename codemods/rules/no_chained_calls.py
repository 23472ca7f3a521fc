"""No chained or stacked calls

No call in what another call is made on, and none in what another call is given, be it
as an argument, an operand, an element, an index or a field of an f-string: the value
between the two deserves a name.  The elements of comprehensions and the bodies of
lambdas are called for another time, and judged for themselves.

What a loop or a comprehension runs over may be adapted twice, in `reversed(range(n))`
or `enumerate(zip(xs, ys))`: how a loop counts is one thing to read.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from codemods.check.rule import Rule
from codemods.check.script import Script
from codemods.facts.adapters import adapters_of
from codemods.facts.walk import children


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
        "x = rows[f(a)]\nprint(f'{x:.4f}')\n",
        "x = f([[] for _ in range(n)], key=lambda row: g(row))\n",
        "for i in reversed(range(n)):\n    pass\n",
        "for i, (a, b) in enumerate(zip(xs, reversed(ys))):\n    pass\n",
        "pairs = [pair for pair in enumerate(table.items())]\n",
    )
    INVALID = (
        ("text.strip().split()\n", 1),
        ("f(x)[0].g()\n", 1),
        ("f(x)(y)\n", 1),
        ("f(g(x))\n", 1),
        ("f(a, key=g(x), *h(y))\n", 2),
        ("f(g(h(x)))\n", 2),
        ("f(g(a) + 1)\nf(-g(a))\nf([g(a)])\nf({'a': g(a)})\n", 4),
        ("f(rows[g(a)])\nrows[g(a)].append(1)\n", 2),
        ("print(f'{f(a)}')\nprint(f'{a:{f(a)}}')\n", 2),
        ("(f(a) + 1).bit_length()\n", 1),
        ("for i in range(len(xs)):\n    pass\n", 1),
        ("for i in reversed(range(len(xs))):\n    pass\n", 1),
        ("for x in reversed(f(xs)):\n    pass\n", 1),
        ("pairs = list(zip(xs, ys))\n", 1),
    )

    def __init__(self, script: Script) -> None:
        super().__init__(script)
        self._adapters: set[cst.CSTNode] = set()

    def visit_For(self, node: cst.For) -> None:
        self._adapters |= set(adapters_of(node.iter))

    def visit_CompFor(self, node: cst.CompFor) -> None:
        self._adapters |= set(adapters_of(node.iter))

    def visit_Call(self, node: cst.Call) -> None:
        for call in _calls_in(node.func):
            self.report(call, "name what this call returns before the next call on it")
        for argument in node.args:
            for call in _calls_in(argument.value):
                if call not in self._adapters:
                    self.report(
                        call, "name what this call returns before passing it on"
                    )


def _calls_in(node: cst.CSTNode) -> Iterator[cst.Call]:
    """The outermost calls of which the results go into an expression."""
    if isinstance(node, cst.Call):
        yield node
    elif not isinstance(node, cst.BaseComp | cst.Lambda):
        for child in children(node):
            yield from _calls_in(child)
