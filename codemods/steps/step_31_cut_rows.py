"""Cut the rows of every matrix once per document

Cut the flat lists into rows ahead of each pass and put the gradients back behind it, so
that kernels walk rows of numbers instead of indexing a flat list for each product.

    for weight, number in zip(weight_row, numbers):
        product = parameter_data[weight] * number
    =>
    for weight, number in zip(weight_row, numbers):
        product = weight * number
"""

from __future__ import annotations

import libcst as cst

from codemods.step import Step
from codemods.transforms.cut_rows import cut_rows


class CutRows(Step):
    def apply(self, module: cst.Module) -> cst.Module:
        cut, requoted = cut_rows(module)
        if requoted:
            self.lost_comments = requoted
        return cut
