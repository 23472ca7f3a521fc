"""Unroll comprehensions into explicit loops

Replace every comprehension that is not a trivial mapping by an empty list and a loop
that appends to it, keeping the order in which its elements are evaluated.

    exponentials = [(logit - maximum_logit).exponential() for logit in logits]
    =>
    exponentials = []
    for logit in logits:
        exponentials.append((logit - maximum_logit).exponential())
"""

from __future__ import annotations

import libcst as cst

from codemods.step import Step
from codemods.transforms.unroll_comprehensions import unroll_comprehensions


class UnrollComprehensions(Step):
    def apply(self, module: cst.Module) -> cst.Module:
        return unroll_comprehensions(module)
