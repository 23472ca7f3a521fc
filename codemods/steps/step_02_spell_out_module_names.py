"""Spell out the names of module data and settings

Rename every module-level binding and loop variable to a full descriptive name such as
`unique_characters`, `number_of_layers` and `second_moment_buffer`, so that each reads
as plain English. A name that stood for two things becomes two names; what a function
such as `main` does, which is called once and for nothing else, belongs to the module.

    n_layer = 2
    for i in range(n_layer):
        print(f"layer {i}")
    =>
    number_of_layers = 2
    for layer_index in range(number_of_layers):
        print(f"layer {layer_index}")
"""

from __future__ import annotations

import libcst as cst

from codemods.facts.bindings import Bindings
from codemods.facts.new_names import NameChooser, NameTable, NewName
from codemods.facts.scopes import Role
from codemods.facts.webs import Web, find_webs
from codemods.step import Step
from codemods.transforms.inline_procedures import inline_procedures
from codemods.transforms.rename_bindings import rename_bindings

NAMES: NameTable = {
    "": {
        "BOS": "beginning_of_sequence_token",
        "beta1": "first_moment_decay",
        "beta2": "second_moment_decay",
        "ch in doc": "character",
        "eps_adam": "adam_epsilon",
        "l in ...": "line",
        "l in logits": "logit",
        "loss_t": "position_loss",
        "lr_t": "current_learning_rate",
        "m": "first_moment_buffer",
        "m_hat": "corrected_first_moment",
        "matrix": "create_matrix",
        "n": "sequence_length",
        "p in row": "parameter",
        "pos_id": "position",
        "sample": "sampled_characters",
        "target_id": "target_token",
        "token_id": "token",
        "v": "second_moment_buffer",
        "v_hat": "corrected_second_moment",
    },
}


class SpellOutModuleNames(Step):
    raises = {
        "trivial-comprehensions": "with longer names, comprehensions that share a line "
        "break it, until stacked statements are split"
    }

    def apply(self, module: cst.Module) -> cst.Module:
        return rename_bindings(inline_procedures(module), _choose_names)


def _choose_names(bindings: Bindings) -> dict[Web, NewName]:
    webs = [web for web in find_webs(bindings) if _is_module_data(web)]
    return NameChooser(bindings, NAMES).choose(webs)


def _is_module_data(web: Web) -> bool:
    """Whether a name belongs to the module itself, or to a lambda or loop there."""
    is_outside = all(
        not isinstance(scope.node, cst.FunctionDef | cst.ClassDef)
        for scope in web.scope.enclosing()
    )
    return is_outside and not web.has_role(Role.FUNCTION, Role.CLASS, Role.IMPORT)
