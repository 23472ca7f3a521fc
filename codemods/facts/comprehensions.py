"""What comprehensions are made of, and which of them compute nothing."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from codemods.facts.evaluation import is_constant
from codemods.facts.walk import walk

COMPUTES = (
    cst.Await,
    cst.BaseComp,
    cst.BinaryOperation,
    cst.BooleanOperation,
    cst.Call,
    cst.Comparison,
    cst.FormattedString,
    cst.IfExp,
    cst.Lambda,
    cst.NamedExpr,
    cst.Slice,
    cst.UnaryOperation,
)


def elements_of(node: cst.BaseComp) -> list[cst.BaseExpression]:
    """What a comprehension evaluates for every member, in order."""
    match node:
        case cst.DictComp():
            return [node.key, node.value]
        case cst.ListComp() | cst.SetComp() | cst.GeneratorExp():
            return [node.elt]
        case _:
            raise TypeError(f"not a comprehension: {type(node)}")


def clauses_of(node: cst.BaseComp) -> Iterator[cst.CompFor]:
    """The `for` clauses of a comprehension, the outermost first."""
    clause: cst.CompFor | None = node.for_in
    while clause is not None:
        yield clause
        clause = clause.inner_for_in


def is_trivial(node: cst.BaseComp) -> bool:
    """Whether a comprehension is a one-line mapping that computes nothing."""
    one_clause = not node.for_in.ifs and node.for_in.inner_for_in is None
    return one_clause and not any(_computes(element) for element in elements_of(node))


def _computes(element: cst.BaseExpression) -> bool:
    return any(
        isinstance(part, COMPUTES)
        and not (isinstance(part, cst.BaseExpression) and is_constant(part))
        for part in walk(element)
    )
