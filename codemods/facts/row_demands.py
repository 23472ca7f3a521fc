"""Which of the numbers at places a variable is needed for.

for row in matrix:
    for place in row:
        total += numbers[place]     place, row and matrix: for numbers that are read
        sums[place] += total        and for numbers that are changed
"""

from __future__ import annotations

from collections import defaultdict

from codemods.facts.bindings import Binding, Bindings
from codemods.facts.indexed_lists import IndexedLists
from codemods.facts.place_flow import Bound, Indexed, PlaceFlow, Use

READ, CHANGED = "read", "changed"


class RowDemands:
    """The demands on the variables that a flow of places goes through."""

    def __init__(
        self, bindings: Bindings, flow: PlaceFlow, lists: IndexedLists
    ) -> None:
        self._bindings = bindings
        self._flow = flow
        self._lists = lists
        self._demands: dict[Binding, set[str]] = defaultdict(set)
        number = -1
        while number != (number := sum(map(len, self._demands.values()))):
            for binding, use in flow.uses:
                self._demands[binding] |= self._made_by(use)

    def reads(self, binding: Binding) -> bool:
        """Whether numbers are read, or nothing is asked for but how many there are."""
        return READ in self._demands[binding] or not self.changes(binding)

    def changes(self, binding: Binding) -> bool:
        """Whether numbers are changed."""
        return CHANGED in self._demands[binding]

    def _made_by(self, use: Use) -> set[str]:
        if isinstance(use, Indexed):
            return {CHANGED if self._lists.is_changed(use.node) else READ}
        if not isinstance(use, Bound):
            return set()
        binding = self._bindings.binding_of(use.name)
        assert binding is not None  # a flow follows bound names only
        # a loop walks the rows that are read
        walked = {READ} if use.name in self._flow.walked else set()
        return walked | self._demands[binding]
