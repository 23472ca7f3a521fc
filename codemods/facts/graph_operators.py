"""The operators in a module that an object of one class takes part in.

scaled = weight * 0.5           __mul__ of weight, with a number
shifted = 1 + weight            __radd__ of weight, with a number
total += scaled                 __add__ of total, if there is no __iadd__
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NoReturn

import libcst as cst
from libcst.metadata import MetadataWrapper

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import Bindings
from codemods.facts.builtin_types import elements
from codemods.facts.class_family import ClassFamily
from codemods.facts.find_nodes import find
from codemods.facts.imported_names import ImportedNames
from codemods.facts.observed_types import NodeTypes
from codemods.facts.scopes import Role
from codemods.facts.type_names import MAIN, UNOBSERVED, Type
from codemods.facts.walk import children, parents
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
    cst.BitAnd: "and",
    cst.BitOr: "or",
    cst.BitXor: "xor",
    cst.LeftShift: "lshift",
    cst.RightShift: "rshift",
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
    cst.BitAndAssign: "and",
    cst.BitOrAssign: "or",
    cst.BitXorAssign: "xor",
    cst.LeftShiftAssign: "lshift",
    cst.RightShiftAssign: "rshift",
}
UNARY = {cst.Minus: "neg", cst.Plus: "pos", cst.BitInvert: "invert"}
CALLING = frozenset(
    "abs bool complex divmod float hash int len max min pow reversed round sorted str "
    "sum".split()
)
"""Builtins that call methods of the objects that they are given."""

LIBRARIES = ("functools", "itertools", "math", "operator", "statistics")
"""Modules whose functions do as well."""

WHOLE = ("bool", "hash", "len", "reversed", "str")
"""Those of them that leave alone what a container holds."""

OPERATORS = frozenset(
    f"__{side}{name}__" for name in BINARY.values() for side in ("", "r")
) | {f"__{name}__" for name in UNARY.values()}
"""The methods of a class that such operators call."""

Site = cst.BinaryOperation | cst.UnaryOperation | cst.AugAssign


@dataclass(frozen=True)
class Operation:
    """An operator at work: which method it calls, on what, with what."""

    site: Site
    method: str
    receiver: cst.BaseExpression
    other: cst.BaseExpression | None
    other_is_object: bool

    @property
    def is_reflected(self) -> bool:
        """Whether the object is on the right, of what is none."""
        return isinstance(self.site, cst.BinaryOperation) and (
            self.receiver is self.site.right
        )


class GraphOperators:
    """The operations of one class outside the methods of its own operators.

    Types are those that annotations give and, where these are silent, those that were
    `observed`.  What is looked at, all but those methods if no `roots` are given, is
    refused by its place if an operand is an object in one run and something else in
    another, or if operators' methods are called in other ways than by operators.  What
    stands in a function with one of the names in `origins` is refused at the place that
    this came from.
    """

    def __init__(
        self,
        bindings: Bindings,
        owner: cst.ClassDef,
        observed: NodeTypes | None = None,
        origins: Mapping[str, tuple[MetadataWrapper, cst.CSTNode]] | None = None,
    ) -> None:
        self.bindings = bindings
        self.owner = owner
        self.observed = observed
        self.origins = origins or {}
        self.types = AnnotatedTypes(bindings)
        self.imports = ImportedNames(bindings)
        self.kind = Type(owner.name.value, (), MAIN)
        self.methods = {
            method.name.value: method
            for method in owner.body.body
            if isinstance(method, cst.FunctionDef)
        }
        self.operators = {
            method
            for method in owner.body.body
            if isinstance(method, cst.FunctionDef) and method.name.value in OPERATORS
        }

    def find(self, roots: Iterable[cst.CSTNode] = ()) -> list[Operation]:
        """Every operation, innermost first."""
        roots = roots or [self.bindings.wrapper.module]
        return [found for root in roots for found in self._operations(root)]

    def questions(self) -> set[cst.CSTNode]:
        """What a run is to tell the types of: operations, operands and arguments."""
        module = self.bindings.wrapper.module
        sites = list(self._sites(module))
        operations = (site for site in sites if isinstance(site, cst.BaseExpression))
        operands = (operand for site in sites for operand in _operands(site))
        calls = filter(self._calls_methods, find(module, cst.Call))
        arguments = (argument.value for call in calls for argument in call.args)
        return {*operations, *operands, *arguments}

    def check_class(self) -> None:
        """Refuse a class whose operators mean more than its methods say."""
        others = ClassFamily(self.bindings, self.owner).members[1:]
        bases = (base for base in self.owner.bases if not self._is_plain(base))
        for node in (*others, *bases, *self.owner.keywords):
            self.refuse(node, "a class without relatives", "one of a family")
        for decorator in self.owner.decorators:
            self.refuse(decorator, "a class without decorators", "a decorator")
        scope = self.bindings.scopes.by_node[self.owner]
        for use in self.bindings.scopes.occurrences:
            if use.scope is scope and use.role is not Role.FUNCTION:
                self._refuse_named(use.node, use.node.value)
        for access in find(self.bindings.wrapper.module, cst.Attribute):
            self._refuse_named(access, access.attr.value)

    def _is_plain(self, base: cst.Arg) -> bool:
        return self.bindings.is_builtin(base.value, "object")

    def _refuse_named(self, node: cst.CSTNode, name: str) -> None:
        if name in OPERATORS:
            self.refuse(node, "operators that are written as such", f"`{name}`")

    def confirm(self, observed: NodeTypes) -> None:
        """Refuse, by its place, what annotations and a run do not say alike.

        That is an operator of which a run has not shown that an object takes part, or
        has shown otherwise than the annotations have it.
        """
        for site in self._sites(self.bindings.wrapper.module):
            for operand in _operands(site):
                declared, seen = self.types.type_of(operand), observed.loaded(operand)
                members = (*declared.members, *seen.members)
                if declared == seen == UNOBSERVED:
                    expected = "an operand whose type is known"
                    self.refuse(operand, expected, "one that did not run")
                claimed = seen if declared == UNOBSERVED else declared
                self._is_always(operand, claimed)
                if self.kind in members and not claimed == seen == self.kind:
                    expected = f"an operand that is {claimed}, as a run shows"
                    found = "one that did not run" if seen == UNOBSERVED else str(seen)
                    self.refuse(operand, expected, found)

    def type_of(self, node: cst.BaseExpression) -> Type:
        """The type of an expression, as annotated or else as observed."""
        declared = self.types.type_of(node)
        if declared == UNOBSERVED and self.observed is not None:
            return self.observed.loaded(node)
        return declared

    def _operations(self, node: cst.CSTNode) -> Iterator[Operation]:
        if node in self.operators or isinstance(node, cst.Annotation):
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
        if node in self.operators or isinstance(node, cst.Annotation):
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
            if f"__i{name}__" in self.methods or not target:
                self.refuse(node, "an operator that makes a new object", "an update")
            self._check(node, f"__{name}__")
            assert isinstance(node.target, cst.BaseExpression)
            yield Operation(node, f"__{name}__", node.target, node.value, value)

    def _unary(self, node: cst.UnaryOperation) -> Iterator[Operation]:
        if self._is_object(node.expression) and not isinstance(node.operator, cst.Not):
            method = f"__{UNARY[type(node.operator)]}__"
            self._check(node, method)
            yield Operation(node, method, node.expression, None, False)

    def _check(self, node: cst.CSTNode, method: str) -> None:
        if method not in self.methods:
            self.refuse(node, f"a class that defines `{method}`", "one that does not")

    def _calls_methods(self, call: cst.Call) -> bool:
        """Whether a call is one of a builtin that may call methods of its arguments."""
        module, *_ = self.imports.full_name(call.func).split(".")
        is_builtin = self.bindings.is_builtin(call.func, *CALLING)
        return is_builtin or module in LIBRARIES

    def _refuse_unseen(self, call: cst.Call) -> None:
        """Refuse builtins that would call the methods of objects."""
        if not self._calls_methods(call):
            return
        called = self.bindings.wrapper.module.code_for_node(call.func)
        takes_whole = self.bindings.is_builtin(call.func, *WHOLE)
        for argument in call.args:
            type_ = self.type_of(argument.value)
            inside = () if takes_whole else elements(type_).parts()
            if self.kind in (*type_.members, *inside):
                expected = "operators that are written as such"
                self.refuse(call, expected, f"`{called}` of objects")

    def _is_object(self, node: cst.BaseExpression | cst.CSTNode) -> bool:
        assert isinstance(node, cst.BaseExpression)
        type_ = self.type_of(node)
        if type_ == UNOBSERVED:
            self.refuse(node, "an operand whose type is known", "one without a type")
        return self._is_always(node, type_)

    def _is_always(self, node: cst.BaseExpression, type_: Type) -> bool:
        """Whether a type is that of objects; refused if it is so only in part."""
        if type_ != self.kind and self.kind in type_.members:
            self.refuse(node, f"an operand that is always {self.kind}", str(type_))
        return type_ == self.kind

    def refuse(self, node: cst.CSTNode, expected: str, found: str) -> NoReturn:
        """Refuse a node, or what the function that it stands in was made from."""
        wrapper, place = self.bindings.wrapper, node
        above = parents(wrapper.module)
        while node in above:
            node = above[node]
            if isinstance(node, cst.FunctionDef) and node.name.value in self.origins:
                wrapper, place = self.origins[node.name.value]
        raise Refusal.at(wrapper, place, expected=expected, found=found)


def _operands(site: Site) -> list[cst.BaseExpression]:
    match site:
        case cst.BinaryOperation(left=left, right=right):
            return [left, right]
        case cst.UnaryOperation(expression=expression):
            return [expression]
        case cst.AugAssign(target=cst.BaseExpression() as target, value=value):
            return [target, value]
    return []
