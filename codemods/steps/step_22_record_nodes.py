"""Record graph nodes in order of creation

Thread one list of nodes, the parameters first, through every function that creates a
node, and truncate it to the parameters when a training step or a sample is done, so
that lifetime is explicit. A function that creates one node or another does
so at one end.

    def negate_value(value: Value) -> Value:
        return Value(-value.data, (value,))
    for step in range(steps):
        loss = negate_value(weight)
    =>
    def create_value(data: float, nodes: list[Value], children: tuple = ()) -> Value:
        value = Value(data, children)
        nodes.append(value)
        return value
    def negate_value(value: Value, nodes: list[Value]) -> Value:
        return create_value(-value.data, nodes, (value,))
    nodes: list[Value] = []
    number_of_kept_nodes: int = len(nodes)
    for step in range(steps):
        loss = negate_value(weight, nodes)
        del nodes[number_of_kept_nodes:]
"""

from __future__ import annotations

import libcst as cst

from codemods.facts.graph_class import find_graph_class
from codemods.step import Step
from codemods.transforms.join_ends import join_ends
from codemods.transforms.keep_attributes import keep_attributes
from codemods.transforms.record_creations import record_creations


class RecordNodes(Step):
    raises = {
        "separate-data-and-functions": "the list of nodes is declared where the first "
        "of them are created, until the file is put in order",
    }

    def apply(self, module: cst.Module) -> cst.Module:
        joined = join_ends(module, find_graph_class)
        kept = keep_attributes(joined, find_graph_class)
        return record_creations(kept, find_graph_class)
