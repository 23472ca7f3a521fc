"""Spell out the names in the computation graph

Rename the attributes, methods, parameters and locals of the class that records the
graph, such as `gradient` and `local_gradients`, at every place that reads or writes
them.

    for child, local_grad in zip(v._children, v._local_grads):
        child.grad += local_grad * v.grad
    =>
    for child, local_gradient in zip(node._children, node._local_gradients):
        child.gradient += local_gradient * node.gradient
"""

from __future__ import annotations

import libcst as cst

from codemods.facts.bindings import Bindings
from codemods.facts.graph_class import find_graph_class
from codemods.facts.new_names import NameChooser, NameTable, NewName
from codemods.facts.vocabulary import spell_out
from codemods.facts.webs import Web, find_webs
from codemods.step import Step
from codemods.transforms.rename_attributes import rename_attributes
from codemods.transforms.rename_bindings import rename_bindings

ATTRIBUTES = {"log": "logarithm"}

NAMES: NameTable = {
    "backward": {"v": "node"},
    "backward.build_topo": {"v": "node"},
}


class SpellOutGraphNames(Step):
    def apply(self, module: cst.Module) -> cst.Module:
        module = rename_attributes(module, find_graph_class, _choose_attribute_name)
        return rename_bindings(module, _choose_names)


def _choose_attribute_name(attribute: str) -> NewName:
    known = ATTRIBUTES.get(attribute)
    return NewName(known or spell_out(attribute), insist=known is not None)


def _choose_names(bindings: Bindings) -> dict[Web, NewName]:
    graph = bindings.scopes.by_node[find_graph_class(bindings.wrapper.module)]
    webs = [
        web
        for web in find_webs(bindings)
        if graph in web.scope.enclosing() and web.scope is not graph
    ]
    return NameChooser(bindings, NAMES, below=graph.path).choose(webs)
