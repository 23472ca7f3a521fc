"""Whether a tree is the one that its own printed text stands for.

LibCST prints whatever it is given: a node that replaces another without the
parentheses it needs changes the meaning of the text around it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import cache
from typing import Any, get_args

import libcst as cst

from codemods.facts.walk import is_node
from codemods.refusal import Refusal
from codemods.stopwatch import STOPWATCH

# Layout, punctuation and what LibCST may leave open until it prints.
IGNORED = (
    cst.BaseParenthesizableWhitespace,
    cst.TrailingWhitespace,
    cst.EmptyLine,
    cst.Newline,
    cst.MaybeSentinel,
    cst.Comma,
    cst.Semicolon,
    cst.AssignEqual,
    cst.Colon,
)
IGNORED_FIELDS = frozenset(
    "encoding footer header leading_lines lines_after_decorators".split()
)


def read_print(
    tree: cst.Module, text: str, parse: Callable[[str], cst.Module]
) -> cst.Module:
    """What the text that a tree printed as is parsed to; refuses another tree."""
    try:
        parsed = parse(text)
    except cst.ParserSyntaxError as error:
        raise Refusal("a tree that prints as Python", error.message) from None
    with STOPWATCH.measure("check"):
        difference = first_difference(tree, parsed)
    if difference is not None:
        raise Refusal("a tree that prints as it is", difference)
    return parsed


def first_difference(left: cst.CSTNode, right: cst.CSTNode) -> str | None:
    """Describe the first place where two trees differ beyond layout, or None."""
    if left is right:
        return None
    if type(left) is not type(right):
        return f"{_text(left)!r} read as {_text(right)!r}"
    for name in _compared(type(left)):
        ours, theirs = getattr(left, name), getattr(right, name)
        if ours is theirs:
            continue
        difference = _first_difference_in(ours, theirs)
        if difference is not None:
            return difference or f"{_text(left)!r} read as {_text(right)!r}"
    return None


@cache
def _compared(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    """The fields that count, of nodes of a class."""
    return tuple(
        field.name
        for field in fields(kind)
        if not field.name.startswith("_")
        and field.name not in IGNORED_FIELDS
        and not all(_is_ignored(kind) for kind in _kinds(field.type))
    )


@cache
def _is_ignored(kind: type) -> bool:
    return issubclass(kind, IGNORED)


def _kinds(annotation: object) -> Iterator[type]:
    """The classes that an annotation names, or is made of."""
    for part in get_args(annotation) or [annotation]:
        yield part if isinstance(part, type) else object


def _first_difference_in(left: Any, right: Any) -> str | None:
    if _is_ignored(left.__class__) or _is_ignored(right.__class__):
        return None
    if is_node(left.__class__) and is_node(right.__class__):
        return first_difference(left, right)
    if not isinstance(left, list | tuple) or not isinstance(right, list | tuple):
        return None if left == right else ""
    if len(left) != len(right):
        return ""
    differences = map(_first_difference_in, left, right)
    return next((d for d in differences if d is not None), None)


def _text(node: cst.CSTNode) -> str:
    return cst.Module([]).code_for_node(node).strip()
