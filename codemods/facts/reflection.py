"""Where a program looks at its own names, so that a rename would show."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from codemods.facts.bindings import Bindings

ALWAYS = ("globals", "eval", "exec", "breakpoint")
WITHOUT_ARGUMENTS = ("locals", "vars", "dir")
OPEN_NAMESPACES = m.Attribute(
    attr=m.Name("__annotations__")
    | m.Name("__code__")
    | m.Name("__globals__")
    | m.Name("__kwdefaults__")
) | m.Attribute(value=m.Name("sys"), attr=m.Name("modules"))
OWN_NAME = m.Attribute(attr=m.Name("__name__") | m.Name("__qualname__"))
IMPORTS_ITSELF = m.ImportAlias(name=m.Name("__main__") | m.Name("inspect"))
EXPORTS = m.Assign(targets=[m.AssignTarget(m.Name("__all__"))])


class Reflection:
    """What a module may observe about the names in it.

    `every_name` is a place that may look up any variable by its name; `own_name` one
    that reads the name of a function or class; `printed` are the names in f-strings
    such as `f"{x=}"`; `exported` the strings in `__all__`.
    """

    def __init__(self, bindings: Bindings) -> None:
        module = bindings.wrapper.module
        self.every_name = _find_lookup(bindings)
        self.own_name = next(iter(m.findall(module, OWN_NAME)), None)
        self.printed = {
            name
            for part in m.findall(
                module, m.FormattedStringExpression(equal=m.AssignEqual())
            )
            for name in m.findall(part, m.Name())
        }
        self.exported = {
            str(cst.ensure_type(string, cst.SimpleString).evaluated_value): string
            for exports in m.findall(module, EXPORTS | m.AugAssign(m.Name("__all__")))
            for string in m.findall(exports, m.SimpleString())
        }


def _find_lookup(bindings: Bindings) -> cst.CSTNode | None:
    open_places = m.ImportStar() | IMPORTS_ITSELF | OPEN_NAMESPACES
    for node in m.findall(bindings.wrapper.module, open_places | m.Call()):
        if not isinstance(node, cst.Call):
            return node
        if bindings.is_builtin(node.func, *ALWAYS):
            return node
        if not node.args and bindings.is_builtin(node.func, *WITHOUT_ARGUMENTS):
            return node
    return None
