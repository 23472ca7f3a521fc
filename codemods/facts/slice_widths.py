"""How many entries the slices of a module take.

end = start + width             row[start:end] takes `width`
start = head * width
end = (head + 1) * width        so it does here
"""

from __future__ import annotations

import libcst as cst

from codemods.facts.assigned_values import assigned_values, givers
from codemods.facts.bindings import Bindings
from codemods.facts.polynomials import Polynomials
from codemods.facts.slice_copies import Slice
from codemods.facts.surroundings import Surroundings

Width = cst.Name | cst.Integer


class SliceWidths:
    """Answers for the slices of one module."""

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._surroundings = Surroundings(bindings)
        self._polynomials = Polynomials(bindings, self.is_fixed)

    def of(self, part: Slice) -> Width | None:
        """What is added to the start of a slice wherever its end is computed."""
        binding = self._bindings.binding_of(part.end)
        if binding is None:
            return None
        values = assigned_values(self._bindings, binding) or []
        widths = [self._between(part.start, value) for value in values]
        first = widths[0] if widths else None
        for width in widths:
            if first is None or width is None or not first.deep_equals(width):
                return None
        return first

    def is_fixed(self, name: cst.Name, place: cst.CSTNode) -> bool:
        """Whether a variable has one value, which it has got before a place."""
        binding = self._bindings.binding_of(name)
        if binding is None or len(givers(self._bindings, binding)) != 1:
            return False
        if binding.scope is self._bindings.scopes.module:
            return True
        places = self._surroundings.places(place)
        return self._surroundings.is_bound_before(binding, places)

    def _between(self, start: cst.Name, end: cst.BaseExpression) -> Width | None:
        return _added(end, start.value) or self._polynomials.difference(end, start)


def _added(value: cst.BaseExpression, start: str) -> Width | None:
    """The other operand of a sum with a variable, if it is a variable or a number."""
    match value:
        case cst.BinaryOperation(
            left=cst.Name(value=name),
            operator=cst.Add(),
            right=cst.Name() | cst.Integer() as width,
        ) if (
            name == start
        ):
            return width
        case cst.BinaryOperation(
            left=cst.Name() | cst.Integer() as width,
            operator=cst.Add(),
            right=cst.Name(value=name),
        ) if (
            name == start
        ):
            return width
    return None
