"""Which expressions give a value that no other name can reach.

[0.0] * width          a new list
sorted(letters)        a new list
count_letters(names)   as new as what the function of the module returns
rows[0]                no newer than `rows`
"""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from codemods.facts.assigned_values import assigned_values
from codemods.facts.bindings import Binding, Bindings
from codemods.facts.call_uses import COPIERS
from codemods.facts.find_nodes import find
from codemods.facts.immutable_types import is_immutable, is_readable, part_type
from codemods.facts.mutations import Mutations
from codemods.facts.scopes import Role
from codemods.facts.walk import parents

DEEP_COPIES = frozenset({"copy.deepcopy"})
FLAT_COPIES = COPIERS | {"random.choices", "random.sample"}
FLAT_METHODS = frozenset("copy readlines rsplit split splitlines".split())
"""What returns a new container, with elements that may be reached otherwise."""


class FreshValues:
    """Answers for the expressions of one module.

    `is_constant` says of a variable of the module whether it can stand in the value of
    another one because nothing ever changes what it holds.
    """

    def __init__(
        self,
        bindings: Bindings,
        mutations: Mutations,
        is_constant: Callable[[Binding], bool],
    ) -> None:
        self._bindings = bindings
        self._mutations = mutations
        self._is_constant = is_constant
        self._parents = parents(bindings.wrapper.module)
        self._known: dict[cst.FunctionDef, bool] = {}

    def is_fresh(self, value: cst.BaseExpression) -> bool:
        """Whether a value, and all that it holds, is new or never changes."""
        if is_immutable(self._mutations.types.type_of(value)):
            return True
        match value:
            case cst.Name():
                binding = self._bindings.binding_of(value)
                return binding is not None and self._is_constant(binding)
            case cst.Call():
                return self._returns_fresh(value)
            case cst.DictComp():
                parts = [value.key, value.value]
            case cst.ListComp() | cst.SetComp():
                parts = [value.elt]
            case cst.List() | cst.Tuple() | cst.Set():
                parts = [element.value for element in value.elements]
            case cst.Dict():
                parts = [element.value for element in value.elements]
            case cst.BinaryOperation():
                parts = [value.left, value.right]
            case cst.IfExp():
                parts = [value.body, value.orelse]
            case cst.Subscript():
                parts = [value.value]
            case _:
                return False
        return all(map(self.is_fresh, parts))

    def _returns_fresh(self, call: cst.Call) -> bool:
        name = self._mutations.names.find(call.func)
        if name in DEEP_COPIES:
            return True
        if name in COPIERS and all(self.is_fresh(one.value) for one in call.args):
            return True
        returned = self._mutations.types.type_of(call)
        if not is_readable(returned) or not is_immutable(part_type(returned)):
            return False
        if isinstance(call.func, cst.Attribute) and not name:
            return call.func.attr.value in FLAT_METHODS
        return name in FLAT_COPIES or self._function_returns_fresh(call.func)

    def _function_returns_fresh(self, called: cst.BaseExpression) -> bool:
        """Whether a name means a function that returns nothing that it keeps."""
        binding = (
            self._bindings.binding_of(called) if isinstance(called, cst.Name) else None
        )
        if binding is None or self._bindings.roles(binding) != {Role.FUNCTION}:
            return False
        uses = self._bindings.occurrences(binding)
        defined = [self._parents[use.node] for use in uses if use.role is Role.FUNCTION]
        return all(
            isinstance(function, cst.FunctionDef) and self._leaves_fresh(function)
            for function in defined
        )

    def _leaves_fresh(self, function: cst.FunctionDef) -> bool:
        if function not in self._known:
            self._known[function] = False  # while it is being found out
            returned = [node.value for node in find(function.body, cst.Return)]
            self._known[function] = not function.decorators and all(
                value is not None and self._is_let_go(value) for value in returned
            )
        return self._known[function]

    def _is_let_go(self, value: cst.BaseExpression) -> bool:
        """Whether a function that returns a value has not put it anywhere else."""
        if not isinstance(value, cst.Name) or self.is_fresh(value):
            return self.is_fresh(value)
        binding = self._bindings.binding_of(value)
        if binding is None or binding.scope.node is self._bindings.wrapper.module:
            return False
        assigned = assigned_values(self._bindings, binding)
        lost = self._mutations.lost(binding)
        return (
            assigned is not None
            and all(map(self.is_fresh, assigned))
            and all(isinstance(self._parents[node], cst.Return) for node in lost)
        )
