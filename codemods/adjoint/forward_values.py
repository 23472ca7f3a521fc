"""Have the values of the forward pass where the adjoint needs them, by one rule.

What is cheap is computed again: integers, numbers, and in a function that calls no
other, its lists as well.  What took a call, unless that is as cheap as an operation, or
a list in a function that calls others, is kept: the forward function appends it to a
list, `activations`, where it is used last, and the adjoint pops it there.

A name that is bound again has more than one value.  For each name it is known which
statement the value came from that it has in the adjoint, and a block of the adjoint
that needs a value of its own, while others still need theirs, binds another name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import libcst as cst

from codemods.adjoint.context import LOST, Context, NameInUse, is_written
from codemods.adjoint.lines import (
    changed_in,
    names_in,
    names_of,
    renamed,
    renamed_text,
    sliced,
    written_in,
)
from codemods.adjoint.list_changes import changed_values, made_in
from codemods.adjoint.program import (
    Append,
    Block,
    Branch,
    Call,
    Compute,
    Load,
    Loop,
    NewList,
    Program,
    Statement,
    Store,
    Value,
    Whole,
    all_statements,
    is_within,
)
from codemods.adjoint.pure_functions import is_pure
from codemods.facts.find_nodes import find

STACK = "activations"
"""The list that values of the forward pass are kept in."""

CODE = cst.Module([])
Step = tuple[Statement, cst.CSTNode, frozenset[str]]
"""A statement, the part of it that is computed again, and what it is computed for."""


@dataclass(frozen=True)
class Kept:
    """A name to be kept, before or after a statement of the forward function."""

    name: str
    statement: Statement
    is_before: bool
    is_number: bool


@dataclass
class _Plan:
    """What lets names have their values: what is popped, and what is computed."""

    pops: list[tuple[str, Statement]]
    steps: list[Step]
    outside: set[str]


class ForwardValues:
    """The values of one function's forward pass in its adjoint."""

    def __init__(
        self,
        program: Program,
        pure: Collection[str],
        stacking: Collection[str],
        cheap: Collection[str],
        registers: Mapping[tuple[str, Block], str],
    ) -> None:
        """`stacking` are functions that keep values, and `pure` ones that only compute.

        Calls of `cheap` ones are computed again as operations are.
        `registers` are other names for names that a block binds.
        """
        self.program = program
        self.pure = pure
        self.stacking = stacking
        self.cheap = cheap
        self.registers = registers
        calls = (s for s in all_statements(program.block) if isinstance(s, Call))
        self.calls = any(call.function not in cheap for call in calls)
        self.changed = changed_values(program)
        self.kept: list[Kept] = []
        self.lost: set[str] = set()
        """The parameters that the function changes, as they were at first."""
        self.clobbered: dict[str, Block] = {}
        """The block that last bound each name to what it is not at the start."""
        self._used: list[tuple[Context, str]] = []
        self.uses_stack = False
        self.heads: dict[Block, Statement] = {}

    def begin(self, root: Context) -> None:
        """Note what parameters hold at the start: a list, all changes to it."""
        for name in self.program.changes - self.program.grows:
            writer = root.last_writer(name)
            is_rebound = any(
                name in names_in(statement.node) and name in _bound(statement)
                for statement in root.block.statements
            )
            self.lost.add(name)
            if not is_rebound and (name, root.block) not in self.registers:
                root.held[name] = writer

    def text(self, context: Context, text: str, behind: bool = False) -> str:
        """An expression, with the values that it has ahead of the statement."""
        names = self.provide(context, names_of(text), behind)
        return renamed_text(text, names)

    def provide(
        self, context: Context, names: Iterable[str], behind: bool = False
    ) -> dict[str, str]:
        """Let names have their values, and tell by what names they have them."""
        found: dict[str, str] = {}
        here: list[str] = []
        for name in dict.fromkeys(names):
            if name in self.program.grows:
                found[name] = name  # the adjoint takes away what was appended since
            elif self._put_away(context, name, behind):
                found[name] = self._register(name, context.block)
            elif context.last_writer(name, behind) is not None:
                here.append(name)
            else:
                found[name] = self._outside(context, name)
        if here:
            self._have(context, here, behind)
            if not behind:
                self._used += [(context, name) for name in here]
            found |= {name: self._register(name, context.block) for name in here}
        return found

    def is_there(self, context: Context, name: str) -> bool:
        """Whether a name still has the value that it has behind the statement."""
        writer = context.last_writer(name, behind=True)
        return writer is None or context.held.get(name) is writer

    def begin_line(self) -> None:
        """Forget what the lines of other statements read."""
        self._used.clear()

    def done(self) -> None:
        """Check that what the lines of a statement read was there until their end."""
        for context, name in self._used:
            if context.held.get(name) is not context.last_writer(name):
                context.fail(f"a name of its own for `{name}`", "one bound again")

    def claim(self, context: Context, name: str, writer: Statement | None) -> None:
        """Note that a block of the adjoint binds a name of the forward pass."""
        register = self._register(name, context.block)
        for other in (*context.chain(), *context.all_open()):
            if register in other.relied:
                raise NameInUse(name, context.block, context.statement)
        for outer in context.chain():
            outer.wrote.add(register)
            if self._register(name, outer.block) == register:
                outer.held.pop(name, None)
        context.held[name] = writer
        if register == name:
            self.clobbered[name] = context.block

    def forget(self, context: Context, inner: Context) -> None:
        """Note that the lines of a block inside come behind those written so far."""
        for outer in context.chain():
            for name in list(outer.held):
                if self._register(name, outer.block) in inner.wrote:
                    outer.held.pop(name)

    def count(self, context: Context, name: str) -> None:
        """Note that a loop of the adjoint counts with a name of the forward pass."""
        try:
            self.claim(context, name, LOST)
        except NameInUse:
            context.fail(f"`{name}` to count one loop", "another use of it")

    # Where a value is from.

    def _register(self, name: str, block: Block) -> str:
        return self.registers.get((name, block), name)

    def _outside(self, context: Context, name: str) -> str:
        """Let a name have the value that it has ahead of all of a block."""
        if context.counter == name:
            return name
        outer = context.parent
        if outer is None:
            if name in self.lost:
                context.fail(f"`{name}` to keep its value", "one that is changed")
            if name in self.clobbered:
                raise NameInUse(name, self.clobbered[name], context.statement)
            return name
        if context.block.is_loop and is_written(context.block, name):
            return self._carried(context, name)
        register = self.provide(outer, [name])[name]
        if register in context.wrote:
            raise NameInUse(name, context.block, context.statement)
        context.relied.add(register)
        return register

    def _carried(self, context: Context, name: str) -> str:
        """Let a name have what it has at the start of an iteration."""
        loop = context.parent.statement if context.parent is not None else None
        merges = loop.merges if isinstance(loop, Loop) else []
        if not self.calls or not any(m.name == name and m.after.depth for m in merges):
            context.fail(
                f"`{name}` not to go from one iteration to the next",
                "a value that the adjoint needs",
            )
        head = self.heads.setdefault(context.block, Statement(self.program.node))
        if context.held.get(name) is not head:
            self._pop(context, name, head, False)
        return self._register(name, context.block)

    def _have(self, context: Context, names: list[str], behind: bool) -> None:
        plan = self._planned(context, names, behind)
        outside = {name: self._outside(context, name) for name in sorted(plan.outside)}
        for name, writer in plan.pops:
            self._pop(context, name, writer, behind)
        self._write(context, plan.steps, outside)
        for name in names:
            if context.held.get(name) is not context.last_writer(name, behind):
                context.fail(f"a name of its own for `{name}`", "one bound again")

    def _planned(self, context: Context, names: list[str], behind: bool) -> _Plan:
        """What is to be done, in order; what names hold is used as far as possible."""
        banned: set[str] = set()
        while True:
            plan, held = self._plan(context, names, behind, banned)
            written = {name for _, node, _ in plan.steps for name in written_in(node)}
            written |= {name for name, _ in plan.pops}
            written |= {n for _, node, _ in plan.steps for n in changed_in(node)}
            if not written & held:
                return plan
            banned |= written & held  # what is written would be lost before it is read

    def _plan(
        self, context: Context, names: list[str], behind: bool, banned: set[str]
    ) -> tuple[_Plan, set[str]]:
        plan = _Plan([], [], set())
        needed, held = set(names), set()
        grown = context.statement.writes if context.statement else frozenset()
        for statement in reversed(context.block.statements[: context.index + behind]):
            grown |= statement.writes
            written = statement.writes & needed
            for name in sorted(written):
                if name in self.program.grows:
                    needed.discard(name)
                elif context.held.get(name) is statement and name not in banned:
                    needed.discard(name)
                    held.add(name)
                elif self._is_kept(name, statement):
                    if context.last_writer(name, behind) is not statement:
                        context.fail(f"a name of its own for `{name}`", "one reused")
                    needed.discard(name)
                    plan.pops.append((name, statement))
            wanted = statement.writes & needed
            if wanted:
                kept, before = sliced([statement.node], wanted)
                self._check(context, kept, grown & self.program.grows)
                needed = (needed - wanted) | before
                plan.steps += [(statement, node, wanted) for node in kept]
        plan.steps.reverse()
        plan.outside = needed
        return plan, held

    def _is_kept(self, name: str, statement: Statement) -> bool:
        """Whether a value is kept instead of computed again."""
        if not self.calls:
            return False
        match statement:
            case Call(values=values, function=function):
                is_result = any(v is not None and v.name == name for v in values)
                return is_result and function not in self.cheap
            case Load(result=Whole()) | NewList() | Append() | Store():
                return True
            case Loop() | Branch():
                return self._is_list(name, statement)
        return False

    def _is_list(self, name: str, statement: Loop | Branch) -> bool:
        merged = any(m.name == name and m.after.depth for m in statement.merges)
        known = statement.scope.get(name)
        return merged or (isinstance(known, Whole) and known.value.depth > 0)

    # What is computed again.

    def _check(
        self, context: Context, nodes: Iterable[cst.CSTNode], grown: Collection[str]
    ) -> None:
        """Let lines be such that they compute the same again.

        `grown` are lists that the adjoint has not made as short again as they were.
        """
        for node in nodes:
            for name in sorted(names_in(node).intersection(grown)):
                context.fail(f"`{name}` to be as long as it was", "a list that grows")
            for call in find(node, cst.Call):
                if not is_pure(call, self.pure):
                    text = CODE.code_for_node(call)
                    context.fail("a value that can be computed again", f"`{text}`")

    def _write(
        self, context: Context, steps: list[Step], outside: Mapping[str, str]
    ) -> None:
        """Write the statements that compute names, those that are needed, again."""
        written = {name for _, node, _ in steps for name in written_in(node)}
        names = {name: self._register(name, context.block) for name in written}
        bound: set[str] = set()
        for _, node, _ in steps:
            bound |= made_in(node)
            for name in sorted(changed_in(node) - bound):
                context.fail(f"`{name}` to be made where it is changed", "another list")
        for name in sorted(written & outside.keys()):
            if names[name] != outside[name] and self._is_bound(context, name):
                context.lines.append(f"{names[name]} = {outside[name]}")
        read = {name: outside.get(name, name) for name in outside}
        for name in sorted({n for _, node, _ in steps for n in names_in(node)}):
            if name not in read and name not in names:
                read[name] = self._register(name, context.block)
        for statement, node, wanted in steps:
            for name in sorted(written_in(node)):
                self.claim(context, name, statement if name in wanted else LOST)
            shown = renamed(node, {**read, **names})
            context.lines += CODE.code_for_node(shown).rstrip("\n").split("\n")

    def _put_away(self, context: Context, name: str, behind: bool) -> bool:
        """Read a number that took a function where the forward pass put it in a list.

        The list is computed again ahead of the loop, once for all that it has.
        """
        writer = context.last_writer(name, behind)
        if not isinstance(writer, Compute) or "(" not in writer.operation:
            return False
        owner = context.parent
        if self.calls or owner is None or not context.block.is_loop:
            return False
        for statement in context.block.statements:
            if not isinstance(statement, Append) or statement.index is None:
                continue
            item = statement.item
            if isinstance(item, Whole) and item.value is writer.value:
                row = self.provide(owner, [statement.target.text], behind=True)
                self._read_entry(context, name, writer, row, statement.index)
                return True
        return False

    def _read_entry(
        self,
        context: Context,
        name: str,
        writer: Statement,
        row: Mapping[str, str],
        index: str,
    ) -> None:
        (register,) = row.values()
        if register in context.wrote:
            raise NameInUse(name, context.block, context.statement)
        context.relied.add(register)
        if context.held.get(name) is not writer:
            self.claim(context, name, writer)
            own = self._register(name, context.block)
            context.lines.append(f"{own} = {register}[{index}]")

    def _is_bound(self, context: Context, name: str) -> bool:
        """Whether a name has a value ahead of a block, or only on some way a loop."""
        if name in self.program.parameters or name == context.counter:
            return True
        outside = list(context.chain())[1:]
        return any(c.counter == name or c.last_writer(name) for c in outside)

    # What is kept.

    def _pop(
        self, context: Context, name: str, writer: Statement, behind: bool
    ) -> None:
        statement = context.statement
        if statement is None:
            context.fail("a statement that uses what is kept", f"`{name}`")
        assert statement is not None
        after = self._keeps_inside(statement) or (behind and name in statement.writes)
        if after and any(k.statement is statement and k.is_before for k in self.kept):
            context.fail(f"`{name}` to be kept first", "one that is kept behind")
        if after and not behind and name in statement.writes:
            context.fail(f"a name of its own for `{name}`", "one bound again")
        known = statement.scope.get(name)
        value = None if known is None else known.value
        if behind or not isinstance(known, Whole):
            value = next((v for v in self._values(statement) if v.name == name), value)
        if value is None or value.depth > 1:
            context.fail("a number or a list of numbers to be kept", f"`{name}`")
        assert value is not None
        self._check_unchanged(context, value, behind)
        self._keep(context, name, statement, not after, not value.depth)
        self.uses_stack = True
        self.claim(context, name, writer)
        register = self._register(name, context.block)
        if value.depth:
            context.lines.append(f"{register} = {STACK}.pop()")
        else:
            context.lines.append(f"kept_{register} = {STACK}.pop()")
            context.lines.append(f"{register} = kept_{register}[0]")
        for inner in context.chain():
            inner.must_reverse = True

    def _keep(
        self,
        context: Context,
        name: str,
        statement: Statement,
        is_before: bool,
        is_number: bool,
    ) -> None:
        """Keep a name at a statement, or ahead of the first that is really there."""
        block = context.block.statements[context.index :]
        if statement.is_made:
            is_before = True
            statement = next((s for s in block if not s.is_made), statement)
        if statement.is_made:
            context.fail("a statement that uses what is kept", f"`{name}`")
        self.kept.append(Kept(name, statement, is_before, is_number))

    def _keeps_inside(self, statement: Statement) -> bool:
        is_call = isinstance(statement, Call) and statement.function in self.stacking
        return is_call or isinstance(statement, Loop | Branch)

    def _values(self, statement: Statement) -> list[Value]:
        match statement:
            case Call(values=values):
                return [value for value in values if value is not None]
            case Loop(merges=merges) | Branch(merges=merges):
                return [merge.after for merge in merges]
        return []

    def _check_unchanged(self, context: Context, value: Value, behind: bool) -> None:
        """Let nothing change a list once it is kept, since it is not copied."""
        for changed, around in self.changed.get(value, []):
            if not any(
                top in (changed, *around) and is_within(value.block, outer.block)
                for outer in context.chain()
                for top in outer.block.statements[: outer.index + behind]
            ):
                context.fail(
                    "a list that is complete where it is kept", f"`{value.name}`"
                )


def _bound(statement: Statement) -> frozenset[str]:
    return written_in(statement.node) - changed_in(statement.node)
