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
from codemods.refusal import Refusal
from codemods.step import Step
from codemods.transforms.drop_graph import drop_graph
from codemods.transforms.end_recording import end_recording
from codemods.transforms.rename_bindings import rename_bindings
from codemods.transforms.run_adjoint import run_adjoint

OLD, NEW = "node_", "parameter_"
"""The beginning of the names that step 23 gave the lists: now of parameters alone."""


class DeriveBackward(Step):
    def apply(self, module: cst.Module) -> cst.Module:
        ended = end_recording(module)
        if ended is None:
            _refuse_recording(module)
            return module
        dropped, self.lost_comments = drop_graph(ended.module)
        lists = {ended.data, ended.gradients}
        renamed = rename_bindings(parse(dropped.code), lambda b: _new_names(b, lists))
        return run_adjoint(
            parse(renamed.code),
            ended.function,
            ended.seed,
            {_new_name(ended.data): _new_name(ended.gradients)},
            ended.constants,
            ended.rules,
        )


def _refuse_recording(module: cst.Module) -> None:
    """Refuse a graph that is recorded, but not gone back through node after node."""
    bindings = Bindings(wrap(module))
    graph = find_recorded_graph(bindings)
    if graph is not None:
        raise Refusal.at(
            bindings.wrapper,
            graph.maker.name,
            expected="a walk back through what is recorded, node after node",
            found="none",
        )


def _new_names(bindings: Bindings, lists: set[str]) -> dict[Web, NewName]:
    return {
        web: NewName(_new_name(web.name), insist=True)
        for web in find_webs(bindings)
        if web.name in lists and web.name != _new_name(web.name)
    }


def _new_name(name: str) -> str:
    return NEW + name.removeprefix(OLD) if name.startswith(OLD) else name
