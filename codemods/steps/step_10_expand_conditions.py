"""Make every condition explicit

Expand each conditional expression into an if statement and each implicit truth test
into the comparison it stands for, so that control flow can be read off the page.

    size = 1 if line.strip() else 4
    =>
    if line.strip() != "":
        size = 1
    else:
        size = 4
"""

from __future__ import annotations

import libcst as cst

from codemods.step import Step
from codemods.transforms.expand_conditional_expressions import (
    expand_conditional_expressions,
)
from codemods.transforms.expand_truth_tests import expand_truth_tests


class ExpandConditions(Step):
    reaches = ("explicit-control-flow",)

    def apply(self, module: cst.Module) -> cst.Module:
        return expand_truth_tests(expand_conditional_expressions(module))
