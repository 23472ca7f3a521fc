"""Say which characters of a script are what, for colours."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from pygments.lexers.python import PythonLexer
from pygments.token import (
    Comment,
    Keyword,
    Name,
    Number,
    Operator,
    String,
    Token,
    _TokenType,
)

KINDS = {
    Token: "_",
    Comment: "c",
    Keyword: "k",
    Name.Builtin: "b",
    Name.Class: "d",
    Name.Decorator: "d",
    Name.Function: "d",
    Number: "n",
    Operator.Word: "k",
    String: "s",
    String.Doc: "c",
    String.Interpol: "i",
}
"""One letter for each kind that has a colour; `_` stands for those without."""

LEXER = PythonLexer(stripnl=False, ensurenl=False)

REMEMBERED = 4096
"""Statements that are not coloured again; most scripts of a series share most."""


def colour(lines: Sequence[str]) -> list[str]:
    """For each line of a script, its kinds with the size of each as browsers count.

    => ["k6_3c9"] for ["import os# paths"]
    """
    starts = [0, *_starts_of_statements(lines), len(lines)]
    return [
        coloured
        for start, stop in pairwise(starts)
        if start < stop
        for coloured in _colour("\n".join(lines[start:stop]))
    ]


def units(text: str) -> int:
    """The length of a text in units of UTF-16."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _starts_of_statements(lines: Sequence[str]) -> list[int]:
    """Indices of lines at which a script can be cut; none if it is not Python."""
    try:
        body = ast.parse("\n".join(lines)).body
    except SyntaxError:
        return []
    return [statement.lineno - 1 for statement in body[1:]]


@lru_cache(maxsize=REMEMBERED)
def _colour(text: str) -> tuple[str, ...]:
    coloured: list[list[tuple[str, int]]] = [[]]
    for kind, piece in _kinds(text):
        first, *others = piece.split("\n")
        _extend(coloured[-1], kind, units(first))
        for other in others:
            coloured.append([])
            _extend(coloured[-1], kind, units(other))
    return tuple("".join(f"{kind}{size}" for kind, size in line) for line in coloured)


def _kinds(text: str) -> Iterator[tuple[str, str]]:
    for token, value in LEXER.get_tokens(text):
        yield _kind(token), value


def _kind(token: _TokenType) -> str:
    while token not in KINDS:
        assert token.parent is not None  # the first one, `Token`, is known
        token = token.parent
    return KINDS[token]


def _extend(line: list[tuple[str, int]], kind: str, size: int) -> None:
    """Add characters to a line, to those before if they are of the same kind."""
    if line and line[-1][0] == kind:
        size += line.pop()[1]
    if size:
        line.append((kind, size))
