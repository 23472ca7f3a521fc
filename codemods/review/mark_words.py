"""Mark the words by which two forms of a line differ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

Span = tuple[int, int]
"""The characters of a line from one index to before another."""

WORD = re.compile(r"\d[\w.]*|\w+|\s+|.", re.DOTALL)


def mark_words(old: str, new: str) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """The spans of an old line that have gone, and those of the new one that came.

    Words are whole: a name is never marked in part.  Of indentation, only what one
    line has more than the other is marked.
    """
    left, right = _words(old), _words(new)
    matcher = SequenceMatcher(
        None,
        [old[slice(*word)] for word in left],
        [new[slice(*word)] for word in right],
    )
    changes = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    gone = [(left, first, last) for _, first, last, _, _ in changes]
    come = [(right, first, last) for _, _, _, first, last in changes]
    return _join(old, _spans(gone)), _join(new, _spans(come))


def _words(text: str) -> list[Span]:
    """The words, and each sign and character of indentation by itself."""
    indent = len(text) - len(text.lstrip())
    spaces = [(index, index + 1) for index in range(indent)]
    return spaces + [word.span() for word in WORD.finditer(text, indent)]


def _spans(ranges: Sequence[tuple[list[Span], int, int]]) -> Iterator[Span]:
    for words, first, last in ranges:
        if first < last:
            yield words[first][0], words[last - 1][1]


def _join(text: str, spans: Iterator[Span]) -> tuple[Span, ...]:
    """Spans with nothing but spaces between them as one, and none of spaces at ends."""
    joined: list[Span] = []
    for start, stop in spans:
        if joined and not text[joined[-1][1] : start].strip():
            joined[-1] = joined[-1][0], stop
        else:
            joined.append((start, stop))
    return tuple(joined)
