"""The comments of a piece of source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import libcst as cst
import libcst.matchers as m

from codemods.facts.visit import visit


def find_comments(node: cst.CSTNode) -> list[cst.Comment]:
    """The comments above, in and behind a node, in order."""
    return [cst.ensure_type(c, cst.Comment) for c in m.findall(node, m.Comment())]


def texts_of_comments(nodes: Iterable[cst.CSTNode]) -> tuple[str, ...]:
    """The texts of the comments above, in and behind some nodes, in no certain order.

    Many times as fast as to find them in order.
    """
    finder = _Texts()
    for node in nodes:
        visit(node, finder)
    return tuple(finder.found)


def comments_gone(
    before: Iterable[cst.CSTNode], after: Iterable[cst.CSTNode]
) -> tuple[str, ...]:
    """The texts of the comments of some nodes that others do not have as often."""
    gone = Counter(texts_of_comments(before)) - Counter(texts_of_comments(after))
    return tuple(gone.elements())


def lines_of_comments(comments: Iterable[cst.Comment]) -> list[cst.EmptyLine]:
    """Lines with nothing on them but comments."""
    return [cst.EmptyLine(comment=comment) for comment in comments]


class _Texts(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def visit_Comment(self, node: cst.Comment) -> None:
        self.found.append(node.value)
