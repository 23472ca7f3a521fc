"""Visit a tree as LibCST does, many times as fast.

LibCST calls a visitor for every space, comma and field, and makes every node anew, with
all its checks.  Here a visitor is called for the nodes it has methods for, layout is
looked at only if one of them is about layout, and what does not change is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, get_args, overload

import libcst as cst
from libcst import CSTVisitorT, FlattenSentinel, MaybeSentinel, RemovalSentinel

from codemods.facts.walk import Node, all_fields, code_fields, is_node

Result = cst.CSTNode | RemovalSentinel | FlattenSentinel[Any]
Method = Callable[..., Any]
Plan = tuple[Method | None, Method | None, tuple[str, ...]]
"""What to call before and after the nodes below a node, and where those are."""

LAYOUT = frozenset(
    "AssignEqual Colon Comma Comment Dot EmptyLine LeftCurlyBrace LeftParen "
    "LeftSquareBracket Newline ParamSlash ParenthesizedWhitespace RightCurlyBrace "
    "RightParen RightSquareBracket Semicolon SimpleWhitespace "
    "TrailingWhitespace".split()
)
"""The classes of nodes that stand only in fields that `children` leaves out."""


@overload
def visit(node: cst.Module, visitor: CSTVisitorT) -> cst.Module: ...
@overload
def visit(
    node: Node, visitor: CSTVisitorT
) -> Node | RemovalSentinel | FlattenSentinel[Node]: ...
def visit(node: Any, visitor: CSTVisitorT) -> Any:
    """What `node.visit(visitor)` returns, but what is the same is the same object.

    Methods for fields, such as `visit_If_test`, are not called.
    """
    if isinstance(visitor, cst.CSTVisitor):
        Reading(visitor, type(visitor)).visit(node)
        return node
    return _Rewriting(visitor).visit(node)


class _Plans(dict[type[cst.CSTNode], Plan]):
    """What a class of visitors does at the nodes of each class, looked up once."""

    def __init__(self, visitor: type[CSTVisitorT]) -> None:
        super().__init__()
        self._visitor = visitor
        self._fields = all_fields if self._sees_layout() else code_fields

    def __missing__(self, kind: type[cst.CSTNode]) -> Plan:
        enter = self._method("on_visit", f"visit_{kind.__name__}")
        leave = self._method("on_leave", f"leave_{kind.__name__}")
        self[kind] = enter, leave, self._fields(kind)
        return self[kind]

    def _sees_layout(self) -> bool:
        names = (f"{when}_{what}" for when in ("visit", "leave") for what in LAYOUT)
        return any(self._method(name) for name in names)

    def _method(self, *names: str) -> Method | None:
        """The first of some methods that LibCST does not give to all visitors."""
        is_visitor = issubclass(self._visitor, cst.CSTVisitor)
        base = cst.CSTVisitor if is_visitor else cst.CSTTransformer
        methods = ((getattr(self._visitor, n, None), n) for n in names)
        return next((m for m, n in methods if m is not getattr(base, n, None)), None)


plans_of = cache(_Plans)


class Reading:
    """Shows nodes to a visitor that changes nothing, by the methods of its class."""

    def __init__(self, visitor: cst.CSTVisitor, kind: type[cst.CSTVisitor]) -> None:
        self._visitor = visitor
        self._plans = plans_of(kind)

    def visit(self, node: cst.CSTNode) -> None:
        """Show a node and all nodes below it."""
        enter, leave, names = self._plans[type(node)]
        if enter is None or enter(self._visitor, node) is not False:
            for name in names:
                value = getattr(node, name)
                if is_node(value.__class__):
                    self.visit(value)
                elif value.__class__ in (list, tuple):
                    for each in value:
                        self.visit(each)
        if leave is not None:
            leave(self._visitor, node)


class _Rewriting:
    """Lets a transformer replace nodes."""

    def __init__(self, transformer: cst.CSTTransformer) -> None:
        self._transformer = transformer
        self._plans = plans_of(type(transformer))

    def visit(self, node: cst.CSTNode) -> Result:
        """What becomes of a node."""
        enter, leave, names = self._plans[type(node)]
        updated = node
        if enter is None or enter(self._transformer, node) is not False:
            updated = self._with_new_children(node, names)
        return updated if leave is None else leave(self._transformer, node, updated)

    def _with_new_children(
        self, node: cst.CSTNode, names: tuple[str, ...]
    ) -> cst.CSTNode:
        changes: dict[str, object] = {}
        for name in names:
            old = getattr(node, name)
            if is_node(old.__class__):
                new: object = self.visit(old)
            elif old.__class__ in (list, tuple) and old:
                new = self._each(old, name == "body")
            else:
                continue
            if new is not old:
                changes[name] = _fitting(node, name, new)
        return node.with_changes(**changes) if changes else node

    def _each(self, nodes: Any, is_body: bool) -> Any:
        """Nodes in a row; a statement that lost all its parts leaves a body."""
        found: list[cst.CSTNode] = []
        is_same = True
        for old in nodes:
            new = self.visit(old)
            is_same = is_same and new is old
            if isinstance(new, FlattenSentinel):
                several = list(new)
            else:
                several = [] if isinstance(new, RemovalSentinel) else [new]
            if is_body and not _is_empty(old):
                several = [each for each in several if not _is_empty(each)]
            found += several
        return nodes if is_same else tuple(found)


def _is_empty(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.SimpleStatementLine) and not node.body


def _fitting(node: cst.CSTNode, name: str, new: object) -> object:
    """What a field of `node` holds for what its value became."""
    if isinstance(new, FlattenSentinel):
        raise TypeError(f"several nodes for the one {name} of {type(node).__name__}")
    if not isinstance(new, RemovalSentinel):
        return new
    (field,) = (f for f in type(node).__dataclass_fields__.values() if f.name == name)
    if MaybeSentinel in get_args(field.type):
        return MaybeSentinel.DEFAULT
    if type(None) not in get_args(field.type):
        raise TypeError(f"{type(node).__name__} needs its {name}")
    return None
