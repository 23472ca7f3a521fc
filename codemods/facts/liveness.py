"""Which variables a run of statements needs, and which of its results are needed.

    total = 0                   needs prices, binds total, price
    for price in prices:        certain to bind total only: there may be no prices
        total += price

Only the variables of one scope count, that of the function or module in which the
statements stand.  What the analysis cannot tell, it takes to be needed, and not certain
to be bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, reduce

import libcst as cst

from codemods.facts.bindings import (
    BINDING_ROLES,
    READING_ROLES,
    Binding,
    Bindings,
)
from codemods.facts.scopes import Occurrence, Role, Scope
from codemods.facts.walk import parents, walk
from codemods.facts.webs import is_deferred

Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement
Names = frozenset[Binding]
NONE: Names = frozenset()
LEAVES = (cst.Return, cst.Raise, cst.Break, cst.Continue)


@dataclass(frozen=True)
class Flow:
    """What a piece of code does with the variables of its scope.

    `needed` are read before they are certain to be bound, `bound` may be bound, and
    `certain` are bound whenever the end is reached, if it ever `ends`.
    """

    needed: Names = NONE
    bound: Names = NONE
    certain: Names = NONE
    ends: bool = True

    def then(self, after: Flow) -> Flow:
        """This, and `after` behind it."""
        return Flow(
            self.needed | (after.needed - self.certain),
            self.bound | after.bound,
            self.certain | after.certain,
            self.ends and after.ends,
        )

    def otherwise(self, other: Flow) -> Flow:
        """Either this or `other`."""
        ways = [flow.certain for flow in (self, other) if flow.ends]
        return Flow(
            self.needed | other.needed,
            self.bound | other.bound,
            frozenset.intersection(*ways) if ways else NONE,
            bool(ways),
        )

    def perhaps(self) -> Flow:
        """This, or nothing."""
        return self.otherwise(Flow())


@dataclass(frozen=True)
class Region:
    """Consecutive statements of a block: those from `start` up to `stop`."""

    block: cst.Module | cst.IndentedBlock
    start: int
    stop: int

    @property
    def statements(self) -> list[Statement]:
        return statements_of(self.block)[self.start : self.stop]

    @property
    def before(self) -> list[Statement]:
        return statements_of(self.block)[: self.start]

    @property
    def after(self) -> list[Statement]:
        return statements_of(self.block)[self.stop :]


@lru_cache(maxsize=4)
def liveness_of(bindings: Bindings) -> Liveness:
    """The liveness in a module that is asked for it several times."""
    return Liveness(bindings)


class Liveness:
    """The flow of the variables of a module's scopes."""

    def __init__(self, bindings: Bindings) -> None:
        self.bindings = bindings
        self._parents = parents(bindings.wrapper.module)
        self._uses = {use.node: use for use in bindings.scopes.occurrences}
        self._flows: dict[tuple[cst.CSTNode, Scope], Flow] = {}
        self._elsewhere: dict[Scope, Names] = {}

    def scope_of(self, region: Region) -> Scope:
        """The function or module that a region's variables belong to."""
        node: cst.CSTNode = region.block
        while not isinstance(node, cst.Module | cst.FunctionDef | cst.ClassDef):
            node = self._parents[node]
        return self.bindings.scopes.by_node[node]

    def flow(self, statements: Iterable[cst.CSTNode], scope: Scope) -> Flow:
        """What statements do, one after the other."""
        flows = (self._known_flow_of(statement, scope) for statement in statements)
        return reduce(Flow.then, flows, Flow())

    def live_after(self, region: Region) -> Names:
        """The variables that something may read after a region, as it left them."""
        scope = self.scope_of(region)
        live = self._live(region.block, region.after, scope, leaves=False)
        return live | self._read_elsewhere(scope)

    def certain_before(self, region: Region) -> Names:
        """The variables that are bound whenever a region begins."""
        scope = self.scope_of(region)
        found = self.flow(region.before, scope).certain
        node: cst.CSTNode = region.block
        while node is not scope.node:
            parent = self._parents[node]
            if isinstance(parent, cst.For) and node is parent.body:
                found |= self._bound_by(parent.target, scope)
            if isinstance(parent, cst.Module | cst.IndentedBlock):
                above, _ = _around(parent, node)
                found |= self.flow(above, scope).certain
            node = parent
        return (found | self._parameters(scope)) - self._deleted

    @cached_property
    def _deleted(self) -> Names:
        """The variables that a `del` makes uncertain, wherever it stands."""
        uses = [u for u in self._uses.values() if u.role is Role.DELETE]
        found = (self.bindings.binding_of(use.node) for use in uses)
        return frozenset(binding for binding in found if binding is not None)

    def _live(
        self,
        block: cst.Module | cst.IndentedBlock,
        rest: Sequence[Statement],
        scope: Scope,
        *,
        leaves: bool,
    ) -> Names:
        """What is live before the `rest` of a block, which may be left in between."""
        flow = self.flow(rest, scope)
        leaves |= any(isinstance(node, LEAVES) for s in rest for node in walk(s))
        certain = NONE if leaves else flow.certain
        return flow.needed | (self._live_behind(block, scope, leaves=leaves) - certain)

    def _live_behind(
        self, block: cst.Module | cst.IndentedBlock, scope: Scope, *, leaves: bool
    ) -> Names:
        """What is live at the end of a block."""
        owner = self._parents[block] if block is not scope.node else block
        if owner is scope.node:
            return NONE
        again = NONE
        if isinstance(owner, cst.For | cst.While):
            again = self._known_flow_of(owner, scope).needed
        statement = owner
        while not isinstance(self._parents[statement], cst.Module | cst.IndentedBlock):
            statement = self._parents[statement]  # from an `else` to its `if`
        outer = self._parents[statement]
        assert isinstance(outer, cst.Module | cst.IndentedBlock)
        _, below = _around(outer, statement)
        return again | self._live(outer, below, scope, leaves=leaves)

    def _read_elsewhere(self, scope: Scope) -> Names:
        """The variables of a scope that functions in it use, whenever they run."""
        if scope not in self._elsewhere:
            self._elsewhere[scope] = frozenset(
                binding
                for binding in self.bindings
                if binding.scope is scope
                and any(
                    is_deferred(self.bindings, use)
                    for use in self.bindings.occurrences(binding)
                )
            )
        return self._elsewhere[scope]

    def _parameters(self, scope: Scope) -> Names:
        return frozenset(
            Binding(scope, use.node.value)
            for use in self.bindings.scopes.occurrences
            if use.scope is scope and use.role is Role.PARAMETER
        )

    def _known_flow_of(self, node: cst.CSTNode, scope: Scope) -> Flow:
        key = (node, scope)
        if key not in self._flows:
            self._flows[key] = self._flow_of(node, scope)
        return self._flows[key]

    def _flow_of(self, node: cst.CSTNode, scope: Scope) -> Flow:
        match node:
            case cst.SimpleStatementLine() | cst.BaseSuite():
                return self.flow(node.body, scope)
            case cst.If():
                other = self._flow_of(node.orelse, scope) if node.orelse else Flow()
                either = self._flow_of(node.body, scope).otherwise(other)
                return self._reads(node.test, scope).then(either)
            case cst.Else():
                return self._flow_of(node.body, scope)
            case cst.For():
                target = self._stores(node.target, scope)
                body = target.then(self._flow_of(node.body, scope))
                return self._looped(self._reads(node.iter, scope), body, node, scope)
            case cst.While():
                test = self._reads(node.test, scope)
                return self._looped(
                    test, self._flow_of(node.body, scope).then(test), node, scope
                )
            case cst.With(asynchronous=None):
                return self._entered(node, scope)
            case cst.AnnAssign(value=None):
                return Flow()
            case cst.FunctionDef() | cst.ClassDef():
                return self._reads(node, scope).then(self._stores(node.name, scope))
            case cst.BaseSmallStatement():
                flow = self._reads(node, scope).then(self._stores(node, scope))
                return replace(flow, ends=not isinstance(node, LEAVES))
            case _:
                return self._anything(node, scope)

    def _looped(
        self, head: Flow, body: Flow, loop: cst.For | cst.While, scope: Scope
    ) -> Flow:
        flow = head.then(body.perhaps())
        if loop.orelse is not None:
            flow = flow.then(self._flow_of(loop.orelse, scope).perhaps())
        return flow

    def _entered(self, node: cst.With, scope: Scope) -> Flow:
        """A `with`, which may go on behind it after an exception inside.

        That is so once something else than a file has been entered.
        """
        flow = self._flow_of(node.body, scope)
        for item in reversed(node.items):
            inside = flow if self._opens_file(item.item) else flow.perhaps()
            flow = self._reads(item.item, scope)
            if item.asname is not None:
                flow = flow.then(self._stores(item.asname, scope))
            flow = flow.then(inside)
        return flow

    def _opens_file(self, manager: cst.BaseExpression) -> bool:
        return isinstance(manager, cst.Call) and self.bindings.is_builtin(
            manager.func, "open"
        )

    def _anything(self, node: cst.CSTNode, scope: Scope) -> Flow:
        """Statements whose order is not followed: all that they read is needed."""
        return self._reads(node, scope).then(self._stores(node, scope).perhaps())

    def _reads(self, node: cst.CSTNode, scope: Scope) -> Flow:
        uses = self._uses_in(node, scope)
        return Flow(needed=frozenset(b for b, use in uses if use.role in READING_ROLES))

    def _stores(self, node: cst.CSTNode, scope: Scope) -> Flow:
        """What a statement or target binds."""
        uses = [u for u in self._uses_in(node, scope) if u[1].role in BINDING_ROLES]
        certain = frozenset(b for b, use in uses if not self._is_walrus(use.node))
        return Flow(NONE, frozenset(b for b, _ in uses), certain)

    def _is_walrus(self, target: cst.Name) -> bool:
        """Whether a name is bound inside an expression, which may not come to it."""
        return isinstance(self._parents[target], cst.NamedExpr)

    def _bound_by(self, target: cst.CSTNode, scope: Scope) -> Names:
        return self._stores(target, scope).bound

    def _uses_in(
        self, node: cst.CSTNode, scope: Scope
    ) -> Iterator[tuple[Binding, Occurrence]]:
        """The occurrences of a scope's variables in a node, also in functions there."""
        for name in walk(node):
            use = self._uses.get(name) if isinstance(name, cst.Name) else None
            if use is not None:
                binding = self.bindings.binding_of(use.node)
                if binding is not None and binding.scope is scope:
                    yield binding, use


def _around(
    block: cst.Module | cst.IndentedBlock, statement: cst.CSTNode
) -> tuple[list[Statement], list[Statement]]:
    """What stands before a statement of a block, and what behind it."""
    statements = statements_of(block)
    index = [s is statement for s in statements].index(True)
    return statements[:index], statements[index + 1 :]


def statements_of(block: cst.Module | cst.IndentedBlock) -> list[Statement]:
    """The statements of a block, as what they always are."""
    return [s for s in block.body if isinstance(s, Statement)]
