"""Which expressions give the same value when they are evaluated earlier in a function.

f"layer{index}.weights"     of a parameter or local variable
4 * width                   of numbers
next(rows)                  not: it takes something away
rows                        not: what a list holds may have changed by then

Nothing that runs meanwhile can change them: they are made of literals and of variables
that hold immutable values and belong to the function, or to the module if that binds
them once.
"""

from __future__ import annotations

import libcst as cst

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import BINDING_ROLES, Binding, Bindings
from codemods.facts.effects import is_literal
from codemods.facts.immutable_types import has_methods, is_immutable

COMPUTING = ("abs", "enumerate", "float", "int", "len", "max", "min", "range", "str")
"""Builtins that only compute, as far as immutable values are concerned."""


class FixedValues:
    """Answers for the expressions in one function of a module."""

    def __init__(
        self, bindings: Bindings, types: AnnotatedTypes, function: cst.FunctionDef
    ) -> None:
        self._bindings = bindings
        self._types = types
        self._scope = bindings.scopes.by_node[function]

    def is_fixed(self, node: cst.CSTNode) -> bool:
        """Whether an expression could as well be evaluated earlier."""
        match node:
            case cst.Name():
                return is_literal(node) or self._is_fixed_variable(node)
            case cst.FormattedString():
                return all(map(self.is_fixed, node.parts))
            case cst.FormattedStringExpression(format_spec=specification):
                parts = [node.expression, *(specification or ())]
            case cst.BinaryOperation():
                parts = [node.left, node.right]
            case cst.UnaryOperation():
                parts = [node.expression]
            case cst.Tuple() | cst.List():
                parts = [element.value for element in node.elements]
            case cst.Call() if self._bindings.is_builtin(node.func, *COMPUTING):
                parts = [argument.value for argument in node.args]
            case _:
                return is_literal(node) or isinstance(node, cst.FormattedStringText)
        return all(map(self.is_fixed, parts))

    def _is_fixed_variable(self, name: cst.Name) -> bool:
        binding = self._bindings.binding_of(name)
        if binding is None or not self._is_bound_here(binding):
            return False
        kind = self._types.type_of(name)
        return is_immutable(kind) and not has_methods(kind)

    def _is_bound_here(self, binding: Binding) -> bool:
        """Whether other functions than this one cannot give a variable a value."""
        uses = self._bindings.occurrences(binding)
        bound = [use for use in uses if use.role in BINDING_ROLES]
        is_local = binding.scope is self._scope or len(bound) == 1
        return is_local and all(use.scope is binding.scope for use in bound)
