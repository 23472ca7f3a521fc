"""What acts on a screen is shown, and the rest is left alone."""

from __future__ import annotations

import pytest

from codemods.review.visible import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("total = 1  # é, 中, 😀", "total = 1  # é, 中, 😀"),
        ("\x1b[31mred", "‹U+001B›[31mred"),
        ("a\u202eb\u2066", "a‹U+202E›b‹U+2066›"),
        ("\u200bzero\ufeff", "‹U+200B›zero‹U+FEFF›"),
        ("tab\tcr\rnul\x00", "tab→   cr‹U+000D›nul‹U+0000›"),
        ("\x85\u2028\u2029", "‹U+0085›‹U+2028›‹U+2029›"),
        ("\ud800", "‹U+D800›"),
        ("\U000e0041", "‹U+E0041›"),
        ("</script>&amp;", "</script>&amp;"),
    ],
)
def test_only_acting_characters_are_spelt(text: str, shown: str) -> None:
    assert visible(text) == shown
