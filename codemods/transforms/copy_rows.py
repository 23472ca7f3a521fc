"""Give a list of its own to what is a row of a matrix here, and another list there."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst
from libcst.helpers import parse_template_statement

from codemods.facts.bindings import Bindings
from codemods.facts.find_nodes import find
from codemods.facts.phrases import phrases
from codemods.facts.scope_names import FreshNames
from codemods.facts.visit import visit
from codemods.facts.vocabulary import singular
from codemods.facts.walk import parents, walk
from codemods.transforms.hoist_expressions import put_before

EMPTY = cst.List([])


def copy_rows(
    bindings: Bindings, rows: Mapping[cst.BaseExpression, cst.Annotation]
) -> cst.Module:
    """Copy rows, element by element, where they are assigned or passed.

    Have:    state: list[Value] = matrix[token]     scores = scale(matrix[token])
    Want:    state: list[Value] = []                numbers: list[Value] = []
             for element in matrix[token]:          for number in matrix[token]:
                 state.append(element)                  numbers.append(number)
                                                    scores = scale(numbers)

    What `scale` calls them is what the copies are called.

    `rows` are the expressions, and what their copies are declared as.  Each stands in a
    line that evaluates it once; nothing that the line does may change it.
    """
    return visit(bindings.wrapper.module, _Copying(bindings, rows))


class _Copying(cst.CSTTransformer):
    def __init__(
        self, bindings: Bindings, rows: Mapping[cst.BaseExpression, cst.Annotation]
    ) -> None:
        super().__init__()
        self.rows = rows
        self.parents = parents(bindings.wrapper.module)
        self.names = FreshNames(bindings.wrapper)

    def leave_SimpleStatementLine(
        self,
        original_node: cst.SimpleStatementLine,
        updated_node: cst.SimpleStatementLine,
    ) -> cst.FlattenSentinel[cst.BaseStatement]:
        lines: list[cst.BaseStatement] = []
        for row in [node for node in walk(original_node) if node in self.rows]:
            assert isinstance(row, cst.BaseExpression)  # a key of `rows`
            name = _target_of(updated_node, row)
            if name is None:
                name = self.names.at(row).claim(self._words(row), row)
                declared = cst.AnnAssign(cst.Name(name), self.rows[row], EMPTY)
                lines += [cst.SimpleStatementLine([declared]), self._loop(name, row)]
                replaced = updated_node.deep_replace(row, cst.Name(name))
                updated_node = cst.ensure_type(replaced, cst.SimpleStatementLine)
            else:
                emptied = updated_node.with_deep_changes(
                    updated_node.body[0], value=EMPTY
                )
                return cst.FlattenSentinel([emptied, self._loop(name, row)])
        return cst.FlattenSentinel(put_before(lines, updated_node))

    def _words(self, row: cst.BaseExpression) -> list[str]:
        declared = self.parents[self.rows[row]]
        passed = [declared.name.value] if isinstance(declared, cst.Param) else []
        return [*passed, *phrases(row)]

    def _loop(self, name: str, row: cst.BaseExpression) -> cst.BaseStatement:
        element = self.names.at(row).claim([singular(name) or "element"], row)
        text = f"for {element} in {{row}}:\n    {name}.append({element})\n"
        return parse_template_statement(text, row=row)


def _target_of(line: cst.SimpleStatementLine, row: cst.CSTNode) -> str | None:
    """The variable that a line does nothing with but to assign a row to it."""
    match line.body:
        case [cst.Assign(targets=[cst.AssignTarget(target=target)], value=value)]:
            pass
        case [cst.AnnAssign(target=target, value=value)]:
            pass
        case _:
            return None
    if value is not row or not isinstance(target, cst.Name):
        return None
    is_read = any(name.value == target.value for name in find(row, cst.Name))
    return None if is_read else target.value
