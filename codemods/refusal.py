"""The one way in which anything here says no."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields, replace
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
    left out.  Lines count from 1 and columns from 1, as editors show them.  `module` is
    what they count in, if it is known.
    """

    expected: str
    found: str
    line: int | None = None
    column: int | None = None
    file: str | None = None
    during: str | None = None
    module: cst.Module | None = field(default=None, repr=False, compare=False)

    @classmethod
    def at(
        cls, wrapper: MetadataWrapper, node: cst.CSTNode, *, expected: str, found: str
    ) -> Refusal:
        """Refuse `node`, which must belong to `wrapper.module`."""
        from codemods.facts.positions import Positions  # takes long to import

        start = Positions(wrapper.module)[node].start
        place = start.line, start.column + 1
        return cls(expected, found, *place, module=wrapper.module)

    def placed(self, *, file: str | None, during: str) -> Refusal:
        """The same refusal, with the file and the activity that it came from."""
        return replace(self, file=self.file or file, during=self.during or during)

    def within(self, source: str) -> Refusal:
        """The same refusal of a file: what is no place in it is quoted instead.

        What is made in several passes may be refused in a text between two of them,
        which nobody has.
        """
        if self.module is None or self.line is None:
            return self
        text = self.module.code
        if text == source:
            return replace(self, module=None)
        *above, line = text.splitlines()[: self.line]
        heads = [re.match(r"(?:def|class) (\w+)", text) for text in above]
        names = [head[1] for head in heads if head and line[:1].isspace()]
        around = f" of `{names[-1]}`" if names else ""
        found = f"{self.found}, in `{line.strip()}`{around}, as the step rewrites it"
        return replace(self, found=found, line=None, column=None, module=None)

    def __reduce__(self) -> tuple[type[Refusal], tuple[object, ...]]:
        """How it is handed from one process to another, whichever way it was made."""
        handed = replace(self, module=None)
        return type(self), tuple(getattr(handed, part.name) for part in fields(self))

    def __str__(self) -> str:
        place = [str(p) for p in (self.file, self.line, self.column) if p is not None]
        prefix = [":".join(place)] if place else []
        if self.during is not None:
            prefix.append(self.during)
        return ": ".join([*prefix, f"expected {self.expected}, found {self.found}"])
