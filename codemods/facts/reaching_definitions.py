"""Which assignments may have given a variable the value that it has where it is read.

    total = 0               reaches the next two lines that read it
    for term in terms:
        total += term       reaches itself and `show`
    show(total)

The analysis is the classic one, over the statements of the variable's own scope.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import libcst as cst

from codemods.facts.bindings import (
    BINDING_ROLES,
    READING_ROLES,
    Binding,
    Bindings,
)
from codemods.facts.find_nodes import find
from codemods.facts.scopes import Occurrence, Role
from codemods.facts.walk import parents
from codemods.facts.webs import DECLARATIONS, is_deferred

Definitions = frozenset[cst.Name]
NONE: Definitions = frozenset()
UNFOLLOWED = (cst.Match, cst.Try, cst.TryStar, cst.With)


def reaching_definitions(
    bindings: Bindings, binding: Binding
) -> Mapping[cst.Name, Definitions] | None:
    """The names that bind, for every name that reads.

    None for a variable that is read or bound elsewhere than its place in the text says:
    in a function, in a `try`, a `with` or a `match`, or in part of an expression; and
    for one that is declared without a value.
    """
    uses = bindings.occurrences(binding)
    scope = binding.scope.node
    if not isinstance(scope, cst.Module | cst.FunctionDef):
        return None
    if any(not _stands_in_order(bindings, use) for use in uses):
        return None
    parameters = frozenset(use.node for use in uses if use.role is Role.PARAMETER)
    flow = _Flow(uses)
    flow.after(scope.body if isinstance(scope, cst.FunctionDef) else scope, parameters)
    return flow.reaching


def live_ranges(bindings: Bindings, binding: Binding) -> list[list[Occurrence]]:
    """The occurrences of a variable, apart where none reads what the others bind.

    They are in order of evaluation, and so are the ranges, by where each begins.  Those
    of a variable that is bound only once are all together.
    """
    uses = bindings.occurrences(binding)
    if sum(use.role in BINDING_ROLES for use in uses) < 2:
        return [uses]
    reaching = reaching_definitions(bindings, binding)
    if reaching is None:
        return [uses]
    ranges: list[set[cst.Name]] = []
    for use in uses:
        names = {use.node} | reaching.get(use.node, NONE)
        apart = [known for known in ranges if known.isdisjoint(names)]
        joined = [known for known in ranges if not known.isdisjoint(names)]
        ranges = [*apart, names.union(*joined)]
    found = [[use for use in uses if use.node in names] for names in ranges]
    return sorted(found, key=lambda each: uses.index(each[0]))


def _stands_in_order(bindings: Bindings, use: Occurrence) -> bool:
    """Whether the statements around a name tell when it is evaluated."""
    if use.role in DECLARATIONS or use.anchor is not use.node:
        return False
    if is_deferred(bindings, use):
        return False
    above = parents(bindings.wrapper.module)
    match above[use.node]:
        case cst.NamedExpr(target=target) | cst.AnnAssign(
            target=target, value=None
        ) if (target is use.node):
            return False
    node: cst.CSTNode = use.node
    while node in above:
        node = above[node]
        if isinstance(node, UNFOLLOWED):
            return False
    return True


class _Flow:
    """The definitions of one variable on their way through its scope."""

    def __init__(self, uses: Iterable[Occurrence]) -> None:
        self.reaching: dict[cst.Name, Definitions] = defaultdict(frozenset)
        self._uses = {use.node: use for use in uses}
        self._left: list[dict[type[cst.CSTNode], Definitions]] = []
        """What leaves the bodies of the loops around by `break` and by `continue`."""

    def after(self, node: cst.CSTNode, reached: Definitions) -> Definitions:
        """The definitions behind a node, by those ahead of it."""
        match node:
            case cst.Module() | cst.BaseSuite() | cst.SimpleStatementLine():
                for statement in node.body:
                    reached = self.after(statement, reached)
                return reached
            case cst.If():
                reached = self._evaluated([node.test], reached)
                other = node.orelse
                rest = reached if other is None else self.after(other, reached)
                return self.after(node.body, reached) | rest
            case cst.Else():
                return self.after(node.body, reached)
            case cst.For():
                reached = self._evaluated([node.iter], reached)
                return self._looped(node, [node.target], reached)
            case cst.While():
                return self._looped(node, [node.test], reached)
            case cst.BaseCompoundStatement() if isinstance(node, UNFOLLOWED):
                return self._passed(node, reached)
            case cst.Break() | cst.Continue():
                self._leave(type(node), reached)
                return NONE
            case cst.Return() | cst.Raise():
                self._evaluated([node], reached)
                return NONE
            case cst.AugAssign():
                return self._evaluated([node.value, node.target], reached)
        return self._evaluated([node], reached)

    def _looped(
        self,
        loop: cst.For | cst.While,
        each_time: list[cst.BaseExpression],
        reached: Definitions,
    ) -> Definitions:
        while True:
            self._left.append({})
            inside = self._evaluated(each_time, reached)
            behind = self.after(loop.body, inside)
            left = self._left.pop()
            again = reached | behind | left.get(cst.Continue, NONE)
            if again == reached:
                break
            reached = again
        if loop.orelse is not None:
            reached = self.after(loop.orelse, reached)
        return reached | left.get(cst.Break, NONE)

    def _leave(self, kind: type[cst.CSTNode], reached: Definitions) -> None:
        self._left[-1][kind] = self._left[-1].get(kind, NONE) | reached

    def _passed(self, node: cst.CSTNode, reached: Definitions) -> Definitions:
        """A statement that neither reads nor binds the variable, but may leave a loop.

        It may leave one of its own as well, which is then taken for the one around.
        """
        for kind in (cst.Break, cst.Continue):
            if self._left and any(find(node, kind)):
                self._leave(kind, reached)
        return reached

    def _evaluated(
        self, nodes: Iterable[cst.CSTNode], reached: Definitions
    ) -> Definitions:
        """Read and bind what expressions, or a statement without others in it, do."""
        for node in nodes:
            names = {name for name in find(node, cst.Name) if name in self._uses}
            for use in [u for name, u in self._uses.items() if name in names]:
                if use.role in READING_ROLES:
                    self.reaching[use.node] |= reached
                if use.role is Role.DELETE:
                    reached = NONE
                elif use.role in BINDING_ROLES:
                    reached = frozenset({use.node})
        return reached
