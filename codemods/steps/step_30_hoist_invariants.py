"""Hoist what a loop does not change

Move each value that every iteration recomputes, such as reciprocals, offsets and the
Adam bias corrections, ahead of its loop, and bind repeated values once.

    for index, parameter in enumerate(parameters):
        step_plus_one = step + 1
        decay_power = decay**step_plus_one
        moments[index] = moments[index] / decay_power
    =>
    step_plus_one = step + 1
    decay_power = decay**step_plus_one
    for index, parameter in enumerate(parameters):
        moments[index] = moments[index] / decay_power
"""

from __future__ import annotations

import libcst as cst

from codemods.step import Step
from codemods.transforms.hoist_invariants import hoist_invariants


class HoistInvariants(Step):
    def apply(self, module: cst.Module) -> cst.Module:
        return hoist_invariants(module)
