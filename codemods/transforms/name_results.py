"""Give the results of functions names."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import libcst as cst
from libcst.metadata import MetadataWrapper

from codemods.facts.find_nodes import find
from codemods.facts.metadata import wrap
from codemods.facts.operations import OPERATION
from codemods.facts.walk import parents
from codemods.transforms.hoist_expressions import ExpressionHoister, Place


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


class _ResultNamer(ExpressionHoister):
    def __init__(self, wrapper: MetadataWrapper, functions: Collection[str]) -> None:
        super().__init__(wrapper)
        self.parents = parents(wrapper.module)
        self.functions = functions
        self.given = dict(named_results(wrapper.module))

    def reaches(self, owner: cst.FunctionDef | cst.Module) -> bool:
        return isinstance(owner, cst.FunctionDef) and owner.name.value in self.functions

    def chooses(self, node: cst.BaseExpression, place: Place) -> bool:
        is_returned = isinstance(self.parents[node], cst.Return)
        return is_returned and isinstance(node, OPERATION)

    def candidates(
        self, node: cst.BaseExpression, original: cst.BaseExpression
    ) -> list[str]:
        called = node.func if isinstance(node, cst.Call) else None
        given = self.given.get(called.value) if isinstance(called, cst.Name) else None
        others = super().candidates(node, original)
        return others if given is None else [given, *others]

    def bind(
        self, node: cst.BaseExpression, name: str, original: cst.BaseExpression
    ) -> list[cst.BaseStatement]:
        """A line that says what is in a container, as the function says it."""
        kind = self._function_of(original).returns
        if kind is None or not isinstance(kind.annotation, cst.Subscript):
            return super().bind(node, name, original)
        declared = cst.AnnAssign(
            cst.Name(name), cst.Annotation(kind.annotation), value=node
        )
        return [cst.SimpleStatementLine([declared])]

    def _function_of(self, node: cst.CSTNode) -> cst.FunctionDef:
        while not isinstance(node, cst.FunctionDef):
            node = self.parents[node]
        return node


def named_results(module: cst.Module) -> Iterator[tuple[str, str]]:
    """The functions of a module that return a variable, and the name of that."""
    for function in module.body:
        if isinstance(function, cst.FunctionDef):
            names = {
                returned.value.value if isinstance(returned.value, cst.Name) else ""
                for returned in find(function.body, cst.Return)
            }
            if len(names) == 1 and names != {""}:
                yield function.name.value, names.pop()
