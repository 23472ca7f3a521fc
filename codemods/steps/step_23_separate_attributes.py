"""Replace the class with parallel lists

Convert AoS to SoA by storing each attribute of the nodes in a list of its own and
letting an index stand for the node, so that no object is left between a function and
the data.

    class Value:
        def __init__(self, data: float) -> None:
            self.data: float = data
            self.gradient: float = 0
    def double_value(value: Value, nodes: list[Value]) -> Value:
        return create_value(2 * value.data, nodes)
    =>
    Value: TypeAlias = int
    Graph: TypeAlias = tuple[list[float], list[float]]
    def double_value(value: Value, graph: Graph) -> Value:
        node_data, node_gradients = graph
        return create_value(2 * node_data[value], graph)
"""

from __future__ import annotations

import libcst as cst

from codemods.step import Step
from codemods.transforms.separate_attributes import separate_attributes


class SeparateAttributes(Step):
    reaches = ("no-class", "no-dunder")

    def apply(self, module: cst.Module) -> cst.Module:
        separated, self.lost_comments = separate_attributes(module)
        return separated
