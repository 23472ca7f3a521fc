"""Which strings of a module are docstrings that nothing but a reader sees."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from codemods.facts.find_nodes import find

DOCSTRING = m.SimpleStatementLine(body=[m.Expr(m.SimpleString()), m.ZeroOrMore()])
WHOLE_DOCSTRING = m.SimpleStatementLine(
    [m.Expr(m.SimpleString() | m.ConcatenatedString())]
)
"""A line that is nothing but a string, of one part or of several."""

READERS = ("__doc__", "help")


def find_docstrings(module: cst.Module) -> set[cst.CSTNode]:
    """The docstrings of a module; none where the program itself reads `__doc__`."""
    if any(name.value in READERS for name in find(module, cst.Name)):
        return set()
    blocks: list[cst.Module | cst.BaseSuite] = [module]
    blocks += [node.body for node in find(module, cst.FunctionDef)]
    blocks += [node.body for node in find(module, cst.ClassDef)]
    return {
        string
        for block in blocks
        for statement in block.body[:1]
        if m.matches(statement, DOCSTRING)
        for string in list(find(statement, cst.SimpleString))[:1]
    }
