"""The main sequence of a script, and the regions of it that could be functions.

The main sequence is what runs once, from top to bottom: the module's own statements,
and those of a function that is only called once, from there, such as `main`, also
where the call is guarded by `if __name__ == "__main__"`.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst
import libcst.matchers as m

from codemods.facts.bindings import Binding, Bindings
from codemods.facts.call_graph import DEFINITION, Loop
from codemods.facts.find_nodes import find
from codemods.facts.liveness import Names, Region, Statement, liveness_of, statements_of
from codemods.facts.scopes import Role
from codemods.facts.settings import Settings
from codemods.facts.walk import parents, walk

Block = cst.Module | cst.IndentedBlock
IMPORT = m.SimpleStatementLine([m.Import() | m.ImportFrom()])
GUARD = m.If(m.Comparison(m.Name("__name__"), [m.ComparisonTarget(m.Equal())]))
CALL = m.SimpleStatementLine([m.Expr(m.Call(m.Name()))])


class MainSequence:
    """The blocks of a main sequence, and what can be told of their statements."""

    def __init__(self, bindings: Bindings) -> None:
        self.bindings = bindings
        self.liveness = liveness_of(bindings)
        self.settings = Settings(bindings)
        self.blocks = list(_main_blocks(bindings))

    def loops(self) -> Iterator[Loop]:
        """The outermost loops, in order."""
        for block in self.blocks:
            yield from (s for s in statements_of(block) if isinstance(s, Loop))

    def runs(self) -> Iterator[Region]:
        """The longest regions that only compute: no output, definition or setting.

        A run begins with a statement that binds something, and what it computes at its
        end is needed further down than by the output that follows.
        """
        for block in self.blocks:
            start = 0
            for index, statement in enumerate(statements_of(block)):
                if self._computes(statement, block):
                    if start == index and not self._bound(statement, block):
                        start += 1
                    continue
                if start < index:
                    region = Region(block, start, index)
                    yield self.without_output(region, index + self.prints(statement))
                start = index + 1

    def without_output(self, region: Region, last: int) -> Region:
        """A region without its last statements, as far as they only serve the output.

        That ends before the statement with the index `last`.  What only they know of
        serves the output, too, even if a loop hands it on to its next iteration.
        """
        needed = self.liveness.live_after(Region(region.block, region.start, last))
        stop = region.stop
        while stop > region.start:
            statement = statements_of(region.block)[stop - 1]
            bound = self._bound(statement, region.block)
            rest = range(stop - 1, last)
            known = {b for b in bound & needed if self._is_within(b, region, rest)}
            if bound & needed - known or not all(map(self._shows, walk(statement))):
                break
            stop -= 1
        return Region(region.block, region.start, stop)

    def _is_within(self, binding: Binding, region: Region, indices: range) -> bool:
        """Whether only some of the statements of a block know of a variable."""
        return all(
            dict(use.place).get(region.block, -1) in indices
            for use in self.bindings.occurrences(binding)
        )

    def waists(self, block: Block, stop: int) -> dict[int, Binding]:
        """The places in a block where one variable holds all that was computed.

        By the index of the statement behind, up to `stop`.
        """
        found = {}
        for index in range(1, stop + 1):
            region = Region(block, 0, index)
            bound = self._flow_bound(region.statements, block)
            live = bound & self.liveness.live_after(region)
            if len(live) == 1:
                found[index] = next(iter(live))
        return found

    def _shows(self, node: cst.CSTNode) -> bool:
        """Whether this is no statement that does more than print or bind a name."""
        match node:
            case cst.Expr(value=cst.Call(func=function)):
                return self.bindings.is_builtin(function, "print")
            case cst.Assign(targets=targets):
                return all(isinstance(target.target, cst.Name) for target in targets)
            case cst.AnnAssign(target=target) | cst.AugAssign(target=target):
                return isinstance(target, cst.Name)
        return not isinstance(node, cst.BaseSmallStatement)

    def prints(self, node: cst.CSTNode) -> bool:
        """Whether a statement writes to standard output."""
        calls = find(node, cst.Call)
        return any(self.bindings.is_builtin(call.func, "print") for call in calls)

    def _computes(self, statement: Statement, block: Block) -> bool:
        if isinstance(statement, DEFINITION) or m.matches(statement, IMPORT):
            return False
        bound = self._bound(statement, block)
        is_setting = any(binding in self.settings for binding in bound)
        return not is_setting and not self.prints(statement)

    def _bound(self, statement: Statement, block: Block) -> Names:
        return self._flow_bound([statement], block)

    def _flow_bound(self, statements: list[Statement], block: Block) -> Names:
        scope = self.liveness.scope_of(Region(block, 0, 0))
        return self.liveness.flow(statements, scope).bound


def _main_blocks(bindings: Bindings) -> Iterator[Block]:
    module = bindings.wrapper.module
    yield module
    for statement in module.body:
        guarded = statement.body if m.matches(statement, GUARD) else None
        lines = guarded.body if isinstance(guarded, cst.IndentedBlock) else [statement]
        for line in lines:
            if m.matches(line, CALL):
                function = called_once(next(find(line, cst.Call)), bindings)
                if function is not None and isinstance(
                    function.body, cst.IndentedBlock
                ):
                    yield function.body


def called_once(call: cst.Call, bindings: Bindings) -> cst.FunctionDef | None:
    """The function of the module that a call calls, if nothing else does."""
    name = cst.ensure_type(call.func, cst.Name)
    binding = bindings.binding_of(name)
    if binding is None:
        return None
    uses = bindings.occurrences(binding)
    if sorted(use.role.value for use in uses) != [Role.FUNCTION.value, Role.LOAD.value]:
        return None
    definition = next(use.node for use in uses if use.role is Role.FUNCTION)
    found = parents(bindings.wrapper.module)[definition]
    return found if isinstance(found, cst.FunctionDef) else None
