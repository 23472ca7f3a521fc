"""Where nodes stand in a module, found out for no more statements than are asked for.

LibCST finds positions by printing a module as a whole, which takes long.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, lru_cache
from itertools import accumulate

import libcst as cst
from libcst.metadata import CodePosition, CodeRange, PositionProvider

from codemods.facts.metadata import Wrapper
from codemods.facts.print_parts import LAYOUT, statement_text
from codemods.facts.walk import parents

Ranges = Mapping[cst.CSTNode, CodeRange]
Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement


class Positions:
    """What LibCST's `PositionProvider` says of the nodes of a module."""

    def __init__(self, module: cst.Module) -> None:
        self._module = module

    def __getitem__(self, node: cst.CSTNode) -> CodeRange:
        above = parents(self._module)
        statement = node
        while statement in above and above[statement] is not self._module:
            statement = above[statement]
        if not isinstance(statement, Statement) or statement not in self._starts:
            return self._whole[node]
        return _moved(_ranges_in(statement)[node], self._starts[statement])

    @cached_property
    def _starts(self) -> Mapping[cst.CSTNode, int]:
        """How many lines stand above the text of each statement."""
        module = self._module
        if (module.default_indent, module.default_newline) != LAYOUT:
            return {}
        heights = (statement_text(each).count("\n") for each in module.body)
        starts = accumulate(heights, initial=len(module.header))
        return dict(zip(module.body, starts, strict=False))

    @cached_property
    def _whole(self) -> Ranges:
        return Wrapper(self._module, unsafe_skip_copy=True).resolve(PositionProvider)


@lru_cache(maxsize=256)
def _ranges_in(statement: Statement) -> Ranges:
    """The positions of nodes in a module that is nothing but one statement."""
    module = cst.Module([statement])
    return Wrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)


def _moved(place: CodeRange, lines: int) -> CodeRange:
    start, end = (
        CodePosition(position.line + lines, position.column)
        for position in (place.start, place.end)
    )
    return CodeRange(start, end)
