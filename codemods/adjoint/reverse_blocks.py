"""Reverse loops and conditions: what goes through them from one value to the next."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from codemods.adjoint.context import Context
from codemods.adjoint.derivatives import Derivatives
from codemods.adjoint.forward_values import ForwardValues
from codemods.adjoint.layout import conditional, indented
from codemods.adjoint.local_derivatives import stem
from codemods.adjoint.program import (
    Branch,
    Loop,
    Merge,
    Program,
    Value,
    Whole,
    all_statements,
    changed_operands,
    is_within,
    operands_of,
    used_values,
)


class Blocks:
    """Writes the reverse of loops and conditions."""

    def __init__(
        self,
        program: Program,
        values: ForwardValues,
        derivatives: Derivatives,
        reverse: Callable[[Context], None],
    ) -> None:
        """`reverse` writes the reverse of the statements of a block."""
        self.used = set(used_values(program))
        self.values = values
        self.derivatives = derivatives
        self.reverse = reverse

    def loop(self, context: Context, statement: Loop) -> None:
        self._start_lists(context, statement)
        inside = context.inside(statement.body, statement.counter)
        carried = self._carried(context, inside, statement)
        begun = len(inside.lines)
        self.reverse(inside)
        moved = self._settle(inside, [(m.head, m.name, c) for m, c in carried])
        names = {name for _, name in carried}
        is_list = any(merge.after.depth for merge, _ in carried)
        if moved or is_list or _is_bound(inside.lines[begun:], names):
            inside.must_reverse = True
        if inside.lines:
            self._write_loop(context, inside, statement)
        else:
            context.close(inside)
        for merge, name in carried:
            self._hand_over(context, merge.before, merge.name, name)

    def _write_loop(self, context: Context, inside: Context, statement: Loop) -> None:
        runs = self._range(context, statement)
        context.close(inside)
        if inside.must_reverse or not _apart(inside, statement):
            runs = f"reversed({runs})"
        self.values.count(context, statement.counter)
        context.lines.append(f"for {statement.counter} in {runs}:")
        context.lines += indented(inside.lines)
        self.values.forget(context, inside)

    def _range(self, context: Context, statement: Loop) -> str:
        text = self.values.text(context, statement.range)
        row = text.removeprefix("range(len(").removesuffix("))")
        if f"range(len({row}))" != text:
            return text
        return f"range({self.derivatives.measure(context, row)})"

    def _start_lists(self, context: Context, statement: Loop | Branch) -> None:
        """Start the derivatives of lists that a block both reads and changes.

        What it changes them to may be read in its next iteration, or by the branch that
        is reversed next.
        """
        inner = [statement.body] if isinstance(statement, Loop) else statement.blocks
        inside = [each for block in inner for each in all_statements(block)]
        read = {o.value for s in inside for o in operands_of(s)}
        for operand in (o for each in inside for o in changed_operands(each)):
            value = operand.value
            is_outer = not any(is_within(value.block, block) for block in inner)
            if is_outer and value in read and value not in self.derivatives:
                self.derivatives.row(context, operand, behind=True)

    def _carried(
        self, context: Context, inside: Context, statement: Loop
    ) -> list[tuple[Merge, str]]:
        """What goes from one iteration to the one before, and by what name."""
        carried: list[tuple[Merge, str]] = []
        for merge in statement.merges:
            if merge.after in self.derivatives or merge.head in self.used:
                name = self.derivatives.own(context, Whole(merge.name, merge.after))
                carried.append((merge, name))
        for merge, name in carried:
            self.derivatives.pop(merge.after)
            self._begin(inside, merge.ends[0], merge.name, name)
        return carried

    def _begin(self, inside: Context, end: Value, name: str, known: str) -> None:
        """Let what a name is bound to at the end of a block have its derivative."""
        inside.wrote.add(known)
        is_own = is_within(end.block, inside.block) or (
            self.derivatives.owner(inside, end) is inside
        )
        if end not in self.derivatives and (is_own or not end.depth):
            self.derivatives.give(end, known)
        else:
            self._pour(inside, known, Whole(name, end))

    def _hand_over(
        self, context: Context, before: Value | None, name: str, known: str
    ) -> None:
        """Let what a name was bound to ahead of a block have its derivative."""
        if before is None:
            return
        if before.depth and before in self.derivatives:
            self._pour(context, known, Whole(name, before))
        elif self.derivatives.owner(context, before) is context:
            self.derivatives.give(before, known)
        elif before.depth:
            self._pour(context, known, Whole(name, before))
        else:
            self.derivatives.add_to_number(context, before, known)

    def _pour(self, context: Context, known: str, operand: Whole) -> None:
        """Add the derivatives of one list to those of another."""
        if operand.depth != 1:
            context.fail("a list of numbers by one name", f"`{operand.text}`")
        row = self.derivatives.row(context, operand)
        fresh = self.derivatives.fresh
        length = self.derivatives.measure(context, known)
        index = fresh(context, f"{stem(operand.text)}_index")
        context.lines.append(f"for {index} in range({length}):")
        context.lines.append(f"    {row}[{index}] += {known}[{index}]")
        for outer in context.chain():
            outer.wrote.add(index)
            outer.must_reverse |= outer is not context or context.parent is not None

    def _settle(
        self, inside: Context, wanted: Sequence[tuple[Value | None, str, str]]
    ) -> bool:
        """Let derivatives be known by given names at the start of a block."""
        moves: list[tuple[str, str]] = []
        for value, name, known in wanted:
            assert value is not None
            text = self.derivatives.names.get(value)
            if text is None and value.depth:
                text = self.derivatives.row(inside, Whole(name, value))
            if text != known:
                moves.append((known, text or "0.0"))
        for value, _, _ in wanted:
            if value is not None:
                self.derivatives.pop(value)
        self.derivatives.busy(*(name for move in moves for name in move))
        overwritten = {known for known, _ in moves}
        for number, (known, text) in enumerate(moves):
            if text in overwritten:
                aside = self.derivatives.write(inside, f"next_{known}", text)
                moves[number] = known, aside
        for known, text in moves:
            self.derivatives.bind(inside, known, text)
        self.derivatives.done()
        return bool(moves)

    def branch(self, context: Context, statement: Branch) -> None:
        self._start_lists(context, statement)
        live = [m for m in statement.merges if m.after in self.derivatives]
        names = [self.derivatives.own(context, Whole(m.name, m.after)) for m in live]
        for merge in live:
            self.derivatives.pop(merge.after)
        through: dict[Value, tuple[str, str]] = {}
        for merge, name in zip(live, names, strict=True):
            if merge.before in self.used and merge.before not in self.derivatives:
                assert merge.before is not None
                through.setdefault(merge.before, (merge.name, name))
        owners = {value: self.derivatives.owner(context, value) for value in through}
        blocks = []
        for number, block in enumerate(statement.blocks):
            inside = context.inside(block)
            blocks.append(inside)
            for value in through:
                self.derivatives.move(value, inside)
            for merge, name in zip(live, names, strict=True):
                self._begin(inside, merge.ends[number], merge.name, name)
            self.reverse(inside)
            self._settle(inside, [(v, *known) for v, known in through.items()])
        test = self.values.text(context, statement.test)
        for inside in blocks:
            context.close(inside)
            self.values.forget(context, inside)
        context.lines += conditional(test, *[inside.lines for inside in blocks])
        for value, (merged, name) in through.items():
            self.derivatives.move(value, owners[value])
            self._hand_over(context, value, merged, name)


def _is_bound(lines: Sequence[str], names: Collection[str]) -> bool:
    bound = (line.split("=")[0].rstrip("+ ").strip() for line in lines if "=" in line)
    return any(name in names for name in bound)


def _apart(inside: Context, loop: Loop) -> bool:
    """Whether each iteration adds to entries of its own."""
    found: dict[Value, set[tuple[int, str]]] = {}
    for value, indices in inside.places:
        if is_within(value.block, loop.body):
            continue
        at = {(k, index) for k, index in enumerate(indices) if index in loop.own}
        found[value] = found.get(value, at) & at
    return all(found.values())
