"""What a statement reads, binds and changes, by the names of variables."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

import libcst as cst

from codemods.facts.find_nodes import find
from codemods.facts.visit import visit
from codemods.facts.walk import walk

MUTATORS = frozenset(
    """add append appendleft clear difference_update discard extend extendleft insert
    intersection_update pop popitem popleft remove reverse setdefault sort update
    """.split()
)


def names_in(node: cst.CSTNode) -> set[str]:
    """The names of variables in an expression or statement."""
    return {name.value for name in variables_in(node)}


def variables_in(node: cst.CSTNode) -> Iterator[cst.Name]:
    """The variables of an expression or statement, not attributes or keywords."""
    skipped: set[cst.CSTNode] = {a.attr for a in find(node, cst.Attribute)}
    skipped |= {a.keyword for a in find(node, cst.Arg) if a.keyword is not None}
    skipped |= {n for a in find(node, cst.Annotation) for n in find(a, cst.Name)}
    return (n for n in find(node, cst.Name) if n not in skipped)


@lru_cache(maxsize=4096)
def names_of(text: str) -> tuple[str, ...]:
    """The names of variables in the text of an expression, in order."""
    found = (name.value for name in variables_in(cst.parse_expression(text)))
    return tuple(dict.fromkeys(found))


def assigned_in(node: cst.CSTNode) -> set[str]:
    """The names that assignments in a block bind."""
    found: set[str] = set()
    for part in walk(node):
        match part:
            case (
                cst.AssignTarget(target=target)
                | cst.AugAssign(target=target)
                | (cst.AnnAssign(target=target, value=cst.BaseExpression()))
            ) if not isinstance(target, cst.Subscript):
                found |= names_in(target)
    return found


def written_in(node: cst.CSTNode) -> frozenset[str]:
    """The names that a statement binds, and those of lists that it changes."""
    found = assigned_in(node)
    for part in walk(node):
        if isinstance(part, cst.For):
            found |= names_in(part.target)
    return frozenset(found | changed_in(node))


def changed_in(node: cst.CSTNode) -> frozenset[str]:
    """The names of the lists that a statement changes."""
    found: set[str] = set()
    for part in walk(node):
        match part:
            case (
                cst.AssignTarget(target=cst.Subscript() as target)
                | cst.AugAssign(target=cst.Subscript() as target)
                | cst.AnnAssign(target=cst.Subscript() as target)
            ):
                found |= root_of(target)
            case cst.Call(
                func=cst.Attribute(value=changed, attr=cst.Name(value=method))
            ) if (method in MUTATORS):
                found |= root_of(changed)
    return frozenset(found)


def stored_in(node: cst.CSTNode) -> set[str]:
    """The names of the lists that have another entry behind a statement."""
    found: set[str] = set()
    for part in walk(node):
        match part:
            case cst.AssignTarget(target=cst.Subscript() as target) | cst.AugAssign(
                target=cst.Subscript() as target
            ):
                found |= root_of(target)
    return found


def root_of(node: cst.CSTNode) -> set[str]:
    """The name of the list that an entry is in."""
    while isinstance(node, cst.Subscript):
        node = node.value
    return {node.value} if isinstance(node, cst.Name) else set()


def effect_of(line: cst.CSTNode) -> tuple[set[str], set[str]]:
    """The names that a line reads, and those that it binds anew."""
    match line:
        case cst.SimpleStatementLine(
            body=[
                cst.Assign(targets=[cst.AssignTarget(target=target)], value=value)
                | cst.AnnAssign(target=target, value=cst.BaseExpression() as value)
            ]
        ) if not isinstance(target, cst.Subscript):
            return names_in(value), names_in(target)
    return names_in(line), set()


def sliced(
    nodes: Sequence[cst.CSTNode], wanted: Collection[str]
) -> tuple[list[cst.CSTNode], set[str]]:
    """The statements that names have their values from, and what is read ahead of them.

    A name that is wanted is read ahead of the statements as well, unless they bind it
    whatever happens.
    """
    return _sliced(nodes, set(wanted), False)


def read_ahead(nodes: Sequence[cst.CSTNode]) -> set[str]:
    """The names that statements may read before they bind them."""
    return _sliced(nodes, set(), True)[1]


def _sliced(
    nodes: Sequence[cst.CSTNode], needed: set[str], whole: bool
) -> tuple[list[cst.CSTNode], set[str]]:
    kept: list[cst.CSTNode] = []
    for node in reversed(nodes):
        if not (whole or written_in(node) & needed):
            continue
        match node:
            case cst.For():
                shorter, needed = _sliced_loop(node, needed, whole)
            case cst.If():
                shorter, needed = _sliced_branch(node, needed, whole)
            case _:
                reads, binds = effect_of(node)
                needed = (needed - binds) | reads
                shorter = node.with_changes(leading_lines=[])
        kept.append(shorter)
    return kept[::-1], needed


def _sliced_loop(
    node: cst.For, needed: set[str], whole: bool
) -> tuple[cst.CSTNode, set[str]]:
    """A loop with the part of its body that matters, now or in a later iteration."""
    targets = names_in(node.target)
    while True:
        kept, before = _sliced(list(node.body.body), needed, whole)
        grown = needed | (before - targets)
        if grown == needed:
            break
        needed = grown
    body = node.body.with_changes(body=kept or [_nothing()])
    shorter = node.with_changes(body=body, leading_lines=[])
    return shorter, needed | names_in(node.iter)


def _sliced_branch(
    node: cst.If, needed: set[str], whole: bool
) -> tuple[cst.CSTNode, set[str]]:
    kept, first = _sliced(list(node.body.body), needed, whole)
    body = node.body.with_changes(body=kept or [_nothing()])
    orelse, second = node.orelse, set(needed)
    if isinstance(orelse, cst.Else):
        others, second = _sliced(list(orelse.body.body), needed, whole)
        inside = orelse.body.with_changes(body=others or [_nothing()])
        orelse = orelse.with_changes(body=inside, leading_lines=[])
    elif orelse is not None:
        chained, second = _sliced_branch(orelse, needed, whole)
        orelse = cst.ensure_type(chained, cst.If)
    shorter = node.with_changes(body=body, orelse=orelse, leading_lines=[])
    return shorter, first | second | names_in(node.test)


def _nothing() -> cst.BaseStatement:
    return cst.ensure_type(cst.parse_statement("pass"), cst.SimpleStatementLine)


class _Renaming(cst.CSTTransformer):
    def __init__(self, names: dict[str, str], variables: set[cst.CSTNode]) -> None:
        super().__init__()
        self.names = names
        self.variables = variables

    def leave_Name(
        self, original_node: cst.Name, updated_node: cst.Name
    ) -> cst.BaseExpression:
        if original_node not in self.variables:
            return updated_node
        name = self.names.get(original_node.value, original_node.value)
        return updated_node.with_changes(value=name)


def renamed(node: cst.CSTNode, names: dict[str, str]) -> cst.CSTNode:
    """An expression or statement with other names for its variables."""
    if not names:
        return node
    variables: set[cst.CSTNode] = set(variables_in(node))
    visited = visit(node, _Renaming(names, variables))
    assert isinstance(visited, cst.CSTNode)
    return visited


def renamed_text(text: str, names: dict[str, str]) -> str:
    used = {old: names[old] for old in names_of(text) if names.get(old, old) != old}
    if not used:
        return text
    return cst.Module([]).code_for_node(renamed(cst.parse_expression(text), used))
