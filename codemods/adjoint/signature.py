"""What an adjoint is called, what it is given, and what it returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from codemods.adjoint.forward_values import Kept


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
