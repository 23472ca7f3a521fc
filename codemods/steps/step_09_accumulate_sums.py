"""Accumulate sums in explicit loops

Replace each sum of graph values by a loop that starts from a graph value of zero and
adds term by term, in the order in which `sum` would, so that each total keeps its bits
and is of one type throughout. A total that a loop adds up already starts from one, too.

    mean_square = sum(value * value for value in input_vector) / len(input_vector)
    =>
    sum_of_squares = Value(0)
    for value in input_vector:
        sum_of_squares = sum_of_squares + value * value
    mean_square = sum_of_squares / len(input_vector)
"""

from __future__ import annotations

import libcst as cst

from codemods.step import TYPES_FOLLOW, Step
from codemods.transforms.accumulate_sums import accumulate_sums
from codemods.transforms.start_totals import start_totals
from codemods.transforms.unroll_comprehensions import unroll_comprehensions


class AccumulateSums(Step):
    raises = {
        "one-operation-per-line": "a sum that was part of a line becomes a line of its "
        "own, which computes a term and adds it, until intermediate values get names",
        "type-hints": TYPES_FOLLOW,
    }
    reaches = ("no-generator",)

    def apply(self, module: cst.Module) -> cst.Module:
        while True:
            accumulated = accumulate_sums(module, self.observe)
            module = unroll_comprehensions(accumulated)
            if module is accumulated:  # no comprehension that may have held sums
                return start_totals(module, self.observe)
