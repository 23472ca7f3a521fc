"""Write the adjoint of a function: its statements in reverse, each by its rule.

The function that is written adds to the derivatives of what the forward function reads,
in the order in which reverse-mode differentiation of the recorded operations would:
statement by statement from the last to the first, the operands of each from the left.
Loops run backward where their iterations add to the same place, and forward elsewhere,
where the direction changes no bit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import libcst as cst

from codemods.adjoint.context import Context, NameInUse, Unsupported
from codemods.adjoint.derivatives import Derivatives, list_of
from codemods.adjoint.forward_values import STACK, ForwardValues
from codemods.adjoint.layout import shown, with_annotations
from codemods.adjoint.lines import names_in
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
    NewList,
    Operand,
    Program,
    Statement,
    Store,
    Whole,
    all_statements,
    used_values,
)
from codemods.adjoint.reverse_blocks import Blocks
from codemods.adjoint.reverse_calls import Calls
from codemods.adjoint.reverse_lists import Lists
from codemods.adjoint.reverse_operations import Operations
from codemods.adjoint.rules import Rule
from codemods.adjoint.signature import Adjoint, Role, Slot, adjoint_name

__all__ = ["STACK", "reverse"]


def reverse(
    program: Program,
    programs: Mapping[str, Program],
    adjoints: Mapping[str, Adjoint],
    pure: Collection[str],
    rules: Mapping[str, Rule],
    is_root: bool,
) -> Adjoint:
    """The adjoint of a function, given the functions that it calls and theirs.

    `pure` are functions that may be called again, and `rules` say how operations are
    differentiated.  The root makes the derivatives of the lists that it appends to by
    itself, because nobody reads these lists behind it.  Raises `Unsupported`.
    """
    registers: dict[tuple[str, Block], str] = {}
    while True:
        reversal = _Reversal(
            program, programs, adjoints, pure, rules, registers, is_root
        )
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
        rules: Mapping[str, Rule],
        registers: Mapping[tuple[str, Block], str],
        is_root: bool,
    ) -> None:
        self.program = program
        self.is_root = is_root
        self.taken = names_in(program.node) | programs.keys() | {STACK}
        self.taken |= {adjoint.name for adjoint in adjoints.values()}
        self.taken |= set(registers.values())
        self.taken |= {name for s in all_statements(program.block) for name in s.writes}
        stacking = {name for name, adjoint in adjoints.items() if adjoint.uses_stack}
        cheap = {name for name, called in programs.items() if called.is_operation}
        self.values = ForwardValues(program, pure, stacking, cheap, registers)
        self.derivatives = Derivatives(program, self.values, self.taken)
        parts = self.values, self.derivatives
        self.operations = Operations(rules, *parts)
        self.lists = Lists(program, *parts)
        self.calls = Calls(programs, adjoints, *parts)
        self.blocks = Blocks(program, *parts, self._block)

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
        lists = {v.name: list_of(v.depth) for v in used_values(self.program) if v.depth}
        for statement in all_statements(self.program.block):
            if isinstance(statement, Load) and statement.result.depth:
                lists[statement.result.text] = list_of(statement.result.depth)
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
                self.blocks.loop(context, statement)
                return
            case Branch():
                self.blocks.branch(context, statement)
                return
            case Compute():
                self.operations.reverse(context, statement)
            case Load():
                self.lists.load(context, statement)
            case NewList():
                self.derivatives.pop(statement.value)
            case Append():
                self.lists.append(context, statement)
            case Store():
                self.lists.store(context, statement)
            case Call():
                self.calls.reverse(context, statement)
        self.derivatives.done()
        self.values.done()
        if len(context.lines) > begun:
            context.lines.insert(begun, f"# {shown(statement.node)}")
