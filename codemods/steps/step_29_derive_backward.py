"""Derive the backward pass from the forward pass

Evaluate the loss in floats as well, derive from each forward kernel, and from the model
that calls them, the backward function that adds to the gradients of what it reads, such
as `linear_backward`, and remove the graph, since nothing is recorded in it any more.

    loss = compute_document_loss(tokens, graph)
    backward(loss, graph)
    print(node_data[loss])
    =>
    loss = compute_document_loss_forward(tokens, parameter_data)
    compute_document_loss_backward(1, tokens, parameter_data, parameter_gradients)
    print(loss)
"""

from __future__ import annotations

import libcst as cst

from codemods.facts.bindings import Bindings
from codemods.facts.metadata import parse, wrap
from codemods.facts.new_names import NewName
from codemods.facts.recorded_graph import find_recorded_graph
from codemods.facts.webs import Web, find_webs
from codemods.step import Step
from codemods.transforms.drop_graph import drop_graph
from codemods.transforms.rename_bindings import rename_bindings
from codemods.transforms.run_adjoint import run_adjoint

OLD, NEW = "node_", "parameter_"


class DeriveBackward(Step):
    def apply(self, module: cst.Module) -> cst.Module:
        graph = find_recorded_graph(Bindings(wrap(module)))
        if graph is None:
            return module
        derived = run_adjoint(module)
        dropped, self.lost_comments = drop_graph(parse(derived.code))
        lists = {*graph.lists}
        return rename_bindings(
            parse(dropped.code),
            lambda bindings: {
                web: NewName(web.name.replace(OLD, NEW, 1), insist=True)
                for web in find_webs(bindings)
                if web.name in lists and _is_ours(web)
            },
        )


def _is_ours(web: Web) -> bool:
    """Whether step 23 called a list so; what is left in it is the parameters."""
    return web.name.startswith(OLD)
