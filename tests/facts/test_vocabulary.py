"""Abbreviations spelt out, and plurals told from singulars."""

from __future__ import annotations

import keyword

import pytest

from codemods.facts.vocabulary import (
    IRREGULAR_PLURALS,
    PHRASES,
    WORDS,
    plural,
    singular,
    spell_out,
)


@pytest.mark.parametrize(
    "name",
    ["_", "x", "q3", "token", "pos_x", "block_size", "ClassName", "numSteps", "__len__"]
    + ["__max", "number_of_heads", "learning_rate", "logits", "names_path", "hid_"],
)
def test_plain_and_foreign_names_stay(name: str) -> None:
    known = {"pos_x": "position_x", "hid_": "hidden_"}
    assert spell_out(name) == known.get(name, name)


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("n_embd", "embedding_dimension"),
        ("n_head", "number_of_heads"),
        ("n_layers", "number_of_layers"),
        ("num_steps", "number_of_steps"),
        ("num_tokens_per_batch", "number_of_tokens_per_batch"),
        ("n_class", "number_of_classes"),
        ("n_vocab", "vocabulary_size"),
        ("head_dim", "head_dimension"),
        ("vocab_size", "vocabulary_size"),
        ("attn_idx", "attention_index"),
        ("max_lr", "maximum_learning_rate"),
        ("probs", "probabilities"),
        ("idxs", "indices"),
        ("mats2", "matrices2"),
        ("_local_grads", "_local_gradients"),
        ("grad_", "gradient_"),
        ("tok3", "token3"),
        ("VOCAB_SIZE", "VOCABULARY_SIZE"),
        ("rmsnorm", "normalize_root_mean_square"),
    ],
)
def test_abbreviations_are_spelt_out(name: str, spelled: str) -> None:
    assert spell_out(name) == spelled


@pytest.mark.parametrize(
    "entry", [*WORDS.items(), *PHRASES.items()], ids=lambda e: e[0]
)
def test_no_entry_leads_to_another(entry: tuple[str, str]) -> None:
    assert spell_out(entry[0]) == entry[1]
    assert spell_out(entry[1]) == entry[1]
    assert spell_out(plural(entry[1])) == plural(entry[1])
    assert entry[1].isidentifier() and not keyword.iskeyword(entry[1])


def test_words_stand_in_order() -> None:
    for table in (PHRASES, WORDS, IRREGULAR_PLURALS):
        assert list(table) == sorted(table)


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("document", "documents"),
        ("loss", "losses"),
        ("batch", "batches"),
        ("box", "boxes"),
        ("category", "categories"),
        ("key", "keys"),
        ("child", "children"),
        ("layer_index", "layer_indices"),
        ("matrix", "matrices"),
        ("token_id", "token_ids"),
    ],
)
def test_singular_and_plural(one: str, many: str) -> None:
    assert plural(one) == many
    assert singular(many) == one
    assert plural(many) == many


@pytest.mark.parametrize("name", ["loss", "bias", "axis", "status", "xs", "text", ""])
def test_what_is_no_plural_has_no_singular(name: str) -> None:
    assert singular(name) is None


def test_leading_underscores_are_no_part_of_the_noun() -> None:
    assert singular("_children") == "child"
