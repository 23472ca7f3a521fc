"""Replace named methods with functions

Turn the methods that are called by name, such as `exponential` and `backward`, into
module-level functions of the value they read, so that data and functions are separate.

    class Value:
        def exponential(self):
            return Value(math.exp(self.data), (self,))
    weight = score.exponential()
    =>
    class Value:
        ...
    def exponential(value):
        return Value(math.exp(value.data), (value,))
    weight = exponential(score)
"""

from __future__ import annotations

import libcst as cst

from codemods.facts.graph_class import find_graph_class
from codemods.step import Step
from codemods.transforms.replace_methods import replace_methods


class ReplaceMethods(Step):
    reaches = ("no-method-dispatch",)

    def apply(self, module: cst.Module) -> cst.Module:
        return replace_methods(module, find_graph_class)
