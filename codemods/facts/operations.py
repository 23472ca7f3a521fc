"""The expressions that perform an operation, as opposed to reading or displaying."""

from __future__ import annotations

import libcst as cst

OPERATION = (
    cst.Await,
    cst.BinaryOperation,
    cst.BooleanOperation,
    cst.Call,
    cst.Comparison,
    cst.DictComp,
    cst.IfExp,
    cst.ListComp,
    cst.SetComp,
    cst.UnaryOperation,
)
