"""Write a derivative of the rules as statements, one operation a line."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from codemods.adjoint.lines import names_of

SYMBOLS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
}
Write = Callable[[str, str], str]
"""Binds a name, or one like it, to an expression, and tells the name."""


def spell(derivative: str, texts: Mapping[str, str], write: Write) -> str:
    """The last operation of a derivative, the ones before it having been written.

    `texts` has what `x`, `y` and `z` are in the adjoint.
    """
    return _Spelling(texts, write).spell(ast.parse(derivative, mode="eval").body)


def can_spell(derivative: str) -> bool:
    """Whether `spell` knows everything in a derivative in `x`, `y` and `z`."""
    return _is_known(ast.parse(derivative, mode="eval").body)


def _is_known(node: ast.expr) -> bool:
    match node:
        case ast.Name(id="x" | "y" | "z") | ast.Constant(value=int() | float()):
            return True
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _is_known(operand)
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="math")), args=[argument], keywords=[]
        ):
            return _is_known(argument)
        case ast.BinOp(left=left, op=operator, right=right):
            known = type(operator) in SYMBOLS
            return known and _is_known(left) and _is_known(right)
    return False


class _Spelling:
    def __init__(self, texts: Mapping[str, str], write: Write) -> None:
        self.texts = texts
        self.write = write

    def spell(self, node: ast.expr) -> str:
        match node:
            case ast.Name(id=name):
                return self.texts[name]
            case ast.Constant(value=value):
                return repr(value)
            case ast.UnaryOp(operand=operand):
                inner = self.spell(operand)
                return self.write(f"negative_{stem(inner)}", f"-{inner}")
            case ast.Call(func=function, args=[argument]):
                inner = self.spell(argument)
                called = ast.unparse(function)
                name = f"{called.split('.')[-1]}_of_{stem(inner)}"
                return self.write(name, f"{called}({inner})")
            case ast.BinOp(left=left, op=operator, right=right):
                return self._binary(self.spell(left), operator, self.spell(right))
        raise AssertionError(node)  # the table has nothing else

    def _binary(self, first: str, operator: ast.operator, second: str) -> str:
        values = number(first), number(second)
        if isinstance(operator, ast.Sub) and None not in values:
            assert values[0] is not None and values[1] is not None
            return repr(values[0] - values[1])
        if isinstance(operator, ast.Pow) and values[1] == 1:
            return first  # the power is exact
        text = f"{first} {SYMBOLS[type(operator)]} {second}"
        return self.write(_name(first, operator, second), text)


def _name(first: str, operator: ast.operator, second: str) -> str:
    match operator:
        case ast.Pow():
            return f"{stem(first)}_power"
        case ast.Sub():
            return f"{stem(first)}_minus_{stem(second)}"
        case ast.Div() if first == "1":
            return f"reciprocal_of_{stem(second)}"
        case ast.Div():
            return f"{stem(first)}_over_{stem(second)}"
    return f"{stem(second)}_slope"


def stem(text: str) -> str:
    """A name made of an expression: `row[index]` => row_entry."""
    if text.isidentifier():
        return text
    names = names_of(text)
    if not names:
        return "number"
    return f"{names[0]}_entry" if "[" in text else names[0]


def number(text: str) -> int | float | None:
    """The number that a text writes out, if it does."""
    try:
        value = ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return None
    return value if isinstance(value, int | float) else None
