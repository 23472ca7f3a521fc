"""Move the wrapping of arguments out of functions and into their callers."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

import libcst as cst
import libcst.matchers as m
from libcst.metadata import MetadataWrapper

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import Bindings
from codemods.facts.direct_calls import DirectCalls
from codemods.facts.find_comments import texts_of_comments
from codemods.facts.find_nodes import find
from codemods.facts.metadata import reparse, wrap
from codemods.facts.phrases import phrases
from codemods.facts.scopes import all_parameters
from codemods.facts.type_names import MAIN, NUMBERS, Type
from codemods.facts.visit import visit
from codemods.refusal import Refusal
from codemods.transforms.hoist_expressions import ExpressionHoister, Place
from codemods.transforms.move_methods import snake_case


def wrap_arguments(
    module: cst.Module, find_class: Callable[[cst.Module], cst.ClassDef]
) -> tuple[cst.Module, tuple[str, ...]]:
    """Let callers make objects of the numbers that they pass.

    Have:    def add_values(value: Value, other: Value | float) -> Value:
                 if not isinstance(other, Value):
                     other = Value(other)
                 …
             shifted = add_values(square, 1e-5)
    Want:    def add_values(value: Value, other: Value) -> Value:
                 …
             epsilon_value = Value(1e-5)
             shifted = add_values(square, epsilon_value)
    Refuses: what `DirectCalls` refuses; a default that becomes an object; an argument
             of which it is not known whether it is an object or a number; and a number
             ahead of an argument that calls something

    The object is made as late before the call as it was inside: what else the call
    evaluates makes none.  The second result is the comments that have left with the
    tests.
    """
    bindings = Bindings(wrap(module))
    owner = find_class(bindings.wrapper.module)
    wrapping = _Wrapping(bindings, owner)
    if not wrapping.parameters:
        return module, ()
    wrapped = reparse(visit(bindings.wrapper.module, wrapping))
    names = {function.name.value for function in wrapping.parameters}
    hoisted = _Hoister(wrap(wrapped), owner.name.value, names).rewrite()
    return hoisted, texts_of_comments(f.body.body[0] for f in wrapping.parameters)


class _Wrapping(cst.CSTTransformer):
    """Drops the tests at the top of functions, and wraps arguments at the calls."""

    def __init__(self, bindings: Bindings, owner: cst.ClassDef) -> None:
        super().__init__()
        self.bindings = bindings
        self.types = AnnotatedTypes(bindings)
        self.owner = owner
        self.kind = Type(owner.name.value, (), MAIN)
        self.parameters: dict[cst.FunctionDef, cst.Param] = {}
        for statement in bindings.wrapper.module.body:
            if isinstance(statement, cst.FunctionDef):
                self._find_wrapped(statement)
        self.wrapped = {
            argument: self._is_number(argument.value)
            for function in self.parameters
            for argument in self._arguments(function)
        }

    def _find_wrapped(self, function: cst.FunctionDef) -> None:
        if len(function.body.body) == 1:
            return
        for parameter in all_parameters(function.params):
            if m.matches(function.body.body[0], self._wrapping_of(parameter)):
                self.parameters[function] = parameter

    def _wrapping_of(self, parameter: cst.Param) -> m.If:
        """`if not isinstance(other, Value): other = Value(other)`"""
        name, kind = m.Name(parameter.name.value), m.Name(self.owner.name.value)
        test = m.Call(m.Name("isinstance"), [m.Arg(name), m.Arg(kind)])
        make = m.Call(kind, [m.Arg(name, keyword=None)])
        assign = m.Assign([m.AssignTarget(name)], make)
        return m.If(
            test=m.UnaryOperation(m.Not(), test),
            body=m.IndentedBlock([m.SimpleStatementLine([assign])]),
            orelse=None,
        )

    def _arguments(self, function: cst.FunctionDef) -> list[cst.Arg]:
        """What the calls of a function pass as the parameter that it wraps."""
        parameter = self.parameters[function]
        found = []
        for call in DirectCalls(self.bindings).of(function):
            given = call.argument(parameter)
            if given is None:
                expected = f"`{parameter.name.value}` to be passed"
                self._refuse(call.node, expected, "its default")
            found.append(given)
            behind = call.node.args[call.node.args.index(given) + 1 :]
            for argument in behind if self._is_number(given.value) else []:
                if any(find(argument, cst.Call)):
                    expected = "nothing that may make objects behind the number"
                    self._refuse(argument, expected, "a call")
        return found

    def _is_number(self, node: cst.BaseExpression) -> bool:
        type_ = self.types.type_of(node)
        is_number = bool(type_.members) and all(
            t.name in NUMBERS for t in type_.members
        )
        if type_ != self.kind and not is_number:
            self._refuse(node, f"a number, or always a {self.kind}", str(type_))
        return is_number

    # The edit.

    def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:
        if not self.wrapped.get(original_node):
            return updated_node
        made = cst.Call(self.owner.name, [cst.Arg(updated_node.value)])
        return updated_node.with_changes(value=made)

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        parameter = self.parameters.get(original_node)
        if parameter is None:
            return updated_node
        first, *rest = updated_node.body.body
        return updated_node.with_changes(
            params=visit(
                updated_node.params, _Annotate(parameter.name.value, self.owner)
            ),
            body=updated_node.body.with_changes(body=rest),
        )

    def _refuse(self, node: cst.CSTNode, expected: str, found: str) -> NoReturn:
        wrapper = self.bindings.wrapper
        raise Refusal.at(wrapper, node, expected=expected, found=found)


class _Annotate(cst.CSTTransformer):
    """Gives one parameter the class as its type, if it has one."""

    def __init__(self, name: str, owner: cst.ClassDef) -> None:
        super().__init__()
        self.name = name
        self.owner = owner

    def leave_Param(
        self, original_node: cst.Param, updated_node: cst.Param
    ) -> cst.Param:
        if updated_node.name.value != self.name or updated_node.annotation is None:
            return updated_node
        kind = cst.Name(self.owner.name.value)
        annotation = updated_node.annotation.with_changes(annotation=kind)
        return updated_node.with_changes(annotation=annotation)


class _Hoister(ExpressionHoister):
    """Gives an object that is made in a call of these functions a line of its own."""

    def __init__(
        self, wrapper: MetadataWrapper, kind: str, functions: set[str]
    ) -> None:
        super().__init__(wrapper)
        self.chosen = {
            argument.value
            for call in find(wrapper.module, cst.Call)
            if isinstance(call.func, cst.Name) and call.func.value in functions
            for argument in call.args
            if m.matches(argument.value, m.Call(m.Name(kind)))
        }
        self.subject = snake_case(kind)

    def chooses(self, node: cst.BaseExpression, place: Place) -> bool:
        return node in self.chosen

    def candidates(
        self, node: cst.BaseExpression, original: cst.BaseExpression
    ) -> list[str]:
        if original not in self.chosen:  # what has to be computed before one that is
            return super().candidates(node, original)
        number = cst.ensure_type(node, cst.Call).args[0].value
        return [f"{phrases(number)[0]}_{self.subject}", self.subject]
