"""Import what a module needs, among the imports at its top."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile

import libcst as cst
from libcst.codemod import CodemodContext
from libcst.codemod.visitors import AddImportsVisitor, ImportItem

TOP = (cst.Import, cst.ImportFrom, cst.Expr)


def add_imports(module: cst.Module, names: Iterable[tuple[str, str]]) -> cst.Module:
    """Import names from modules, in the order given, where they are not yet imported.

    Have:    import random

             random.seed(2)
    Want:    import random
             from typing import TypeAlias

             random.seed(2)
    Refuses: nothing

    LibCST's visitor does it; it is shown only what it looks at, which is the imports
    before anything else, with the statement below them.
    """
    top = sum(1 for _ in takewhile(_is_top, module.body)) + 1
    items = [ImportItem(module_, name) for module_, name in names]
    adding = AddImportsVisitor(CodemodContext(), items)
    head = adding.transform_module(module.with_changes(body=module.body[:top]))
    return module.with_changes(body=[*head.body, *module.body[top:]])


def _is_top(statement: cst.CSTNode) -> bool:
    """Whether a statement may be the docstring or an import."""
    return isinstance(statement, cst.SimpleStatementLine) and all(
        isinstance(part, TOP) for part in statement.body
    )
