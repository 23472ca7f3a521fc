"""What a rule is, and what it finds.

A rule is a module `codemods/rules/<name>.py`.  Its docstring is

    first line      what must hold, as a title without a full stop
    the rest        the reading that was chosen, where the brief's sentence needs one

and it holds one `Rule` subclass, named after the module in CamelCase.  Its name, as
findings show it, is the module's with hyphens.
"""

from __future__ import annotations

import inspect
import sys
from dataclasses import dataclass
from typing import ClassVar

import libcst as cst

from codemods.check.script import Script


@dataclass(frozen=True, order=True)
class Finding:
    """A place in a script that breaks a rule.

    Lines and columns count from 1, as editors show them; the end is behind the last
    character.
    """

    line: int
    column: int
    rule: str
    message: str
    end_line: int = 0
    end_column: int = 0


class Rule:
    """One requirement on the style of a script, checked in a visit of its tree.

    All rules share one traversal: a method `visit_<Kind>` is shown every node of that
    kind, outer ones first, and `leave_module` ends it.  Layout, comments and
    punctuation are not shown.  What a rule finds it reports with `report`.
    """

    sentences: ClassVar[tuple[str, ...]] = ()
    """What the brief says, as `codemods.check.brief` lists it, that this enforces."""

    VALID: ClassVar[tuple[str, ...]]
    """Scripts with nothing to find."""

    INVALID: ClassVar[tuple[tuple[str, int], ...]]
    """Scripts, each with the number of findings in it."""

    visited: ClassVar[dict[type[cst.CSTNode], str]]
    """The kinds of nodes that it wants to be shown, each with the method for it."""

    name: ClassVar[str]
    title: ClassVar[str]
    reading: ClassVar[str]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        text = inspect.cleandoc(sys.modules[cls.__module__].__doc__ or "")
        cls.name = cls.__module__.rpartition(".")[2].replace("_", "-")
        cls.title, _, cls.reading = text.partition("\n\n")
        methods = [method for method in dir(cls) if method.startswith("visit_")]
        cls.visited = {getattr(cst, m.removeprefix("visit_")): m for m in methods}

    def __init__(self, script: Script) -> None:
        self.script = script
        self.findings: list[Finding] = []

    def leave_module(self) -> None:
        """Judge what can be judged only when all nodes were shown."""

    def report(self, node: cst.CSTNode, message: str) -> None:
        """Note that `node` breaks the rule; the message says what to do about it."""
        place = self.script.positions[node]
        start, end = place.start, place.end
        self.findings.append(
            Finding(
                start.line,
                start.column + 1,
                self.name,
                message,
                end.line,
                end.column + 1,
            )
        )
