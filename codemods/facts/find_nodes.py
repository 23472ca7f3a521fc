"""The nodes of one class in a tree."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from codemods.facts.walk import Node, order_around, walk


def find(node: cst.CSTNode, kind: type[Node]) -> Iterator[Node]:
    """Yield every `kind` in `node`, itself included; layout is not looked at."""
    order = order_around(node)
    if order is not None:
        return iter(order.find(node, kind))
    return (found for found in walk(node) if isinstance(found, kind))
