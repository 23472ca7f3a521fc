"""Which variables functions must be given, when they may not reach for them.

A function needs what it reads itself, and what the functions that it calls need, unless
that is its own.  This is the first half of lambda lifting (Johnsson 1985).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import libcst as cst

from codemods.facts.bindings import Binding, Bindings

Need = Binding | cst.FunctionDef
"""A variable that a function reads, or a function that it calls."""


def find_demands(
    bindings: Bindings, needs: Mapping[cst.FunctionDef, Sequence[Need]]
) -> dict[cst.FunctionDef, list[Binding]]:
    """The variables that each function must be given, in order of their first use.

    What only its callees need comes behind what a function reads itself, where they
    call each other.
    """
    demands: dict[cst.FunctionDef, list[Binding]] = {function: [] for function in needs}
    grown = True
    while grown:
        grown = False
        for function, demand in demands.items():
            own = bindings.scopes.by_node[function]
            for need in needs[function]:
                given = [need] if isinstance(need, Binding) else demands[need]
                new = [b for b in given if b.scope is not own and b not in demand]
                demand += new
                grown |= bool(new)
    return demands
