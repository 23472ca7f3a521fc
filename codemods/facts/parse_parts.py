"""Parse a script statement by statement, so that what is known is not parsed again.

Most of a script is the same before and after a step.  A tree cannot change, so trees
of different texts may share the statements that these texts have in common.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import lru_cache

import libcst as cst

from codemods.facts.print_parts import LAYOUT, keep_text

Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement


def parse_parts(code: str) -> cst.Module:
    """The tree that LibCST's parser makes of a text; it holds no node twice.

    Raises `libcst.ParserSyntaxError` if the text is not Python.
    """
    texts = split(code)
    if len(texts) == 1:
        return cst.parse_module(code)
    parts = [_parse(text) for text in texts]
    if any(part.default_indent != LAYOUT[0] for part in parts):
        return cst.parse_module(code)
    first, last = parts[0], parts[-1]
    body: list[Statement] = [*first.body]
    known = {texts[0]}
    for text in texts[1:]:
        is_new = text not in known
        body += _inner(text) if is_new else _below(cst.parse_module(text), text)
        known.add(text)
    return first.with_changes(
        body=body,
        footer=last.footer,
        has_trailing_newline=last.has_trailing_newline,
    )


@lru_cache(maxsize=8)
def split(code: str) -> Sequence[str]:
    """The texts of the statements, each with the lines above it; the last with all.

    A text that is better left whole is one part.
    """
    if "\r" in code or "\f" in code:
        return [code]
    try:
        statements = ast.parse(code).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return [code]
    lines = code.split("\n")
    ends = [0]
    for above, below in zip(statements, statements[1:], strict=False):
        end, start = above.end_lineno or 0, _start(below)
        if start > end and not lines[end - 1].endswith("\\"):  # or they share a line
            ends.append(end)
        if any(line[:1].isspace() for line in lines[end : start - 1]):
            return [code]  # such a line may belong to the block above it
    texts = ["\n".join([*lines[a:b], ""]) for a, b in zip(ends, ends[1:], strict=False)]
    return [*texts, "\n".join(lines[ends[-1] :])]


def _start(statement: ast.stmt) -> int:
    decorators: Sequence[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(each.lineno for each in decorators)])


@lru_cache(maxsize=4096)
def _parse(text: str) -> cst.Module:
    return cst.parse_module(text)


@lru_cache(maxsize=4096)
def _inner(text: str) -> Sequence[Statement]:
    return _below(_parse(text), text)


def _below(part: cst.Module, text: str) -> Sequence[Statement]:
    """The statements of a part, of that text, that is not the first of its script."""
    first, *others = part.body
    below = [first.with_changes(leading_lines=part.header), *others]
    if not others and not part.footer and part.has_trailing_newline:
        keep_text(below[0], text)
    return below
