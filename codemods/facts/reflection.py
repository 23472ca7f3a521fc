"""Where a program looks at its own names, so that a rename would show."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst
import libcst.matchers as m

from codemods.facts.bindings import Bindings
from codemods.facts.find_nodes import find

ALWAYS = ("globals", "eval", "exec", "breakpoint")
WITHOUT_ARGUMENTS = ("locals", "vars", "dir")
OPEN_NAMESPACES = ("__annotations__", "__code__", "__globals__", "__kwdefaults__")
OWN_NAMES = ("__name__", "__qualname__")
ALL_MODULES = m.Attribute(value=m.Name("sys"), attr=m.Name("modules"))
IMPORTS_ITSELF = m.ImportAlias(name=m.Name("__main__") | m.Name("inspect"))
EXPORTS = m.Name("__all__")


class Reflection:
    """What a module may observe about the names in it.

    `every_name` is a place that may look up any variable by its name; `own_name` one
    that reads the name of a function or class; `printed` are the names in f-strings
    such as `f"{x=}"`; `exported` the strings in `__all__`.
    """

    def __init__(self, bindings: Bindings) -> None:
        module = bindings.wrapper.module
        self.every_name = next(_find_lookups(bindings), None)
        self.own_name = next(
            (a for a in find(module, cst.Attribute) if a.attr.value in OWN_NAMES), None
        )
        self.printed = {
            name
            for part in find(module, cst.FormattedStringExpression)
            if part.equal is not None
            for name in find(part.expression, cst.Name)
        }
        self.exported = {
            string.raw_value
            for statement in _find_exports(module)
            for string in find(statement, cst.SimpleString)
        }


def _find_lookups(bindings: Bindings) -> Iterator[cst.CSTNode]:
    module = bindings.wrapper.module
    yield from find(module, cst.ImportStar)
    yield from (
        a for a in find(module, cst.ImportAlias) if m.matches(a, IMPORTS_ITSELF)
    )
    for attribute in find(module, cst.Attribute):
        if attribute.attr.value in OPEN_NAMESPACES or m.matches(attribute, ALL_MODULES):
            yield attribute
    for call in find(module, cst.Call):
        unaided = WITHOUT_ARGUMENTS if not call.args else ()
        if bindings.is_builtin(call.func, *ALWAYS, *unaided):
            yield call


def _find_exports(module: cst.Module) -> Iterator[cst.CSTNode]:
    for assignment in find(module, cst.Assign):
        if any(m.matches(target.target, EXPORTS) for target in assignment.targets):
            yield assignment
    for update in find(module, cst.AugAssign):
        if m.matches(update.target, EXPORTS):
            yield update
