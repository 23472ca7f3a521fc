"""The layout of every snapshot: black's, with comments that do not fit lifted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import groupby, pairwise

import black
import libcst as cst
from black.mode import TargetVersion

from codemods.facts.metadata import parse
from codemods.facts.parse_parts import split
from codemods.facts.print_parts import text_of
from codemods.facts.visit import visit
from codemods.stopwatch import STOPWATCH

MODE = black.Mode(target_versions={TargetVersion.PY311})

SWITCHES = "fmt:", "yapf:"
"""What comments say that concern black, also about the statements below them."""

FIRST = "pass\n"
"""Stands above what is no beginning, for black treats that of a file differently."""

FUNCTION = "def function():\n    pass\n"
INNER = ("@", "async ", "class ", "def ")
"""How a last line begins that is a definition, which may do with fewer blank lines."""

DEFINITION = re.compile(r"(?:#[^\n]*\n|\n)*def ")


def format_source(code: str, beside: str | None = None) -> str:
    """Lay out source text the way every snapshot is laid out.

    What it has in common with a text `beside` it that is laid out so is left alone.
    """
    return _format(code, beside, black.format_str)


def format_once(code: str, beside: str | None = None) -> str:
    """What `format_source` returns, if that leaves it as it is, in half the time.

    What black has changed it formats again, because a comma that it has added may make
    it wrap more lines.  The comma is rare, and `format_source` tells if there is one.
    """
    return _format(code, beside, black._format_str_once)


def _format(code: str, beside: str | None, lay_out: Callable[..., str]) -> str:
    code = _lift_long_comments(code)
    with STOPWATCH.measure("black"):
        texts = (code, beside or "")
        is_switched = any(switch in text for switch in SWITCHES for text in texts)
        if beside is not None and not is_switched:
            changed = _format_changes(code, beside, partial(lay_out, mode=MODE))
            if changed is not None:
                return changed
        return lay_out(code, mode=MODE)


def _format_changes(
    code: str, beside: str, lay_out: Callable[[str], str]
) -> str | None:
    """Lay out the statements that are not also `beside`, below the same kind.

    A statement's layout does not depend on others; the blank lines above it depend on
    the statement above.  None if that turns out to be not so.
    """
    known = set(_below_heads(beside))
    found: list[str] = []
    for is_known, group in groupby(_below_heads(code), key=known.__contains__):
        heads, texts = zip(*group, strict=True)
        below = "".join(texts)
        if not is_known:
            laid_out = lay_out(heads[0] + below)
            if not laid_out.startswith(heads[0]):
                return None
            below = laid_out.removeprefix(heads[0])
        found.append(below)
    return "".join(found)


def _below_heads(code: str) -> Iterator[tuple[str, str]]:
    """The texts of the statements, each with what it may be laid out below."""
    texts = ["", *split(code)]
    for number, (above, text) in enumerate(pairwise(texts)):
        yield above if number < 2 else _stand_in(above), text


def _stand_in(above: str) -> str:
    """What black leaves as many blank lines below as it does below a statement."""
    last = above.rstrip().rpartition("\n")[2]
    is_block = last.startswith(" ") and not last.lstrip().startswith(INNER)
    return FUNCTION if DEFINITION.match(above) and is_block else f"{FIRST}{above}"


def _lift_long_comments(code: str) -> str:
    long = (line for line in code.split("\n") if len(line) > MODE.line_length)
    if any("#" in line and not line.lstrip().startswith("#") for line in long):
        return text_of(visit(parse(code), _LiftLongComments()))
    return code


class _LiftLongComments(cst.CSTTransformer):
    """Move a trailing comment that makes its line too long to a line of its own.

    Have: `statement  # comment` wider than a line
    Want: `# comment` above `statement`
    Why:  black would wrap the statement in parentheses instead.
    """

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0

    def visit_IndentedBlock(self, node: cst.IndentedBlock) -> None:
        self.depth += 1

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        self.depth -= 1
        return updated_node

    def leave_SimpleStatementLine(
        self,
        original_node: cst.SimpleStatementLine,
        updated_node: cst.SimpleStatementLine,
    ) -> cst.SimpleStatementLine:
        comment = updated_node.trailing_whitespace.comment
        if comment is None or self._fits(updated_node):
            return updated_node
        return updated_node.with_changes(
            leading_lines=[*updated_node.leading_lines, cst.EmptyLine(comment=comment)],
            trailing_whitespace=cst.TrailingWhitespace(),
        )

    def _fits(self, line: cst.SimpleStatementLine) -> bool:
        text = cst.Module([]).code_for_node(line.with_changes(leading_lines=[]))
        width = len("  ") + len(" ".join(text.split()))
        return 4 * self.depth + width <= MODE.line_length
