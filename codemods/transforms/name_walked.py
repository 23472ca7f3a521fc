"""Give what loops walk through names."""

from __future__ import annotations

from collections.abc import Collection

import libcst as cst
from libcst.metadata import MetadataWrapper

from codemods.facts.metadata import wrap
from codemods.transforms.function_hoister import FunctionHoister
from codemods.transforms.hoist_expressions import Place


def name_walked(module: cst.Module, functions: Collection[str]) -> cst.Module:
    """Bind what a loop walks through on the line before, if it is made there.

    Have:    for number in scale(row, 2):
                 total += number
             for word in ("one", "two"):
                 print(word)
    Want:    scaled_row: list[float] = scale(row, 2)
             for number in scaled_row:
                 total += number
             items = ("one", "two")
             for word in items:
                 print(word)
    Refuses: as `ExpressionHoister` does

    `functions` are the names of those that are rewritten.  That is done to calls of
    functions of the module, and to displays of lists and tuples.
    """
    return _WalkedNamer(wrap(module), functions).rewrite()


class _WalkedNamer(FunctionHoister):
    def __init__(self, wrapper: MetadataWrapper, functions: Collection[str]) -> None:
        super().__init__(wrapper, functions)
        self.defined = {
            statement.name.value: statement
            for statement in wrapper.module.body
            if isinstance(statement, cst.FunctionDef)
        }

    def chooses(self, node: cst.BaseExpression, place: Place) -> bool:
        is_display = isinstance(node, cst.List | cst.Tuple)
        is_made = is_display or self._called(node) is not None
        return (
            is_made and place in (Place.WHOLE, Place.ADAPTED) and self._is_walked(node)
        )

    def _called(self, node: cst.BaseExpression) -> cst.FunctionDef | None:
        match node:
            case cst.Call(func=cst.Name(value=name)):
                return self.defined.get(name)
        return None

    def _is_walked(self, node: cst.CSTNode) -> bool:
        above = self.parents[node]
        while isinstance(above, cst.Arg | cst.Call):
            node, above = above, self.parents[above]
        return isinstance(above, cst.For) and above.iter is node

    def bind(
        self, node: cst.BaseExpression, name: str, original: cst.BaseExpression
    ) -> list[cst.BaseStatement]:
        """A line that says what is in a list, as the function says it that makes it."""
        if isinstance(node, cst.Tuple):
            node = node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        called = self._called(original)
        kind = called.returns if called is not None else None
        if kind is None:
            return super().bind(node, name, original)
        return self.declare(name, kind, node)
