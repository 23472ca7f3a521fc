"""Address parameters by offset

Replace the dictionary of matrices by offsets computed from the layout table into one
contiguous range, and walk data, gradients and both Adam moments as four parallel lists.

    weights: dict[str, list[list[Value]]] = {}
    for name, number_of_rows, number_of_columns in layout:
        weights[name] = create_matrix(number_of_rows, number_of_columns, graph)
    =>
    weights, number_of_parameters = locate_rows(layout)
    for _, number_of_rows, number_of_columns in layout:
        create_matrix(number_of_rows, number_of_columns, graph)
    parameters: range = range(number_of_parameters)
"""

from __future__ import annotations

import libcst as cst

from codemods.step import Step
from codemods.transforms.address_by_offset import address_by_offset
from codemods.transforms.part_loop_variables import part_loop_variables


class AddressByOffset(Step):
    def apply(self, module: cst.Module) -> cst.Module:
        addressed, requoted = address_by_offset(module)
        if requoted:
            self.lost_comments = requoted
        return part_loop_variables(addressed)
