"""Find which line of a new text is which line of an old one.

First come anchors: lines that occur once in both texts, whatever their indentation, in
the longest chain that keeps their order (Bram Cohen's patience diff).  Between two
anchors the same is done again, until no line is the only one of its kind.  What is left
are small blocks, and in each the pairing is chosen that makes paired lines as alike as
they can be in sum (the alignment of Needleman and Wunsch), so that a line with other
names or other indentation finds its new form.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from codemods.review.line_likeness import Line, likeness

Pair = tuple[int, int]
"""The indices of an old line and of the new line that it has become."""

LEAST_LIKENESS = 0.4
"""Lines less alike than this are strangers."""

INDENTED_AGAIN = 0.95
"""What a line is worth that is the same but for its indentation."""

LARGEST_BLOCK = 150_000
"""So many pairs of lines are compared in one block; a tenth of a second."""

LEAST_KEPT = 0.25
"""The share of a block that pairs have to keep, or else it was written anew."""

SMALL = 4.0
"""The weight up to which a block is too small to say so."""

STRAIGHT = 0.1
"""What it is worth that two paired lines follow two other paired lines."""


def match_lines(old: Sequence[Line], new: Sequence[Line]) -> list[Pair]:
    """Pairs of lines, ascending on both sides; what is in no pair has gone or come."""
    regions = range(len(old)), range(len(new))
    pairs = sorted(_match(old, new, *regions))
    for mine, yours in list(_between(pairs, *regions)):
        if _same_shapes([old[i] for i in mine], [new[j] for j in yours]):
            pairs.extend(zip(mine, yours, strict=True))
    return sorted(pairs)


def _same_shapes(old: Sequence[Line], new: Sequence[Line]) -> bool:
    """Whether lines are the same but for all of their names."""
    return len(old) == len(new) and [line.shape() for line in old] == [
        line.shape() for line in new
    ]


def _match(
    old: Sequence[Line], new: Sequence[Line], mine: range, yours: range
) -> Iterator[Pair]:
    """The pairs in one region, given by the indices of its lines."""
    pending = [(mine, yours)]
    while pending:
        mine, yours = pending.pop()
        start, end = _equal_ends(old, new, mine, yours)
        mine_end, yours_end = len(mine) - end, len(yours) - end
        yield from zip(mine[:start], yours[:start], strict=True)
        yield from zip(mine[mine_end:], yours[yours_end:], strict=True)
        mine, yours = mine[start:mine_end], yours[start:yours_end]
        anchors = _anchors(old, new, mine, yours)
        if not anchors and len(mine) * len(yours) <= LARGEST_BLOCK:
            yield from _match_block(old, new, mine, yours)
            continue
        anchors = anchors or _equal_runs(old, new, mine, yours)
        yield from anchors
        pending.extend(
            _between(anchors, mine, yours) if anchors else _halves(mine, yours)
        )


def _equal_ends(
    old: Sequence[Line], new: Sequence[Line], mine: range, yours: range
) -> tuple[int, int]:
    """How many lines of a region are the same at its start, and then at its end."""
    shorter = min(len(mine), len(yours))
    start = end = 0
    while start < shorter and old[mine[start]].text == new[yours[start]].text:
        start += 1
    while (
        end < shorter - start and old[mine[-1 - end]].text == new[yours[-1 - end]].text
    ):
        end += 1
    return start, end


def _anchors(
    old: Sequence[Line], new: Sequence[Line], mine: range, yours: range
) -> list[Pair]:
    """The longest chain of lines of which a region has one on each side."""
    here = _unique(old, mine)
    there = _unique(new, yours)
    return _longest_chain([(here[s], there[s]) for s in here if s in there])


def _unique(lines: Sequence[Line], region: range) -> dict[str, int]:
    """Lines that occur once and mean something, in order, with their indices."""
    counts = Counter(lines[index].stripped for index in region)
    return {
        lines[index].stripped: index
        for index in region
        if counts[lines[index].stripped] == 1 and lines[index].weight >= 0.5
    }


def _longest_chain(pairs: Sequence[Pair]) -> list[Pair]:
    """The longest ascending part of pairs that ascend on the old side, by patience."""
    piles: list[int] = []
    tops: list[int] = []
    before: list[int | None] = []
    for index, (_, there) in enumerate(pairs):
        place = bisect_left(piles, there)
        before.append(tops[place - 1] if place else None)
        piles[place : place + 1] = [there]
        tops[place : place + 1] = [index]
    chain: list[Pair] = []
    at = tops[-1] if tops else None
    while at is not None:
        chain.append(pairs[at])
        at = before[at]
    return chain[::-1]


def _between(
    anchors: Sequence[Pair], mine: range, yours: range
) -> Iterator[tuple[range, range]]:
    """The regions before, between and behind anchors."""
    here, there = mine.start, yours.start
    for old_index, new_index in [*anchors, (mine.stop, yours.stop)]:
        yield range(here, old_index), range(there, new_index)
        here, there = old_index + 1, new_index + 1


def _equal_runs(
    old: Sequence[Line], new: Sequence[Line], mine: range, yours: range
) -> list[Pair]:
    """Equal lines of a large region, the longest runs first, but for popular ones."""
    here = [old[index].stripped for index in mine]
    there = [new[index].stripped for index in yours]
    return [
        (mine[block.a + offset], yours[block.b + offset])
        for block in SequenceMatcher(None, here, there).get_matching_blocks()
        for offset in range(block.size)
    ]


def _halves(mine: range, yours: range) -> list[tuple[range, range]]:
    """A region that is too large for a block and has nothing to hold on to, in two."""
    middle, centre = len(mine) // 2, len(yours) // 2
    return [(mine[:middle], yours[:centre]), (mine[middle:], yours[centre:])]


def _match_block(
    old: Sequence[Line], new: Sequence[Line], mine: range, yours: range
) -> list[Pair]:
    """The pairs in a small region whose likeness is the greatest in sum.

    None if that is little: then other lines have taken the place of the old ones.
    """
    choices = _choices([old[i] for i in mine], [new[j] for j in yours])
    pairs = []
    here, there = len(mine), len(yours)
    while here and there:
        choice = choices[here][there]
        if choice == PAIR:
            pairs.append((mine[here - 1], yours[there - 1]))
        here -= choice != SKIP_NEW
        there -= choice != SKIP_OLD
    worth = sum(_worth(old[i], new[j]) for i, j in pairs)
    most = min(sum(old[i].weight for i in mine), sum(new[j].weight for j in yours))
    return pairs if most < SMALL or worth >= LEAST_KEPT * most else []


SKIP_OLD, SKIP_NEW, PAIR = range(3)


def _choices(old: Sequence[Line], new: Sequence[Line]) -> list[bytearray]:
    """What is best done with the last of so many old lines and so many new ones."""
    above = [0.0] * (len(new) + 1)
    choices = [bytearray(len(new) + 1)]
    for line in old:
        sums, row, last = [0.0], bytearray(len(new) + 1), choices[-1]
        for place, other in enumerate(new, start=1):
            best, choice = above[place], SKIP_OLD
            if sums[-1] > best:
                best, choice = sums[-1], SKIP_NEW
            if worth := _worth(line, other):
                follows = STRAIGHT if last[place - 1] == PAIR else 0.0
                pair = above[place - 1] + worth + follows
                if pair > best:
                    best, choice = pair, PAIR
            sums.append(best)
            row[place] = choice
        above = sums
        choices.append(row)
    return choices


def _worth(old: Line, new: Line) -> float:
    """What a pair adds to the sum; 0 for strangers, which are never paired."""
    if old.stripped == new.stripped:
        return old.weight if old.text == new.text else INDENTED_AGAIN * old.weight
    alike = likeness(old, new)
    if alike < LEAST_LIKENESS:
        return 0.0
    return alike * alike * min(old.weight, new.weight)
