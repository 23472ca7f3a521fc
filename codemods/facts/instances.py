"""Which expressions certainly are no instances of a class of the module."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from codemods.facts.bindings import Binding, Bindings
from codemods.facts.scopes import Role
from codemods.facts.visit import visit

BUILTIN_VALUES = (
    cst.BaseString,
    cst.BaseNumber,
    cst.BaseDict,
    cst.BaseList,
    cst.BaseSet,
    cst.Tuple,
    cst.GeneratorExp,
    cst.Lambda,
)
BUILTIN_RESULTS = (
    *("bool", "bytes", "dict", "enumerate", "float", "hash", "id", "input", "int"),
    *("len", "list", "open", "ord", "range", "repr", "set", "sorted", "str", "tuple"),
)


class Instances:
    """What the expressions of one module cannot evaluate to."""

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        finder = _AssignmentFinder()
        visit(bindings.wrapper.module, finder)
        self._assigned = finder.values
        self._asking: list[Binding] = []  # names that are assigned from one another

    def excludes(self, node: cst.BaseExpression) -> bool:
        """Whether an expression is no instance of a class that the module defines.

        True for literals and displays, for imported modules and what they make of
        literals, and for names that hold nothing else; False where it is not known.
        """
        if isinstance(node, cst.Call) and self._bindings.is_builtin(
            node.func, *BUILTIN_RESULTS
        ):
            return True
        return (
            isinstance(node, BUILTIN_VALUES)
            or self._is_foreign(node)
            or self._holds_only(node, self.excludes)
        )

    def _is_foreign(self, node: cst.BaseExpression) -> bool:
        """Whether a value was made outside, from nothing that the module made."""
        if self._bindings.is_imported(node):
            return True
        if isinstance(node, cst.Attribute):
            return self._is_foreign(node.value)
        if isinstance(node, cst.Call):
            return self._is_foreign(node.func) and all(
                isinstance(argument.value, cst.BaseString | cst.BaseNumber)
                or self._bindings.is_builtin(argument.value, *BUILTIN_RESULTS)
                for argument in node.args
            )
        return self._holds_only(node, self._is_foreign)

    def _holds_only(
        self,
        node: cst.BaseExpression,
        qualifies: Callable[[cst.BaseExpression], bool],
    ) -> bool:
        """Whether a name is assigned nothing but values that qualify."""
        binding = (
            self._bindings.binding_of(node) if isinstance(node, cst.Name) else None
        )
        if binding is None or self._bindings.roles(binding) != {Role.STORE}:
            return False
        stores = [
            occurrence.node
            for occurrence in self._bindings.occurrences(binding)
            if occurrence.role is Role.STORE
        ]
        if binding in self._asking or not all(s in self._assigned for s in stores):
            return False
        self._asking.append(binding)
        held = all(qualifies(self._assigned[store]) for store in stores)
        self._asking.pop()
        return held


class _AssignmentFinder(cst.CSTVisitor):
    """The value of every name that is assigned alone in a statement."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[cst.Name, cst.BaseExpression] = {}

    def visit_Assign(self, node: cst.Assign) -> None:
        for target in node.targets:
            if isinstance(target.target, cst.Name):
                self.values[target.target] = node.value

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        if isinstance(node.target, cst.Name) and node.value is not None:
            self.values[node.target] = node.value
