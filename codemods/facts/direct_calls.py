"""The calls by which a function of a module is reached, and nothing else reaches it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

import libcst as cst

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import BINDING_ROLES, Binding, Bindings
from codemods.facts.class_family import ClassFamily
from codemods.facts.find_nodes import find
from codemods.facts.instances import Instances
from codemods.facts.scopes import Occurrence, Role, Scope, all_parameters
from codemods.facts.surroundings import Surroundings
from codemods.facts.type_names import MAIN, Type
from codemods.facts.walk import parents
from codemods.refusal import Refusal

LOOKUPS = ("getattr", "vars", "methodcaller", "__dict__", "__getattribute__")


@dataclass(frozen=True)
class DirectCall:
    """A call of one function, whose arguments are all written out."""

    node: cst.Call
    function: cst.FunctionDef
    scope: Scope
    """The scope that the arguments are evaluated in."""

    @property
    def is_method(self) -> bool:
        """Whether the first parameter gets what stands before the dot."""
        return isinstance(self.node.func, cst.Attribute)

    def argument(self, parameter: cst.Param) -> cst.Arg | None:
        """The one argument that a parameter of the function gets, if it gets one."""
        parameters = self.function.params
        placed = [*parameters.posonly_params, *parameters.params][self.is_method :]
        given = [argument for argument in self.node.args if argument.keyword is None]
        for candidate, argument in zip(placed, given, strict=False):
            if candidate is parameter:
                return argument
        names = {a.keyword.value: a for a in self.node.args if a.keyword is not None}
        return None if parameter.star else names.get(parameter.name.value)

    def passed(self, parameter: cst.Param) -> cst.BaseExpression | None:
        """The one value that is passed as a parameter, be it the object of a method."""
        argument = self.argument(parameter)
        if argument is not None:
            return argument.value
        function, first = self.node.func, all_parameters(self.function.params)[0]
        if isinstance(function, cst.Attribute) and first is parameter:
            return function.value
        return None

    @property
    def caller(self) -> cst.FunctionDef | cst.Lambda | None:
        """The function whose run makes the call, or None for the module."""
        for scope in self.scope.enclosing():
            if isinstance(scope.node, cst.FunctionDef | cst.Lambda):
                return scope.node
        return None


class DirectCalls:
    """The calls of the functions of one module."""

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._surroundings = Surroundings(bindings)
        self._instances = Instances(bindings)
        self._parents = parents(bindings.wrapper.module)
        self._types = AnnotatedTypes(bindings)

    def of(self, function: cst.FunctionDef) -> list[DirectCall]:
        """All uses of a function or method.

        Refuses, at its place, whatever may reach the function in another way than by a
        call with its name: a decorator, a second definition, a use as a value, `*` or
        `**` in a call, operators, and methods of objects whose class is not known.
        """
        around = self._bindings.scopes.by_node[function].parent
        for decorator in function.decorators:
            self._refuse(decorator, "a function without decorators", "a decorator")
        uses: list[cst.BaseExpression] = list(self._uses_of_name(function))
        if around is not None and isinstance(around.node, cst.ClassDef):
            uses += self._accesses(function, around.node)
        return [self._call(function, use) for use in uses]

    def _uses_of_name(self, function: cst.FunctionDef) -> Iterator[cst.Name]:
        name = function.name.value
        binding = self._bindings.binding_of(function.name)
        for use in self._bindings.scopes.occurrences:
            if use.node.value != name or use.node is function.name:
                continue
            if self._bindings.may_mean_outside_class(use) == binding:
                self._refuse(use.anchor, f"`{name}` to mean one thing", "a class body")
            if self._bindings.binding_of(use.node) == binding:
                if use.role is not Role.LOAD:
                    self._refuse(use.node, f"one definition of `{name}`", "another")
                yield use.node

    def _call(self, function: cst.FunctionDef, use: cst.BaseExpression) -> DirectCall:
        call, name = self._parents.get(use), function.name.value
        if not isinstance(call, cst.Call) or call.func is not use:
            found = f"`{name}` as a value"
            self._refuse(use, f"`{name}` to be called and nothing else", found)
        for argument in call.args:
            if argument.star:
                self._refuse(argument, f"arguments of `{name}` one by one", "`*`")
        return DirectCall(call, function, self._surroundings.scope(call))

    # Methods.

    def _accesses(
        self, method: cst.FunctionDef, owner: cst.ClassDef
    ) -> Iterator[cst.Attribute]:
        name = method.name.value
        self._refuse_unseen_calls(method, owner)
        for access in find(self._bindings.wrapper.module, cst.Attribute):
            if access.attr.value != name or self._is_elsewhere(access):
                continue
            if not self._is_instance(access.value, owner):
                expected = f"`.{name}` of an object of the class {owner.name.value}"
                self._refuse(access, expected, "an object of unknown class")
            yield access

    def _refuse_unseen_calls(
        self, method: cst.FunctionDef, owner: cst.ClassDef
    ) -> None:
        name = method.name.value
        if name.startswith("__"):
            self._refuse(method.name, "a method called by its name", f"`{name}`")
        first = [*method.params.posonly_params, *method.params.params][:1]
        if not first or first[0].default is not None:
            expected = "a first parameter for the object of the method"
            self._refuse(method.name, expected, "none that is always passed")
        for base in [*owner.bases, *owner.keywords]:
            if not self._bindings.is_builtin(base.value, "object"):
                self._refuse(base, "a class without relatives", "a base")
        for decorator in owner.decorators:
            self._refuse(decorator, "a class without decorators", "a decorator")
        for binding in self._bindings:
            is_elsewhere = binding.scope.is_class and binding.scope.node is not owner
            if is_elsewhere and binding.name == name:
                anchor = self._bindings.occurrences(binding)[0].anchor
                self._refuse(anchor, f"one class with `{name}`", "another")
        for lookup in find(self._bindings.wrapper.module, cst.Name):
            if lookup.value in LOOKUPS:
                self._refuse(
                    lookup, "methods called by their names", f"`{lookup.value}`"
                )

    def _is_elsewhere(self, access: cst.Attribute) -> bool:
        """Whether an attribute is that of a module, or of no object of a class here."""
        return isinstance(self._parents[access], cst.ImportAlias) or (
            self._instances.excludes(access.value)
        )

    def _is_instance(self, node: cst.BaseExpression, owner: cst.ClassDef) -> bool:
        """Whether an expression is certainly an object of a class without relatives."""
        if self._types.type_of(node) == Type(owner.name.value, (), MAIN):
            return True
        if isinstance(node, cst.Call):
            classes = ClassFamily(self._bindings, owner)
            return classes.class_named(node.func) is owner
        if not isinstance(node, cst.Name):
            return False
        binding = self._bindings.binding_of(node)
        return binding is not None and all(
            self._holds_instance(use, binding, owner)
            for use in self._bindings.occurrences(binding)
            if use.role in BINDING_ROLES
        )

    def _holds_instance(
        self, use: Occurrence, binding: Binding, owner: cst.ClassDef
    ) -> bool:
        above = self._parents[use.node]
        if isinstance(above, cst.AssignTarget):
            above = self._parents[above]
        if isinstance(above, cst.Assign | cst.AnnAssign):
            return isinstance(above.value, cst.Call) and (
                self._is_instance(above.value, owner)
            )
        return use.role is Role.PARAMETER and is_self(use.node, binding, owner)

    def _refuse(self, node: cst.CSTNode, expected: str, found: str) -> NoReturn:
        wrapper = self._bindings.wrapper
        raise Refusal.at(wrapper, node, expected=expected, found=found)


def is_self(name: cst.Name, binding: Binding, owner: cst.ClassDef) -> bool:
    """Whether a parameter is the object that a method of the class is called on."""
    function, around = binding.scope.node, binding.scope.parent
    if not isinstance(function, cst.FunctionDef) or function.decorators:
        return False
    first = [*function.params.posonly_params, *function.params.params][:1]
    is_first = [parameter.name for parameter in first] == [name]
    return around is not None and around.node is owner and is_first
