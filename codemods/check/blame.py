"""Which step wrote each line of a snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple


class Hunk(NamedTuple):
    """Lines of a text that others took the place of; numbers count from 1."""

    old: range
    new: range


def lines_of(text: str) -> list[str]:
    """The lines as Python counts them, which a form feed does not end."""
    return text.removesuffix("\n").split("\n")


@lru_cache(maxsize=64)
def hunks(before: str, after: str) -> tuple[Hunk, ...]:
    """What a diff of two texts shows, line by line."""
    old_lines, new_lines = lines_of(before), lines_of(after)
    matcher = SequenceMatcher(None, old_lines, new_lines, autojunk=False)
    return tuple(
        Hunk(range(old + 1, old_end + 1), range(new + 1, new_end + 1))
        for kind, old, old_end, new, new_end in matcher.get_opcodes()
        if kind != "equal"
    )


def blame(sources: Sequence[str]) -> list[int]:
    """For each line of the last text of a series, the index of the text it is from."""
    origins = [0] * len(lines_of(sources[0]))
    for index in range(1, len(sources)):
        for old, new in reversed(hunks(sources[index - 1], sources[index])):
            origins[old.start - 1 : old.stop - 1] = [index] * len(new)
    return origins
