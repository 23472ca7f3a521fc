"""The statements that a name has its value from, and no others."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import libcst as cst

from codemods.adjoint.program import Statement
from codemods.adjoint.read_program import names_in, written_in


def slice_of(
    statements: Sequence[Statement], name: str, known: Collection[str]
) -> tuple[list[tuple[cst.CSTNode, frozenset[str]]], set[str]]:
    """What computes a name behind these statements, in order, with what each binds.

    What is `known` there need not be computed.  The second result is the names that
    are read, but have their values from elsewhere.
    """
    kept, needed = _slice([s.node for s in statements], {name}, known)
    return [(node, written_in(node)) for node in kept], needed - {name}


def _slice(
    nodes: Sequence[cst.CSTNode], wanted: set[str], known: Collection[str]
) -> tuple[list[cst.CSTNode], set[str]]:
    needed = set(wanted)
    kept: list[cst.CSTNode] = []
    for node in reversed(nodes):
        if not written_in(node) & needed.difference(known):
            continue
        match node:
            case cst.For():
                shorter, needed = _loop(node, needed, known)
                kept.append(shorter)
            case cst.If():
                shorter, needed = _branch(node, needed, known)
                kept.append(shorter)
            case _:
                needed -= _bound(node)
                needed |= names_in(node) - _bound(node) | _reread(node)
                kept.append(node.with_changes(leading_lines=[]))
    return kept[::-1], needed


def _loop(
    node: cst.For, needed: set[str], known: Collection[str]
) -> tuple[cst.CSTNode, set[str]]:
    """A loop with the part of its body that matters, now or in a later iteration."""
    targets = names_in(node.target)
    while True:
        kept, before = _slice(list(node.body.body), needed, known)
        grown = needed | before
        if grown == needed:
            break
        needed = grown
    body = node.body.with_changes(body=kept)
    shorter = node.with_changes(body=body, leading_lines=[])
    return shorter, (needed - targets) | names_in(node.iter)


def _branch(
    node: cst.If, needed: set[str], known: Collection[str]
) -> tuple[cst.CSTNode, set[str]]:
    kept, first = _slice(list(node.body.body), needed, known)
    body = node.body.with_changes(body=kept or [_nothing()])
    orelse, second = node.orelse, set(needed)
    if isinstance(orelse, cst.Else):
        others, second = _slice(list(orelse.body.body), needed, known)
        inside = orelse.body.with_changes(body=others or [_nothing()])
        orelse = orelse.with_changes(body=inside, leading_lines=[])
    elif orelse is not None:
        chained, second = _branch(orelse, needed, known)
        orelse = cst.ensure_type(chained, cst.If)
    shorter = node.with_changes(body=body, orelse=orelse, leading_lines=[])
    return shorter, needed | first | second | names_in(node.test)


def _nothing() -> cst.BaseStatement:
    return cst.ensure_type(cst.parse_statement("pass"), cst.SimpleStatementLine)


def _bound(node: cst.CSTNode) -> set[str]:
    """The name that a line binds anew."""
    match node:
        case cst.SimpleStatementLine(
            body=[cst.Assign(targets=[cst.AssignTarget(target=target)])]
            | [cst.AnnAssign(target=target)]
        ) if not isinstance(target, cst.Subscript):
            return names_in(target)
    return set()


def _reread(node: cst.CSTNode) -> set[str]:
    """The names that a line both reads and binds."""
    match node:
        case cst.SimpleStatementLine(
            body=[cst.Assign(value=value)]
            | [cst.AnnAssign(value=cst.BaseExpression() as value)]
        ):
            return names_in(value)
    return set()
