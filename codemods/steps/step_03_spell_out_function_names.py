"""Spell out the names in the model functions

Rename the functions whose names are abbreviations and the parameters and locals of all
of them, such as `weight_row`, `layer_index` and `attention_logits`, at every place that
uses them.

    def linear(x, w):
        return [sum(wi * xi for wi, xi in zip(wo, x)) for wo in w]
    =>
    def linear(input_vector, weight_matrix):
        return [
            sum(
                weight * input_value
                for weight, input_value in zip(weight_row, input_vector)
            )
            for weight_row in weight_matrix
        ]
"""

from __future__ import annotations

import libcst as cst

from codemods.facts.bindings import Bindings
from codemods.facts.graph_class import find_graph_classes
from codemods.facts.new_names import NameChooser, NameTable, NewName
from codemods.facts.scopes import Role
from codemods.facts.webs import Web, find_webs
from codemods.step import Step
from codemods.transforms.rename_bindings import rename_bindings

NAMES: NameTable = {
    "linear": {
        "w": "weight_matrix",
        "wi in ...": "weight",
        "wo in ...": "weight_row",
        "x": "input_vector",
        "xi in ...": "input_value",
    },
    "softmax": {
        "e in ...": "exponential",
        "max_val": "maximum_logit",
        "val in ...": "logit",
    },
    "rmsnorm": {
        "ms": "mean_square",
        "x": "input_vector",
        "xi in ...": "input_value",
    },
    "gpt": {
        "a in ...": "branch_value",
        "b in ...": "residual_value",
        "hs": "head_start",
        "k": "key",
        "k_h": "head_keys",
        "ki in ...": "cached_key",
        "p in ...": "position_value",
        "pos_id": "position",
        "q": "query",
        "q_h": "head_query",
        "t in range(len(k_h))": "cached_position",
        "t in range(len(v_h))": "cached_position",
        "t in zip(tok_emb, pos_emb)": "token_value",
        "token_id": "token",
        "v": "value",
        "v_h": "head_values",
        "vi in ...": "cached_value",
        "x": "hidden_state",
        "x_attn": "attention_output",
        "x_residual": "residual_state",
        "xi in ...": "hidden_value",
    },
}


class SpellOutFunctionNames(Step):
    def apply(self, module: cst.Module) -> cst.Module:
        return rename_bindings(module, _choose_names)


def _choose_names(bindings: Bindings) -> dict[Web, NewName]:
    graphs = find_graph_classes(bindings.wrapper.module)
    webs = [web for web in find_webs(bindings) if _is_in_function(web, graphs)]
    return NameChooser(bindings, NAMES).choose(webs)


def _is_in_function(web: Web, graphs: list[cst.ClassDef]) -> bool:
    """Whether a name is a function's or belongs to one, outside the graph's class."""
    around = [scope.node for scope in web.scope.enclosing()]
    if any(graph in around for graph in graphs) or web.scope.is_class:
        return False
    if web.has_role(Role.CLASS, Role.IMPORT):
        return False
    return web.has_role(Role.FUNCTION) or any(
        isinstance(node, cst.FunctionDef) for node in around
    )
