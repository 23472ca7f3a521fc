"""What the variables of a module are assigned, where one assignment gives it to one."""

from __future__ import annotations

import libcst as cst

from codemods.facts.bindings import BINDING_ROLES, Binding, Bindings
from codemods.facts.scopes import Occurrence
from codemods.facts.walk import parents


def givers(bindings: Bindings, binding: Binding) -> list[Occurrence]:
    """Where a variable is given a value, or loses it; a declaration does neither."""
    return [
        use
        for use in bindings.occurrences(binding)
        if use.role in BINDING_ROLES and not _is_declaration(bindings, use.node)
    ]


def assigned_values(
    bindings: Bindings, binding: Binding
) -> list[cst.BaseExpression] | None:
    """All that a variable is assigned; None if it gets its values in other ways too."""
    values = [_value(bindings, use.node) for use in givers(bindings, binding)]
    found = [value for value in values if value is not None]
    return found if len(found) == len(values) > 0 else None


def _value(bindings: Bindings, name: cst.Name) -> cst.BaseExpression | None:
    above = parents(bindings.wrapper.module)
    parent = above[name]
    if isinstance(parent, cst.AnnAssign):
        return parent.value
    assign = above[parent]
    if isinstance(parent, cst.AssignTarget) and isinstance(assign, cst.Assign):
        return assign.value if len(assign.targets) == 1 else None
    return None


def _is_declaration(bindings: Bindings, name: cst.Name) -> bool:
    parent = parents(bindings.wrapper.module)[name]
    return isinstance(parent, cst.AnnAssign) and parent.value is None
