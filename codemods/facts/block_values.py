"""Which statement of a block gave a variable the value that it has at another one.

totals = []             makes the value,
result = totals         which has two names from here on,
show(result)            and is what is shown
"""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from codemods.facts.bindings import BINDING_ROLES, Bindings
from codemods.facts.evaluation import names_in
from codemods.facts.find_nodes import find
from codemods.facts.liveness import Statement, statements_of
from codemods.facts.walk import parents

Block = cst.Module | cst.IndentedBlock


@dataclass(frozen=True)
class Place:
    """A statement of a block."""

    block: Block
    index: int

    @property
    def statement(self) -> Statement:
        return statements_of(self.block)[self.index]

    def behind(self) -> list[Statement]:
        return statements_of(self.block)[self.index + 1 :]

    def up_to(self, later: Place) -> list[Statement]:
        """The statements between this one and a later one of the block."""
        return statements_of(self.block)[self.index + 1 : later.index]


class BlockValues:
    """Follows the values of variables through the blocks of one module."""

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._parents = parents(bindings.wrapper.module)
        self._stores = {
            use.node for use in bindings.scopes.occurrences if use.role in BINDING_ROLES
        }

    def place_of(self, node: cst.CSTNode) -> Place:
        """The statement that a node stands in, and its block."""
        while not isinstance(block := self._parents[node], Block):
            node = block
        return Place(block, [s is node for s in block.body].index(True))

    def made_at(self, name: str, place: Place) -> Place | None:
        """Where a block has made the value that a variable has ahead of a statement.

        None if that is not a plain assignment of the block.
        """
        for index in reversed(range(place.index)):
            found = Place(place.block, index)
            if not self.binds(found.statement, name):
                continue
            value = assigned(found.statement, name)
            if isinstance(value, cst.Name):
                return self.made_at(value.value, found)
            return found if value is not None else None
        return None

    def binds(self, statement: cst.CSTNode, name: str) -> bool:
        """Whether a statement, or one inside it, binds a variable of that name."""
        return any(
            node.value == name and node in self._stores
            for node in find(statement, cst.Name)
        )


def assigned(statement: cst.CSTNode, name: str) -> cst.BaseExpression | None:
    """What a plain assignment gives a variable, if the statement is one."""
    match statement:
        case cst.SimpleStatementLine(
            body=[
                cst.Assign(
                    targets=[cst.AssignTarget(target=cst.Name(value=target))],
                    value=value,
                )
            ]
        ) if (
            target == name
        ):
            return value
        case cst.SimpleStatementLine(
            body=[cst.AnnAssign(target=cst.Name(value=target), value=value)]
        ) if (target == name):
            return value
    return None


def copied(statement: cst.CSTNode) -> tuple[str, str] | None:
    """The names in `name = other`: that which is bound, and the other."""
    match statement:
        case cst.SimpleStatementLine(
            body=[
                cst.Assign(
                    targets=[cst.AssignTarget(target=cst.Name(value=name))],
                    value=cst.Name(value=other),
                )
                | cst.AnnAssign(
                    target=cst.Name(value=name), value=cst.Name(value=other)
                )
            ]
        ):
            return name, other
    return None


def mentions(node: cst.CSTNode, name: str) -> bool:
    return any(one.value == name for one in names_in(node))


def is_new_list(value: cst.BaseExpression | None) -> bool:
    """Whether an expression makes a list: `[]`, `[0.0] * length`."""
    if isinstance(value, cst.BinaryOperation):
        is_times = isinstance(value.operator, cst.Multiply)
        return is_times and isinstance(value.left, cst.List)
    return isinstance(value, cst.List)


def is_list_of_zeros(value: cst.BaseExpression | None) -> bool:
    """Whether an expression makes a list of floats that are all zero."""
    match value:
        case cst.BinaryOperation(
            left=cst.List(elements=[cst.Element(value=cst.Float() as number)]),
            operator=cst.Multiply(),
        ):
            return number.evaluated_value == 0.0
    return False
