"""What names stand for, along a walk from a program's first line through its calls."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst
import libcst.matchers as m
from libcst.metadata import MetadataWrapper, ScopeProvider

from codemods.facts.find_nodes import find
from codemods.facts.walk import parents

Function = cst.FunctionDef | cst.Lambda

Frame = Mapping[cst.Param, "tuple[cst.BaseExpression, Frame]"]
"""What each parameter was given on the way here, and the frame to read that in."""


class Bindings:
    """The bindings of one module, found by scope and never by guessing.

    Only a name with exactly one binding stands for something.
    """

    def __init__(self, wrapper: MetadataWrapper) -> None:
        self._scopes = wrapper.resolve(ScopeProvider)
        self._parents = parents(wrapper.module)
        self._methods = _methods(wrapper.module)

    def definition(
        self, name: cst.Name, frame: Frame
    ) -> tuple[cst.BaseExpression | None, Frame]:
        """The one expression that a name stands for, and the frame to read it in."""
        bindings = [node for node in self._nodes(name) if not self._declares(node)]
        match bindings:
            case [cst.Param() as parameter]:
                return frame.get(parameter, (None, frame))
            case [cst.Name() as target]:
                return self._assigned(target), frame
        return None, frame

    def callee(self, call: cst.Call, frame: Frame) -> Function | None:
        """The function of this module that a call enters, where there is only one."""
        match call.func:
            case cst.Attribute(attr=cst.Name(name)):
                named = self._methods.get(name, [])
                return named[0] if len(named) == 1 else None
            case cst.Name() as name:
                match self._nodes(name):
                    case [cst.FunctionDef() as function]:
                        return function
                    case [cst.ClassDef() as made]:
                        return next(iter(_methods(made).get("__init__", [])), None)
                defined, _ = self.definition(name, frame)
                return defined if isinstance(defined, cst.Lambda) else None
        return None

    def is_builtin(self, name: cst.BaseExpression, called: str) -> bool:
        """Whether an expression is the builtin of that name and nothing else."""
        return m.matches(name, m.Name(called)) and self._nodes(name) == [None]

    def enter(self, function: Function, call: cst.Call, frame: Frame) -> Frame:
        """The frame in which a call runs the body of a function."""
        parameters = function.params
        positional = [*parameters.posonly_params, *parameters.params]
        named = {p.name.value: p for p in [*positional, *parameters.kwonly_params]}
        inside = dict(frame)
        for parameter in named.values():
            inside.pop(parameter, None)
            if parameter.default is not None:
                inside[parameter] = (parameter.default, frame)
        if self._is_method(function):
            positional = positional[1:]
        if any(argument.star for argument in call.args):
            return inside
        by_place = dict(enumerate(positional))
        for place, argument in enumerate(call.args):
            keyword = argument.keyword
            given = named.get(keyword.value) if keyword else by_place.get(place)
            if given is not None:
                inside[given] = (argument.value, frame)
        return inside

    def _nodes(self, name: cst.CSTNode) -> list[cst.CSTNode | None]:
        """The nodes that bind a name; None stands for a builtin."""
        scope = self._scopes.get(name)
        if scope is None:
            return []
        text = cst.ensure_type(name, cst.Name).value
        return [getattr(assignment, "node", None) for assignment in scope[text]]

    def _declares(self, target: cst.CSTNode | None) -> bool:
        """Whether this is `name: type`, which binds nothing."""
        parent = self._parents.get(target) if target else None
        return isinstance(parent, cst.AnnAssign) and parent.value is None

    def _assigned(self, target: cst.CSTNode) -> cst.BaseExpression | None:
        match parent := self._parents[target]:
            case cst.AnnAssign(value=value):
                return value
            case cst.NamedExpr(value=value):
                return value
            case cst.AssignTarget():
                return cst.ensure_type(self._parents[parent], cst.Assign).value
            case cst.Element():
                return self._element(parent)
        return None

    def _element(self, place: cst.Element) -> cst.BaseExpression | None:
        """The element of `a, b = 1, 500` that is at the same place on the right."""
        targets = self._parents[place]
        values = self._assigned(targets)
        if not isinstance(targets, cst.Tuple) or not isinstance(values, cst.Tuple):
            return None
        both = [*targets.elements, *values.elements]
        if len(targets.elements) != len(values.elements):
            return None
        if any(isinstance(element, cst.StarredElement) for element in both):
            return None
        return values.elements[list(targets.elements).index(place)].value

    def _is_method(self, function: Function) -> bool:
        """Whether a call passes the object as well."""
        static = m.Decorator(m.Name("staticmethod"))
        if any(m.matches(d, static) for d in find(function, cst.Decorator)):
            return False
        return any(function in named for named in self._methods.values())


def _methods(node: cst.CSTNode) -> dict[str, list[cst.FunctionDef]]:
    """Every function that stands directly in the body of a class, by name."""
    found: dict[str, list[cst.FunctionDef]] = {}
    for statement in (s for c in find(node, cst.ClassDef) for s in c.body.body):
        if isinstance(statement, cst.FunctionDef):
            found.setdefault(statement.name.value, []).append(statement)
    return found
