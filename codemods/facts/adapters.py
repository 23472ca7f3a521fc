"""The calls by which a loop counts, pairs or turns round what it runs over.

for index, (left, right) in enumerate(zip(lefts, rights)):
                            `enumerate` and `zip` only say how to go through the lists
"""

from __future__ import annotations

import libcst as cst

ADAPTERS = frozenset({"enumerate", "range", "reversed", "zip", "items", "values"})


def is_adapter(node: cst.BaseExpression) -> bool:
    """Whether a loop over this call is a plain loop over the call's operands."""
    if not isinstance(node, cst.Call):
        return False
    function = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
    return isinstance(function, cst.Name) and function.value in ADAPTERS


def adapters_of(iterable: cst.BaseExpression) -> list[cst.Call]:
    """The adapters of what a loop runs over: the call itself, and those inside it."""
    if not isinstance(iterable, cst.Call) or not is_adapter(iterable):
        return []
    inside = [call for given in iterable.args for call in adapters_of(given.value)]
    return [iterable, *inside]
