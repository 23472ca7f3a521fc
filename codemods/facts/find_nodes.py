"""The nodes of one class in a tree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import libcst as cst

from codemods.facts.walk import walk

Node = TypeVar("Node", bound=cst.CSTNode)


def find(node: cst.CSTNode, kind: type[Node]) -> Iterator[Node]:
    """Yield every `kind` in `node`, itself included; layout is not looked at."""
    return (found for found in walk(node) if isinstance(found, kind))
