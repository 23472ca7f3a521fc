"""Keep the number that is read of an object when its iteration is over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import libcst as cst
import libcst.matchers as m
from libcst.helpers import parse_template_statement

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import Binding, Bindings
from codemods.facts.call_graph import CallGraph, Loop
from codemods.facts.liveness import Region, statements_of
from codemods.facts.main_sequence import MainSequence
from codemods.facts.metadata import reparse, wrap
from codemods.facts.region_interface import jumps_out_of
from codemods.facts.scope_names import ScopeNames
from codemods.facts.scopes import Occurrence, Role
from codemods.facts.type_names import MAIN, Type
from codemods.facts.visit import visit
from codemods.facts.walk import parents


def keep_attributes(
    module: cst.Module, find_class: Callable[[cst.Module], cst.ClassDef]
) -> cst.Module:
    """Bind what is read of an object behind the loop that made it, within the loop.

    Have:    for step in range(3):
                 loss = measure(step)
             print(loss.data)
    Want:    for step in range(3):
                 loss = measure(step)
                 loss_data = loss.data
             print(loss_data)
    Refuses: nothing: objects stay in use of which more is needed than attributes, which
             the next iteration needs as well, of which such an attribute may change
             behind the loop, or whose iteration may end early

    This is done to objects of one class, and in the main sequence.
    """
    bindings = Bindings(wrap(module))
    keeping = _Keeping(bindings, find_class(bindings.wrapper.module))
    if not keeping.reads:
        return module
    return reparse(visit(bindings.wrapper.module, keeping))


class _Keeping(cst.CSTTransformer):
    def __init__(self, bindings: Bindings, owner: cst.ClassDef) -> None:
        super().__init__()
        self.bindings = bindings
        self.main = MainSequence(bindings)
        self.kind = Type(owner.name.value, (), MAIN)
        self.types = AnnotatedTypes(bindings)
        self.parents = parents(bindings.wrapper.module)
        self.reads: dict[cst.CSTNode, str] = {}
        """Attributes that are read behind a loop, and what has them from then on."""
        self.kept: dict[cst.CSTNode, list[cst.BaseStatement]] = {}
        """The lines that keep them, at the end of each loop."""
        for loop in self.main.loops():
            for binding in self._survivors(loop):
                self._keep(loop, binding)

    def _survivors(self, loop: Loop) -> Iterator[Binding]:
        """The variables with objects that are read behind a loop alone."""
        body = cst.ensure_type(loop.body, cst.IndentedBlock)
        if any(jumps_out_of(body)):
            return  # the end of an iteration may be left out
        region = Region(body, 0, len(body.body))
        liveness = self.main.liveness
        flow = liveness.flow(region.statements, liveness.scope_of(region))
        for binding in flow.bound & liveness.live_after(region) - flow.needed:
            if self.types.of_binding(binding) == self.kind:
                yield binding

    def _keep(self, loop: Loop, binding: Binding) -> None:
        """Let variables have the attributes of an object, if nothing else is needed."""
        block = next(b for b in self.main.blocks if loop in statements_of(b))
        at = statements_of(block).index(loop)
        uses = [
            use
            for use in self.bindings.occurrences(binding)
            if dict(use.place).get(block, -1) > at
        ]
        attributes = [self._attribute(use) for use in uses]
        names = {a.attr.value for a in attributes if a is not None}
        behind = statements_of(block)[at + 1 :]
        if None in attributes or self._stores_any(behind, names):
            return
        scope = ScopeNames.of(self.bindings.wrapper, loop)
        for name in sorted(names):
            kept = scope.claim([f"{binding.name}_{name}"], loop)
            reads = [a for a in attributes if a is not None and a.attr.value == name]
            self.reads |= dict.fromkeys(reads, kept)
            self.kept.setdefault(loop, []).append(
                parse_template_statement(
                    "{kept} = {read}",
                    kept=cst.Name(kept),
                    read=cst.Attribute(cst.Name(binding.name), cst.Name(name)),
                )
            )

    def _attribute(self, use: Occurrence) -> cst.Attribute | None:
        """The attribute that is read of a variable, and nothing else done with it."""
        above = self.parents[use.node]
        if use.role is not Role.LOAD or not isinstance(above, cst.Attribute):
            return None
        around = self.parents[above]
        is_called = isinstance(around, cst.Call) and around.func is above
        is_stored = isinstance(around, cst.AssignTarget | cst.AugAssign | cst.Del)
        return None if is_called or is_stored else above

    def _stores_any(self, behind: Sequence[cst.CSTNode], names: set[str]) -> bool:
        """Whether statements, or what they call, may change one of some attributes.

        An object that is made gets its own.
        """
        called = CallGraph(self.bindings).reached_from(behind)
        reached = [f for f in called if f.name.value != "__init__"]
        stored = m.Attribute(attr=m.OneOf(*map(m.Name, names)))
        targets = (
            m.AssignTarget(stored)
            | m.AugAssign(target=stored)
            | m.AnnAssign(target=stored)
            | m.Del()
        )
        return any(m.findall(part, targets) for part in (*behind, *reached))

    def on_leave(  # type: ignore[override]
        self, original_node: cst.CSTNode, updated_node: cst.CSTNode
    ) -> cst.CSTNode:
        if original_node in self.reads:
            return cst.Name(self.reads[original_node])
        if original_node in self.kept:
            assert isinstance(updated_node, cst.For | cst.While)
            block = cst.ensure_type(updated_node.body, cst.IndentedBlock)
            body = [*block.body, *self.kept[original_node]]
            return updated_node.with_changes(body=block.with_changes(body=body))
        return super().on_leave(original_node, updated_node)  # type: ignore[return-value]
