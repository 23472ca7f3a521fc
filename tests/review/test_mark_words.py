"""Marked words: whole ones, and no more than differ."""

from __future__ import annotations

import pytest

from codemods.review.mark_words import mark_words


def marked(text: str, spans: tuple[tuple[int, int], ...]) -> str:
    for start, stop in reversed(spans):
        text = f"{text[:start]}[{text[start:stop]}]{text[stop:]}"
    return text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("total = 1", "total = 1"),
        ("[n_embd] = 16", "[embedding_dimension] = 16"),
        ("range([i])", "range([i_index])"),
        ("x = [0.02]", "x = [0.025]"),
        ("return a", "    return a"),
        ("f(a, b)", "f(a, [graph, ]b)"),
        ("[first second] = 1", "[third fourth] = 1"),
    ],
)
def test_words_that_differ_are_marked(old: str, new: str) -> None:
    plain = [text.replace("[", "").replace("]", "") for text in (old, new)]
    gone, come = mark_words(*plain)
    shown = marked(plain[0], gone), marked(plain[1], come)
    assert shown == (old, new.replace("    return", "[    ]return"))
