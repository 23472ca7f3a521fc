"""Which calls of a module name the parameters of which of its functions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from codemods.facts.bindings import Binding, Bindings
from codemods.facts.scopes import Role
from codemods.facts.visit import visit

Function = cst.FunctionDef | cst.Lambda
TRANSPARENT_DECORATORS = ("staticmethod", "classmethod", "property")


@dataclass(frozen=True)
class KeywordUse:
    """A keyword argument, and the functions whose parameter it may name."""

    keyword: cst.Name
    functions: tuple[Function, ...]


@dataclass(frozen=True)
class Obstacle:
    """What keeps a parameter from being renamed safely."""

    node: cst.CSTNode
    found: str


class CallSites:
    """The calls in a module that pass arguments by keyword or by mapping."""

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._calls = _CallFinder()
        visit(bindings.wrapper.module, self._calls)
        self._definitions: dict[cst.Name, cst.FunctionDef | cst.ClassDef] = {
            node.name: node
            for node in bindings.scopes.by_node
            if isinstance(node, cst.FunctionDef | cst.ClassDef)
        }

    def keyword_uses(self, function: Function, parameter: str) -> list[KeywordUse]:
        """The keyword arguments that name a parameter of a function."""
        return [
            KeywordUse(argument.keyword, tuple(targets))
            for call in self._calls.with_keywords
            for argument in call.args
            if argument.keyword is not None and argument.keyword.value == parameter
            if function in (targets := self._targets(call) or [])
        ]

    def obstacle(self, function: Function, old: str, new: str) -> Obstacle | None:
        """What keeps a parameter that can be passed by keyword from a new name."""
        return next(self._obstacles(function, old, new), None)

    def _obstacles(self, function: Function, old: str, new: str) -> Iterator[Obstacle]:
        if (reason := self._outside_caller(function)) is not None:
            yield Obstacle(function, reason)
        escapes = self._escapes(function)
        collects = function.params.star_kwarg is not None
        for call in self._calls.with_keywords:
            targets = self._targets(call)
            if targets is None and not escapes:
                continue
            if targets is not None and function not in targets:
                continue
            words = {a.keyword.value for a in call.args if a.keyword is not None}
            if any(argument.star == "**" for argument in call.args):
                yield Obstacle(call, "a call that passes its keywords in a mapping")
            elif targets is None and old in words:
                yield Obstacle(call, f"a call of an unknown function with {old!r}")
            elif collects and new in words:
                yield Obstacle(call, f"a call that passes {new!r} already")
        if escapes and old in self._calls.keys:
            yield Obstacle(self._calls.keys[old], f"a dictionary with the key {old!r}")

    def _outside_caller(self, function: Function) -> str | None:
        """Why code outside the module may pass the parameter by its name."""
        if isinstance(function, cst.Lambda):
            return None
        for decorator in function.decorators:
            if not self._bindings.is_builtin(
                decorator.decorator, *TRANSPARENT_DECORATORS
            ):
                return "a decorated function"
        parent = self._bindings.scopes.by_node[function].parent
        around = parent.node if parent is not None else None
        bases = around.bases if isinstance(around, cst.ClassDef) else []
        if all(self._is_known_base(base.value) for base in bases):
            return None
        return "a method of a class with a base from elsewhere"

    def _is_known_base(self, base: cst.BaseExpression) -> bool:
        return self._bindings.is_builtin(base, "object") or (
            isinstance(base, cst.Name) and self._class_of(base) is not None
        )

    def _escapes(self, function: Function) -> bool:
        """Whether a function may be called by anything but its name."""
        scope = self._bindings.scopes.by_node[function]
        if isinstance(function, cst.FunctionDef):
            name = function.name
        elif function in self._calls.lambda_names:
            name = self._calls.lambda_names[function]
        else:
            return True
        binding = self._bindings.binding_of(name)
        return (
            binding is None
            or scope.parent is None
            or scope.parent.is_class
            or self._single_definition(binding) is not name
            or any(
                occurrence.role is Role.LOAD
                and occurrence.node not in self._calls.called
                for occurrence in self._bindings.occurrences(binding)
            )
        )

    def _targets(self, call: cst.Call) -> list[Function] | None:
        """The functions of the module that a call may reach; None if unknown."""
        if isinstance(call.func, cst.Lambda):
            return [call.func]
        if self._bindings.is_imported(call.func):
            return None
        if isinstance(call.func, cst.Attribute):
            if isinstance(call.func.value, cst.BaseString):
                return []
            return self._methods(call.func.attr.value) or None
        if not isinstance(call.func, cst.Name):
            return None
        binding = self._bindings.binding_of(call.func)
        return [] if binding is None else self._functions_bound(binding)

    def _functions_bound(self, binding: Binding) -> list[Function] | None:
        name = self._single_definition(binding)
        if name is None:
            return None
        if name in self._calls.lambdas:
            return [self._calls.lambdas[name]]
        definition = self._definitions.get(name)
        if isinstance(definition, cst.ClassDef):
            return self._constructors(definition)
        return [definition] if definition is not None else None

    def _constructors(self, definition: cst.ClassDef) -> list[Function] | None:
        own = [
            node
            for node in self._methods("__init__")
            if self._class_around(node) is definition
        ]
        return own or (None if definition.bases or definition.decorators else [])

    def _single_definition(self, binding: Binding) -> cst.Name | None:
        """The one place where a binding gets its value."""
        defining = [
            occurrence
            for occurrence in self._bindings.occurrences(binding)
            if occurrence.role is not Role.LOAD
        ]
        return defining[0].node if len(defining) == 1 else None

    def _class_of(self, name: cst.Name) -> cst.ClassDef | None:
        binding = self._bindings.binding_of(name)
        defining = self._single_definition(binding) if binding is not None else None
        definition = self._definitions.get(defining) if defining is not None else None
        return definition if isinstance(definition, cst.ClassDef) else None

    def _methods(self, name: str) -> list[Function]:
        return [
            node
            for node in self._bindings.scopes.by_node
            if isinstance(node, cst.FunctionDef)
            and node.name.value == name
            and self._class_around(node) is not None
        ]

    def _class_around(self, node: Function) -> cst.ClassDef | None:
        parent = self._bindings.scopes.by_node[node].parent
        found = parent.node if parent is not None else None
        return found if isinstance(found, cst.ClassDef) else None


def accepts_keyword(function: Function, parameter: str) -> bool:
    """Whether an argument for the parameter can be passed by its name."""
    named = [*function.params.params, *function.params.kwonly_params]
    return any(candidate.name.value == parameter for candidate in named)


class _CallFinder(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.with_keywords: list[cst.Call] = []
        self.called: set[cst.BaseExpression] = set()
        self.lambdas: dict[cst.Name, cst.Lambda] = {}
        self.lambda_names: dict[cst.Lambda, cst.Name] = {}
        self.keys: dict[str, cst.CSTNode] = {}

    def visit_Call(self, node: cst.Call) -> None:
        self.called.add(node.func)
        if any(argument.keyword or argument.star == "**" for argument in node.args):
            self.with_keywords.append(node)

    def visit_Assign(self, node: cst.Assign) -> None:
        if len(node.targets) == 1:
            self._note_lambda(node.targets[0].target, node.value)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        self._note_lambda(node.target, node.value)

    def _note_lambda(
        self, target: cst.BaseExpression, value: cst.BaseExpression | None
    ) -> None:
        if isinstance(target, cst.Name) and isinstance(value, cst.Lambda):
            self.lambdas[target] = value
            self.lambda_names[value] = target

    def visit_DictElement(self, node: cst.DictElement) -> None:
        if isinstance(node.key, cst.SimpleString):
            self.keys.setdefault(str(node.key.evaluated_value), node)
