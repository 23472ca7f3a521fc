"""All nodes of a tree, several times as fast as by a visitor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from functools import cache

import libcst as cst

LAYOUT = ("whitespace", "leading_lines", "lines_after", "trailing", "header", "footer")


def walk(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """`node` and all nodes below it in source order, layout and comments left out."""
    yield node
    for name in _children(type(node)):
        value = getattr(node, name)
        if isinstance(value, cst.CSTNode):
            yield from walk(value)
        elif isinstance(value, (list, tuple)):
            for item in value:
                yield from walk(item)


@cache
def _children(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    names = (field.name for field in fields(kind))
    return tuple(
        n for n in names if not n.startswith(LAYOUT) and n not in ("lpar", "rpar")
    )
