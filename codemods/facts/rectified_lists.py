"""Lists whose items are exactly zero wherever those of another list are not positive.

activations: list[float] = []
for signal in signals:
    rectified = max(0, signal)
    squared = rectified**2              and positive wherever those are positive
    activations.append(squared)
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import libcst as cst

from codemods.facts.bindings import Bindings
from codemods.facts.block_values import (
    BlockValues,
    Place,
    assigned,
    copied,
    mentions,
)
from codemods.facts.liveness import Statement, statements_of
from codemods.facts.loop_walks import given, read_walk


class Zeros(IntEnum):
    """Where a number is zero that another one decides."""

    OFF = 1
    """Where the other is not positive, if not elsewhere too."""

    ONLY_OFF = 2
    """Just there, but for powers too small for a float."""


@dataclass(frozen=True)
class RectifiedList:
    """What is known of a list."""

    source: Place
    """The line that made the list whose items decide."""

    zeros: Zeros


class RectifiedLists:
    """Looks for rectified lists in one module."""

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._blocks = BlockValues(bindings)

    def at(self, name: str, place: Place) -> RectifiedList | None:
        """What is known of the list that a variable holds ahead of a statement."""
        made = self._blocks.made_at(name, place)
        filled = self._filled(made, place) if made is not None else None
        if made is None or filled is None:
            return None
        loop = cst.ensure_type(filled.statement, cst.For)
        walk = read_walk(self._bindings, loop)
        zeros = self._zeros(loop, _made_name(made.statement))
        if walk is None or zeros is None or zeros[0] not in walk.lists:
            return None
        source = self._blocks.made_at(walk.lists[zeros[0]], filled)
        return RectifiedList(source, zeros[1]) if source is not None else None

    def _filled(self, made: Place, place: Place) -> Place | None:
        """The one loop that fills a list, if nothing else changes it up to a place."""
        names = {_made_name(made.statement)}
        filled: Place | None = None
        for offset, statement in enumerate(made.up_to(place)):
            if isinstance(statement, cst.For):
                if any(mentions(statement, name) for name in names):
                    if filled is not None:
                        return None
                    filled = Place(made.block, made.index + 1 + offset)
            elif not self._is_harmless(statement, names):
                return None
            names |= _new_name(statement, names)
        return filled

    def _is_harmless(self, statement: Statement, names: set[str]) -> bool:
        """Whether a line leaves a list of these names as it is."""
        if not any(mentions(statement, name) for name in names):
            return True
        match statement:
            case cst.SimpleStatementLine(
                body=[
                    cst.Expr(
                        value=cst.Call(
                            func=cst.Attribute(
                                value=cst.Name(value=owner),
                                attr=cst.Name(value="append"),
                            ),
                            args=[cst.Arg(value=cst.Name())],
                        )
                    )
                ]
            ):
                return owner not in names
        return copied(statement) is not None

    def _zeros(self, loop: cst.For, listed: str) -> tuple[str, Zeros] | None:
        """The element that decides where what a loop appends is zero."""
        known: dict[str, tuple[str, Zeros]] = {}
        lines = (
            statements_of(loop.body) if isinstance(loop.body, cst.IndentedBlock) else []
        )
        for line in lines[:-1]:
            name = _made_name(line)
            value = assigned(line, name)
            if value is None or mentions(line, listed):
                return None
            found = self._of_value(value, known)
            known.pop(name, None)
            if found is not None:
                known[name] = found
        appended = _appended(lines[-1], listed) if lines else None
        found = known.get(appended) if appended is not None else None
        is_rebound = found is not None and found[0] in map(_made_name, lines)
        return None if is_rebound else found

    def _of_value(
        self, value: cst.BaseExpression, known: dict[str, tuple[str, Zeros]]
    ) -> tuple[str, Zeros] | None:
        match value:
            case cst.Name(value=name):
                return known.get(name)
            case cst.Call():
                return self._of_maximum(value)
            case cst.BinaryOperation(
                left=base,
                operator=cst.Power(),
                right=cst.Integer(value=exponent) | cst.Float(value=exponent),
            ) if (
                float(exponent) > 0
            ):
                return self._of_value(base, known)
            case cst.BinaryOperation(left=left, operator=cst.Multiply(), right=right):
                return self._of_product(left, right, known)
        return None

    def _of_maximum(self, call: cst.Call) -> tuple[str, Zeros] | None:
        """Of `max(0, number)`, where nothing else has that element's name."""
        operands = given(self._bindings, call, "max")
        names = [node.value for node in operands if isinstance(node, cst.Name)]
        zeros = [node for node in operands if _is_zero(node)]
        if len(operands) == 2 and len(names) == len(zeros) == 1:
            return names[0], Zeros.ONLY_OFF
        return None

    def _of_product(
        self,
        left: cst.BaseExpression,
        right: cst.BaseExpression,
        known: dict[str, tuple[str, Zeros]],
    ) -> tuple[str, Zeros] | None:
        found = [self._of_value(operand, known) for operand in (left, right)]
        decided = [one for one in found if one is not None]
        if len({name for name, _ in decided}) != 1:
            return decided[0] if decided else None
        zeros = min(zeros for _, zeros in decided)
        return decided[0][0], zeros if len(decided) == 2 else Zeros.OFF


def _made_name(statement: cst.CSTNode) -> str:
    """What an assignment binds, "" if a line is none."""
    match statement:
        case cst.SimpleStatementLine(
            body=[
                cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))])
                | cst.AnnAssign(target=cst.Name(value=name))
            ]
        ):
            return name
    return ""


def _new_name(statement: Statement, names: set[str]) -> set[str]:
    """The name that a line gives to what has one of these names."""
    pair = copied(statement)
    return {pair[0]} if pair is not None and pair[1] in names else set()


def _appended(statement: cst.CSTNode, listed: str) -> str | None:
    match statement:
        case cst.SimpleStatementLine(
            body=[
                cst.Expr(
                    value=cst.Call(
                        func=cst.Attribute(
                            value=cst.Name(value=owner), attr=cst.Name(value="append")
                        ),
                        args=[cst.Arg(value=cst.Name(value=item))],
                    )
                )
            ]
        ) if (
            owner == listed
        ):
            return item
    return None


def _is_zero(node: cst.BaseExpression) -> bool:
    match node:
        case cst.Integer() | cst.Float():
            return node.evaluated_value == 0
    return False
