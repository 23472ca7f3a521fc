"""The lines that bind one name to a number which is computed and nothing else.

for step in range(steps):
    next_step = step + 1            one
    show(next_step)
    total = total + next_step       none: what it computes is another value then
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

import libcst as cst

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import BINDING_ROLES, Binding, Bindings
from codemods.facts.container_changes import ContainerChanges
from codemods.facts.find_nodes import find
from codemods.facts.liveness import Statement, statements_of
from codemods.facts.metadata import wrap
from codemods.facts.pure_values import PureValues, Reading
from codemods.facts.reflection import Reflection
from codemods.facts.scopes import Occurrence
from codemods.facts.surroundings import Surroundings
from codemods.facts.walk import walk

Block = cst.Module | cst.IndentedBlock
OPERATIONS = (
    *(cst.BinaryOperation, cst.Call, cst.Comparison),
    *(cst.Subscript, cst.UnaryOperation),
)


@dataclass(frozen=True, eq=False)
class PureLine:
    """A line `name = value`, and what the value depends on."""

    line: cst.SimpleStatementLine
    block: Block
    index: int
    target: cst.Name
    binding: Binding
    value: cst.BaseExpression
    reading: Reading
    text: str
    """The value without its layout: equal texts are equal expressions."""

    def says_what(self, other: PureLine) -> bool:
        """Whether another line binds the same name to the same expression."""
        return self.binding == other.binding and self.text == other.text


@lru_cache(maxsize=4)
def find_pure_lines(module: cst.Module) -> PureLines:
    """The pure lines of a module, found once for those who change nothing."""
    return PureLines(Bindings(wrap(module)))


class PureLines:
    """The pure lines of one module, and what happens between them."""

    def __init__(self, bindings: Bindings) -> None:
        self.bindings = bindings
        self.types = AnnotatedTypes(bindings)
        self._values = PureValues(bindings, self.types)
        self.changes = ContainerChanges(bindings, self.types)
        self._surroundings = Surroundings(bindings)
        self._module = bindings.wrapper.module
        self.all = [line for block in self.blocks() for line in self._find(block)]
        self.at: dict[cst.CSTNode, PureLine] = {line.line: line for line in self.all}
        self._of_target = {line.target: line for line in self.all}

    @cached_property
    def reflection(self) -> Reflection:
        """What the module may observe about its names."""
        return Reflection(self.bindings)

    def blocks(self) -> Iterator[Block]:
        """The blocks of the module and its functions, outer ones first."""
        for node in walk(self._module):
            if isinstance(node, cst.Module | cst.IndentedBlock):
                scope = (
                    self._surroundings.scope(node) if node is not self._module else None
                )
                if scope is None or not scope.is_class:
                    yield node

    def bound_within(
        self, binding: Binding, block: Block, start: int, stop: int
    ) -> list[Occurrence]:
        """Where a variable is bound by some of the statements of a block."""
        return [
            use
            for use in self.bindings.occurrences(binding)
            if use.role in BINDING_ROLES
            and any(b is block and start <= i < stop for b, i in use.place)
        ]

    def line_of(self, target: cst.Name) -> PureLine | None:
        """The pure line that binds a name at its place."""
        return self._of_target.get(target)

    def changes_parts(self, line: PureLine, code: list[Statement]) -> bool:
        """Whether code may change what a line reads of containers."""
        return any(
            self.changes.may_change(code, part.type, of_length=part.of_length)
            for part in line.reading.parts
        )

    def _find(self, block: Block) -> Iterator[PureLine]:
        for index, statement in enumerate(statements_of(block)):
            if isinstance(statement, cst.SimpleStatementLine):
                found = self._of_line(statement, block, index)
                if found is not None:
                    yield found

    def _of_line(
        self, line: cst.SimpleStatementLine, block: Block, index: int
    ) -> PureLine | None:
        match line.body:
            case [cst.Assign(targets=[cst.AssignTarget(target=target)], value=value)]:
                pass
            case [cst.AnnAssign(target=target, value=cst.BaseExpression() as value)]:
                pass
            case _:
                return None
        if not isinstance(value, OPERATIONS) or _is_literal(value):
            return None
        binding = self._values.variable(target)
        reading = self._values.find(value)
        if binding is None or reading is None or binding in reading.names:
            return None
        if binding.scope is not self.bindings.scopes.by_node[self._owner(block)]:
            return None
        target = cst.ensure_type(target, cst.Name)
        text = _text(value)
        return PureLine(line, block, index, target, binding, value, reading, text)

    def _owner(self, block: Block) -> cst.CSTNode:
        """The function or module that a block is part of."""
        return block if block is self._module else self._surroundings.scope(block).node


def _is_literal(value: cst.BaseExpression) -> bool:
    """Whether an expression is a number with a sign."""
    return isinstance(value, cst.UnaryOperation) and not any(find(value, cst.Name))


@lru_cache(maxsize=4096)
def _text(value: cst.BaseExpression) -> str:
    """The text of a value, kept because it often stands in several modules' trees."""
    code = cst.Module([]).code_for_node(value)
    return ast.dump(ast.parse(f"({code})", mode="eval"))
