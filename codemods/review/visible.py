"""Show characters that would act on the screen instead of standing on it."""

from __future__ import annotations

import unicodedata

ACTING = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"})
"""Unicode categories of what has no shape of its own: controls and formats, which
turn the direction of text round, separators, surrogates, and what is not assigned."""


TAB = "→   "


def visible(text: str) -> str:
    """The text of a line with every acting character spelt by its code: `‹U+202E›`.

    A tab is an arrow and three spaces.  Each character is replaced by itself, so that
    what is shown of a part of a line is a part of what is shown of the line.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_spell, text))


def _spell(character: str) -> str:
    if character == "\t":
        return TAB
    if unicodedata.category(character) in ACTING:
        return f"‹U+{ord(character):04X}›"
    return character
