"""Order the file as data, kernels, model and calls

Arrange the file as constants, data, layout table, kernels in forward and backward
pairs, model, optimizer, sampling and main sequence, so that a reader of the original
finds everything again.

    documents: list[str] = load_documents()
    embedding_dimension: int = 16
    def scale_backward(gradient: float) -> float: ...
    def scale_forward(value: float) -> float: ...
    print(scale_backward(scale_forward(1.0)))
    =>
    embedding_dimension: int = 16
    def scale_forward(value: float) -> float: ...
    def scale_backward(gradient: float) -> float: ...
    documents: list[str] = load_documents()
    print(scale_backward(scale_forward(1.0)))
"""

from __future__ import annotations

import libcst as cst

from codemods.step import Step
from codemods.transforms.order_definitions import order_definitions


class OrderDefinitions(Step):
    reaches = ("separate-data-and-functions",)

    def apply(self, module: cst.Module) -> cst.Module:
        return order_definitions(module)
