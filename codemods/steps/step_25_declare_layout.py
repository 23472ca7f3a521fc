"""Declare the parameters in one layout table

List the name, rows, columns and standard deviation of every matrix in one table, and
draw the initial values by walking it in the same order as before, so that shapes are
stated once.

    weights: dict[str, list[list[Value]]] = {
        "embedding": create_matrix(vocabulary_size, width),
        "output": create_matrix(vocabulary_size, width, standard_deviation=0),
    }
    =>
    layout: Layout = [
        ("embedding", vocabulary_size, width, 0.02),
        ("output", vocabulary_size, width, 0),
    ]
    weights: dict[str, list[list[Value]]] = {}
    for name, number_of_rows, number_of_columns, standard_deviation in layout:
        weights[name] = create_matrix(
            number_of_rows, number_of_columns, standard_deviation
        )
"""

from __future__ import annotations

import libcst as cst

from codemods.step import Step
from codemods.transforms.tabulate_calls import tabulate_calls


class DeclareLayout(Step):
    def apply(self, module: cst.Module) -> cst.Module:
        return tabulate_calls(module)
