"""What a function may not have anywhere if its adjoint is to be written."""

from __future__ import annotations

from typing import NoReturn

import libcst as cst
from libcst.metadata import MetadataWrapper

from codemods.facts.find_nodes import find
from codemods.facts.walk import walk
from codemods.refusal import Refusal

REASONS: dict[type[cst.CSTNode], str] = {
    cst.While: "a loop that counts",
    cst.Try: "statements that are carried out in order",
    cst.With: "statements that are carried out in order",
    cst.Match: "a condition that compares",
    cst.Global: "names of the function's own",
    cst.Nonlocal: "names of the function's own",
    cst.Del: "names that stay bound",
    cst.FunctionDef: "statements that are carried out in order",
    cst.ClassDef: "statements that are carried out in order",
    cst.Lambda: "values that are computed where they are written",
    cst.NamedExpr: "values that are bound by a statement",
    cst.Yield: "a function that returns once",
    cst.Await: "a function that returns once",
    cst.Break: "a loop that runs to its end",
    cst.Continue: "a loop that runs to its end",
}
"""What is expected instead of each kind of node."""


def check_fence(wrapper: MetadataWrapper, function: cst.FunctionDef) -> None:
    """Refuse what would change the order of statements or hide a value."""
    if function.asynchronous is not None or function.decorators:
        _refuse(wrapper, function, "a plain function", "another")
    for node in walk(function.body):
        expected = REASONS.get(type(node))
        if expected is not None:
            _refuse(wrapper, node, expected, type(node).__name__)
    for returned in find(function.body, cst.Return):
        if not _is_last(returned, function.body):
            _refuse(wrapper, returned, "a return at the end", "one before that")


def _is_last(returned: cst.Return, body: cst.BaseSuite) -> bool:
    last = body.body[-1] if body.body else None
    return isinstance(last, cst.SimpleStatementLine) and returned in last.body


def _refuse(
    wrapper: MetadataWrapper, node: cst.CSTNode, expected: str, found: str
) -> NoReturn:
    raise Refusal.at(wrapper, node, expected=expected, found=found)
