"""Split stacked statements into one per line

Separate parallel and chained assignments into one assignment per line, in the order in
which their values are evaluated, so that each line does one legible thing.

    low, high = 0, len(words)
    =>
    low = 0
    high = len(words)
"""

from __future__ import annotations

import libcst as cst

from codemods.step import TYPES_FOLLOW, Step
from codemods.transforms.split_stacked_statements import split_stacked_statements


class SplitStackedStatements(Step):
    raises = {
        "separate-data-and-functions": "a setting is seen to stand below the functions "
        "only when it has a line of its own, until the file is put in order",
        "type-hints": TYPES_FOLLOW,
    }
    reaches = ("one-statement-per-line",)

    def apply(self, module: cst.Module) -> cst.Module:
        return split_stacked_statements(module)
