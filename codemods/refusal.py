"""The one way in which anything here says no."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import libcst as cst
    from libcst.metadata import MetadataWrapper

UNUSABLE = 2
"""The exit status of a command that refused something."""


@dataclass
class Refusal(Exception):
    """Something was asked for that cannot be done safely, so nothing was done.

    Prints as `file:line:column: step: expected …, found …`; what is not known is
    left out.  Lines count from 1 and columns from 1, as editors show them.
    """

    expected: str
    found: str
    line: int | None = None
    column: int | None = None
    file: str | None = None
    during: str | None = None

    @classmethod
    def at(
        cls, wrapper: MetadataWrapper, node: cst.CSTNode, *, expected: str, found: str
    ) -> Refusal:
        """Refuse `node`, which must belong to `wrapper.module`."""
        from codemods.facts.positions import Positions  # takes long to import

        start = Positions(wrapper.module)[node].start
        return cls(expected, found, start.line, start.column + 1)

    @classmethod
    def too_deep(cls) -> Refusal:
        """Refuse a script that exhausts Python's stack."""
        return cls("expressions that can be walked", "some nested too deeply")

    def placed(self, *, file: str | None, during: str) -> Refusal:
        """The same refusal, with the file and the activity that it came from."""
        return replace(self, file=self.file or file, during=self.during or during)

    def __reduce__(self) -> tuple[type[Refusal], tuple[object, ...]]:
        """How it is handed from one process to another, whichever way it was made."""
        return type(self), tuple(getattr(self, field.name) for field in fields(self))

    def __str__(self) -> str:
        place = [str(p) for p in (self.file, self.line, self.column) if p is not None]
        prefix = [":".join(place)] if place else []
        if self.during is not None:
            prefix.append(self.during)
        return ": ".join([*prefix, f"expected {self.expected}, found {self.found}"])
