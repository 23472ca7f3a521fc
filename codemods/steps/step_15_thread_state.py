"""Thread hidden state through function parameters

Pass `state_dictionary` to `gpt`, and lift the recursive graph traversal out of its
closure with `topological_order` and `visited` as parameters, so that every function
receives what it reads and writes.

    def add(price: int) -> None:
        totals.append(price)
    add(3)
    =>
    def add(price: int, totals: list[int]) -> None:
        totals.append(price)
    add(3, totals)
"""

from __future__ import annotations

import libcst as cst

from codemods.step import Step
from codemods.transforms.lift_closures import lift_closures
from codemods.transforms.thread_state import thread_state


class ThreadState(Step):
    reaches = ("no-hidden-state", "no-nested-function")

    def apply(self, module: cst.Module) -> cst.Module:
        return thread_state(lift_closures(module))
