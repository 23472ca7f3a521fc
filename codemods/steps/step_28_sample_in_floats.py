"""Sample without recording a graph

Evaluate the model in plain floats when sampling, with a forward kernel such as
`linear_forward` for each graph function, because no gradient is ever asked for there.

    def scale(row: list[Value], factor: Value, graph: Graph) -> list[Value]:
        products: list[Value] = []
        for value in row:
            product = multiply_values(value, factor, graph)
            products.append(product)
        return products
    =>
    def scale_forward(row: list[float], factor: float) -> list[float]:
        products: list[float] = []
        for value in row:
            product = value * factor
            products.append(product)
        return products
"""

from __future__ import annotations

import libcst as cst

from codemods.step import Step
from codemods.transforms.evaluate_in_floats import evaluate_in_floats


class SampleInFloats(Step):
    def apply(self, module: cst.Module) -> cst.Module:
        return evaluate_in_floats(module)
