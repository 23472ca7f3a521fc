"""Replace operators on graph values with function calls

Devirtualize each operator into a call of a function made from its method, such as
`add_values`, exactly where a shortened run shows a graph value to take part, so that no
operation hides behind a symbol.

    class Value:
        def __add__(self, other: "Value") -> "Value":
            return Value(self.data + other.data, (self, other))
    total = total + weight
    =>
    class Value:
        ...
    def add_values(value: Value, other: Value) -> Value:
        return Value(value.data + other.data, (value, other))
    total = add_values(total, weight)
"""

from __future__ import annotations

import libcst as cst

from codemods.facts.graph_class import find_graph_class
from codemods.step import Step
from codemods.transforms.replace_operators import replace_operators


class ReplaceOperators(Step):
    reaches = ("no-operator-overloading",)

    def apply(self, module: cst.Module) -> cst.Module:
        replaced, self.lost_comments = replace_operators(
            module, find_graph_class, self.observe
        )
        return replaced
