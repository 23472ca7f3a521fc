"""Which words are English, and what abbreviations stand for.

`american-english.txt` is the list of Debian's package wamerican, version
2020.12.07-2, byte for byte; its notice is beside it.  `allowed.txt` adds the terms of
the field, each with its reason; `abbreviations.txt` takes away words that are English
elsewhere and abbreviations here, or say nothing, each with what it stands for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from codemods.facts.vocabulary import plural, singular, spell_out

FOLDER = Path(__file__).parent
SHORTEST = 3
"""The letters that a word has at least, but for `SHORT_WORDS` and allowed ones."""

SHORT_WORDS = frozenset("an as at be by if in is it no of on or to up".split())
ROMAN_NUMERAL = re.compile(r"c{0,3}(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})")
"""The list has them up to 200 (`iii`, `xiv`), but they are numbers."""


@cache
def listed_words() -> frozenset[str]:
    """Debian's list: proper names are capitalized in it, and acronyms all capitals.

    Neither are words that a name in lower case may be made of.
    """
    text = (FOLDER / "american-english.txt").read_text(encoding="utf-8")
    return frozenset(text.split())


@cache
def allowed_words() -> Mapping[str, str]:
    """The terms of the field that names may use, with the reasons."""
    return _read_pairs("allowed.txt")


@cache
def abbreviations() -> Mapping[str, str]:
    """Listed words that names may not use, with what they stand for."""
    return _read_pairs("abbreviations.txt")


def _read_pairs(file: str) -> Mapping[str, str]:
    lines = (FOLDER / file).read_text(encoding="utf-8").splitlines()
    return dict(line.split(": ", 1) for line in lines)


def is_word(word: str) -> bool:
    """Whether a word in lower case may stand in a name, perhaps as a plural."""
    one = singular(word)
    forms = {word} if one is None else {word, one}
    if not forms.isdisjoint(allowed_words()):
        return True
    if not forms.isdisjoint(abbreviations()) or ROMAN_NUMERAL.fullmatch(word):
        return False
    return is_listed(word) or one in listed_words()


def is_listed(word: str) -> bool:
    """Whether a word in lower case is on Debian's list, and no proper name there."""
    return word in (listed_words() if len(word) >= SHORTEST else SHORT_WORDS)


def meaning(word: str) -> str | None:
    """What an abbreviation in lower case stands for, where that is known."""
    spelled = spell_out(word)
    if spelled != word:
        return spelled.replace("_", " ")
    if word in abbreviations():
        return abbreviations()[word]
    one = singular(word)
    if one is None or one not in abbreviations():
        return None
    return plural(abbreviations()[one])
