"""Give what is passed to a function names."""

from __future__ import annotations

import libcst as cst
from libcst.metadata import MetadataWrapper

from codemods.facts.metadata import wrap
from codemods.facts.scopes import all_parameters
from codemods.facts.walk import parents
from codemods.transforms.hoist_expressions import ExpressionHoister, Place


def name_arguments(module: cst.Module, function: str) -> cst.Module:
    """Bind what a call of a function passes on the lines before, where it has no name.

    Have:    def scale(row: list[float], by: float) -> list[float]: ...
             scaled = scale(rows[0], 2 * size)
    Want:    def scale(row: list[float], by: float) -> list[float]: ...
             row = rows[0]
             by = 2 * size
             scaled = scale(row, by)
    Refuses: as `ExpressionHoister` does

    A parameter gives its argument its name, unless that is in use.  Calls whose results
    have no name are left alone.
    """
    return _ArgumentNamer(wrap(module), function).rewrite()


class _ArgumentNamer(ExpressionHoister):
    def __init__(self, wrapper: MetadataWrapper, function: str) -> None:
        super().__init__(wrapper)
        self.parents = parents(wrapper.module)
        self.function = function
        self.parameters = [
            parameter.name.value
            for statement in wrapper.module.body
            if isinstance(statement, cst.FunctionDef)
            and statement.name.value == function
            for parameter in all_parameters(statement.params)
        ]

    def chooses(self, node: cst.BaseExpression, place: Place) -> bool:
        return not isinstance(node, cst.Name) and bool(self._parameter(node))

    def _parameter(self, node: cst.CSTNode) -> str:
        """The parameter that an expression is passed for, if it is."""
        argument = self.parents[node]
        call = self.parents[argument] if isinstance(argument, cst.Arg) else None
        match call:
            case cst.Call(func=cst.Name(value=name)) if name == self.function:
                is_bound = isinstance(self.parents[call], cst.Assign | cst.AnnAssign)
                if is_bound and isinstance(argument, cst.Arg) and not argument.star:
                    if argument.keyword is not None:
                        return argument.keyword.value
                    position = call.args.index(argument)
                    return next(iter(self.parameters[position:]), "")
        return ""

    def candidates(
        self, node: cst.BaseExpression, original: cst.BaseExpression
    ) -> list[str]:
        return [self._parameter(original), *super().candidates(node, original)]
