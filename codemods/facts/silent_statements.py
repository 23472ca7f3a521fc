"""Which statements nobody outside sees, should the program fail right behind them.

totals[index] += share          silent: it changes what only the program knows
rows.append(math.exp(share))    silent
print(share)                    not silent
keep(share)                     not silent: a function may do anything
"""

from __future__ import annotations

import libcst as cst

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import Bindings
from codemods.facts.call_uses import CHOOSING, COPIERS, MUTATORS, PAIRING, READING
from codemods.facts.evaluation import PURE_METHODS
from codemods.facts.full_names import FullNames
from codemods.facts.immutable_types import is_plain
from codemods.facts.liveness import LEAVES
from codemods.facts.type_names import MAIN
from codemods.facts.walk import walk

QUIET = (READING | COPIERS | PAIRING | CHOOSING) - {"builtins.print"}
LOUD = (
    *(cst.Await, cst.ClassDef, cst.FunctionDef, cst.Global, cst.Import, cst.ImportFrom),
    *(cst.Lambda, cst.Match, cst.Nonlocal, cst.While, cst.With, cst.Yield),
)
"""What is not looked into."""

HANDLERS = (cst.Try, cst.TryStar, cst.With)


class SilentStatements:
    """The silent statements of one module: none if it goes on after failures."""

    def __init__(self, bindings: Bindings, types: AnnotatedTypes) -> None:
        self._names = FullNames(bindings)
        self._types = types
        self._is_open = any(
            isinstance(node, (*HANDLERS, cst.ClassDef))
            for node in walk(bindings.wrapper.module)
        )

    def __contains__(self, statement: cst.CSTNode) -> bool:
        return not self._is_open and all(map(self._is_silent, walk(statement)))

    def _is_silent(self, node: cst.CSTNode) -> bool:
        match node:
            case cst.Call():
                return self._is_quiet(node)
            case cst.AssignTarget(target=target) | cst.AugAssign(target=target):
                return isinstance(target, cst.Name | cst.Subscript | cst.Tuple)
        return not isinstance(node, (*LEAVES, *LOUD))

    def _is_quiet(self, call: cst.Call) -> bool:
        """Whether a call computes, or changes a container, and does nothing else."""
        name = self._names.find(call.func)
        if name or not isinstance(call.func, cst.Attribute):
            return name in QUIET or name.startswith("math.")
        receiver, method = self._types.type_of(call.func.value), call.func.attr.value
        is_own = any(member.module == MAIN for member in receiver.members)
        return is_plain(receiver) and not is_own and method in MUTATORS | PURE_METHODS
