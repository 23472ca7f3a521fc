"""Name every intermediate value in functions

Hoist each nested operation in a function body into a binding of its own, in evaluation
order, so that each line performs one operation.

    scale = (mean_square + 1e-5) ** -0.5
    =>
    mean_square_plus_constant = mean_square + 1e-5
    scale = mean_square_plus_constant**-0.5
"""

from __future__ import annotations

import libcst as cst

from codemods.step import Step
from codemods.transforms.name_intermediates import name_intermediates


class NameFunctionIntermediates(Step):
    def apply(self, module: cst.Module) -> cst.Module:
        return name_intermediates(module, lambda o: isinstance(o, cst.FunctionDef))
