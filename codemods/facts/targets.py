"""Which expressions are assigned to, updated or deleted instead of being read."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst


def is_target(above: Mapping[cst.CSTNode, cst.CSTNode], node: cst.CSTNode) -> bool:
    """Whether a name, item or attribute is a target, or part of one.

    `above` gives the parents of the nodes of its tree.
    """
    parent = above[node]
    while isinstance(parent, cst.BaseElement | cst.Tuple | cst.List):
        node, parent = parent, above[parent]
    match parent:
        case cst.AssignTarget() | cst.Del() | cst.AsName():
            return True
        case cst.AnnAssign() | cst.AugAssign() | cst.For() | cst.CompFor():
            return parent.target is node
    return False
