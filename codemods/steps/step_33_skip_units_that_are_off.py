"""Skip the work of hidden units that are off

Walk only the hidden units that are not exactly zero in the second projection of the
MLP, forward and backward, and leave out rows whose gradient is exactly zero, because
that is the common case.

    for weight_row in weight_matrix:
        for weight, input_value in zip(weight_row, input_vector):
            product = weight * input_value
    =>
    for weight_row in weight_matrix:
        for index in nonzero_indices:
            product = weight_row[index] * input_vector[index]
"""

from __future__ import annotations

import libcst as cst

from codemods.step import Step
from codemods.transforms.skip_zeros import skip_zeros


class SkipUnitsThatAreOff(Step):
    def apply(self, module: cst.Module) -> cst.Module:
        return skip_zeros(module)
