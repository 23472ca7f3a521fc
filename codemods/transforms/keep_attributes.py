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
from codemods.facts.walk import parents, walk

READERS = (
    *(cst.Arg, cst.BinaryOperation, cst.UnaryOperation, cst.Comparison, cst.Return),
    cst.Assign,  # its targets have a node around them
    *(cst.ComparisonTarget, cst.BooleanOperation, cst.FormattedStringExpression),
    *(cst.Expr, cst.IfExp, cst.If, cst.While, cst.CompIf, cst.ListComp, cst.Index),
)
"""What an attribute can only be read in, whatever part of it it is."""

WATCHING = ("__getattr__", "__getattribute__", "__setattr__")
HIDDEN = ("setattr", "vars", "__dict__", "__init__", "delattr", "exec", "eval")
"""By what an attribute may be changed that is not named."""


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
    Refuses: nothing: objects stay in use of which more is needed than attributes, that
             something else than one line of the loop gives, which the next iteration
             needs as well, of which such an attribute may change behind the loop, or
             whose loop is not through a range to its end

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
        self.owner = owner
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
        """The variables that only a loop binds, in every turn, to an object."""
        body = cst.ensure_type(loop.body, cst.IndentedBlock)
        if not self._is_plain(loop) or any(jumps_out_of(body)):
            return  # the end of an iteration may be left out
        region = Region(body, 0, len(body.body))
        liveness = self.main.liveness
        flow = liveness.flow(region.statements, liveness.scope_of(region))
        for binding in flow.bound & liveness.live_after(region) - flow.needed:
            uses = self.bindings.occurrences(binding)
            given = [use for use in uses if use.role is not Role.LOAD]
            is_once = len(given) == 1 and given[0].place[-1][0] is body
            is_object = self.types.of_binding(binding) == self.kind
            if is_once and given[0].assigned and is_object:
                yield binding

    def _is_plain(self, loop: Loop) -> bool:
        """Whether nothing happens between a loop's last line and what is behind it."""
        match loop:
            case cst.For(iter=cst.Call(func=function), orelse=None):
                return self.bindings.is_builtin(function, "range")
        return False

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
        if None in attributes or self._may_change(behind, names):
            return
        if not all(map(self._is_stored, names)):
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
        return above if self._is_read(above) else None

    def _is_read(self, node: cst.Attribute) -> bool:
        """Whether an attribute is certainly no target, on its own or among others."""
        above = self.parents[node]
        while isinstance(above, cst.Element | cst.Tuple | cst.List):
            above = self.parents[above]
        return isinstance(above, READERS)

    def _may_change(self, behind: Sequence[cst.CSTNode], names: set[str]) -> bool:
        """Whether statements, or what they call, may change one of some attributes.

        An object that is made gets its own.
        """
        called = CallGraph(self.bindings).reached_from(behind)
        reached = [f for f in called if f.name.value != "__init__"]
        for node in (node for part in (*behind, *reached) for node in walk(part)):
            match node:
                case cst.Attribute(attr=cst.Name(value=name)) if name in names:
                    if not self._is_read(node):
                        return True
                case cst.Name(value=name) if name in HIDDEN:
                    return True
        return False

    def _is_stored(self, name: str) -> bool:
        """Whether each object has an attribute from the start, and just as it is."""
        members = {f.name.value: f for f in self._methods()}
        stored = m.Attribute(m.Name(), m.Name(name))
        declared = m.AnnAssign(stored) | m.Assign([m.AssignTarget(stored)])
        made = members.get("__init__")
        return (
            made is not None
            and any(
                m.matches(line, m.SimpleStatementLine([declared]))
                for line in made.body.body
            )
            and members.keys().isdisjoint({name, *WATCHING})
        )

    def _methods(self) -> Iterator[cst.FunctionDef]:
        for statement in self.owner.body.body:
            if isinstance(statement, cst.FunctionDef):
                yield statement

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
