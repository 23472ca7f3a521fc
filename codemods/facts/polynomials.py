"""Whole numbers as polynomials of the variables that they are computed from.

start = head * width            head * width
next_head = head + 1            head + 1
end = next_head * width         head * width + width
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import libcst as cst

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.assigned_values import assigned_values
from codemods.facts.bindings import Bindings
from codemods.facts.builtin_types import INT

Polynomial = Counter[tuple[str, ...]]
"""How often each product is in a sum; a product is the names of its factors, sorted."""


class Polynomials:
    """Answers for the expressions of one module.

    `is_fixed` tells whether a variable has one value, which it has got before a place.
    """

    def __init__(
        self, bindings: Bindings, is_fixed: Callable[[cst.Name, cst.CSTNode], bool]
    ) -> None:
        self._bindings = bindings
        self._types = AnnotatedTypes(bindings)
        self._is_fixed = is_fixed
        self._leaves: dict[str, cst.Name] = {}

    def difference(
        self, left: cst.BaseExpression, right: cst.BaseExpression
    ) -> cst.Name | cst.Integer | None:
        """What two numbers differ by, if it is a variable or a positive number.

        Each is what it is where it stands.
        """
        minuend, subtrahend = self.find(left, left), self.find(right, right)
        if minuend is None or subtrahend is None:
            return None
        found = _combined(minuend, cst.Subtract(), subtrahend) or Polynomial()
        match list(found.items()):
            case [((name,), 1)]:
                return self._leaves[name]
            case [((), number)] if number > 0:
                return cst.Integer(str(number))
        return None

    def find(self, node: cst.BaseExpression, place: cst.CSTNode) -> Polynomial | None:
        """What an expression is at a place, if it only adds and multiplies integers."""
        match node:
            case cst.Integer():
                return Polynomial({(): node.evaluated_value})
            case cst.Name():
                return self._of_name(node, place)
            case cst.BinaryOperation():
                left, right = self.find(node.left, place), self.find(node.right, place)
                if left is not None and right is not None:
                    return _combined(left, node.operator, right)
        return None

    def _of_name(self, name: cst.Name, place: cst.CSTNode) -> Polynomial | None:
        binding = self._bindings.binding_of(name)
        if binding is None or not self._is_fixed(name, place):
            return None
        values = assigned_values(self._bindings, binding)
        is_local = isinstance(binding.scope.node, cst.FunctionDef)
        if is_local and values is not None and len(values) == 1:
            found = self.find(values[0], values[0])
            if found is not None and isinstance(values[0], cst.BinaryOperation):
                return found
        self._leaves[name.value] = name
        is_whole = self._types.type_of(name) == INT
        return Polynomial({(name.value,): 1}) if is_whole else None


def _combined(
    left: Polynomial, operator: cst.BaseBinaryOp, right: Polynomial
) -> Polynomial | None:
    found = Polynomial()
    match operator:
        case cst.Add():
            found.update(left)
            found.update(right)
        case cst.Subtract():
            found.update(left)
            found.subtract(right)
        case cst.Multiply():
            for factors, times in left.items():
                for others, count in right.items():
                    found[tuple(sorted((*factors, *others)))] += times * count
        case _:
            return None
    return Polynomial({factors: n for factors, n in found.items() if n != 0})
