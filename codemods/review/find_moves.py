"""Find blocks of lines that were taken out in one place and put in at another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from codemods.review.line_likeness import Line, likeness

LEAST_LINES = 3
"""A block of fewer lines that mean something is not told from chance."""

LEAST_WEIGHT = 0.5
"""A line of less weight than this, such as `else:`, means nothing by itself."""

EDITED = 0.6
"""A line inside a moved block may be as unlike as this to what it was."""

DETOURS = ((0, 1), (1, 0), (1, 1), (0, 2), (2, 0))
"""How many lines inside a moved block may have gone and come, before others follow."""

Run = list[tuple[int, int]]
"""Old and new indices of lines that have moved together, ascending on both sides."""


@dataclass(frozen=True)
class MoveFinder:
    """Two texts, and the indices of lines that may have moved to the other."""

    old: Sequence[Line]
    new: Sequence[Line]
    gone: Collection[int]
    come: Collection[int]

    def moves(self) -> dict[int, int]:
        """For old lines that moved, by index, which new line each is now.

        The blocks with the most equal lines come first.  A block may be indented
        otherwise than it was, and single lines inside it may have been edited.
        """
        moved: dict[int, int] = {}
        taken: set[int] = set()
        for run in sorted(self._runs(), key=self._equal_lines, reverse=True):
            free = [(i, j) for i, j in run if i not in moved and j not in taken]
            if self._equal_lines(free) >= max(LEAST_LINES, len(free) / 2):
                moved.update(free)
                taken.update(j for _, j in free)
        return moved

    def _runs(self) -> Iterator[Run]:
        places = defaultdict(list)
        for index in sorted(self.come):
            if self.new[index].weight >= LEAST_WEIGHT:
                places[self.new[index].stripped].append(index)
        known: set[tuple[int, int]] = set()
        for here in sorted(self.gone):
            for there in places[self.old[here].stripped]:
                if (here, there) not in known:
                    run = self._run(here, there)
                    known.update(run)
                    yield run

    def _run(self, here: int, there: int) -> Run:
        """The longest run around two equal lines; its first and last are equal, too."""
        before = self._follow(here, there, -1)
        return [*reversed(before), (here, there), *self._follow(here, there, 1)]

    def _follow(self, here: int, there: int, way: int) -> Run:
        run: Run = []
        sure = 0
        while step := self._next(here, there, way):
            here, there = step
            run.append(step)
            if self._is_equal(here, there):
                sure = len(run)
        return run[:sure]

    def _next(self, here: int, there: int, way: int) -> tuple[int, int] | None:
        """The next two lines of a run, in one direction or the other."""
        i, j = here + way, there + way
        if self._may_move(i, j) and self._are_alike(i, j):
            return i, j
        for more_old, more_new in DETOURS:
            i, j = here + way * (1 + more_old), there + way * (1 + more_new)
            if self._may_move(i, j) and self._is_equal(i, j):
                return i, j
        return None

    def _may_move(self, here: int, there: int) -> bool:
        return here in self.gone and there in self.come

    def _is_equal(self, here: int, there: int) -> bool:
        line = self.old[here]
        equal = line.stripped == self.new[there].stripped
        return equal and line.weight >= LEAST_WEIGHT

    def _are_alike(self, here: int, there: int) -> bool:
        line, other = self.old[here], self.new[there]
        return line.stripped == other.stripped or likeness(line, other) >= EDITED

    def _equal_lines(self, run: Run) -> int:
        return sum(self._is_equal(i, j) for i, j in run)
