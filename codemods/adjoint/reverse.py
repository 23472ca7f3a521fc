"""Write the adjoint of a function: its statements in reverse, each by its rule.

The function that is written adds to the derivatives of what the forward function reads,
in the order in which reverse-mode differentiation of the recorded operations would:
statement by statement from the last to the first, the operands of each from the left.
Loops run backward where their iterations add to the same place, and forward elsewhere,
where the direction changes no bit.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

import libcst as cst

from codemods.adjoint.context import Context, NameInUse, Unsupported
from codemods.adjoint.derivatives import Derivatives, list_of
from codemods.adjoint.forward_values import STACK, ForwardValues, Kept
from codemods.adjoint.layout import conditional, indented, shown, with_annotations
from codemods.adjoint.lines import names_in, names_of
from codemods.adjoint.local_derivatives import spell, stem
from codemods.adjoint.program import (
    Append,
    Block,
    Branch,
    Call,
    Compute,
    Constant,
    Entry,
    Load,
    Loop,
    Merge,
    NewList,
    Operand,
    Program,
    Statement,
    Store,
    Value,
    Whole,
    all_statements,
    is_within,
)
from codemods.adjoint.rules import RULES, SELECTIONS

__all__ = ["STACK", "Adjoint", "Role", "Slot", "Unsupported", "reverse"]


class Role(Enum):
    """What a parameter of an adjoint is to a parameter of the function."""

    VALUE = "that parameter"
    DERIVATIVE = "the derivatives of that parameter, to be added to"
    RESULT = "the derivatives of a result, which come in"
    STACK = "what the forward function kept"


class Slot(NamedTuple):
    """A parameter of an adjoint, and the function's parameter that it belongs to."""

    name: str
    role: Role
    parameter: str = ""
    depth: int = 0


@dataclass(frozen=True)
class Adjoint:
    """The adjoint of a function, and what the function must keep for it."""

    name: str
    slots: Sequence[Slot]
    returned: Sequence[str]
    """The parameters, numbers, whose derivatives it returns."""
    lines: Sequence[str]
    kept: Sequence[Kept]

    @property
    def uses_stack(self) -> bool:
        return any(slot.role is Role.STACK for slot in self.slots)


def adjoint_name(function: str) -> str:
    return f"{function.removesuffix('_forward')}_backward"


def reverse(
    program: Program,
    programs: Mapping[str, Program],
    adjoints: Mapping[str, Adjoint],
    pure: Collection[str],
    is_root: bool,
) -> Adjoint:
    """The adjoint of a function, given the functions that it calls and theirs.

    `pure` are functions that may be called again.  The root makes the derivatives of
    the lists that it appends to by itself, because nobody reads these lists behind it.
    Raises `Unsupported`.
    """
    registers: dict[tuple[str, Block], str] = {}
    while True:
        reversal = _Reversal(program, programs, adjoints, pure, registers, is_root)
        try:
            return reversal.run()
        except NameInUse as used:
            key = used.name, used.block
            if key in registers:
                expected = f"`{used.name}` to keep its value"
                raise Unsupported(used.statement, expected, "one bound again") from None
            registers[key] = reversal.other_name(used.name)


class _Reversal:
    def __init__(
        self,
        program: Program,
        programs: Mapping[str, Program],
        adjoints: Mapping[str, Adjoint],
        pure: Collection[str],
        registers: Mapping[tuple[str, Block], str],
        is_root: bool,
    ) -> None:
        self.program = program
        self.programs = programs
        self.adjoints = adjoints
        self.is_root = is_root
        self.taken = names_in(program.node) | programs.keys() | {STACK}
        self.taken |= {adjoint.name for adjoint in adjoints.values()}
        self.taken |= set(registers.values())
        self.taken |= {name for s in all_statements(program.block) for name in s.writes}
        stacking = {name for name, adjoint in adjoints.items() if adjoint.uses_stack}
        self.values = ForwardValues(program, pure, stacking, registers)
        self.derivatives = Derivatives(program, self.values, self.taken)
        self.used = set(_used(program))
        loops = [s for s in all_statements(program.block) if isinstance(s, Loop)]
        self.places = {name for s in loops for name in s.own - {s.counter}}

    def other_name(self, name: str) -> str:
        """A name for another value of what the forward function calls `name`."""
        other = f"former_{name}"
        while other in self.taken:
            other = f"former_{other}"
        return other

    def run(self) -> Adjoint:
        root = Context(self.program.block)
        root.index = len(root.block.statements)
        self.values.begin(root)
        given = self._parameters(root)
        results = self._results(root)
        self._block(root)
        returned = self._returned(root)
        slots = [*results, *self._slots(given, root.lines)]
        if self.values.uses_stack:
            if STACK in names_in(self.program.node):
                root.index = len(root.block.statements)  # at the name of the function
                root.fail(f"the name `{STACK}` to be free", "another use")
            slots.append(Slot(STACK, Role.STACK))
        names = {slot.name for slot in slots}
        lines = with_annotations(root.lines, self._annotations(), names)
        name = adjoint_name(self.program.name)
        return Adjoint(name, slots, returned, lines, self.values.kept)

    # The parameters of the adjoint.

    def _parameters(self, root: Context) -> dict[str, str]:
        """Lists that derivatives of parameters are added to, by the parameter."""
        given: dict[str, str] = {}
        for name, value in self.program.parameters.items():
            is_own = self.is_root and name in self.program.grows
            if value is not None and value.depth and not is_own:
                given[name] = f"{name}_gradient"
                if given[name] in self.taken:
                    root.fail(f"the name `{given[name]}` to be free", "another use")
                self.derivatives.give(value, given[name])
        return given

    def _results(self, root: Context) -> list[Slot]:
        """Give the results the derivatives that come in."""
        slots: list[Slot] = []
        for number, result in enumerate(self.program.results):
            depth = 0 if isinstance(result, Constant) else result.depth
            slots.append(self._result(root, result, number, depth))
        return slots

    def _result(self, root: Context, result: Operand, number: int, depth: int) -> Slot:
        derivatives = self.derivatives
        text = result.text if result.text.isidentifier() else "result"
        if isinstance(result, Constant):
            text = f"result_{number}"
        name = f"{text}_gradient"
        if name in derivatives.names.values() or name in self.taken:
            name = f"result_{name}"
        name = derivatives.fresh(root, name)
        derivatives.busy(name)
        match result:
            case Whole(depth=0) | Entry(depth=0):
                derivatives.add(root, result, name)
            case Whole(value=value):
                own = self.program.parameters.values()
                if value in derivatives or value in own:
                    root.fail("lists of the function's own", f"`{result.text}`")
                derivatives.give(value, name)
            case Entry():
                root.fail("a result by its name", result.text)
        return Slot(name, Role.RESULT, depth=depth)

    def _returned(self, root: Context) -> list[str]:
        """Return what was added up for parameters that are numbers."""
        names, texts = [], []
        for name, value in self.program.parameters.items():
            if value is not None and not value.depth:
                names.append(name)
                texts.append(self.derivatives.names.get(value, "0.0"))
        if names:
            root.lines.append(f"return {', '.join(texts)}")
        return names

    def _slots(self, given: Mapping[str, str], lines: list[str]) -> Iterator[Slot]:
        code = [line for line in lines if not line.lstrip().startswith("#")]
        read = names_in(cst.parse_module("\n".join(code) + "\n"))
        for name in self.program.parameters:
            if name in read:
                yield Slot(name, Role.VALUE, name)
            if given.get(name) in read:
                yield Slot(given[name], Role.DERIVATIVE, name)

    def _annotations(self) -> dict[str, str]:
        """What containers of the adjoint, and numbers that add up, are annotated as."""
        lists = {v.name: list_of(v.depth) for v in self.used if v.depth}
        return {**lists, **self.derivatives.annotations}

    # Statements.

    def _block(self, context: Context) -> None:
        for index in range(len(context.block.statements) - 1, -1, -1):
            context.index = index
            self._statement(context, context.block.statements[index])
        context.index = 0

    def _statement(self, context: Context, statement: Statement) -> None:
        begun = len(context.lines)
        self.values.begin_line()
        match statement:
            case Loop():
                self._loop(context, statement)
                return
            case Branch():
                self._branch(context, statement)
                return
            case Compute():
                self._compute(context, statement)
            case Load():
                self._load(context, statement)
            case NewList():
                self.derivatives.pop(statement.value)
            case Append():
                self._append(context, statement)
            case Store():
                self._store(context, statement)
            case Call():
                self._call(context, statement)
        self.derivatives.done()
        self.values.done()
        if len(context.lines) > begun:
            context.lines.insert(begun, f"# {shown(statement.node)}")

    def _compute(self, context: Context, statement: Compute) -> None:
        upstream = self.derivatives.pop(statement.value)
        if upstream is None:
            return
        self.derivatives.busy(upstream)
        if statement.operation in SELECTIONS:
            self._select(context, statement, upstream)
            return
        rule = RULES[statement.operation]
        additions: list[tuple[Operand, str]] = []
        known: dict[str, str] = {}
        for operand, derivative in zip(statement.operands, rule[1:], strict=False):
            if isinstance(operand, Constant):
                continue
            if derivative is None:
                context.fail("a constant exponent", f"`{operand.text}`")
            key = _substituted(derivative, statement)
            if key not in known:
                known[key] = self._scaled(
                    context, statement, operand, derivative, upstream
                )
            additions.append((operand, known[key]))
        for operand, text in additions:
            self.derivatives.add(context, operand, text)

    def _scaled(
        self,
        context: Context,
        statement: Compute,
        operand: Whole | Entry,
        derivative: str,
        upstream: str,
    ) -> str:
        """The name of a derivative times what comes in, from the left."""
        if derivative == "1":
            return upstream
        write = self.derivatives.write
        if derivative == "-1":
            return write(context, self._name_of(context, operand), f"-{upstream}")
        texts = self._texts(context, statement, names_of(derivative))
        local = spell(derivative, texts, lambda name, text: write(context, name, text))
        name = self._name_of(context, operand)
        return write(context, name, f"{local} * {upstream}")

    def _texts(
        self, context: Context, statement: Compute, letters: Collection[str]
    ) -> dict[str, str]:
        """What the operands of an operation and its result are in the adjoint."""
        texts: dict[str, str] = {}
        result = statement.value.name
        if "z" in letters:
            texts["z"] = self.values.text(context, result, behind=True)
        begun = len(context.lines)
        used = {
            letter: operand.text
            for letter, operand in zip("xy", statement.operands, strict=False)
            if letter in letters
        }
        self.values.provide(context, [n for t in used.values() for n in names_of(t)])
        if "z" in letters and not self.values.is_there(context, result):
            name = self.derivatives.write(context, f"new_{result}", texts["z"])
            context.lines.insert(begun, context.lines.pop())
            texts["z"] = name
        return texts | {k: self.values.text(context, t) for k, t in used.items()}

    def _name_of(self, context: Context, operand: Whole | Entry) -> str:
        """What to call what goes to an operand: its derivative, if that is all."""
        name = self._stem(operand)
        own = f"{name}_gradient"
        if (
            isinstance(operand, Whole)
            and operand.value not in self.derivatives
            and self.derivatives.owner(context, operand.value) is context
            and self.derivatives.fresh(context, own) == own
        ):
            return own
        return f"{name}_contribution"

    def _stem(self, operand: Operand) -> str:
        """What to call an operand; an entry by the name of what says where it is."""
        is_read = isinstance(operand, Entry) and operand.text.isidentifier()
        if isinstance(operand, Entry) and not is_read:
            last = operand.indices[-1]
            return last if last in self.places else stem(operand.text)
        return stem(operand.text)

    def _select(self, context: Context, statement: Compute, upstream: str) -> None:
        first, second = statement.operands
        compares = SELECTIONS[statement.operation]
        blocks = []
        for operand in (second, first):
            inside = context.inside(Block(context.block))
            if not isinstance(operand, Constant):
                self.derivatives.add(inside, operand, upstream)
            blocks.append(inside)
        test = self.values.text(context, f"{second.text} {compares} {first.text}")
        for inside in blocks:
            context.close(inside)
        context.lines += conditional(test, *[inside.lines for inside in blocks])

    # Lists.

    def _load(self, context: Context, statement: Load) -> None:
        """Call the derivatives of a list as the list is called from here on."""
        source, result = statement.source, statement.result
        known = self.derivatives.names.get(source.value)
        if isinstance(source, Whole) and known == f"{result.text}_gradient":
            self._rename(context, [(source.value, f"{source.text}_gradient")])

    def _append(self, context: Context, statement: Append) -> None:
        target, item = statement.target, statement.item
        if target.value in self.derivatives:
            place = self.derivatives.place(context, target)
            if statement.index is not None:
                self._take(context, item, f"{place}[{statement.index}]", False)
                context.places.append((target.value, (statement.index,)))
            else:
                self._take(context, item, f"{place}.pop()", True)
                self._must_reverse(context, target.value)
        root = target.root if isinstance(target, Entry) else target.text
        if root in self.program.grows:
            # the list is then as it was ahead of the statement
            text = self.values.text(context, target.text)
            context.lines.append(f"{text}.pop()")
            self._must_reverse(context, target.value)

    def _must_reverse(self, context: Context, value: Value) -> None:
        """Let the loops around, in which a list grew, run backward."""
        for inner in context.chain():
            if inner.block is value.block:
                break
            inner.must_reverse = True

    def _take(self, context: Context, item: Operand, text: str, must: bool) -> None:
        """Let the derivative of an entry be that of the item which was put there."""
        derivatives = self.derivatives
        match item:
            case Constant():
                if must:
                    context.lines.append(text)
            case Whole(value=value) if (
                value not in derivatives
                and derivatives.owner(context, value) is context
            ):
                name = derivatives.write(context, f"{value.name}_gradient", text)
                derivatives.give(value, name)
            case Whole(depth=0) | Entry(depth=0):
                name = f"{self._stem(item)}_contribution"
                name = derivatives.write(context, name, text)
                derivatives.add(context, item, name)
            case _:
                context.fail("a list that is kept in one place", f"`{item.text}`")

    def _store(self, context: Context, statement: Store) -> None:
        target, item = statement.target, statement.item
        if target.value not in self.derivatives:
            return
        place = self.derivatives.place(context, target)
        name = f"{self._stem(item)}_contribution"
        if not isinstance(item, Constant):
            name = self.derivatives.write(context, name, place)
        if not statement.adds:
            context.lines.append(f"{place} = 0.0")
        if not isinstance(item, Constant):
            self.derivatives.add(context, item, name)

    # Calls.

    def _call(self, context: Context, statement: Call) -> None:
        values = [v for v in statement.values if v is not None]
        adjoint = self.adjoints[statement.function]
        callee = self.programs[statement.function]
        is_live = any(v in self.derivatives for v in values)
        if not (is_live or adjoint.uses_stack or callee.changes):
            return
        operands = dict(zip(callee.parameters, statement.arguments, strict=True))
        results = iter(statement.values or [None] * len(callee.results))
        given: dict[Slot, str] = {}
        late: list[tuple[Value, str]] = []
        for slot in adjoint.slots:
            match slot.role:
                case Role.RESULT:
                    given[slot] = self._incoming(context, next(results), slot)
                case Role.STACK:
                    self.values.uses_stack = True
                    given[slot] = STACK
                case Role.DERIVATIVE:
                    operand = operands[slot.parameter]
                    given[slot] = self._outgoing(context, operand, slot.name, late)
        for slot in adjoint.slots:
            if slot.role is Role.VALUE:
                self.values.text(context, operands[slot.parameter].text)
        for slot in adjoint.slots:
            if slot.role is Role.VALUE:
                text = self.values.text(context, operands[slot.parameter].text)
                given[slot] = text
        self._write_call(context, adjoint, [given[slot] for slot in adjoint.slots])
        for value in values:
            self.derivatives.pop(value)
        self._rename(context, late)
        self._add_returned(context, adjoint, operands)
        for inner in context.chain():
            inner.must_reverse = True

    def _write_call(
        self, context: Context, adjoint: Adjoint, given: Sequence[str]
    ) -> None:
        names = [f"{name}_contribution" for name in adjoint.returned]
        self.returned = [self.derivatives.fresh(context, name) for name in names]
        text = f"{adjoint.name}({', '.join(given)})"
        if self.returned:
            text = f"{', '.join(self.returned)} = {text}"
        context.lines.append(text)
        for outer in context.chain():
            outer.wrote.update(self.returned)
        self.derivatives.busy(*self.returned)

    def _add_returned(
        self, context: Context, adjoint: Adjoint, operands: Mapping[str, Operand]
    ) -> None:
        for name, parameter in zip(self.returned, adjoint.returned, strict=True):
            if not isinstance(operands[parameter], Constant):
                self.derivatives.add(context, operands[parameter], name)

    def _incoming(self, context: Context, value: Value | None, slot: Slot) -> str:
        """The derivatives of a result, zero where it is not used."""
        if value is not None and value in self.derivatives:
            return self.derivatives.names[value]
        if not slot.depth:
            return "0.0"
        if value is None:
            context.fail("a result with a name", f"`{slot.name}` without")
        operand = Whole(value.name, value)
        return self.derivatives.row(context, operand, behind=True)

    def _outgoing(
        self,
        context: Context,
        operand: Operand,
        parameter: str,
        late: list[tuple[Value, str]],
    ) -> str:
        """The derivatives of an argument, for the adjoint to add to."""
        if isinstance(operand, Constant):
            shape = self.values.text(context, operand.text)
            name = f"unused_{parameter}"
            return self.derivatives.write(context, name, f"[0.0] * len({shape})")
        if isinstance(operand, Entry):
            return self.derivatives.place(context, operand)
        was_known = operand.value in self.derivatives
        row = self.derivatives.row(context, operand, otherwise=parameter)
        if not was_known and row == parameter:
            late.append((operand.value, f"{operand.text}_gradient"))
        return row

    def _rename(self, context: Context, late: Sequence[tuple[Value, str]]) -> None:
        """Call derivatives as their values are called, once that name is free."""
        for value, name in late:
            known = self.derivatives.names[value]
            is_here = self.derivatives.owner(context, value) is context
            if (
                known != name
                and is_here
                and self.derivatives.fresh(context, name) == name
            ):
                if value.depth:
                    self.derivatives.annotations.setdefault(name, list_of(value.depth))
                self.derivatives.bind(context, name, known)
                self.derivatives.give(value, name)

    # Loops and conditions.

    def _loop(self, context: Context, statement: Loop) -> None:
        self._start_lists(context, statement)
        inside = context.inside(statement.body, statement.counter)
        carried = self._carried(context, inside, statement)
        begun = len(inside.lines)
        self._block(inside)
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
        for each in inside:
            if not isinstance(each, Append | Store):
                continue
            value = each.target.value
            is_outer = not any(is_within(value.block, block) for block in inner)
            if is_outer and value in read and value not in self.derivatives:
                self.derivatives.row(context, each.target, behind=True)

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
        is_own = is_within(end.block, inside.block)
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
        length = self.derivatives.write(context, f"{known}_length", f"len({known})")
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

    def _branch(self, context: Context, statement: Branch) -> None:
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
            self._block(inside)
            self._settle(inside, [(v, *known) for v, known in through.items()])
        for value, (merged, name) in through.items():
            self.derivatives.move(value, owners[value])
            self._hand_over(context, value, merged, name)
        test = self.values.text(context, statement.test)
        for inside in blocks:
            context.close(inside)
        context.lines += conditional(test, *[inside.lines for inside in blocks])


def operands_of(statement: Statement) -> list[Whole | Entry]:
    """What a statement computes with; not the list that it puts something into."""
    operands: list[Operand] = []
    match statement:
        case Compute(operands=those) | Call(arguments=those):
            operands += those
        case Append(item=item) | Store(item=item):
            operands.append(item)
    return [operand for operand in operands if not isinstance(operand, Constant)]


def _used(program: Program) -> Iterator[Value]:
    """The values that something is computed from, and the lists that are filled."""
    for statement in all_statements(program.block):
        yield from (operand.value for operand in operands_of(statement))
        match statement:
            case Append(target=target) | Store(target=target):
                yield target.value
            case Loop(merges=merges) | Branch(merges=merges):
                yield from (value for merge in merges for value in merge.ends)
    yield from (o.value for o in program.results if not isinstance(o, Constant))


def _substituted(derivative: str, statement: Compute) -> str:
    """A derivative with the operands in it, to tell whether two are the same."""
    texts = dict(zip("xy", (o.text for o in statement.operands), strict=False))
    return re.sub(r"\b[xy]\b", lambda found: texts[found[0]], derivative)


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
