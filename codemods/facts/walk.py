"""All nodes of a tree, many times as fast as by a visitor."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterator
from dataclasses import fields
from functools import cache, lru_cache
from typing import TypeVar, cast

import libcst as cst

Node = TypeVar("Node", bound=cst.CSTNode)

LAYOUT = ("whitespace", "leading", "lines_after", "trailing", "header", "footer")

PUNCTUATION = frozenset(
    "colon comma dot equal first_colon lbrace lbracket lpar posonly_ind rbrace "
    "rbracket rpar second_colon semicolon".split()
)

EARLIER: dict[type[cst.CSTNode], tuple[str, ...]] = {
    cst.Arg: ("keyword",),
    cst.ClassDef: ("decorators", "name", "type_parameters", "bases", "keywords"),
    cst.CompFor: ("asynchronous",),
    cst.ExceptHandler: ("type", "name"),
    cst.ExceptStarHandler: ("type", "name"),
    cst.For: ("asynchronous",),
    cst.FunctionDef: (
        *("decorators", "asynchronous", "name", "type_parameters"),
        *("params", "returns"),
    ),
    cst.IfExp: ("body",),
    cst.ImportFrom: ("relative",),
    cst.MatchCase: ("pattern", "guard"),
    cst.MatchMapping: ("elements", "rest"),
    cst.Parameters: ("posonly_params",),
    cst.TypeAlias: ("name", "type_parameters"),
    cst.With: ("asynchronous",),
}
"""The fields that stand first in the source where LibCST lists others before them."""


def walk(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """`node` and all nodes below it in source order, as `children` gives them."""
    order = order_around(node)
    if order is None:
        return _walk(node)
    start, end = order.spans[id(node)]
    return iter(order.nodes[start:end])


class Order:
    """The nodes of one module in source order, and where those of each class are."""

    def __init__(self, module: cst.Module) -> None:
        self.nodes: list[cst.CSTNode] = []
        self.below: list[list[cst.CSTNode]] = []
        """The children of each of the nodes."""

        self.spans: dict[int, tuple[int, int]] = {}
        """Where a node, by its identity, and all below it start and end in `nodes`."""
        self._note(module)
        self._indices: dict[type[cst.CSTNode], list[int]] = {}

    def find(self, node: cst.CSTNode, kind: type[Node]) -> list[Node]:
        """Every `kind` among `node` and the nodes below it."""
        if kind not in self._indices:
            kinds = {k for k in set(map(type, self.nodes)) if issubclass(k, kind)}
            numbered = enumerate(self.nodes)
            self._indices[kind] = [i for i, n in numbered if type(n) in kinds]
        indices, (start, end) = self._indices[kind], self.spans[id(node)]
        first, last = bisect_left(indices, start), bisect_left(indices, end)
        found = [self.nodes[index] for index in indices[first:last]]
        return cast(list[Node], found)

    def _note(self, node: cst.CSTNode) -> None:
        start = len(self.nodes)
        self.nodes.append(node)
        below = children(node)
        self.below.append(below)
        for child in below:
            self._note(child)
        self.spans[id(node)] = start, len(self.nodes)


_orders: deque[Order] = deque(maxlen=6)


def order_around(node: cst.CSTNode) -> Order | None:
    """The order of the module that a node is in, if the module was walked before."""
    for order in _orders:
        if id(node) in order.spans:
            return order
    if not isinstance(node, cst.Module):
        return None
    _orders.appendleft(Order(node))
    return _orders[0]


def _walk(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        pending += reversed(children(current))


def children(node: cst.CSTNode) -> list[cst.CSTNode]:
    """The nodes just below `node` in source order.

    Layout, comments and punctuation are left out, but for operators.
    """
    found: list[cst.CSTNode] = []
    for name in code_fields(type(node)):
        value = getattr(node, name)
        if is_node(value.__class__):
            found.append(value)
        elif value.__class__ in (list, tuple):
            found += value
    return found


@cache
def is_node(kind: type) -> bool:
    """Whether the objects of a class are nodes; asking LibCST takes long."""
    return issubclass(kind, cst.CSTNode)


@lru_cache(maxsize=8)
def parents(module: cst.Module) -> dict[cst.CSTNode, cst.CSTNode]:
    """The node that each node of a module stands in."""
    order = order_around(module)
    assert order is not None  # as of every module
    around = zip(order.nodes, order.below, strict=True)
    return {child: above for above, below in around for child in below}


@cache
def code_fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    """The fields that may hold code, in source order."""
    return tuple(
        name
        for name in all_fields(kind)
        if not name.startswith(LAYOUT) and name not in PUNCTUATION
    )


@cache
def all_fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    """The fields that may hold nodes, those of code in source order."""
    first = EARLIER.get(kind, ())
    names = [field.name for field in fields(kind) if field.type not in (bool, str)]
    return (*first, *(name for name in names if name not in first))
