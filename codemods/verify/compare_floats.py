"""How far two outputs are apart whose text is the same as printed."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import zip_longest

NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|nan|inf)")


@dataclass(frozen=True)
class FloatDifference:
    """How many floats differ at 17 digits, and the largest difference of all.

    `line` counts from 1; it, `before` and `after` belong to the largest.
    """

    count: int = 0
    largest: float = 0.0
    line: int = 0
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        floats = "1 float differs" if self.count == 1 else f"{self.count} floats differ"
        where = f"line {self.line}: {self.before} became {self.after}"
        return f"{floats} at 17 digits, by at most {self.largest:.2g} ({where})"


def compare_floats(before: str, after: str) -> FloatDifference:
    """Compare two widened outputs of the same standard output, number by number."""
    found = FloatDifference()
    pairs = zip_longest(before.split("\n"), after.split("\n"), fillvalue="")
    for line, (old, new) in enumerate(pairs, start=1):
        if old != new:
            found = _compare_line(found, line, old, new)
    return found


def _compare_line(
    found: FloatDifference, line: int, before: str, after: str
) -> FloatDifference:
    numbers = (NUMBER.findall(text) for text in (before, after))
    for old, new in zip_longest(*numbers, fillvalue="nan"):
        if old == new:
            continue
        distance = abs(float(new) - float(old))
        distance = math.inf if math.isnan(distance) else distance
        if distance > found.largest:
            found = FloatDifference(found.count, distance, line, old, new)
        found = FloatDifference(
            found.count + 1, found.largest, found.line, found.before, found.after
        )
    return found
