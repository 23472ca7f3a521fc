"""Expressions that compute nothing."""

from __future__ import annotations

import libcst as cst

from codemods.facts.effects import is_literal


def is_atom(node: cst.BaseExpression) -> bool:
    """Whether an expression reads a variable or an item, and computes nothing."""
    match node:
        case cst.Attribute(value=value):
            return is_atom(value)
        case cst.Subscript(value=value, slice=[cst.SubscriptElement(slice=index)]):
            is_item = isinstance(index, cst.Index) and is_atom(index.value)
            return is_item and is_atom(value)
    return isinstance(node, cst.Name) or is_literal(node)
