"""How alike two lines are, fast enough to ask it of every pair in a block."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from keyword import iskeyword

WORD = re.compile(r"\d[\w.]*|\w+|[^\w\s]")
"""A number, a name or keyword, or one sign; spaces between them do not count."""

TARGET = re.compile(r"(?:def|class)\s+\w+|[A-Za-z_][\w.]*(?=[^=(]*=(?!=))")
"""What a line defines or assigns to."""

NAME = re.compile(r"[^\W\d]\w*")
"""A name, or a keyword."""

NAME_WEIGHT = 3
"""How many signs or keywords a name counts for: those are alike in most lines."""


@dataclass(frozen=True)
class Line:
    """A line to be compared: its text, and its words as bits of a number.

    Each word sets bits of its own, a second one of the same spelling others, so that
    two lines share as many bits as they share words.  `target` is what it assigns to or
    defines, if anything.  `weight` says how much it means that another line is equal:
    little for a bracket, and nothing for a blank line.
    """

    text: str
    stripped: str
    bits: int
    size: int
    is_comment: bool
    target: str = ""
    weight: float = 0.0

    def shape(self) -> str:
        """The line with the same name in place of every one but keywords."""
        return NAME.sub(lambda name: name[0] if iskeyword(name[0]) else "_", self.text)


class LineReader:
    """Reads lines that are to be compared with each other."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, int], int] = {}
        self._known: dict[str, Line] = {}

    def read(self, texts: Iterable[str]) -> list[Line]:
        """The lines, with the same bits for the same words in all that it reads."""
        return [self._known.get(text) or self._read(text) for text in texts]

    def _read(self, text: str) -> Line:
        stripped = text.strip()
        bits = 0
        seen: Counter[str] = Counter()
        for word in WORD.findall(stripped):
            bits |= self._bits(word, seen[word])
            seen[word] += 1
        is_comment = stripped.startswith("#")
        target = TARGET.match(stripped)
        name = target[0] if target else ""
        size = bits.bit_count()
        weight = min(1.0, 0.02 + size / (4 * NAME_WEIGHT))
        line = Line(text, stripped, bits, size, is_comment, name, weight)
        self._known[text] = line
        return line

    def _bits(self, word: str, earlier: int) -> int:
        number = self._numbers.setdefault((word, earlier), len(self._numbers))
        is_name = word.isidentifier() and not iskeyword(word)
        pattern = 2**NAME_WEIGHT - 1 if is_name or word[0].isdigit() else 1
        return pattern << (NAME_WEIGHT * number)


def likeness(old: Line, new: Line) -> float:
    """From 0, nothing in common, to 1, the same words.

    Lines that assign to the same name are at least half alike, and a comment is like
    nothing but comments.
    """
    shared = (old.bits & new.bits).bit_count()
    if not shared or old.is_comment != new.is_comment:
        return 0.0
    alike = 2 * shared / (old.size + new.size)
    same_target = old.target and old.target == new.target
    return (1 + alike) / 2 if same_target else alike
