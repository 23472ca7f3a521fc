"""Which expressions certainly are no instances of a class of the module."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from codemods.facts.bindings import Binding, Bindings
from codemods.facts.find_nodes import find
from codemods.facts.scopes import Role
from codemods.facts.visit import visit

BUILTIN_VALUES = (
    cst.BaseString,
    cst.BaseNumber,
    cst.BaseDict,
    cst.BaseList,
    cst.BaseSet,
    cst.Tuple,
    cst.GeneratorExp,
    cst.Lambda,
)
BUILTIN_RESULTS = (
    *("bool", "bytes", "dict", "enumerate", "float", "hash", "id", "input", "int"),
    *("len", "list", "open", "ord", "range", "repr", "set", "sorted", "str", "tuple"),
)


CONSTANTS = ("True", "False", "None")


class Instances:
    """What the expressions of one module cannot evaluate to."""

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        finder = _AssignmentFinder()
        visit(bindings.wrapper.module, finder)
        self._assigned = finder.values
        self._drawn = finder.drawn
        self._caught = finder.caught
        self._asking: list[Binding] = []  # names that are assigned from one another

    def excludes(self, node: cst.BaseExpression) -> bool:
        """Whether an expression is no instance of a class that the module defines.

        True for literals and displays, for imported modules and what they make of
        literals, and for names that hold nothing else; False where it is not known.
        """
        if isinstance(node, cst.Call) and self._bindings.is_builtin(
            node.func, *BUILTIN_RESULTS
        ):
            return True
        return (
            isinstance(node, BUILTIN_VALUES)
            or self._is_foreign(node)
            or self._holds_only(node, self.excludes)
        )

    def may_be_foreign(self, node: cst.BaseExpression) -> bool:
        """Whether a value may have been made outside, as far as the module shows it.

        So may what an imported function returns, what is in it, and an exception.
        """
        match node:
            case cst.Call(func=function) if self._is_foreign(function):
                return True
            case cst.Attribute(value=holder) | cst.Subscript(value=holder):
                return self.may_be_foreign(holder)
            case cst.Name():
                return self._holds_any(node)
        return False

    def _holds_any(self, name: cst.Name) -> bool:
        """Whether a name is assigned any value that may have been made outside."""
        binding = self._bindings.binding_of(name)
        if binding is None or binding in self._asking:
            return False
        self._asking.append(binding)
        sources = {**self._assigned, **self._drawn}
        stores = [use.node for use in self._bindings.occurrences(binding)]
        held = any(
            store in self._caught
            or (store in sources and self.may_be_foreign(sources[store]))
            for store in stores
        )
        self._asking.pop()
        return held

    def _names_nothing(self, node: cst.BaseExpression) -> bool:
        return all(name.value in CONSTANTS for name in find(node, cst.Name))

    def _is_foreign(self, node: cst.BaseExpression) -> bool:
        """Whether a value was made outside, from nothing that the module made."""
        if self._bindings.is_imported(node):
            return True
        if isinstance(node, cst.Attribute):
            return self._is_foreign(node.value)
        if isinstance(node, cst.Call):
            return self._is_foreign(node.func) and all(
                self._names_nothing(argument.value)
                or self._bindings.is_builtin(argument.value, *BUILTIN_RESULTS)
                for argument in node.args
            )
        return self._holds_only(node, self._is_foreign)

    def _holds_only(
        self,
        node: cst.BaseExpression,
        qualifies: Callable[[cst.BaseExpression], bool],
    ) -> bool:
        """Whether a name is assigned nothing but values that qualify."""
        binding = (
            self._bindings.binding_of(node) if isinstance(node, cst.Name) else None
        )
        if binding is None or self._bindings.roles(binding) != {Role.STORE}:
            return False
        stores = [
            occurrence.node
            for occurrence in self._bindings.occurrences(binding)
            if occurrence.role is Role.STORE
        ]
        if binding in self._asking or not all(s in self._assigned for s in stores):
            return False
        self._asking.append(binding)
        held = all(qualifies(self._assigned[store]) for store in stores)
        self._asking.pop()
        return held


class _AssignmentFinder(cst.CSTVisitor):
    """The values of names that are assigned alone in a statement, and the like."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[cst.Name, cst.BaseExpression] = {}
        self.drawn: dict[cst.Name, cst.BaseExpression] = {}
        """What each name of a loop runs through."""
        self.caught: set[cst.Name] = set()
        """The names of exceptions that handlers catch."""

    def visit_Assign(self, node: cst.Assign) -> None:
        for target in node.targets:
            if isinstance(target.target, cst.Name):
                self.values[target.target] = node.value

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        if isinstance(node.target, cst.Name) and node.value is not None:
            self.values[node.target] = node.value

    def visit_For(self, node: cst.For) -> None:
        if isinstance(node.target, cst.Name):
            self.drawn[node.target] = node.iter

    def visit_CompFor(self, node: cst.CompFor) -> None:
        if isinstance(node.target, cst.Name):
            self.drawn[node.target] = node.iter

    def visit_ExceptHandler(self, node: cst.ExceptHandler) -> None:
        self._note_caught(node.name)

    def visit_ExceptStarHandler(self, node: cst.ExceptStarHandler) -> None:
        self._note_caught(node.name)

    def _note_caught(self, name: cst.AsName | None) -> None:
        if name is not None and isinstance(name.name, cst.Name):
            self.caught.add(name.name)
