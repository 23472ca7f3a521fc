"""What a step is, and the checks that every step passes through.

A step is one commit: a module `codemods/steps/step_NN_<slug>.py` whose docstring is

    first line      the commit message: imperative, at most 72 characters, no full stop
    one paragraph   the plan's one or two sentences: what is edited, and why
    one example     an indented block, `before`, a line `=>`, `after`

and which holds one `Step` subclass, named after the slug in CamelCase.  Nothing of
this is written twice: number and slug come from the file's name, the rest from the
docstring.  A step is an ordinary LibCST codemod as well:

    python -m libcst.tool codemod -x codemods.steps.step_01_format_source.FormatSource F
"""

from __future__ import annotations

import inspect
import io
import re
import sys
import tokenize
from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar

import libcst as cst
from black.parsing import InvalidInput
from libcst.codemod import CodemodCommand

from codemods.facts.metadata import parse
from codemods.facts.observed_types import ObservedTypes, observe_types
from codemods.facts.parse_parts import parse_parts, split
from codemods.facts.print_parts import text_of
from codemods.facts.same_tree import read_print
from codemods.layout import format_once, format_source
from codemods.memory import Memory
from codemods.read_source import NESTED
from codemods.refusal import Refusal
from codemods.stopwatch import STOPWATCH

EMBEDDED_INPUT = Path(__file__).parents[1] / "original" / "input.txt"


TYPES_FOLLOW = "the steps that have watched a run write the types"
"""Why steps before those may bring forth what has no type hint."""


class Claim(Enum):
    """How a snapshot's output relates to that of the snapshot before it."""

    EXACT = "exact"
    """Every printed float is the same to 17 significant digits."""

    PRINTED = "printed"
    """Standard output is the same byte for byte, as the program prints it."""


@dataclass(frozen=True)
class Made:
    """What a step has made of a module, before it is known whether it may be used."""

    before: str
    beside: str | None
    """A text that is laid out, or that was made by a step that is being checked."""

    applied: cst.Module
    printed: str
    code: str
    stable: bool


_made: deque[str] = deque(maxlen=8)
"""Texts that steps have made: if one must not be used, nor is what is made from it."""


class UnstableError(Exception):
    """Something was laid out once that has to be laid out again."""


class Step(CodemodCommand, ABC):
    """One commit of the plan.  Subclasses say what `apply` does to a module."""

    claim: ClassVar[Claim] = Claim.EXACT

    lost_comments: tuple[str, ...] = ()
    """Comments that leave with the code they explain, as they stand in the source.

    One that stays must not be among them: that it is lost one day would not be noticed.
    Of the class if they are always the same, or else of the object, set by `apply`."""

    raises: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """Rules that the step breaks where they were kept before, each with the reason."""

    reaches: ClassVar[tuple[str, ...]] = ()
    """Rules that nothing breaks any more, in this snapshot or any later one."""

    number: ClassVar[int]
    slug: ClassVar[str]
    message: ClassVar[str]
    explanation: ClassVar[str]
    example: ClassVar[str]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        name = re.fullmatch(r".*step_(\d+)_(\w+)", cls.__module__)
        if name is None:
            raise TypeError(f"{cls.__module__} is not named step_<number>_<slug>")
        cls.number, cls.slug = int(name[1]), name[2]
        text = inspect.cleandoc(sys.modules[cls.__module__].__doc__ or "")
        cls.message, cls.explanation, cls.example = [*text.split("\n\n", 2), "", ""][:3]
        cls.explanation = " ".join(cls.explanation.split())
        cls.DESCRIPTION = f"{cls.message}. {cls.explanation}"

    @classmethod
    def title(cls) -> str:
        """`step NN slug`, the way refusals and tables name a step."""
        return f"step {cls.number:02d} {cls.slug}"

    @classmethod
    def file_name(cls) -> str:
        """The name of the snapshot that this step makes."""
        return f"step_{cls.number:02d}_{cls.slug}.py"

    @abstractmethod
    def apply(self, module: cst.Module) -> cst.Module:
        """Return the module after this step, in any layout; raise `Refusal`."""

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        """Apply, format and check; what LibCST calls."""
        made = self.make(tree)
        try:
            self.check(made)
        except UnstableError:
            made = self.make(tree, stable=True)
            self.check(made)
        if made.code == made.before:
            return tree
        # to be written as the tree was read, which may not have been by this project
        after = parse(made.code)
        is_same = after.encoding == tree.encoding
        return after if is_same else after.with_changes(encoding=tree.encoding)

    def make(self, tree: cst.Module, *, stable: bool = False) -> Made:
        """Apply and format, for `check` to decide whether the result may be used.

        What is not made `stable` may have to be made again.
        """
        with self._placing(lambda: text_of(tree)):
            with STOPWATCH.measure("transform"):
                applied = self.apply(tree)
                printed = text_of(applied)
            before = text_of(tree)
            beside = before if before in _made else None
            lay_out = format_source if stable else format_once
            try:
                code = lay_out(printed, beside)
            except InvalidInput:
                read_print(applied, printed, parse_parts)
                raise
            _made.append(code)
            return Made(before, beside, applied, printed, code, stable)

    def check(self, made: Made) -> None:
        """Refuse what no step may come to; raise `UnstableError` if not made stable."""
        with self._placing(lambda: made.before):
            with STOPWATCH.measure("check"):
                read_print(made.applied, made.printed, parse_parts)
            if made.code == made.before:
                return
            self._check_layout(made)
            with STOPWATCH.measure("check"):
                compile(made.code, self.file_name(), "exec", dont_inherit=True)
                self._check_comments(made)
            self._check_idle(made.code)

    def observe(
        self, module: cst.Module, nodes: Collection[cst.CSTNode] | None = None
    ) -> ObservedTypes:
        """The types that the values in `module` have in a shortened run of it.

        Where only some `nodes` are asked for, nothing is known of the others.
        """
        memory = self.context.scratch.get("memory")
        given = self.context.scratch.get("input_file")
        script = Path(self.context.filename or "")
        return observe_types(
            module,
            nodes,
            input_file=find_input(script, given if isinstance(given, Path) else None),
            memory=memory if isinstance(memory, Memory) else None,
        )

    @contextmanager
    def _placing(self, source: Callable[[], str]) -> Iterator[None]:
        """Say in refusals which file and step they are about, and where in the file."""
        try:
            yield
        except Refusal as refusal:
            raise refusal.within(source()).placed(
                file=self.context.filename, during=self.title()
            ) from None
        except RecursionError:
            raise Refusal(NESTED, "more in what the step makes").placed(
                file=self.context.filename, during=self.title()
            ) from None

    def _check_layout(self, made: Made) -> None:
        if format_source(made.code, made.beside) == made.code:
            return
        if not made.stable:
            raise UnstableError
        raise Refusal("source that black leaves alone", "one that it changes again")

    def _check_comments(self, made: Made) -> None:
        before, after = Counter(split(made.before)), Counter(split(made.code))
        old, new = _comments(before - after), _comments(after - before)
        declared = _comments(Counter(self.lost_comments))
        for comment in old - new - declared:
            raise Refusal("every comment to be kept", f"a lost comment: {comment}")
        stood = comments(made.before) if declared else declared
        for comment in declared:
            # one of several may be lost while another is copied, and a quotation change
            is_sure = stood[comment] < 2 and "`" not in comment
            if is_sure and new[comment] >= old[comment]:
                raise Refusal("a declared comment to be lost", f"it kept: {comment}")

    def _check_idle(self, after: str) -> None:
        try:
            with STOPWATCH.measure("second run"):
                again = text_of(self.apply(parse(after)))
        except Refusal:
            return
        if again != after and format_source(again, after) != after:
            raise Refusal(
                "a second run to change nothing",
                f"a change in {_first_changed_line(after, again)!r}",
            )


def find_input(script: Path, given: Path | None = None) -> Path:
    """What a script reads: the given file, the one beside it, or the embedded one."""
    if given is not None and not given.is_file():
        raise Refusal("an input file", "no such file", file=str(given))
    beside = script.with_name("input.txt")
    return given or (beside if beside.is_file() else EMBEDDED_INPUT)


def comments(code: str) -> Counter[str]:
    """How often each comment occurs, not counting what it quotes.

    What stands in backquotes is code: a step that renames may rename it there too.
    Comments that black puts on one line are still as many.
    """
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    found = (token.string for token in tokens if token.type == tokenize.COMMENT)
    texts = (text for line in found for text in re.split(r"\s+(?=#)", line))
    return Counter(re.sub(r"`[^`]*`", "`…`", text) for text in texts)


def _comments(parts: Counter[str]) -> Counter[str]:
    """The comments in some texts."""
    found: Counter[str] = Counter()
    for text in parts.elements():
        found += comments(text)
    return found


def _first_changed_line(before: str, after: str) -> str:
    old, new = before.splitlines(), after.splitlines()
    pairs = zip([*old, ""], [*new, ""], strict=False)
    return next(b or a for a, b in pairs if a != b)
