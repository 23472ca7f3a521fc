"""Hoist within some functions, and call results as the functions do that give them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import libcst as cst
from libcst.metadata import MetadataWrapper

from codemods.facts.find_nodes import find
from codemods.facts.walk import parents
from codemods.transforms.hoist_expressions import ExpressionHoister


class FunctionHoister(ExpressionHoister):
    """Rewrites the functions of a module that are named, and nothing else.

    The result of a call has the name that the function which is called gives it, if it
    gives one.  Subclasses choose what to hoist.
    """

    def __init__(self, wrapper: MetadataWrapper, functions: Collection[str]) -> None:
        super().__init__(wrapper)
        self.parents = parents(wrapper.module)
        self.functions = functions
        self.given = dict(_named_results(wrapper.module))

    def reaches(self, owner: cst.FunctionDef | cst.Module) -> bool:
        return isinstance(owner, cst.FunctionDef) and owner.name.value in self.functions

    def candidates(
        self, node: cst.BaseExpression, original: cst.BaseExpression
    ) -> list[str]:
        called = node.func if isinstance(node, cst.Call) else None
        given = self.given.get(called.value) if isinstance(called, cst.Name) else None
        others = super().candidates(node, original)
        return others if given is None else [given, *others]

    def declare(
        self, name: str, kind: cst.Annotation, node: cst.BaseExpression
    ) -> list[cst.BaseStatement]:
        """A line that binds a name, and says of it what is said elsewhere."""
        annotation = cst.Annotation(kind.annotation)
        declared = cst.AnnAssign(cst.Name(name), annotation, value=node)
        return [cst.SimpleStatementLine([declared])]


def _named_results(module: cst.Module) -> Iterator[tuple[str, str]]:
    """The functions of a module that return a variable, and the name of that."""
    for function in module.body:
        if isinstance(function, cst.FunctionDef):
            names = {
                returned.value.value if isinstance(returned.value, cst.Name) else ""
                for returned in find(function.body, cst.Return)
            }
            if len(names) == 1 and names != {""}:
                yield function.name.value, names.pop()
