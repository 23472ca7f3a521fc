"""Read a script, or say in one line why it cannot be read."""

from __future__ import annotations

import ast
from itertools import count
from pathlib import Path

import libcst as cst

from codemods.facts.metadata import parse
from codemods.refusal import Refusal

DEEPEST = 100
"""Levels of nesting that are read.

Python's stack ends LibCST's walk at 135 calls in calls, or at 190 sums of sums.  Its
parser takes the third power of the levels in time, and crashes at some thousands.
"""


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
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
        # Python's own parser is the faster one, and says more of what is wrong.
        tree = ast.parse(text)
    except OSError as error:
        refusal = Refusal("a script that can be read", str(error.strerror).lower())
    except UnicodeDecodeError as error:
        refusal = _wrong_encoding(data, error)
    except SyntaxError as error:
        refusal = Refusal("Python 3", error.msg, error.lineno, error.offset)
    except (RecursionError, MemoryError):
        refusal = _too_deep()
    else:
        if deep := _nested_too_deeply(tree):
            refusal = _too_deep(deep.lineno, deep.col_offset + 1)
        elif tree.body:
            return text.replace("\r\n", "\n").replace("\r", "\n")
        else:
            refusal = Refusal("a script with statements", "an empty one")
    raise refusal.placed(file=str(path), during="reading")


def _too_deep(line: int | None = None, column: int | None = None) -> Refusal:
    return Refusal(f"at most {DEEPEST} levels of nesting", "more", line, column)


def _nested_too_deeply(tree: ast.AST) -> ast.expr | ast.stmt | None:
    level = [tree]
    for depth in count():
        if depth > DEEPEST:
            for node in level:
                if isinstance(node, ast.expr | ast.stmt):
                    return node
        if not level:
            break
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return None


def _wrong_encoding(data: bytes, error: UnicodeDecodeError) -> Refusal:
    before = data[: error.start]
    line = before.count(b"\n") + 1
    column = len(before.rpartition(b"\n")[2]) + 1
    return Refusal("UTF-8", f"the byte 0x{data[error.start]:02x}", line, column)
