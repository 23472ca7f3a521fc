"""Sample without saving activations

Give sampling a version of the model function that keeps nothing for a backward pass,
because no gradient is ever asked for there.

    def show(row: list[float]) -> None:
        activations: list[list[float]] = []
        print(scale_forward(row, activations))
    =>
    def show(row: list[float]) -> None:
        print(scale_forward_without_activations(row))
"""

from __future__ import annotations

import libcst as cst

from codemods.step import Step
from codemods.transforms.drop_unread_lists import drop_unread_lists


class SampleWithoutActivations(Step):
    def apply(self, module: cst.Module) -> cst.Module:
        return drop_unread_lists(module)
