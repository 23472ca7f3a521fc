"""Reverse the call of a function: a call of its adjoint."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from codemods.adjoint.context import Context
from codemods.adjoint.derivatives import Derivatives
from codemods.adjoint.forward_values import STACK, ForwardValues
from codemods.adjoint.lines import names_of
from codemods.adjoint.program import (
    Call,
    Constant,
    Entry,
    Operand,
    Program,
    Value,
    Whole,
)
from codemods.adjoint.signature import Adjoint, Role, Slot


class Calls:
    """Writes the reverse of calls of functions that were reversed before."""

    def __init__(
        self,
        programs: Mapping[str, Program],
        adjoints: Mapping[str, Adjoint],
        values: ForwardValues,
        derivatives: Derivatives,
    ) -> None:
        self.programs = programs
        self.adjoints = adjoints
        self.values = values
        self.derivatives = derivatives

    def reverse(self, context: Context, statement: Call) -> None:
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
                    depth = _depth(callee, slot.parameter)
                    name = slot.name
                    given[slot] = self._outgoing(context, operand, name, depth, late)
        stored = callee.changes - callee.grows
        behind = [s for s in adjoint.slots if s.role is Role.VALUE and s.name in stored]
        given |= self._values(context, adjoint, operands, behind)
        texts = [given[slot] for slot in adjoint.slots]
        returned = self._write(context, adjoint, texts)
        for value in values:
            self.derivatives.pop(value)
        for value, name in late:
            self.derivatives.rename(context, value, name)
        for name, parameter in zip(returned, adjoint.returned, strict=True):
            if not isinstance(operands[parameter], Constant):
                self.derivatives.add(context, operands[parameter], name)
        for inner in context.chain():
            inner.must_reverse = True

    def _values(
        self,
        context: Context,
        adjoint: Adjoint,
        operands: Mapping[str, Operand],
        behind: Collection[Slot],
    ) -> dict[Slot, str]:
        """The arguments that the adjoint has values of, all there at once.

        A list that the function stores into is as the function leaves it.
        """
        slots = [slot for slot in adjoint.slots if slot.role is Role.VALUE]
        texts = {slot: operands[slot.parameter].text for slot in slots}
        ahead = [n for s, t in texts.items() if s not in behind for n in names_of(t)]
        found = {s: self.values.text(context, texts[s], True) for s in behind}
        self.values.provide(context, ahead)
        return found | {
            slot: self.values.text(context, text)
            for slot, text in texts.items()
            if slot not in behind
        }

    def _write(
        self, context: Context, adjoint: Adjoint, given: Sequence[str]
    ) -> list[str]:
        """Write the call; the names of the derivatives that it returns."""
        names = [f"{name}_contribution" for name in adjoint.returned]
        returned = [self.derivatives.fresh(context, name) for name in names]
        text = f"{adjoint.name}({', '.join(given)})"
        context.lines.append(f"{', '.join(returned)} = {text}" if returned else text)
        for outer in context.chain():
            outer.wrote.update(returned)
        self.derivatives.busy(*returned)
        return returned

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
        depth: int,
        late: list[tuple[Value, str]],
    ) -> str:
        """The derivatives of an argument, for the adjoint to add to."""
        if isinstance(operand, Constant):
            if depth > 1:
                context.fail("a list with derivatives", f"`{operand.text}`")
            shape = self.values.text(context, operand.text)
            length = self.derivatives.measure(context, shape)
            name = f"unused_{parameter}"
            return self.derivatives.write(context, name, f"[0.0] * {length}")
        if isinstance(operand, Entry):
            return self.derivatives.place(context, operand)
        was_known = operand.value in self.derivatives
        row = self.derivatives.row(context, operand, otherwise=parameter)
        if not was_known and row == parameter:
            late.append((operand.value, f"{operand.text}_gradient"))
        return row


def _depth(callee: Program, parameter: str) -> int:
    value = callee.parameters[parameter]
    return 0 if value is None else value.depth
