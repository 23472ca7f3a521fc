"""Read a script, or say in one line why it cannot be read."""

from __future__ import annotations

import ast
import codecs
import io
import tokenize
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import libcst as cst

from codemods.facts.metadata import parse
from codemods.refusal import Refusal

DEEPEST = 150
"""Levels of nesting that are read, as LibCST's trees have them.

Python's stack ends LibCST's walks at 280 of them, and what rules ask of sums at 190.
LibCST's parser takes the third power of the levels in time, and crashes at some
thousands.
"""

DEEPEST_PATTERN = 8
"""Levels of brackets in a pattern that are read.

For each more, LibCST's parser takes four times as long: half a second for so many.
"""

NESTED = f"at most {DEEPEST} levels of nesting (a subscript has 3, an `elif` 1)"
"""What is expected, to a reader who counts as the parser does not."""

LEVELS: dict[tuple[type[ast.AST], str], int] = {
    (ast.AnnAssign, "annotation"): 2,
    (ast.Call, "args"): 2,
    (ast.Compare, "comparators"): 2,
    (ast.Dict, "keys"): 2,
    (ast.Dict, "values"): 2,
    (ast.List, "elts"): 2,
    (ast.Set, "elts"): 2,
    (ast.Subscript, "slice"): 3,
    (ast.Tuple, "elts"): 2,
    (ast.arg, "annotation"): 2,
    (ast.arguments, "defaults"): 2,
    (ast.arguments, "kw_defaults"): 2,
}
"""How many levels of LibCST's tree a field of Python's makes, where it is not one."""

UNSEEN = (tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT)

OPENING, CLOSING = ("(", "[", "{"), (")", "]", "}")

CLAUSES = ("elif", "else", "except", "finally")


def read_source(path: Path) -> cst.Module:
    """The tree of the script at `path`, which is read as `read_text` reads it.

    Refuses syntax that LibCST does not know.
    """
    text = read_text(path)
    try:
        return parse(text)
    except cst.ParserSyntaxError as error:
        refusal = Refusal("syntax that LibCST reads", "other", error.raw_line)
    raise refusal.placed(file=str(path), during="reading")


def read_text(path: Path) -> str:
    """The text of the Python 3 script at `path`, in UTF-8, with any line ends.

    Refuses a file that is missing, empty, not UTF-8, not Python 3, or nested too deep.
    """
    try:
        text = _decode(path.read_bytes())
        # Python's own parser is the faster one, and says more of what is wrong.
        tree = _parse(text)
        _refuse_deep(tree)
        _refuse_deep_patterns(tree, text)
    except OSError as error:
        refusal = Refusal("a script that can be read", str(error.strerror).lower())
    except UnicodeDecodeError as error:
        refusal = _wrong_byte(error)
    except SyntaxError as error:
        refusal = Refusal("Python 3", error.msg, error.lineno or 1, error.offset or 1)
    except Refusal as found:
        refusal = found
    else:
        if tree.body:
            return text
        refusal = Refusal("a script with statements", "an empty one")
    raise refusal.placed(file=str(path), during="reading")


def _decode(data: bytes) -> str:
    """The text of a file, whose first lines may say that it is in UTF-8.

    What is made of it is written in UTF-8, so that they must not say anything else.
    """
    readable = data.decode("utf-8", "replace").encode()
    encoding, _ = tokenize.detect_encoding(io.BytesIO(readable).readline)
    if codecs.lookup(encoding).name not in ("utf-8", "utf-8-sig"):
        raise Refusal("UTF-8", f"the encoding {encoding}", 1, 1)
    text = data.decode("utf-8-sig")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _wrong_byte(error: UnicodeDecodeError) -> Refusal:
    before = error.object[: error.start]
    line = before.count(b"\n") + 1
    column = len(before.rpartition(b"\n")[2]) + 1
    return Refusal("UTF-8", f"the byte 0x{error.object[error.start]:02x}", line, column)


def _parse(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except (RecursionError, MemoryError):
        line = _find_too_deep(text)
        raise Refusal(NESTED, "more", line, line and 1) from None


def _find_too_deep(text: str) -> int | None:
    """The line of the first statement that Python's parser cannot take."""
    lines = text.split("\n")
    first = [line[0] for line in _logical_lines(text)]
    starts = [
        token.start[0]
        for token in first
        if token.start[1] == 0 and token.string not in CLAUSES
    ]
    for start, end in pairwise([*starts, len(lines) + 1]):
        try:
            ast.parse("\n".join(lines[start - 1 : end - 1]))
        except (RecursionError, MemoryError):
            return start
        except SyntaxError:
            continue  # a decorator, without what it decorates
    return None


def _logical_lines(text: str) -> Iterator[list[tokenize.TokenInfo]]:
    """What the lines hold that Python sees, which may be several of the text."""
    held: list[tokenize.TokenInfo] = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.NEWLINE:
            if held:  # none at the end of a file that ends with a comment
                yield held
            held = []
        elif token.type not in UNSEEN:
            held.append(token)


def _refuse_deep(tree: ast.Module) -> None:
    pending: list[tuple[ast.AST, int]] = [(tree, 0)]
    while pending:
        node, depth = pending.pop()
        if depth > DEEPEST and isinstance(node, ast.expr | ast.stmt):
            raise Refusal(NESTED, "more", node.lineno, node.col_offset + 1)
        below = [
            (child, depth + _levels(node, field))
            for field, value in ast.iter_fields(node)
            for child in (value if isinstance(value, list) else [value])
            if isinstance(child, ast.AST)
        ]
        pending += reversed(below)


def _levels(node: ast.AST, field: str) -> int:
    """How many levels of LibCST's tree lie between a node and those in a field."""
    match node:
        case ast.BoolOp(values=[_, *others]):
            return len(others)  # as LibCST nests them
        case ast.If(orelse=[ast.If(col_offset=column)], col_offset=own) if (
            field == "orelse" and column == own
        ):
            return 1  # `elif`
        case ast.stmt() if field in ("orelse", "finalbody"):
            return 3
        case ast.stmt() | ast.ExceptHandler() | ast.match_case() if field == "body":
            return 2
    return LEVELS.get((type(node), field), 1)


def _refuse_deep_patterns(tree: ast.Module, text: str) -> None:
    if not any(isinstance(node, ast.Match) for node in ast.walk(tree)):
        return
    for line in _logical_lines(text):
        depth = 0
        for token in line if line[0].string == "case" else ():
            if depth == 0 and token.string in ("if", ":"):
                break
            depth += (token.string in OPENING) - (token.string in CLOSING)
            if depth > DEEPEST_PATTERN:
                expected = f"at most {DEEPEST_PATTERN} levels of brackets in a pattern"
                raise Refusal(expected, "more", token.start[0], token.start[1] + 1)
