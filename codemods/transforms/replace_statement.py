"""Put statements in the place of another one without losing a comment of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

import libcst as cst

from codemods.facts.find_comments import find_comments

Expression = TypeVar("Expression", bound=cst.BaseExpression)


def replacement(
    before: cst.SimpleStatementLine | cst.BaseCompoundStatement,
    after: Sequence[cst.BaseStatement],
) -> cst.FlattenSentinel[cst.BaseStatement]:
    """`after`, led by what led `before` and by its comments that `after` lacks.

    A comment on the statement that is taken apart speaks about all of its parts, so
    it goes above the first of them.
    """
    kept = Counter(c.value for part in after for c in find_comments(part))
    lines = list(before.leading_lines)
    for comment in find_comments(before.with_changes(leading_lines=[])):
        if kept[comment.value]:
            kept[comment.value] -= 1
        else:
            lines.append(cst.EmptyLine(comment=comment))
    first = after[0]
    assert isinstance(first, (cst.SimpleStatementLine, cst.BaseCompoundStatement))
    lines += first.leading_lines
    return cst.FlattenSentinel([first.with_changes(leading_lines=lines), *after[1:]])


def standalone(node: Expression) -> Expression:
    """An expression as it may stand behind `=` or `return`, also over several lines."""
    return in_parentheses(node) if "\n" in cst.Module([]).code_for_node(node) else node


def in_parentheses(node: Expression) -> Expression:
    """An expression with parentheses around it, itself if it has them already."""
    if node.lpar:
        return node
    return node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
