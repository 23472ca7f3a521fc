"""One operation per line in hot paths

The hot path is what runs inside the script's long loops: the outermost ones that loop
again, in their own body or in what they call, be it by `for`, by `while`, by a
comprehension, or by `sum`, `max` and the like over a whole collection.  Training a
model is such a loop.  It is found from the script's first line: what nothing calls is
cold, and so a module that only defines functions has no hot path.

An operation is a call, an arithmetic, comparing or logical operator, a comprehension,
a slice, or the addition in `+=` and its like.  Reading a name, an attribute or an item
is none, nor is a literal such as `-1` or a display such as `(left, right)`.  A
statement performs one, however many lines it is laid out on; a compound statement is
judged by its header: `if`, `while`, `for`, `match`, and the guard of a `case`.  Three
allowances: the `not` of a condition is part of the condition; the `range`, `enumerate`,
`zip`, `reversed`, `items` and `values` that a loop runs over are part of the loop, also
one inside the other, so that `for index in range(size - 1, -1, -1)` has one operation,
and as a comprehension is one, there may be none in what it runs over; and each entry of
a display that stands on a line of its own may be an operation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from codemods.check.rule import Rule
from codemods.facts.adapters import adapters_of
from codemods.facts.evaluation import is_constant
from codemods.facts.operations import OPERATION
from codemods.facts.walk import children

COUNTED = (*OPERATION, cst.GeneratorExp, cst.Slice)
ENTRY = (cst.Element, cst.DictElement)
SKIPPED = (cst.Annotation, cst.BaseSuite, cst.Lambda, cst.FunctionDef, cst.ClassDef)


def hot(*lines: str) -> str:
    """A script with these lines in the inner one of two loops."""
    text = "".join(f"        {line}\n" for line in lines)
    return f"for step in steps:\n    for x in xs:\n{text}"


class OneOperationPerLine(Rule):
    sentences = (
        "One operation per line in hot paths.",
        "Each line should do one legible thing.",
        "If a reader has to pause to understand an expression, it should be rewritten.",
    )
    VALID = (
        "y = a * b + c\n",
        "for line in lines:\n    y = a * b + c\n",
        "def cold():\n    return a * b + c\ny = cold()\n",
        hot("y = a * b", "y = y + c"),
        hot("y = a[x][0].data * b[-1]"),
        hot("total += y", "if not f(x):", "    pass"),
        hot("if x > 0:", "    y = -x", "for i in range(n):", "    pass"),
        hot("y = [p.data for p in ps]", "y = [[] for _ in range(n)]"),
        hot("z = {'a': [x, -1], 'b': (y, 2)}"),
        hot("y = xs[start:end]", "y: list[int] = f(x, (a, b))"),
        hot("z = {", "    'a': f(x),", "    'b': g(x),", "}"),
        hot("print(f'{x:.4f} {y}')"),
        hot("for i in reversed(range(n)):", "    pass"),
        hot("for i, (a, b) in enumerate(zip(xs, ys)):", "    pass"),
        hot("for i in range(n - 1, -1, -1):", "    pass"),
        hot("y = [a for a, b in enumerate(reversed(xs))]"),
        hot("match f(x):", "    case 1 if x > 1:", "        pass"),
        "def f(a):\n    for x in a:\n        for y in x:\n            z = a * y + x\n",
    )
    INVALID = (
        (hot("y = a * b + c"), 1),
        (hot("y = f(g(x))", "y = -f(x)"), 2),
        (hot("total += a * b"), 1),
        (hot("for i in range(len(xs) - 1):", "    pass"), 1),
        (hot("for i in range(n - 1, n + 1):", "    pass"), 1),
        (hot("match a * b + c:", "    case 1 if f(x) > 1:", "        pass"), 2),
        ("for s in steps:\n    y = [w for w in ws]\n    z = a * b + c\n", 1),
        ("for s in steps:\n    y = sum(ws)\n    z = a * b + c\n", 1),
        (hot("while f(x) > 0:", "    pass"), 1),
        (hot("y = (", "    a", "    * b", "    + c", ")"), 1),
        (hot("z = {'a': f(x), 'b': g(x)}"), 1),
        (hot("y = xs[start : start + 1]"), 1),
        (hot("y = [x + 1 for x in xs]", "y = [x for x in range(len(xs))]"), 2),
        (hot("print(f'{x + 1}')"), 1),
        (
            "def f(a):\n    a += -a\nfor s in r:\n    for x in s:\n        f(x)\n",
            1,
        ),
        (
            "class V:\n    def __add__(self, o):\n        return V(self.d + o.d)\n"
            "    def relu(self):\n        return self\n"
            "for s in r:\n    for x in xs:\n        y = x.relu()\n",
            1,
        ),
    )

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> None:
        if node in self.script.hot_path.statements:
            for statement in node.body:
                self._judge(statement)

    def visit_SimpleStatementSuite(self, node: cst.SimpleStatementSuite) -> None:
        if self.script.parents[node] in self.script.hot_path.bodies:
            for statement in node.body:
                self._judge(statement)

    def visit_For(self, node: cst.For) -> None:
        self._judge_header(node, node.iter, adapters_of(node.iter))

    def visit_While(self, node: cst.While) -> None:
        self._judge_header(node, node.test)

    def visit_If(self, node: cst.If) -> None:
        self._judge_header(node, node.test)

    def visit_Match(self, node: cst.Match) -> None:
        self._judge_header(node, node.subject)

    def visit_MatchCase(self, node: cst.MatchCase) -> None:
        if node.guard is not None:
            self._judge_header(self.script.parents[node], node.guard)

    def _judge_header(
        self,
        statement: cst.CSTNode,
        expression: cst.BaseExpression,
        adapters: Sequence[cst.Call] = (),
    ) -> None:
        if statement in self.script.hot_path.statements:
            if isinstance(expression, cst.UnaryOperation) and isinstance(
                expression.operator, cst.Not
            ):
                expression = expression.expression
            self._judge(expression, adapters)

    def _judge(self, node: cst.CSTNode, adapters: Sequence[cst.Call] = ()) -> None:
        """Report a statement or header of several operations, `adapters` left out."""
        count = len([n for n in self._operations(node) if n not in adapters])
        if isinstance(node, cst.AugAssign):
            count += 1
        if count > 1:
            self.report(node, f"split these {count} operations into lines of their own")

    def _operations(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The operations in a node, but for those of entries on lines of their own."""
        if isinstance(node, SKIPPED):
            return
        if isinstance(node, COUNTED) and not _is_literal(node):
            yield node
        adapters = adapters_of(node.iter) if isinstance(node, cst.CompFor) else []
        for child in children(node):
            inside = [n for n in self._operations(child) if n not in adapters]
            if not (len(inside) == 1 and self._has_own_line(child, node)):
                yield from inside

    def _has_own_line(self, entry: cst.CSTNode, display: cst.CSTNode) -> bool:
        """Whether an entry of a display stands alone on its line."""
        if not isinstance(entry, ENTRY):
            return False
        positions = self.script.positions
        line = positions[entry].start.line
        others = [positions[e] for e in children(display) if isinstance(e, ENTRY)]
        starts = [place.start.line for place in others] + [
            positions[display].start.line
        ]
        return starts.count(line) == 1


def _is_literal(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.UnaryOperation) and is_constant(node)
