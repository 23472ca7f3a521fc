"""Abbreviations of the field, and the plain English that they stand for.

A name is spelt out word by word: `attn_idx` is `attention_index`.  What is not known
stays as it is; no entry leads to a word that another entry would change again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

# Names, and runs of words within names, that mean more than their words do.
PHRASES: Mapping[str, str] = {
    "d_model": "model_dimension",
    "n_ctx": "context_length",
    "n_emb": "embedding_dimension",
    "n_embd": "embedding_dimension",
    "n_embed": "embedding_dimension",
    "n_hid": "hidden_dimension",
    "n_in": "number_of_inputs",
    "n_out": "number_of_outputs",
    "n_vocab": "vocabulary_size",
    "nin": "number_of_inputs",
    "nout": "number_of_outputs",
}

# One word of a name.  A plural in `s` is found by its singular.
WORDS: Mapping[str, str] = {
    "arg": "argument",
    "arr": "array",
    "attn": "attention",
    "avg": "average",
    "bos": "beginning_of_sequence",
    "buf": "buffer",
    "bwd": "backward",
    "calc": "calculate",
    "cfg": "configuration",
    "char": "character",
    "coef": "coefficient",
    "coeff": "coefficient",
    "col": "column",
    "config": "configuration",
    "ctx": "context",
    "cur": "current",
    "curr": "current",
    "deriv": "derivative",
    "dict": "dictionary",
    "diff": "difference",
    "dim": "dimension",
    "dir": "directory",
    "doc": "document",
    "dst": "destination",
    "elem": "element",
    "elu": "exponential_linear",
    "emb": "embedding",
    "embd": "embedding",
    "eos": "end_of_sequence",
    "eps": "epsilon",
    "err": "error",
    "exp": "exponential",
    "fn": "function",
    "freq": "frequency",
    "func": "function",
    "fwd": "forward",
    "gelu": "gaussian_error_linear",
    "grad": "gradient",
    "hid": "hidden",
    "hyperparam": "hyperparameter",
    "id": "identifier",
    "idx": "index",
    "img": "image",
    "inp": "input",
    "iter": "iteration",
    "itos": "index_to_string",
    "ix": "index",
    "kwarg": "keyword_argument",
    "layernorm": "normalize_layer",
    "len": "length",
    "lr": "learning_rate",
    "lst": "list",
    "mat": "matrix",
    "max": "maximum",
    "min": "minimum",
    "mlp": "multilayer_perceptron",
    "msg": "message",
    "mul": "multiply",
    "neg": "negative",
    "num": "number",
    "obj": "object",
    "op": "operation",
    "optim": "optimizer",
    "orig": "original",
    "out": "output",
    "param": "parameter",
    "perm": "permutation",
    "pos": "position",
    "pred": "prediction",
    "prev": "previous",
    "prob": "probability",
    "proj": "projection",
    "ptr": "pointer",
    "rand": "random",
    "relu": "rectified_linear",
    "repr": "representation",
    "rmsnorm": "normalize_root_mean_square",
    "selu": "scaled_exponential_linear",
    "seq": "sequence",
    "silu": "sigmoid_linear",
    "sqrt": "square_root",
    "src": "source",
    "std": "standard_deviation",
    "stoi": "string_to_index",
    "str": "string",
    "tanh": "hyperbolic_tangent",
    "tmp": "temporary",
    "tok": "token",
    "topo": "topological_order",
    "txt": "text",
    "uchar": "unique_character",
    "url": "address",
    "val": "value",
    "vec": "vector",
    "vocab": "vocabulary",
}

IRREGULAR_PLURALS: Mapping[str, str] = {
    "axes": "axis",
    "children": "child",
    "ids": "id",
    "indices": "index",
    "matrices": "matrix",
    "vertices": "vertex",
}
IRREGULAR_SINGULARS = {one: many for many, one in IRREGULAR_PLURALS.items()}
UNCOUNTABLE = frozenset({"data", "information"})
NOT_PLURAL = re.compile(r".*(ss|us|is|bias|canvas|alias)|chaos|lens|series|news")


def spell_out(name: str) -> str:
    """A name with every abbreviation in it replaced; itself if there is none.

    Only lower-case and upper-case names are read; `CamelCase` ones and those that
    Python itself or name mangling gives a meaning are left alone.
    """
    if name.startswith("__") or not (name.islower() or name.isupper()):
        return name
    stem = name.strip("_")
    spelled = _spell_out_stem(stem.lower())
    spelled = spelled.upper() if name.isupper() else spelled
    return name.replace(stem, spelled) if spelled != stem else name


def _spell_out_stem(stem: str) -> str:
    for phrase, meaning in PHRASES.items():
        stem = re.sub(rf"(?<![^_]){phrase}(?![^_])", meaning, stem)
    first, _, rest = stem.partition("_")
    if first in ("n", "num", "nb") and rest:
        counted = _spell_out_stem(rest)
        has_plural = any(singular(word) is not None for word in counted.split("_"))
        return f"number_of_{counted if has_plural else plural(counted)}"
    return "_".join(_spell_out_word(word) for word in stem.split("_"))


def _spell_out_word(word: str) -> str:
    letters = word.rstrip("0123456789")
    digits = word[len(letters) :]
    if letters in WORDS:
        return WORDS[letters] + digits
    if letters.endswith("s") and letters[:-1] in WORDS:
        return plural(WORDS[letters[:-1]]) + digits
    return word


def plural(name: str) -> str:
    """The plural of a name that ends in a noun: `layer_index` => `layer_indices`."""
    start, separator, word = name.rpartition("_")
    return start + separator + _plural_word(word)


def _plural_word(word: str) -> str:
    if singular(word) is not None or word in UNCOUNTABLE:
        return word
    if word in IRREGULAR_SINGULARS:
        return IRREGULAR_SINGULARS[word]
    if re.fullmatch(r".*[^aeiou]y", word):
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "x", "ch", "sh")) else f"{word}s"


def singular(name: str) -> str | None:
    """The singular of a name whose last word is a plain plural; None if it is not."""
    start, separator, word = name.strip("_").rpartition("_")
    one = _singular_word(word)
    return None if one is None else start + separator + one


def _singular_word(word: str) -> str | None:
    if word in IRREGULAR_PLURALS:
        return IRREGULAR_PLURALS[word]
    if len(word) < 4 or not word.endswith("s") or NOT_PLURAL.fullmatch(word):
        return None
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith(("sses", "xes", "ches", "shes")) else word[:-1]
