"""The operators in a module that an object of one class takes part in.

scaled = weight * 0.5           __mul__ of weight, with a number
shifted = 1 + weight            __radd__ of weight, with a number
total += scaled                 __add__ of total, if there is no __iadd__
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

import libcst as cst

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import Bindings
from codemods.facts.observed_types import NodeTypes
from codemods.facts.type_names import MAIN, UNOBSERVED, Type
from codemods.facts.walk import children
from codemods.refusal import Refusal

BINARY = {
    cst.Add: "add",
    cst.Subtract: "sub",
    cst.Multiply: "mul",
    cst.Divide: "truediv",
    cst.Power: "pow",
    cst.MatrixMultiply: "matmul",
    cst.FloorDivide: "floordiv",
    cst.Modulo: "mod",
}
UPDATES = {
    cst.AddAssign: "add",
    cst.SubtractAssign: "sub",
    cst.MultiplyAssign: "mul",
    cst.DivideAssign: "truediv",
    cst.PowerAssign: "pow",
    cst.MatrixMultiplyAssign: "matmul",
    cst.FloorDivideAssign: "floordiv",
    cst.ModuloAssign: "mod",
}
UNARY = {cst.Minus: "neg", cst.Plus: "pos", cst.BitInvert: "invert"}
CALLING = frozenset(
    "abs bool complex divmod float hash int len max min pow reversed round sorted str "
    "sum".split()
)
"""Builtins that call methods of the objects that they are given."""

Site = cst.BinaryOperation | cst.UnaryOperation | cst.AugAssign


@dataclass(frozen=True)
class Operation:
    """An operator at work: which method it calls, on what, with what."""

    site: Site
    method: str
    receiver: cst.BaseExpression
    other: cst.BaseExpression | None
    other_is_object: bool


class GraphOperators:
    """The operations of one class outside its own body.

    Types are those that annotations give.  `find` refuses, by its place, an operand
    that is an object in one run and something else in another, and other ways than
    operators to call the operators' methods.
    """

    def __init__(self, bindings: Bindings, owner: cst.ClassDef) -> None:
        self.bindings = bindings
        self.owner = owner
        self.types = AnnotatedTypes(bindings)
        self.kind = Type(owner.name.value, (), MAIN)
        self.defined = {
            method.name.value
            for method in owner.body.body
            if isinstance(method, cst.FunctionDef)
        }

    def find(self) -> list[Operation]:
        """Every operation, innermost first."""
        return list(self._operations(self.bindings.wrapper.module))

    def confirm(self, observed: NodeTypes) -> None:
        """Refuse, by its place, what annotations and a run do not say alike.

        That is an operator of which a run has not shown whether an object takes part,
        or shown otherwise than the annotations have it.
        """
        for site in self._sites(self.bindings.wrapper.module):
            for operand in _operands(site):
                declared, seen = self.types.type_of(operand), observed.loaded(operand)
                is_object = declared == self.kind and seen == self.kind
                is_known = declared != UNOBSERVED or seen != UNOBSERVED
                is_other = is_known and self.kind not in (
                    *declared.members,
                    *seen.members,
                )
                if not is_object and not is_other:
                    expected = f"an operand that is {declared}, as a run shows"
                    self._refuse(operand, expected, str(seen))

    def _operations(self, node: cst.CSTNode) -> Iterator[Operation]:
        if node is self.owner or isinstance(node, cst.Annotation):
            return
        for child in children(node):
            yield from self._operations(child)
        match node:
            case cst.BinaryOperation():
                yield from self._binary(node, BINARY.get(type(node.operator)))
            case cst.AugAssign():
                yield from self._update(node)
            case cst.UnaryOperation():
                yield from self._unary(node)
            case cst.Call():
                self._refuse_unseen(node)

    def _sites(self, node: cst.CSTNode) -> Iterator[Site]:
        if node is self.owner or isinstance(node, cst.Annotation):
            return
        if isinstance(node, Site) and not isinstance(
            getattr(node, "operator", None), cst.Not
        ):
            yield node
        for child in children(node):
            yield from self._sites(child)

    def _binary(
        self, node: cst.BinaryOperation, name: str | None
    ) -> Iterator[Operation]:
        left, right = self._is_object(node.left), self._is_object(node.right)
        if left or right:
            method = f"__{name}__" if left else f"__r{name}__"
            receiver, other = (
                (node.left, node.right) if left else (node.right, node.left)
            )
            self._check(node, method)
            yield Operation(node, method, receiver, other, left and right)

    def _update(self, node: cst.AugAssign) -> Iterator[Operation]:
        target, value = self._is_object(node.target), self._is_object(node.value)
        if target or value:
            name = UPDATES.get(type(node.operator))
            if f"__i{name}__" in self.defined or not target:
                self._refuse(node, "an operator that makes a new object", "an update")
            self._check(node, f"__{name}__")
            assert isinstance(node.target, cst.BaseExpression)
            yield Operation(node, f"__{name}__", node.target, node.value, value)

    def _unary(self, node: cst.UnaryOperation) -> Iterator[Operation]:
        if self._is_object(node.expression) and not isinstance(node.operator, cst.Not):
            method = f"__{UNARY[type(node.operator)]}__"
            self._check(node, method)
            yield Operation(node, method, node.expression, None, False)

    def _check(self, node: cst.CSTNode, method: str) -> None:
        if method not in self.defined:
            self._refuse(node, f"a class that defines `{method}`", "one that does not")

    def _refuse_unseen(self, call: cst.Call) -> None:
        """Refuse builtins that would call the methods of objects."""
        if not self.bindings.is_builtin(call.func, *CALLING):
            return
        for argument in call.args:
            type_ = self.types.type_of(argument.value)
            elements = type_.arguments if type_.name in ("list", "tuple", "set") else ()
            sums = self.bindings.is_builtin(call.func, "len", "reversed")
            if type_ == self.kind or (self.kind in elements and not sums):
                self._refuse(call, "operators that are written as such", "a builtin")

    def _is_object(self, node: cst.BaseExpression | cst.CSTNode) -> bool:
        assert isinstance(node, cst.BaseExpression)
        type_ = self.types.type_of(node)
        if self._mixes(type_):
            self._refuse(node, f"an operand that is always {self.kind}", str(type_))
        return type_ == self.kind

    def _mixes(self, type_: Type) -> bool:
        return type_ != self.kind and self.kind in type_.members

    def _refuse(self, node: cst.CSTNode, expected: str, found: str) -> NoReturn:
        wrapper = self.bindings.wrapper
        raise Refusal.at(wrapper, node, expected=expected, found=found)


def _operands(site: Site) -> list[cst.BaseExpression]:
    match site:
        case cst.BinaryOperation(left=left, right=right):
            return [left, right]
        case cst.UnaryOperation(expression=expression):
            return [expression]
        case cst.AugAssign(target=cst.BaseExpression() as target, value=value):
            return [target, value]
    return []
