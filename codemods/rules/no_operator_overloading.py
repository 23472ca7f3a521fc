"""No operator overloading

No class says what an operator, an index, a comparison or a conversion means for its
objects; without such methods, operators mean what they do for numbers and containers.
"""

from __future__ import annotations

import libcst as cst

from codemods.check.rule import Rule

BINARY = "add sub mul matmul truediv floordiv mod divmod pow lshift rshift and xor or"
OTHER = (
    "neg pos abs invert lt le eq ne gt ge bool len getitem setitem delitem contains "
    "iter next reversed call hash int float complex index round trunc floor ceil "
    "getattr getattribute setattr delattr get set delete enter exit missing"
)
OPERATORS = frozenset(
    [f"__{side}{name}__" for name in BINARY.split() for side in ("", "r", "i")]
    + [f"__{name}__" for name in OTHER.split()]
)


class NoOperatorOverloading(Rule):
    sentences = (
        "No method dispatch. No operator overloading, no dunder methods, no "
        "polymorphism.",
        "Operations are explicit function calls.",
    )
    VALID = (
        "def add(left, right):\n    return left + right\n",
        "class A:\n    def __init__(self):\n        pass\n",
        "def __add__(left, right):\n    return left\n",
    )
    INVALID = (
        ("class A:\n    def __add__(self, other):\n        return self\n", 1),
        (
            "class A:\n    def __mul__(a, b):\n        pass\n    __rmul__ = __mul__\n",
            2,
        ),
        ("class A:\n    __len__: object = lambda self: 3\n", 1),
    )

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        for statement in node.body.body:
            for name in _bound_names(statement):
                if name.value in OPERATORS:
                    self.report(name, f"make a function of `{name.value}`")


def _bound_names(statement: cst.CSTNode) -> list[cst.Name]:
    match statement:
        case cst.FunctionDef(name=name):
            return [name]
        case cst.SimpleStatementLine(body=body):
            return [name for small in body for name in _bound_names(small)]
        case cst.Assign(targets=targets):
            return [t.target for t in targets if isinstance(t.target, cst.Name)]
        case cst.AnnAssign(target=cst.Name() as name):
            return [name]
    return []
