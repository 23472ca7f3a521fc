"""The lines of an operation that a number depends on.

    half = 0.5 * node_data[value]       for `data`
    data = math.exp(half)               for `data`
    local_gradient = 0.5 * data         not for `data`

They assign one variable each, or are an `if` around such lines.
"""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst
from libcst.helpers import parse_template_statement

from codemods.facts.find_nodes import find


def needed_lines(
    lines: Sequence[cst.CSTNode], wanted: set[str]
) -> list[cst.BaseStatement]:
    """The lines, and those in branches, on which variables depend; notes them too."""
    kept: list[cst.BaseStatement] = []
    for line in reversed(lines):
        needed = _needed_branch(line, wanted) if isinstance(line, cst.If) else None
        if needed is not None:
            kept.insert(0, needed)
        elif assigned_name(line) in wanted:
            wanted |= names_in(assigned_value(line))
            kept.insert(0, cst.ensure_type(line, cst.SimpleStatementLine))
    return kept


def _needed_branch(line: cst.If, wanted: set[str]) -> cst.If | None:
    """What is needed of an `if`, if anything is."""
    orelse = line.orelse
    if isinstance(orelse, cst.If):
        orelse = _needed_branch(orelse, wanted)
    elif orelse is not None:
        rest = needed_lines(orelse.body.body, wanted)
        orelse = cst.Else(cst.IndentedBlock(rest)) if rest else None
    body = needed_lines(line.body.body, wanted)
    if not body and orelse is None:
        return None
    wanted |= names_in(line.test)
    body = body or [parse_template_statement("pass")]
    return line.with_changes(body=cst.IndentedBlock(body), orelse=orelse)


def _assigned(line: cst.CSTNode) -> cst.Assign | cst.AnnAssign | None:
    match line:
        case cst.SimpleStatementLine(body=[cst.Assign() | cst.AnnAssign() as found]):
            return found
    return None


def assigned_name(line: cst.CSTNode) -> str:
    """The variable that a line assigns, if it does."""
    assigned = _assigned(line)
    if assigned is None:
        return ""
    if isinstance(assigned, cst.Assign):
        target = assigned.targets[0].target
    else:
        target = assigned.target
    return target.value if isinstance(target, cst.Name) else ""


def assigned_value(line: cst.CSTNode) -> cst.BaseExpression:
    assigned = _assigned(line)
    assert assigned is not None  # operations have no other lines
    assert assigned.value is not None  # that are no mere declarations
    return assigned.value


def names_in(node: cst.CSTNode) -> set[str]:
    return {name.value for name in find(node, cst.Name)}
