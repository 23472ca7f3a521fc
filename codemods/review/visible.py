"""Show characters that would act on the screen instead of standing on it."""

from __future__ import annotations

import unicodedata

ACTING = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"})
"""Unicode categories of what has no shape of its own: controls and formats, which
turn the direction of text round, separators, surrogates, and what is not assigned."""


def visible(text: str) -> str:
    """The text with every acting character spelt by its code: `‹U+202E›`.

    Tabs are spelt too; line ends must have been taken off before.  What is left has
    one column for each character, but for wide and combining ones.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_spell, text))


def _spell(character: str) -> str:
    if unicodedata.category(character) in ACTING:
        return f"‹U+{ord(character):04X}›"
    return character
