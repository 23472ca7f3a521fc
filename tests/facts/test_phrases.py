"""What values are called by what computes them."""

from __future__ import annotations

import libcst as cst
import pytest

from codemods.facts.phrases import element_phrases, phrases, plural, singular


@pytest.mark.parametrize(
    ("expression", "name"),
    [
        ("a1 + b1", "a1_plus_b1"),
        ("step + 1", "step_plus_one"),
        ("1 - decay", "one_minus_decay"),
        ("x ** 2", "squared_x"),
        ("x * x", "squared_x"),
        ("scale ** -0.5", "reciprocal_square_root_of_scale"),
        ("len(words)", "number_of_words"),
        ("len(vector)", "length_of_vector"),
        ("math.pi * step", "pi_times_step"),
        ("math.exp(self.data)", "exponential_of_data"),
        ("line.strip()", "stripped_line"),
        ('"".join(words)', "joined_words"),
        ("words[i]", "word"),
        ("words[1:]", "part_of_words"),
        ("self.data > 0", "data_is_positive"),
        ("isinstance(other, Value)", "other_is_value"),
        ("-p1", "negative_p1"),
        ("f(g(x))", "f_result"),
        ("HTTPServer(x)", "httpserver"),
        ("sum(x * x for x in xs)", "sum_of_squares"),
        ("one_two_three + four_five_six", "one_two_three_total"),
        ("a if b else c", "value"),
    ],
)
def test_names_a_value(expression: str, name: str) -> None:
    assert phrases(cst.parse_expression(expression))[0] == name


@pytest.mark.parametrize(
    ("expression", "name"),
    [
        ("a * b", "products"),
        ("a / b", "quotients"),
        ("f(x)", "f_results"),
        ("Value(x)", "values"),
        ("row", "rows"),
        ("rows", "rows"),
        ("p.data", "p_data"),
        ("[x for x in y]", "rows"),
        ("a", "items"),
        ("True", "items"),
    ],
)
def test_names_a_collection(expression: str, name: str) -> None:
    assert element_phrases(cst.parse_expression(expression))[0] == name


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("loss", "losses"),
        ("query", "queries"),
        ("attention_key", "attention_keys"),
        ("matrix", "matrices"),
        ("box", "boxes"),
        ("batch", "batches"),
        ("child", "children"),
    ],
)
def test_plural_and_singular(one: str, many: str) -> None:
    assert plural(one) == many
    assert singular(many) in (one, one + "e")


@pytest.mark.parametrize("noun", ["loss", "radius", "analysis", "gas", "value"])
def test_does_not_take_every_noun_for_a_plural(noun: str) -> None:
    assert singular(noun) is None
