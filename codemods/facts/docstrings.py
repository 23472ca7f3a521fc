"""Which strings of a module are docstrings that nothing but a reader sees."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst
import libcst.matchers as m

DOCUMENTED = m.Module() | m.ClassDef() | m.FunctionDef()
DOCSTRING = m.SimpleStatementLine(body=[m.Expr(m.SimpleString()), m.ZeroOrMore()])


def find_docstrings(module: cst.Module) -> set[cst.CSTNode]:
    """The docstrings of a module; none where the program itself reads `__doc__`."""
    if m.findall(module, m.Name("__doc__") | m.Call(func=m.Name("help"))):
        return set()
    return {
        string
        for node in m.findall(module, DOCUMENTED)
        for line in _statements(node)[:1]
        if m.matches(line, DOCSTRING)
        for string in m.findall(line, m.SimpleString())[:1]
    }


def _statements(node: cst.CSTNode) -> Sequence[cst.CSTNode]:
    if isinstance(node, cst.Module):
        return node.body
    return node.body.body if isinstance(node, cst.ClassDef | cst.FunctionDef) else []
