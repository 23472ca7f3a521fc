"""Accumulate sums in explicit loops

Replace each sum of graph values by a loop that adds term by term, in the order in which
`sum` would, so that no graph node is created earlier or later than before.

    mean_square = sum(value * value for value in input_vector) / len(input_vector)
    =>
    sum_of_squares = 0
    for value in input_vector:
        sum_of_squares = sum_of_squares + value * value
    mean_square = sum_of_squares / len(input_vector)
"""

from __future__ import annotations

import libcst as cst

from codemods.step import Step
from codemods.transforms.accumulate_sums import accumulate_sums
from codemods.transforms.unroll_comprehensions import unroll_comprehensions


class AccumulateSums(Step):
    def apply(self, module: cst.Module) -> cst.Module:
        module = accumulate_sums(module, self.observe)
        return unroll_comprehensions(module)
