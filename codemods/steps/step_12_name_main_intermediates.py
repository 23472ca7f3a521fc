"""Name every intermediate value in the main sequence

Hoist each nested operation and chained call of the module-level statements into a
binding of its own, in evaluation order, so that each line performs one operation.

    lines = open("input.txt").read().splitlines()
    =>
    input_file = open("input.txt")
    input_text = input_file.read()
    lines = input_text.splitlines()
"""

from __future__ import annotations

import libcst as cst

from codemods.step import TYPES_FOLLOW, Step
from codemods.transforms.name_intermediates import name_intermediates


class NameMainIntermediates(Step):
    raises = {"type-hints": TYPES_FOLLOW}
    reaches = ("one-operation-per-line", "no-chained-calls")

    def apply(self, module: cst.Module) -> cst.Module:
        return name_intermediates(module, lambda o: isinstance(o, cst.Module))
