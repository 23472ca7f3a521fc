"""Places in a program that stay the same when it is annotated or laid out anew.

The place of an expression is how many expressions stand before it, annotations not
counted.  Two modules of which `unannotated` makes the same text have the same places.
"""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TypeVar

import libcst as cst

from codemods.facts.visit import visit

Place = int

Function = TypeVar("Function", ast.FunctionDef, ast.AsyncFunctionDef)


def find_places(module: cst.Module) -> dict[cst.CSTNode, Place]:
    """The place of every expression, target and parameter name of a module."""
    counter = _ExpressionCounter()
    visit(module, counter)
    return counter.places


@lru_cache(maxsize=4)
def unannotated(code: str) -> str:
    """The text of a program without its annotations, comments and layout."""
    tree = _DropAnnotations().visit(ast.parse(code))
    return ast.unparse(ast.fix_missing_locations(tree))


class _ExpressionCounter(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.places: dict[cst.CSTNode, Place] = {}

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.BaseExpression):
            self.places[node] = len(self.places)
        return not isinstance(node, cst.Annotation)


class _DropAnnotations(ast.NodeTransformer):
    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._without_result(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._without_result(node)

    def _without_result(self, node: Function) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is None:
            return node
        return self.generic_visit(ast.Assign([node.target], node.value))
