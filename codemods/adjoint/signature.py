"""What an adjoint is called, what it is given, and what it returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

import libcst as cst
import libcst.matchers as m

from codemods.adjoint.forward_values import Kept
from codemods.facts.scopes import all_parameters

FORWARD, BACKWARD = "_forward", "_backward"
"""How the names of a function and its adjoint end."""

FLOAT = m.Annotation(m.Name("float"))
NUMBER = m.Param(annotation=FLOAT | m.Annotation(m.Name("int")), star="")


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
    return function.removesuffix(FORWARD) + BACKWARD


def given_adjoint(
    function: cst.FunctionDef, adjoint: cst.FunctionDef, derived: Sequence[str]
) -> Adjoint | None:
    """The adjoint that a function of numbers has already, if it is in this form.

        def f(x: float, y: float, power: int) -> float: ...
        def f_backward(z_gradient: float, x: float, power: int) -> tuple[float, float]:
            ...

    It is given the derivative of the result and, by their names and in their order,
    whichever parameters it needs; it returns the derivatives of `derived`, numbers.
    """
    parameters = all_parameters(function.params)
    names = [p.name.value for p in parameters]
    first, *others = [p.name.value for p in all_parameters(adjoint.params)] or [""]
    ordered = [name for name in names if name in others]
    results = ["float"] * len(derived)
    wanted = "float" if len(derived) == 1 else f"tuple[{', '.join(results)}]"
    if (
        not derived
        or first in ("", *names)
        or others != ordered
        or not all(m.matches(parameter, NUMBER) for parameter in parameters)
        or not m.matches(function, m.FunctionDef(returns=FLOAT))
        or adjoint.returns is None
        or cst.Module([]).code_for_node(adjoint.returns.annotation) != wanted
    ):
        return None
    slots = [Slot(first, Role.RESULT), *(Slot(n, Role.VALUE, n) for n in others)]
    return Adjoint(adjoint.name.value, slots, derived, [], [])
