"""Reverse changes of lists: what an entry has goes to what was put there."""

from __future__ import annotations

from codemods.adjoint.context import Context
from codemods.adjoint.derivatives import Derivatives
from codemods.adjoint.forward_values import ForwardValues
from codemods.adjoint.program import (
    Append,
    Constant,
    Entry,
    Load,
    Operand,
    Program,
    Store,
    Value,
    Whole,
)


class Lists:
    """Writes the reverse of changes to lists."""

    def __init__(
        self, program: Program, values: ForwardValues, derivatives: Derivatives
    ) -> None:
        self.program = program
        self.values = values
        self.derivatives = derivatives

    def load(self, context: Context, statement: Load) -> None:
        """Call the derivatives of a list as the list is called from here on."""
        source, result = statement.source, statement.result
        known = self.derivatives.names.get(source.value)
        if isinstance(source, Whole) and known == f"{result.text}_gradient":
            self.derivatives.rename(context, source.value, f"{source.text}_gradient")

    def append(self, context: Context, statement: Append) -> None:
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
                name = f"{self.derivatives.stem(item)}_contribution"
                name = derivatives.write(context, name, text)
                derivatives.add(context, item, name)
            case _:
                context.fail("a list that is kept in one place", f"`{item.text}`")

    def store(self, context: Context, statement: Store) -> None:
        target, item = statement.target, statement.item
        if target.value not in self.derivatives:
            return
        place = self.derivatives.place(context, target)
        name = f"{self.derivatives.stem(item)}_contribution"
        if not isinstance(item, Constant):
            name = self.derivatives.write(context, name, place)
        if not statement.adds:
            context.lines.append(f"{place} = 0.0")
        if not isinstance(item, Constant):
            self.derivatives.add(context, item, name)
