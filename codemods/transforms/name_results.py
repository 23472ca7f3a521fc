"""Give the results of functions names."""

from __future__ import annotations

from collections.abc import Collection

import libcst as cst

from codemods.facts.metadata import wrap
from codemods.facts.operations import OPERATION
from codemods.transforms.function_hoister import FunctionHoister
from codemods.transforms.hoist_expressions import Place


def name_results(module: cst.Module, functions: Collection[str]) -> cst.Module:
    """Bind what functions of a module compute in `return` on the line before.

    Have:    def project(row: list[float]) -> list[float]:
                 return scale(row, 2)
    Want:    def project(row: list[float]) -> list[float]:
                 scaled_row: list[float] = scale(row, 2)
                 return scaled_row
    Refuses: as `ExpressionHoister` does

    `functions` are the names of those that are rewritten.  The result of a call has the
    name that the function which is called gives it, if it gives one.
    """
    return _ResultNamer(wrap(module), functions).rewrite()


class _ResultNamer(FunctionHoister):
    def chooses(self, node: cst.BaseExpression, place: Place) -> bool:
        is_returned = isinstance(self.parents[node], cst.Return)
        return is_returned and isinstance(node, OPERATION)

    def bind(
        self, node: cst.BaseExpression, name: str, original: cst.BaseExpression
    ) -> list[cst.BaseStatement]:
        """A line that says what is in a container, as the function says it."""
        kind = self._function_of(original).returns
        if kind is None or not isinstance(kind.annotation, cst.Subscript):
            return super().bind(node, name, original)
        return self.declare(name, kind, node)

    def _function_of(self, node: cst.CSTNode) -> cst.FunctionDef:
        while not isinstance(node, cst.FunctionDef):
            node = self.parents[node]
        return node
