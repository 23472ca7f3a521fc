"""What evaluating an expression may observe, change or fail at: the strict rule.

For edits that bind a name earlier or later than before.  Everything that is not
excluded is possible: an operator may be overloaded, an attribute may be a property,
and what they call may read or rebind any name that another scope mentions.  Taken for
granted is only that finalizers do nothing that the program notices, and that no other
module rebinds names of this one.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst
from libcst.metadata import MetadataWrapper

from codemods.facts.bindings import BINDING_ROLES, Bindings
from codemods.facts.find_nodes import find
from codemods.facts.obvious_types import ObviousTypes
from codemods.facts.scopes import Occurrence, Scope
from codemods.facts.surroundings import Surroundings
from codemods.facts.visit import visit
from codemods.facts.walk import parents, walk

EMPTY = ("dict", "frozenset", "list", "set", "tuple")
"""Builtins that only make something empty, if they are given nothing."""


def mentions(node: cst.CSTNode) -> set[str]:
    """Every variable that occurs in `node`: read, bound, or in a nested function."""
    found = _Variables()
    visit(node, found)
    return found.names


def is_literal(node: cst.CSTNode) -> bool:
    """Whether `node` is a number, a string, `None`, `True`, `False` or `...`.

    All occurrences of one literal in a function are the same object.
    """
    if isinstance(node, cst.UnaryOperation):
        sign = isinstance(node.operator, (cst.Minus, cst.Plus))
        return sign and isinstance(node.expression, cst.BaseNumber)
    if isinstance(node, cst.Name):
        return node.value in ("None", "True", "False")
    return isinstance(node, (cst.BaseNumber, cst.SimpleString, cst.Ellipsis))


class Effects:
    """Effects of the expressions of `wrapper.module`."""

    def __init__(self, wrapper: MetadataWrapper) -> None:
        self._parents = parents(wrapper.module)
        self._bindings = Bindings(wrapper)
        self._surroundings = Surroundings(self._bindings)
        self._types = ObviousTypes(self._bindings)
        self._in_comprehensions = _bound_in_comprehensions(wrapper.module)

    @property
    def is_dynamic(self) -> bool:
        """Whether the module reaches for its variables other than by their names."""
        return self._types.is_dynamic

    def may_call(self, node: cst.CSTNode) -> bool:
        """Whether evaluating `node` may run code that the program defines."""
        if is_literal(node) or isinstance(node, cst.Name):
            return False
        match node:
            case cst.Tuple() | cst.List():
                return any(self.may_call(element) for element in node.elements)
            case cst.Element():
                return self.may_call(node.value)
            case cst.Lambda():
                return any(self.may_call(p) for p in _defaults(node.params))
            case cst.Call(func=cst.Name() as maker, args=[]):
                return not self._bindings.is_builtin(maker, *EMPTY)
            case cst.Comparison():
                return not self._is_identity_test(node)
            case cst.BinaryOperation():
                return not self._is_arithmetic(node)
            case _:
                return True

    def may_raise(self, node: cst.CSTNode) -> bool:
        """Whether evaluating `node` may fail, be it for want of a variable."""
        if isinstance(node, (cst.Tuple, cst.List)):
            return any(self.may_raise(element) for element in node.elements)
        if isinstance(node, cst.Element):
            return self.may_raise(node.value)
        return not is_literal(node)

    def may_be_rebound(self, name: cst.Name) -> bool:
        """Whether code that runs meanwhile may give this variable another value."""
        here = self._scope_of(name)
        binding = self._bindings.resolution.find(name.value, here)
        if self.is_dynamic or name.value in self._in_comprehensions:
            return True
        if binding is None:
            return False
        return binding.scope not in (here, self._bindings.scopes.module) or any(
            _executing(use.scope) is not binding.scope
            for use in self._bindings.occurrences(binding)
            if use.role in BINDING_ROLES
        )

    def is_shared(self, name: cst.Name) -> bool:
        """Whether code of another scope may read or rebind this variable."""
        here = self._scope_of(name)
        return self.may_be_rebound(name) or any(
            _executing(use.scope) is not here for use in self._meaning(name.value, here)
        )

    def _meaning(self, name: str, here: Scope) -> Iterator[Occurrence]:
        """The occurrences that mean, or may mean, the variable of a name in a scope."""
        meant = self._bindings.resolution.find(name, here)
        for use in self._bindings.scopes.occurrences:
            if use.node.value == name and meant in (
                self._bindings.binding_of(use.node),
                self._bindings.may_mean_outside_class(use),
            ):
                yield use

    def is_in_class_body(self, node: cst.CSTNode) -> bool:
        """Whether a variable bound at `node` would become an attribute of a class."""
        return self._scope_of(node).is_class

    def is_guarded(self, node: cst.CSTNode) -> bool:
        """Whether the same function may go on after an exception at `node`."""
        for ancestor in self._ancestors(node):
            if isinstance(ancestor, (cst.Try, cst.TryStar, cst.With)):
                return True
            if isinstance(ancestor, (cst.FunctionDef, cst.ClassDef)):
                return False
        return False

    def _is_identity_test(self, node: cst.Comparison) -> bool:
        operands = [node.left, *(c.comparator for c in node.comparisons)]
        return all(
            isinstance(c.operator, (cst.Is, cst.IsNot)) for c in node.comparisons
        ) and not any(self.may_call(operand) for operand in operands)

    def _is_arithmetic(self, node: cst.BinaryOperation) -> bool:
        sides = (node.left, node.right)
        return all(
            not self.may_call(side)
            and (kind := self._types.type_of(side)) is not None
            and kind.is_number
            for side in sides
        )

    def _scope_of(self, node: cst.CSTNode) -> Scope:
        return _executing(self._surroundings.scope(node))

    def _ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        while (parent := self._parents.get(node)) is not None:
            yield parent
            node = parent


class _Variables(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def visit_Name(self, node: cst.Name) -> None:
        self.names.add(node.value)

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        visit(node.value, self)
        return False

    def visit_Arg(self, node: cst.Arg) -> bool:
        visit(node.value, self)
        return False


def _executing(scope: Scope) -> Scope:
    """The scope that a comprehension runs in; a generator runs anywhere, later."""
    while scope.is_comprehension and scope.parent is not None:
        if isinstance(scope.node, cst.GeneratorExp):
            return scope
        scope = scope.parent
    return scope


def _defaults(parameters: cst.Parameters) -> Iterator[cst.BaseExpression]:
    for parameter in [
        *parameters.posonly_params,
        *parameters.params,
        *parameters.kwonly_params,
    ]:
        if parameter.default is not None:
            yield parameter.default


def _bound_in_comprehensions(module: cst.Module) -> set[str]:
    """Names that `:=` in a comprehension, which may run later, binds around it."""
    return {
        inner.target.value
        for node in walk(module)
        if isinstance(node, cst.BaseComp)
        for inner in find(node, cst.NamedExpr)
        if isinstance(inner.target, cst.Name)
    }
