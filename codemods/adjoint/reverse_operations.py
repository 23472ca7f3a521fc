"""Reverse one operation: what its result has goes to its operands, by its rule."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from codemods.adjoint.context import Context
from codemods.adjoint.derivatives import Derivatives
from codemods.adjoint.forward_values import ForwardValues
from codemods.adjoint.layout import conditional
from codemods.adjoint.lines import names_of
from codemods.adjoint.local_derivatives import spell
from codemods.adjoint.program import Block, Compute, Constant, Entry, Operand, Whole
from codemods.adjoint.rules import SELECTIONS, Rule


class Operations:
    """Writes the reverse of operations."""

    def __init__(
        self,
        rules: Mapping[str, Rule],
        values: ForwardValues,
        derivatives: Derivatives,
    ) -> None:
        self.rules = rules
        self.values = values
        self.derivatives = derivatives

    def reverse(self, context: Context, statement: Compute) -> None:
        upstream = self.derivatives.pop(statement.value)
        if upstream is None:
            return
        self.derivatives.busy(upstream)
        if statement.operation in SELECTIONS:
            self._select(context, statement, upstream)
            return
        rule = self.rules[statement.operation]
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
        name = self.derivatives.stem(operand)
        own = f"{name}_gradient"
        if (
            isinstance(operand, Whole)
            and operand.value not in self.derivatives
            and self.derivatives.owner(context, operand.value) is context
            and self.derivatives.fresh(context, own) == own
        ):
            return own
        return f"{name}_contribution"

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
            self.values.forget(context, inside)
        context.lines += conditional(test, *[inside.lines for inside in blocks])


def _substituted(derivative: str, statement: Compute) -> str:
    """A derivative with the operands in it, to tell whether two are the same."""
    texts = dict(zip("xy", (o.text for o in statement.operands), strict=False))
    return re.sub(r"\b[xy]\b", lambda found: texts[found[0]], derivative)
