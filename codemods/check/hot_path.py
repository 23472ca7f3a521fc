"""Where a script spends its time, told from its loops and calls.

A script's long loops are the outermost ones that loop again, in their own body or in
what they call: the training of a model is such a loop, reading lines is not.  What goes
through a collection in an expression, a comprehension or a `sum`, loops as well.  What
runs inside them is the hot path: their bodies, every function that is named there, and
every method of a class of which a method is named there, for operators call the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from codemods.facts.bindings import Bindings
from codemods.facts.call_graph import DEFINITION, CallGraph, Loop, outside_loops_of
from codemods.facts.walk import walk

Body = Loop | cst.FunctionDef
STATEMENT = (cst.SimpleStatementLine, cst.BaseCompoundStatement)


@dataclass(frozen=True)
class HotPath:
    """The loops and functions that are hot, and every statement inside them."""

    bodies: frozenset[Body]
    statements: frozenset[cst.CSTNode]


def find_hot_path(bindings: Bindings) -> HotPath:
    """The hot path of a script, from its first line through all that it calls."""
    calls = CallGraph(bindings)
    main = [s for s in bindings.wrapper.module.body if not isinstance(s, DEFINITION)]
    loops: set[Loop] = set()
    for body in (*main, *calls.reached_from(main, outside_loops=True)):
        loops |= {loop for loop in _outermost_loops(body) if calls.loops_again(loop)}
    bodies = {*loops, *calls.reached_from(loops)}
    statements = {
        node for body in bodies for node in walk(body) if isinstance(node, STATEMENT)
    }
    return HotPath(frozenset(bodies), frozenset(statements))


def _outermost_loops(body: cst.CSTNode) -> list[Loop]:
    return [node for node in outside_loops_of(body) if isinstance(node, Loop)]
