"""The last name of a dotted one."""

from __future__ import annotations

import libcst as cst


def last_name(node: cst.CSTNode) -> str:
    """The `c` of `a.b.c`, a name itself, and nothing of any other expression."""
    match node:
        case cst.Name(name) | cst.Attribute(attr=cst.Name(name)):
            return name
        case _:
            return ""
