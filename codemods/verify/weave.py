"""Put the noted floats into a program's output, in place of what it printed."""

from __future__ import annotations

from dataclasses import dataclass

WINDOW = 1 << 16
"""How far behind the place where a float was formatted its text is looked for."""


@dataclass(frozen=True)
class Woven:
    """Standard output with floats at 17 digits, and how many of them there are.

    `loose` are those whose text was not found in the output.
    """

    text: str
    floats: int
    loose: tuple[str, ...] = ()


def weave(output: str, notes: str) -> Woven:
    """Replace the text of each float by its 17 digits.

    `notes` are the lines of `observe_floats.py`.  A text stands where it is found
    first after what had been printed when it was made, as a number of its own and
    not in the place of another note.
    """
    places: dict[int, tuple[str, str]] = {}
    taken: set[int] = set()
    free_after: dict[str, int] = {}
    loose: list[str] = []
    for line in notes.splitlines():
        offset, exact, padded = line.split("\t", 2)
        printed = padded.strip()
        start = max(int(offset), free_after.get(printed, 0))
        place = _find(output, printed, start, taken)
        if place is None:
            loose.append(exact)
        else:
            places[place] = printed, exact
            taken.update(range(place, place + len(printed)))
            free_after[printed] = place + len(printed)
    return Woven(_replace(output, places), len(places) + len(loose), tuple(loose))


def _find(output: str, printed: str, start: int, taken: set[int]) -> int | None:
    place = output.find(printed, start, start + WINDOW) if printed else -1
    while place >= 0:
        end = place + len(printed)
        if not taken.intersection((place, end - 1)) and _stands_alone(
            output, place, end
        ):
            return place
        place = output.find(printed, place + 1, start + WINDOW)
    return None


def _stands_alone(output: str, place: int, end: int) -> bool:
    """Whether no digit or point beside it makes this a part of another number."""
    before, after = output[place - 1 : place], output[end : end + 1]
    return not (before.isdigit() or before == "." or after.isdigit())


def _replace(output: str, places: dict[int, tuple[str, str]]) -> str:
    pieces, done = [], 0
    for place, (printed, exact) in sorted(places.items()):
        pieces += [output[done:place], exact]
        done = place + len(printed)
    return "".join([*pieces, output[done:]])
