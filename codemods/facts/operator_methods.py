"""Operator methods whose operands and results are of the same types.

Where a class can be added to a number on its left, it can be subtracted from one too:
the methods of one kind in a class take and return the same.  Powers do not: an
exponent is not a base.
"""

from __future__ import annotations

from collections.abc import Collection

import libcst as cst

ARITHMETIC = ("add", "sub", "mul", "truediv", "floordiv", "mod", "matmul")
KINDS = (
    frozenset(f"__{operation}__" for operation in ARITHMETIC),
    frozenset(f"__r{operation}__" for operation in ARITHMETIC),
    frozenset(f"__i{operation}__" for operation in ARITHMETIC),
    frozenset({"__neg__", "__pos__", "__abs__", "__invert__"}),
    frozenset({"__lt__", "__le__", "__gt__", "__ge__"}),
    frozenset({"__eq__", "__ne__"}),
)


def siblings(method: cst.FunctionDef, owner: cst.CSTNode) -> list[cst.FunctionDef]:
    """The other methods of the class `owner` of the kind an operator method is of."""
    kind = next((kind for kind in KINDS if method.name.value in kind), frozenset())
    return _methods(method, owner, kind)


def plain_methods(method: cst.FunctionDef, owner: cst.CSTNode) -> list[cst.FunctionDef]:
    """The arithmetic methods for objects on the left, if `method` is for the right."""
    plain, reflected, *_ = KINDS
    return _methods(method, owner, plain) if method.name.value in reflected else []


def _methods(
    method: cst.FunctionDef, owner: cst.CSTNode, kind: Collection[str]
) -> list[cst.FunctionDef]:
    """The other methods of a class that are of one kind."""
    if not isinstance(owner, cst.ClassDef):
        return []
    return [
        other
        for other in owner.body.body
        if isinstance(other, cst.FunctionDef)
        and other is not method
        and other.name.value in kind
        and len(other.params.params) == len(method.params.params)
    ]
