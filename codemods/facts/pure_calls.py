"""Calls that only compute, whatever they are given."""

from __future__ import annotations

import libcst as cst

from codemods.facts.bindings import Bindings
from codemods.facts.evaluation import PURE_FUNCTIONS
from codemods.facts.imported_names import ImportedNames


class PureCalls:
    """Tells the calls of one module that are of builtins, or of `math`, and compute."""

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._imports = ImportedNames(bindings)

    def __contains__(self, call: cst.Call) -> bool:
        is_builtin = self._bindings.is_builtin(call.func, *PURE_FUNCTIONS)
        return is_builtin or self._imports.full_name(call.func).startswith("math.")
