"""Spell out the keys of the parameter dictionary

Replace abbreviated keys by full ones such as `token_embedding` and
`attention_query_weights` wherever the dictionary is read or written, because a key is a
name too.

    state_dictionary = {"wte": [[0.1, 0.2]]}
    for layer_index in range(2):
        state_dictionary[f"layer{layer_index}.attn_wq"] = [[0.3], [0.4]]
    =>
    state_dictionary = {"token_embedding": [[0.1, 0.2]]}
    for layer_index in range(2):
        state_dictionary[f"layer{layer_index}.attention_query_weights"] = [[0.3], [0.4]]
"""

from __future__ import annotations

import libcst as cst

from codemods.facts.bindings import Bindings
from codemods.facts.string_keys import HOLE, StringKeyedDictionary
from codemods.facts.vocabulary import spell_out
from codemods.step import Step
from codemods.transforms.rename_keys import rename_keys

# Whole parts of a key, between its dots.
KEYS = {
    "lm_head": "language_model_head",
    "mlp_fc1": "perceptron_hidden_weights",
    "mlp_fc2": "perceptron_output_weights",
    "wpe": "position_embedding",
    "wte": "token_embedding",
}

# Words of a key, between its underscores.
WORDS = {
    "bk": "key_bias",
    "bo": "output_bias",
    "bq": "query_bias",
    "bv": "value_bias",
    "fc": "fully_connected",
    "ln": "layer_normalization",
    "mlp": "perceptron",
    "wk": "key_weights",
    "wo": "output_weights",
    "wq": "query_weights",
    "wv": "value_weights",
}


class SpellOutParameterKeys(Step):
    reaches = ("descriptive-names",)

    def apply(self, module: cst.Module) -> cst.Module:
        return rename_keys(module, _holds_parameters, _spell_out_key)


def _holds_parameters(bindings: Bindings, dictionary: StringKeyedDictionary) -> bool:
    """Whether every entry is built by the module, as the matrices of a model are."""
    return bool(dictionary.entries) and all(
        isinstance(entry, cst.List | cst.ListComp)
        or (
            isinstance(entry, cst.Call)
            and isinstance(entry.func, cst.Name)
            and bindings.binding_of(entry.func) is not None
        )
        for entry in dictionary.entries
    )


def _spell_out_key(key: str) -> str:
    return ".".join(KEYS.get(part) or _spell_out_part(part) for part in key.split("."))


def _spell_out_part(part: str) -> str:
    return "_".join(
        word if HOLE in word else WORDS.get(word) or spell_out(word)
        for word in part.split("_")
    )
