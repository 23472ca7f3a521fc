"""Find blocks of lines that were taken out in one place and put in at another."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from codemods.review.line_likeness import Line, likeness

LEAST_LINES = 3
"""A block of fewer lines that mean something is mostly not told from chance."""

LEAST_LETTERS = 20
"""With as many letters and digits it is, if there are no other lines like it.

The number is that of `git diff --color-moved=blocks`.
"""

LEAST_WEIGHT = 0.3
"""A line of less weight than this, such as `else:`, means nothing by itself."""

LEAST_EQUAL = 2 / 3
"""The share of a block's lines that are the same, or else it was written anew."""

EDITED = 0.6
"""A line inside a moved block may be as unlike as this to what it was."""

DETOURS = ((0, 1), (1, 0), (1, 1), (0, 2), (2, 0))
"""How many lines inside a moved block may have gone and come, before others follow."""

LOOSE = 3.0
"""A run of kept lines of less weight than this may have been kept by chance."""

Run = list[tuple[int, int]]
"""Old and new indices of lines that have moved together, ascending on both sides."""


class MoveFinder:
    """Finds what has moved, where it is known which lines were kept in their order."""

    def __init__(self, old: Sequence[Line], new: Sequence[Line], kept: Run) -> None:
        self.old = old
        self.new = new
        self.gone = set(range(len(old))) - {i for i, _ in kept}
        self.come = set(range(len(new))) - {j for _, j in kept}
        loose = list(self._loose(kept))
        self.free_old = self.gone | {i for i, _ in loose}
        self.free_new = self.come | {j for _, j in loose}
        self.times_old = Counter(line.stripped for line in old)
        self.times_new = Counter(line.stripped for line in new)

    def moves(self) -> dict[int, int]:
        """For old lines that moved, by index, which new line each is now.

        The blocks with the most equal lines come first.  A block may be indented
        otherwise than it was, and single lines inside it may have been edited.
        """
        moved: dict[int, int] = {}
        taken: set[int] = set()
        for run in sorted(self._runs(), key=self._equal_lines, reverse=True):
            free = [(i, j) for i, j in run if i not in moved and j not in taken]
            if self._is_block(free) or self._is_unmistakable(free):
                moved.update(free)
                taken.update(j for _, j in free)
        return moved

    def _loose(self, kept: Run) -> Iterator[tuple[int, int]]:
        """The kept lines that stand alone, so that a moved block may claim them."""
        run: Run = []
        for pair in [*kept, (-1, -1)]:
            if run and pair != (run[-1][0] + 1, run[-1][1] + 1):
                if sum(self.old[i].weight for i, _ in run) < LOOSE:
                    yield from run
                run = []
            run.append(pair)

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
            if self.old[here].stripped and self._are_equal(here, there):
                sure = len(run)
        return run[:sure]

    def _next(self, here: int, there: int, way: int) -> tuple[int, int] | None:
        """The next two lines of a run, in one direction or the other."""
        i, j = here + way, there + way
        if self._may_move(i, j) and self._are_alike(i, j):
            return i, j
        for more_old, more_new in DETOURS:
            i, j = here + way * (1 + more_old), there + way * (1 + more_new)
            if self._may_move(i, j) and self._mean_the_same(i, j):
                return i, j
        return None

    def _may_move(self, here: int, there: int) -> bool:
        return here in self.free_old and there in self.free_new

    def _are_equal(self, here: int, there: int) -> bool:
        return self.old[here].stripped == self.new[there].stripped

    def _mean_the_same(self, here: int, there: int) -> bool:
        return self.old[here].weight >= LEAST_WEIGHT and self._are_equal(here, there)

    def _are_alike(self, here: int, there: int) -> bool:
        equal = self._are_equal(here, there)
        return equal or likeness(self.old[here], self.new[there]) >= EDITED

    def _equal_lines(self, run: Run) -> int:
        """How many lines mean the same and are neither here nor there any more."""
        return sum(
            i in self.gone and j in self.come and self._mean_the_same(i, j)
            for i, j in run
        )

    def _is_block(self, run: Run) -> bool:
        equal = sum(self._are_equal(i, j) for i, j in run)
        enough = self._equal_lines(run) >= LEAST_LINES
        return enough and equal >= LEAST_EQUAL * len(run)

    def _is_unmistakable(self, run: Run) -> bool:
        """Whether all lines are as they were, say enough, and are nowhere else."""
        lines = [self.old[i].stripped for i, _ in run]
        return (
            sum(map(str.isalnum, "".join(lines))) >= LEAST_LETTERS
            and self._equal_lines(run) == len(run)
            and all(self.times_old[line] == self.times_new[line] == 1 for line in lines)
        )
