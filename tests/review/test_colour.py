from __future__ import annotations

from codemods.review.colour import colour, units


def test_counts_the_characters_of_each_kind() -> None:
    assert colour(["import os  # paths"]) == ["k6_5c7"]
    assert colour(['"""Text', 'goes on."""', "", "pass"]) == ["c7", "c11", "", "k4"]


def test_colours_a_function_and_its_call_apart() -> None:
    assert colour(["def double(number):", "    return 2 * number"]) == [
        "k3_1d6_9",
        "_4k6_1n1_9",
    ]


def test_colours_what_is_not_python() -> None:
    assert len(colour(["def (", "'"])) == 2


def test_counts_as_browsers_do() -> None:
    assert units("a\N{GRINNING FACE}") == 3
    assert colour(["'\N{GRINNING FACE}'"]) == ["s4"]
