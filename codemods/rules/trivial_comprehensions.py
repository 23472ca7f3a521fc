"""Comprehensions only as trivial one-line mappings

Trivial is one `for`, no `if`, and an element in which nothing is computed: a name, an
attribute, an item, a literal, or a display of these.  One line is one that a reader
takes in without scanning: the comprehension ends by column 88.  What is iterated over
may be any expression.  Generator expressions are another rule's business.
"""

from __future__ import annotations

import libcst as cst

from codemods.check.rule import Rule
from codemods.facts.comprehensions import is_trivial

COLUMNS = 88


class TrivialComprehensions(Rule):
    sentences = (
        "Prefer explicit `for` loops over list comprehensions unless the comprehension "
        "is a trivial one-line mapping with no readability cost.",
        "If a reader has to scan horizontally or parse nested logic, use a loop.",
    )
    VALID = (
        "weights = [parameter.data for parameter in parameters]\n",
        "keys = [[] for _ in range(number_of_layers)]\n",
        "firsts = {pair[0] for pair in pairs}\n",
        "lengths = {name: 0 for name in sorted(set(names))}\n",
        "total = sum(value * value for value in values if value > 0)\n",
    )
    INVALID = (
        ("lines = [line.strip() for line in lines]\n", 1),
        ("squares = [value * value for value in values]\n", 1),
        ("losses = [loss for loss in losses if loss > 0]\n", 1),
        ("cells = [cell for row in rows for cell in row]\n", 1),
        ("rows = [[0.0 for _ in range(width)] for _ in range(height)]\n", 1),
        ("tails = {name[1:] for name in names}\n", 1),
        ("lengths = {name: len(name) for name in names}\n", 1),
        ("data = [\n    parameter.data for parameter in parameters\n]\n", 1),
        (f"data = [row.data for row in {'long_name_of_the_table' * 3}]\n", 1),
    )

    def visit_ListComp(self, node: cst.ListComp) -> None:
        self._check(node)

    def visit_SetComp(self, node: cst.SetComp) -> None:
        self._check(node)

    def visit_DictComp(self, node: cst.DictComp) -> None:
        self._check(node)

    def _check(self, node: cst.BaseComp) -> None:
        if not is_trivial(node):
            self.report(node, "use a `for` loop: this is no trivial mapping")
        elif not self._is_on_one_line(node):
            self.report(
                node, f"use a `for` loop, or one line that ends by column {COLUMNS}"
            )

    def _is_on_one_line(self, node: cst.BaseComp) -> bool:
        place = self.script.positions[node]
        return place.start.line == place.end.line and place.end.column <= COLUMNS
