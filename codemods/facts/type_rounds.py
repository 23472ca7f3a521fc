"""The types of variables that are bound to expressions of themselves.

    total = 0
    for term in terms:
        total = total + term * 0.5

Such a type is found in rounds.  In the first, what depends on a variable that is being
found out is left out: `total` is an `int`.  The next assume what the last one found,
until nothing changes: an `int` plus a `float` is a `float`, and so is that plus a
`float`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import takewhile

import libcst as cst

from codemods.facts.bindings import Binding
from codemods.facts.type_names import UNOBSERVED, Type

MOST_ROUNDS = 8
"""Types that still grow after so many, such as in `rows = [rows]`, are not known."""


DEEPEST = 20
"""How many variables may wait for one another, each bound to something of the next."""


class TooDeep(Exception):
    """More variables wait for one another than is good for Python's stack."""


class Pending(Exception):
    """A type depends on one that is being found out, and of which nothing is known."""


@dataclass
class _Round:
    assumed: dict[Binding, Type]
    found: dict[Binding, Type] = field(default_factory=dict)
    nodes: dict[cst.CSTNode, Type] = field(default_factory=dict)
    under_way: set[Binding] = field(default_factory=set)
    assumes: bool = False
    """Whether it has come across a variable that was under way."""


class TypeRounds:
    """Remembers types, and finds those of variables in rounds.

    `infer` finds the type of a variable by those of others; it raises `Pending` if all
    that it is bound to is pending.  `forget` is called before each round.  `bindings`
    are in the order of the text.
    """

    def __init__(
        self,
        bindings: Iterable[Binding],
        infer: Callable[[Binding], Type],
        forget: Callable[[], None],
    ) -> None:
        self._order = bindings
        self._infer = infer
        self._forget = forget
        self._bindings: dict[Binding, Type] = {}
        self._nodes: dict[cst.CSTNode, Type] = {}
        self._round: _Round | None = None

    def of_node(self, node: cst.CSTNode, find: Callable[[], Type]) -> Type:
        """The type of a node, found once, or once in each round."""
        if node in self._nodes:
            return self._nodes[node]
        known = self._nodes if self._round is None else self._round.nodes
        if node not in known:
            known[node] = find()
        return known[node]

    def of_binding(self, binding: Binding) -> Type:
        """The type of a variable; raises `Pending` only within a round."""
        if binding in self._bindings:
            return self._bindings[binding]
        if self._round is not None:
            return self._find(binding, self._round)
        self._settle(binding)
        return self._bindings.setdefault(binding, UNOBSERVED)

    def _settle(self, binding: Binding) -> None:
        """Find the type of a variable; in a long chain, from its start."""
        try:
            self._repeat(binding)
        except TooDeep:
            for other in takewhile(lambda one: one != binding, self._order):
                if other not in self._bindings:
                    with suppress(TooDeep):
                        self._repeat(other)
            with suppress(TooDeep):
                self._repeat(binding)

    def _repeat(self, binding: Binding) -> None:
        """Repeat rounds until one finds what it assumed, and remember what it found."""
        assumed: dict[Binding, Type] = {}
        for _ in range(MOST_ROUNDS):
            self._forget()
            found = self._run(binding, _Round(assumed))
            if found.found == assumed or not found.assumes:
                self._bindings |= found.found
                self._nodes |= found.nodes
                return
            assumed = found.found
        self._forget()

    def _run(self, binding: Binding, round_: _Round) -> _Round:
        self._round = round_
        try:
            with suppress(Pending):
                self._find(binding, round_)
        finally:
            self._round = None
        return round_

    def _find(self, binding: Binding, round_: _Round) -> Type:
        if binding in round_.found:
            return round_.found[binding]
        if binding in round_.under_way:
            round_.assumes = True
            if binding not in round_.assumed:
                raise Pending
            return round_.assumed[binding]
        if len(round_.under_way) == DEEPEST:
            raise TooDeep
        round_.under_way.add(binding)
        try:
            round_.found[binding] = self._infer(binding)
        finally:
            round_.under_way.discard(binding)
        return round_.found[binding]
