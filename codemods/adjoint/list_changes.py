"""Where lists are made and changed."""

from __future__ import annotations

import libcst as cst

from codemods.adjoint.program import (
    Block,
    Branch,
    Loop,
    Program,
    Statement,
    Value,
    changed_operands,
)
from codemods.facts.walk import walk

Changes = dict[Value, list[tuple[Statement, list[Statement]]]]
"""What changes each list, with the loops and conditions that it is in."""


def changed_values(program: Program) -> Changes:
    found: Changes = {}
    _note(program.block, [], found)
    return found


def _note(block: Block, around: list[Statement], found: Changes) -> None:
    for statement in block.statements:
        for operand in changed_operands(statement):
            found.setdefault(operand.value, []).append((statement, around))
        match statement:
            case Loop(body=body):
                _note(body, [*around, statement], found)
            case Branch(blocks=blocks):
                for inner in blocks:
                    _note(inner, [*around, statement], found)


def made_in(node: cst.CSTNode) -> set[str]:
    """The names that lines bind to lists of their own."""
    found: set[str] = set()
    for part in walk(node):
        match part:
            case cst.Assign(
                targets=[cst.AssignTarget(target=cst.Name(value=name))], value=value
            ) | cst.AnnAssign(target=cst.Name(value=name), value=value):
                found |= {name} if _is_made(value) else set()
    return found


def _is_made(value: cst.BaseExpression | None) -> bool:
    match value:
        case cst.List() | cst.ListComp() | cst.Dict() | cst.Set():
            return True
        case cst.BinaryOperation() | cst.Call(func=cst.Name(value="list" | "dict")):
            return True
    return False
