"""The types of operations, by the types of their operands.

    1 / 2, 2**-1, 2 * 0.5           float
    True + True                     int
    [1] + [0.5], 3 * [0.5]          list[float]
    "%d" % 1                        str
    node * 2, 2 * node              what `__mul__`, `__rmul__` are annotated to return

Powers are taken to stay within the real numbers: what is no integer is a `float`.  A
power of integers whose exponent is not written out may be of either type, so it is not
known.
"""

from __future__ import annotations

import libcst as cst

from codemods.facts.builtin_types import BOOL, FLOAT, INT, STR, elements
from codemods.facts.class_members import ClassMembers
from codemods.facts.known_types import (
    build,
    concatenate,
    distribute,
    join_known,
)
from codemods.facts.type_names import (
    ANY_LENGTH,
    NUMBERS,
    UNOBSERVED,
    Type,
    join,
)

BINARY: dict[type[cst.CSTNode], str] = {
    cst.Add: "add",
    cst.BitAnd: "and",
    cst.BitOr: "or",
    cst.BitXor: "xor",
    cst.Divide: "truediv",
    cst.FloorDivide: "floordiv",
    cst.LeftShift: "lshift",
    cst.MatrixMultiply: "matmul",
    cst.Modulo: "mod",
    cst.Multiply: "mul",
    cst.Power: "pow",
    cst.RightShift: "rshift",
    cst.Subtract: "sub",
}
UPDATES: dict[type[cst.CSTNode], str] = {
    getattr(cst, f"{operator.__name__}Assign"): name
    for operator, name in BINARY.items()
}
UNARY: dict[type[cst.CSTNode], str] = {
    cst.BitInvert: "invert",
    cst.Minus: "neg",
    cst.Plus: "pos",
}
COMPARISONS: dict[type[cst.CSTNode], tuple[str, str]] = {
    cst.Equal: ("eq", "eq"),
    cst.GreaterThan: ("gt", "lt"),
    cst.GreaterThanEqual: ("ge", "le"),
    cst.LessThan: ("lt", "gt"),
    cst.LessThanEqual: ("le", "ge"),
    cst.NotEqual: ("ne", "ne"),
}
"""What a comparison is called, and what it is with its operands exchanged."""

REPEATED = frozenset({"bytes", "list", "str", "tuple"})
WHOLE = ("bool", "int")


class TypeArithmetic:
    """The operations on the built-in types and on the classes of one module."""

    def __init__(self, members: ClassMembers) -> None:
        self._members = members

    def binary(
        self, operation: str, left: Type, right: Type, exponent: int | None = None
    ) -> Type:
        """The type of `left + right`; the operation is called `add`.

        `exponent` is the right operand if it is an integer that is written out.
        """

        def combine(one: Type, other: Type) -> Type:
            if operation == "pow" and exponent is not None and one.name in WHOLE:
                return FLOAT if exponent < 0 else INT
            reflected = f"__r{operation}__"
            if not self._is_open(one) and not self._is_open(other):
                return arithmetic(operation, one, other)
            return self._by_methods(f"__{operation}__", reflected, one, other)

        return distribute(combine, left, right)

    def update(
        self, operation: str, left: Type, right: Type, exponent: int | None = None
    ) -> Type:
        """The type of a variable after `left += right`."""

        def combine(one: Type, other: Type) -> Type:
            in_place = f"__i{operation}__"
            if one.name == "list" and operation == "add":
                other = build("list", [elements(other)])
            if self._is_open(one) and self._members.has(one, in_place):
                return self._members.result(one, in_place)
            return self.binary(operation, one, other, exponent)

        return distribute(combine, left, right)

    def unary(self, operation: str, operand: Type) -> Type:
        """The type of `-operand`; the operation is called `neg`."""

        def apply(one: Type) -> Type:
            if self._is_open(one):
                return self._members.result(one, f"__{operation}__")
            if one.name in WHOLE:
                return INT
            is_number = one.name in NUMBERS and operation != "invert"
            return one if is_number else UNOBSERVED

        return distribute(apply, operand)

    def comparison(self, operator: cst.BaseCompOp, left: Type, right: Type) -> Type:
        """The type of `left < right`."""
        names = COMPARISONS.get(type(operator))
        if names is None:  # in, is and their opposites answer yes or no
            return BOOL
        method, reflected = (f"__{name}__" for name in names)

        def compare(one: Type, other: Type) -> Type:
            if self._has_plain_equality(one, other, method):
                return BOOL
            return self._by_methods(method, reflected, one, other)

        return distribute(compare, left, right)

    def _has_plain_equality(self, left: Type, right: Type, method: str) -> bool:
        """Whether what is compared has no methods for it that could say otherwise."""
        compares_all = method in ("__eq__", "__ne__")
        return all(
            not self._is_open(one)
            or (compares_all and not self._members.has(one, method))
            for one in (left, right)
        )

    def _by_methods(self, method: str, reflected: str, left: Type, right: Type) -> Type:
        """What the method of the left operand returns, or else that of the right."""
        members = self._members
        if self._is_open(left) and members.has(left, method):
            may_take_first = left != right and members.derives(right, left)
            operand = members.operand(left, method)
            if operand == UNOBSERVED or (
                may_take_first and members.has(right, reflected)
            ):
                return UNOBSERVED
            if members.fits(right, operand):
                return members.result(left, method)
        if left.name == "str" and method == "__mod__":
            return STR
        if members.fits(left, members.operand(right, reflected)):
            return members.result(right, reflected)
        return UNOBSERVED

    def _is_open(self, type_: Type) -> bool:
        """Whether a type is none of the built-in ones, whose operations are known."""
        return type_.module not in ("builtins", "collections.abc", "typing")


def arithmetic(operation: str, left: Type, right: Type) -> Type:
    """The type of an operation on built-in types that are no unions."""
    if left.name in NUMBERS and right.name in NUMBERS:
        return _of_numbers(operation, join([left, right]))
    if left.name == "str" and operation == "mod":
        return STR
    if operation == "mul":
        return _repeated(left, right)
    if left.name != right.name:
        return UNOBSERVED
    if operation == "add" and left.name in REPEATED:
        return _concatenated(left, right)
    if operation in ("and", "or", "sub", "xor") and left.name in ("set", "frozenset"):
        return left if operation in ("and", "sub") else join_known([left, right])
    if operation == "or" and left.name == "dict":
        return join_known([left, right])
    return UNOBSERVED


def literal_integer(node: cst.BaseExpression) -> int | None:
    """The integer that an expression writes out, with or without a sign."""
    match node:
        case cst.Integer():
            return node.evaluated_value
        case cst.UnaryOperation(
            operator=cst.Minus(), expression=cst.Integer() as number
        ):
            return -number.evaluated_value
    return None


def _of_numbers(operation: str, wider: Type) -> Type:
    whole = wider.name in WHOLE
    if operation in ("and", "or", "xor"):
        return wider if whole else UNOBSERVED
    if operation in ("lshift", "rshift"):
        return INT if whole else UNOBSERVED
    if operation in ("add", "sub", "mul", "floordiv", "mod"):
        known = wider.name != "complex" or operation in ("add", "sub", "mul")
        return (INT if whole else wider) if known else UNOBSERVED
    if operation == "truediv":
        return FLOAT if whole else wider
    return UNOBSERVED if whole or operation != "pow" else wider


def _repeated(left: Type, right: Type) -> Type:
    """`3 * [0.5]`, either way round."""
    for whole, number in ((left, right), (right, left)):
        if whole.name in REPEATED and number.name in WHOLE:
            if whole.name != "tuple":
                return whole
            return build("tuple", (elements(whole), ANY_LENGTH))
    return UNOBSERVED


def _concatenated(left: Type, right: Type) -> Type:
    if left.name == "tuple":
        return concatenate(left.arguments, right.arguments)
    return join_known([left, right])
