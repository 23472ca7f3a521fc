"""Which statement of a module is the first that may run a function.

def show() -> None:
    print(width)
height = 2
width = 3           bound before `show` may run
show()              the first that may run it
"""

from __future__ import annotations

import libcst as cst

from codemods.facts.bindings import BINDING_ROLES, Binding, Bindings
from codemods.facts.call_graph import DEFINITION, CallGraph


class FirstRuns:
    """When the functions of one module may run first."""

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        module = bindings.wrapper.module
        calls = CallGraph(bindings)
        self._first: dict[cst.CSTNode, int] = {}
        for index, statement in enumerate(module.body):
            if not isinstance(statement, DEFINITION):
                for function in calls.reached_from([statement]):
                    self._first.setdefault(function, index)

    def is_bound_before(self, binding: Binding, function: cst.CSTNode) -> bool:
        """Whether a variable of the module has a value whenever a function runs."""
        first = self._first.get(function, len(self._bindings.wrapper.module.body))
        return any(
            use.role in BINDING_ROLES
            and len(use.place) == 1
            and use.place[0][1] < first
            for use in self._bindings.occurrences(binding)
            if use.scope is self._bindings.scopes.module
        )
