"""Which lists certainly hold something when a loop over them begins.

greatest = max(numbers)             or this would have failed
doubled: list[float] = []
for number in numbers:              so this makes one turn at least,
    doubled.append(2 * number)      and this holds something as well
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst
import libcst.matchers as m

from codemods.facts.bindings import Binding
from codemods.facts.liveness import LEAVES, statements_of
from codemods.facts.pure_lines import Block, PureLine, PureLines
from codemods.facts.type_names import Type
from codemods.facts.value_ranges import ValueRanges
from codemods.facts.walk import parents, walk

Loop = cst.For | cst.While
APPENDING = m.SimpleStatementLine(
    [m.Expr(m.Call(m.Attribute(m.Name(), m.Name("append")), [m.Arg(m.Name())]))]
)
"""A line that appends to a list what it does not have to compute."""

ONE_BY_ONE = ("enumerate", "reversed", "zip")
"""Builtins that yield something if all of their arguments hold something."""


class FilledLists:
    """What is certain of the lists of one module, and of the loops over them."""

    def __init__(self, lines: PureLines, ranges: ValueRanges) -> None:
        self._lines = lines
        self._ranges = ranges
        self._bindings = lines.bindings
        self._parents = parents(lines.bindings.wrapper.module)

    def certainly_runs(self, loop: Loop, block: Block, index: int) -> bool:
        """Whether a loop, which is this statement of a block, makes a turn at least."""
        if self._ranges.certainly_runs(loop):
            return True
        return isinstance(loop, cst.For) and self._yields(loop.iter, block, index)

    def _yields(self, node: cst.BaseExpression, block: Block, index: int) -> bool:
        """Whether to iterate over an expression gives something."""
        if isinstance(node, cst.Name):
            return self._is_filled(node, block, index)
        if not isinstance(node, cst.Call) or any(
            a.star or a.keyword for a in node.args
        ):
            return False
        values = [argument.value for argument in node.args]
        if self._bindings.is_builtin(node.func, *ONE_BY_ONE):
            return bool(values) and all(self._yields(v, block, index) for v in values)
        if not self._bindings.is_builtin(node.func, "range") or len(values) != 1:
            return False
        counted = self._counted(values[0])
        if counted is not None:
            return self._yields(counted, block, index)
        return isinstance(values[0], cst.Name) and (
            self._counts_items(values[0], block, index)
        )

    def _counted(self, size: cst.BaseExpression) -> cst.BaseExpression | None:
        """The list whose length an expression is."""
        length = m.Call(m.Name("len"), [m.Arg(m.Name(), keyword=None, star="")])
        if not isinstance(size, cst.Call) or not m.matches(size, length):
            return None
        is_length = self._bindings.is_builtin(size.func, "len")
        return size.args[0].value if is_length else None

    def _counts_items(self, name: cst.Name, block: Block, index: int) -> bool:
        """Whether a variable holds the length of a list that held something then."""
        binding = self._bindings.binding_of(name)
        if binding is None:
            return False
        for outer, start, stop in self._around(block, index):
            for witness in range(start):
                line = self._lines.at.get(statements_of(outer)[witness])
                if line is None or line.binding != binding:
                    continue
                counted = self._counted(line.value)
                is_last = not self._lines.bound_within(
                    line.binding, outer, witness + 1, stop
                )
                if is_last and counted is not None:
                    return self._yields(counted, outer, witness)
        return False

    def _is_filled(self, name: cst.Name, block: Block, index: int) -> bool:
        """Whether a list holds something ahead of a statement of a block."""
        binding = self._bindings.binding_of(name)
        kind = self._lines.types.type_of(name)
        if binding is None or kind.name != "list" or kind.module != "builtins":
            return False
        return any(
            self._fills(binding, outer, witness)
            and not self._lines.bound_within(binding, outer, witness + 1, stop)
            and not self._may_shrink(kind, statements_of(outer)[witness + 1 : stop])
            for outer, start, stop in self._around(block, index)
            for witness in range(start)
        )

    def _around(self, block: Block, index: int) -> Iterator[tuple[Block, int, int]]:
        """The blocks around a statement, and how much of each runs before it.

        The first number counts what certainly runs, the second what may: of a block
        further out also the statement around this one, in an earlier turn.
        """
        yield block, index, index
        node: cst.CSTNode = block
        while not isinstance(node, cst.Module | cst.FunctionDef):
            parent = self._parents[node]
            if isinstance(parent, cst.Module | cst.IndentedBlock):
                start = [s is node for s in parent.body].index(True)
                yield parent, start, start + 1
            node = parent

    def _fills(self, binding: Binding, block: Block, index: int) -> bool:
        """Whether a list certainly holds something behind a statement of a block."""
        statement = statements_of(block)[index]
        line = self._lines.at.get(statement)
        if line is not None:
            return self._needs_items(binding, line)
        if not isinstance(statement, cst.For) or statement.orelse is not None:
            return False
        if not any(self._appends(binding, s) for s in statement.body.body):
            return False
        is_whole = not any(isinstance(node, LEAVES) for node in walk(statement))
        return (
            is_whole
            and not self._lines.bound_within(binding, block, index, index + 1)
            and not self._may_shrink(self._lines.types.of_binding(binding), [statement])
            and self.certainly_runs(statement, block, index)
        )

    def _needs_items(self, binding: Binding, line: PureLine) -> bool:
        """Whether a line would have failed had a list been empty."""
        match line.value:
            case cst.Call(func=func, args=[cst.Arg(value=cst.Name() as name)]):
                is_choice = self._bindings.is_builtin(func, "max", "min")
                return is_choice and self._bindings.binding_of(name) == binding
        return False

    def _appends(self, binding: Binding, statement: cst.CSTNode) -> bool:
        match statement:
            case cst.SimpleStatementLine(body=[cst.Expr(value=cst.Call(func=func))]):
                name = m.extract(
                    func,
                    m.Attribute(m.SaveMatchedNode(m.Name(), "list"), m.Name("append")),
                )
                found = name["list"] if name is not None else None
                return isinstance(found, cst.Name) and (
                    self._bindings.binding_of(found) == binding
                )
        return False

    def _may_shrink(self, kind: Type, code: Sequence[cst.CSTNode]) -> bool:
        """Whether statements may take something from a list; appending does not."""
        return any(self._may_take(kind, statement) for statement in code)

    def _may_take(self, kind: Type, statement: cst.CSTNode) -> bool:
        if isinstance(statement, cst.For) and statement.orelse is None:
            inside = [*statement.body.body, cst.Expr(statement.iter)]
            return self._may_shrink(kind, inside)
        if m.matches(statement, APPENDING):
            return False
        return self._lines.changes.may_change([statement], kind, of_length=True)
