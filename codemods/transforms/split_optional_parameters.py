"""Make two functions of one that tests whether it was given an argument."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import libcst as cst
import libcst.matchers as m

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import Binding, Bindings
from codemods.facts.call_arguments import calls_of, parameter_of
from codemods.facts.find_comments import comments_gone
from codemods.facts.find_nodes import find
from codemods.facts.metadata import reparse, wrap
from codemods.facts.scopes import Role
from codemods.facts.type_names import NONE
from codemods.facts.visit import visit
from codemods.facts.walk import walk
from codemods.transforms.last_comma import without_last_comma
from codemods.transforms.leave_out_tests import LeaveOutTests
from codemods.transforms.without_comments import WithoutComments

NOTHING = m.Name("None")
IS, IS_NOT = (
    m.Comparison(m.Name(), [m.ComparisonTarget(operator, NOTHING)])
    for operator in (m.Is(), m.IsNot())
)


def split_optional_parameters(
    module: cst.Module,
) -> tuple[cst.Module, tuple[str, ...]]:
    """Make two functions of one that tests whether it was given an argument.

    Have:    def scale(row: list[float], by: float | None = None) -> list[float]:
                 if by is not None:
                     row = [by * number for number in row]
                 return row
             print(scale([1.0]), scale([1.0], 2.0))
    Want:    def scale(row: list[float]) -> list[float]:
                 return row
             def scale_with_by(row: list[float], by: float) -> list[float]:
                 row = [by * number for number in row]
                 return row
             print(scale([1.0]), scale_with_by([1.0], 2.0))
    Refuses: nothing: a function stays as it is if it is used in another way than by
             calls, if a call may pass `None` or something, if the parameter serves for
             anything else but such tests and what they guard, or if the new name is
             taken

    Done where some calls pass something and others do not.  The second result is the
    comments that have left with the tests.
    """
    split = module
    while (choice := _find_choice(split)) is not None:
        bindings, found = choice
        split = reparse(visit(bindings.wrapper.module, _Splitting(found)))
    return split, comments_gone([module], [split])


@dataclass(frozen=True)
class _Choice:
    """A function that does more if it is given an argument."""

    function: cst.FunctionDef
    parameter: cst.Param
    annotation: cst.Annotation
    """What the argument is, if there is one."""

    tests: dict[cst.CSTNode, bool]
    """Whether the tests hold if there is one."""

    passing: Collection[cst.Call]
    """The calls that pass one; all others do not."""

    @property
    def name(self) -> str:
        return f"{self.function.name.value}_with_{self.parameter.name.value}"


def _find_choice(module: cst.Module) -> tuple[Bindings, _Choice] | None:
    optional = m.Param(default=NOTHING, annotation=m.Annotation())
    if not m.findall(module, optional):
        return None
    bindings = Bindings(wrap(module))
    for function in bindings.wrapper.module.body:
        if isinstance(function, cst.FunctionDef) and not function.decorators:
            parameters = function.params.params
            first = next((p for p in parameters if p.default is not None), None)
            if first is not None and m.matches(first, optional):
                choice = _choice_of(bindings, function, first)
                if choice is not None:
                    return bindings, choice
    return None


def _choice_of(
    bindings: Bindings, function: cst.FunctionDef, parameter: cst.Param
) -> _Choice | None:
    annotation = _without_nothing(parameter)
    tests = dict(_tests(bindings, function, parameter))
    calls = calls_of(bindings, function)
    if annotation is None or not tests or calls is None:
        return None
    types = AnnotatedTypes(bindings)
    passing: list[cst.Call] = []
    for call in calls:
        if any(argument.star for argument in call.args) or call in set(walk(function)):
            return None
        for argument in call.args:
            if parameter_of(function, call.args, argument) is not parameter:
                continue
            if m.matches(argument.value, NOTHING):
                return None
            passed = types.type_of(argument.value)
            if not passed.is_complete or NONE in passed.members:
                return None
            passing.append(call)
    choice = _Choice(function, parameter, annotation, tests, passing)
    is_taken = any(binding.name == choice.name for binding in bindings)
    return choice if 0 < len(passing) < len(calls) and not is_taken else None


def _without_nothing(parameter: cst.Param) -> cst.Annotation | None:
    """What an argument is, by an annotation that allows `None` as well."""
    match parameter.annotation:
        case cst.Annotation(
            annotation=cst.BinaryOperation(
                left=kind, operator=cst.BitOr(), right=cst.Name("None")
            )
        ):
            return cst.Annotation(kind)
    return None


def _tests(
    bindings: Bindings, function: cst.FunctionDef, parameter: cst.Param
) -> Iterator[tuple[cst.CSTNode, bool]]:
    """The tests of a parameter, if there is nothing else but what they guard."""
    binding = Binding(bindings.scopes.by_node[function], parameter.name.value)
    uses = [u for u in bindings.occurrences(binding) if u.role is not Role.PARAMETER]
    found: dict[cst.CSTNode, bool] = {}
    guarded: set[cst.CSTNode] = set()
    for node in find(function.body, cst.If):
        is_asked = any(use.node in set(walk(node.test)) for use in uses)
        if is_asked and m.matches(node.test, IS | IS_NOT):
            found[node] = m.matches(node.test, IS_NOT)
            guarded |= set(walk(node.test))
            if found[node]:
                guarded |= set(walk(node.body))
            elif node.orelse is not None:
                guarded |= set(walk(node.orelse))
    if all(use.role is Role.LOAD and use.node in guarded for use in uses):
        yield from found.items()


class _Splitting(cst.CSTTransformer):
    def __init__(self, choice: _Choice) -> None:
        super().__init__()
        self.choice = choice

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        if original_node not in self.choice.passing:
            return updated_node
        return updated_node.with_changes(func=cst.Name(self.choice.name))

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef | cst.FlattenSentinel[cst.FunctionDef]:
        choice = self.choice
        if original_node is not choice.function:
            return updated_node
        failing = {test: not holds for test, holds in choice.tests.items()}
        parameters = original_node.params.params
        others = [p for p in parameters if p is not choice.parameter]
        kept = cst.Param(choice.parameter.name, choice.annotation)
        given = [kept if p is choice.parameter else p for p in parameters]
        copy = visit(original_node, _CopyAround(choice.tests))
        return cst.FlattenSentinel(
            [
                _decided(original_node, failing, others),
                _decided(
                    cst.ensure_type(copy, cst.FunctionDef), choice.tests, given
                ).with_changes(name=cst.Name(choice.name)),
            ]
        )


class _CopyAround(WithoutComments):
    """Leaves the comments with the first function that are not about the argument."""

    def __init__(self, tests: Collection[cst.CSTNode]) -> None:
        super().__init__()
        self.tests = tests

    def visit_If(self, node: cst.If) -> bool:
        return node not in self.tests


def _decided(
    function: cst.FunctionDef,
    answers: Mapping[cst.CSTNode, bool],
    parameters: Sequence[cst.Param],
) -> cst.FunctionDef:
    """What a function does if tests have these answers, with other parameters."""
    done = cst.ensure_type(visit(function, LeaveOutTests(answers)), cst.FunctionDef)
    params = done.params.with_changes(params=without_last_comma(parameters))
    return done.with_changes(params=params)
