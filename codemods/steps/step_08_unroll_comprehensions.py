"""Unroll comprehensions into explicit loops

Replace every comprehension that is not a trivial mapping by an empty list and a loop
that appends to it, keeping the order in which its elements are evaluated, and every
operator that extends a list by the method that does.

    exponentials = [(logit - maximum_logit).exponential() for logit in logits]
    =>
    exponentials = []
    for logit in logits:
        exponentials.append((logit - maximum_logit).exponential())
"""

from __future__ import annotations

import libcst as cst

from codemods.step import TYPES_FOLLOW, Step
from codemods.transforms.extend_lists import extend_lists
from codemods.transforms.unroll_comprehensions import unroll_comprehensions


class UnrollComprehensions(Step):
    raises = {
        "no-chained-calls": "the element that a comprehension computed is now computed "
        "where it is appended, until intermediate values get names",
        "one-operation-per-line": "so that one more line does two things",
        "separate-data-and-functions": "the list that a loop fills is declared among "
        "statements that act, which it parts, until the file is put in order",
        "type-hints": TYPES_FOLLOW,
    }
    reaches = ("trivial-comprehensions",)

    def apply(self, module: cst.Module) -> cst.Module:
        return unroll_comprehensions(extend_lists(module))
