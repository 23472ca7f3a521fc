"""Walk parallel lists in one pass

Replace indexing by walking: a loop over an index binds the entries of all the lists
that it reads side by side, the optimizer those of the gradients and both moments. A
loop that needs its index all the same, and reads several lists once each, stays.

    for index in range(len(weights)):
        weight = weights[index]
        total = total + weight * numbers[index]
    =>
    for weight, number in zip(weights, numbers):
        total = total + weight * number
"""

from __future__ import annotations

import libcst as cst

from codemods.step import Step
from codemods.transforms.walk_lists import walk_lists


class WalkLists(Step):
    def apply(self, module: cst.Module) -> cst.Module:
        return walk_lists(module)
