"""Compute four outputs in one pass

Unroll and jam the dense matrix products, forward and backward, over four outputs, so
that each input row is walked a quarter as often.

    for weight_row in weight_matrix:
        for weight, input_value in zip(weight_row, input_vector):
            product = weight * input_value
    =>
    for first_row_index in range(0, number_of_grouped_rows, 4):
        for first_weight, second_weight, … in zip(first_row, second_row, …):
            first_product = first_weight * input_value
            second_product = second_weight * input_value
            third_product = third_weight * input_value
            fourth_product = fourth_weight * input_value
"""

from __future__ import annotations

import libcst as cst

from codemods.step import Step
from codemods.transforms.unroll_and_jam import unroll_and_jam

ROWS = 4
"""Eight are a little faster, and twice as much to read."""


class JamFourOutputs(Step):
    def apply(self, module: cst.Module) -> cst.Module:
        return unroll_and_jam(module, ROWS)
