"""Walk the graph in reverse order of creation

Replace the recursive search and its visited set by one linear pass over the node
indices, because operands are always created before the nodes that use them. This is the
one step that claims printed, because sums of gradients are associated in another order.

    topological_order: list[int] = []
    visited: set[int] = set()
    build_topological_order(loss, visited, topological_order)
    for node in reversed(topological_order):
        add_gradients(node)
    =>
    for node in range(loss, -1, -1):
        add_gradients(node)
"""

from __future__ import annotations

import libcst as cst

from codemods.step import Claim, Step
from codemods.transforms.walk_in_order import walk_in_order


class WalkInOrder(Step):
    claim = Claim.PRINTED

    def apply(self, module: cst.Module) -> cst.Module:
        walked, self.lost_comments = walk_in_order(module)
        return walked
