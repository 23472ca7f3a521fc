"""Decide tests of what a parameter is, where every call tells."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

import libcst as cst

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import BINDING_ROLES, Binding, Bindings
from codemods.facts.direct_calls import DirectCalls
from codemods.facts.find_comments import comments_gone
from codemods.facts.find_nodes import find
from codemods.facts.metadata import reparse, wrap
from codemods.facts.scopes import all_parameters
from codemods.facts.type_names import MAIN, UNOBSERVED, Type, join
from codemods.facts.visit import visit
from codemods.facts.walk import walk
from codemods.transforms.leave_out_tests import LeaveOutTests


def decide_type_tests(
    module: cst.Module,
    find_class: Callable[[cst.Module], cst.ClassDef],
    names: Collection[str] | None = None,
) -> tuple[cst.Module, tuple[str, ...]]:
    """Keep only what is done with what functions of objects of a class are passed.

    Have:    def add_number(value: Value, other: float) -> Value:
                 assert isinstance(value, Value)
                 if isinstance(other, (int, float)):
                     return Value(value.data + other, (value,))
                 return Value(value.data + other.data, (value, other))
             shifted = add_number(square, 1e-5)
    Want:    def add_number(value: Value, other: float) -> Value:
                 return Value(value.data + other, (value,))
             shifted = add_number(square, 1e-5)
    Refuses: what `DirectCalls` refuses

    Tests that the types of the arguments do not decide stay, and so do those that turn
    a parameter into something else.  With `names`, only functions of these names are
    looked at.  The second result is the comments that have left with what is not done.
    """
    decided = module
    while tests := _TypeTests(decided, find_class, names).decided:
        decided = reparse(visit(wrap(decided).module, LeaveOutTests(tests)))
    if decided is module:
        return module, ()
    return decided, comments_gone([module], [decided])


class _TypeTests:
    """The statements that ask what a parameter is, and the answers that are known."""

    def __init__(
        self,
        module: cst.Module,
        find_class: Callable[[cst.Module], cst.ClassDef],
        names: Collection[str] | None,
    ) -> None:
        self.bindings = Bindings(wrap(module))
        owner = find_class(self.bindings.wrapper.module)
        self.kind = Type(owner.name.value, (), MAIN)
        self.types = AnnotatedTypes(self.bindings)
        self.decided: dict[cst.CSTNode, bool] = {}
        for statement in self.bindings.wrapper.module.body:
            if not isinstance(statement, cst.FunctionDef):
                continue
            if names is None or statement.name.value in names:
                self.decided |= dict(self._decide(statement))

    def _decide(self, function: cst.FunctionDef) -> Iterator[tuple[cst.CSTNode, bool]]:
        if not any(True for _ in _tests(function)):
            return
        scope = self.bindings.scopes.by_node[function]
        parameters = {
            Binding(scope, p.name.value): p for p in all_parameters(function.params)
        }
        if self.kind not in map(self.types.of_binding, parameters):
            return
        rebound: set[Binding] = set()
        for place in function.body.body:
            rebound |= self._bound_in(place)
            for statement, test in _tests(place):
                binding = self._subject(test)
                if binding is None or binding not in parameters.keys() - rebound:
                    continue
                passed = self._passed(function, parameters[binding])
                answer = self.types.holds(test, binding, passed)
                fails = answer is False and not isinstance(statement, cst.If)
                if answer is not None and not fails:
                    yield statement, answer

    def _bound_in(self, place: cst.CSTNode) -> set[Binding]:
        """The variables that a statement, or a function in it, binds."""
        names = set(find(place, cst.Name))
        return {
            binding
            for use in self.bindings.scopes.occurrences
            if use.role in BINDING_ROLES and use.node in names
            if (binding := self.bindings.binding_of(use.node)) is not None
        }

    def _subject(self, test: cst.BaseExpression) -> Binding | None:
        """The variable that a test asks what it is, and nothing else."""
        match test:
            case cst.UnaryOperation(operator=cst.Not(), expression=inner):
                return self._subject(inner)
            case cst.Call(args=[cst.Arg(value=cst.Name() as subject), _]):
                if self.bindings.is_builtin(test.func, "isinstance"):
                    return self.bindings.binding_of(subject)
        return None

    def _passed(self, function: cst.FunctionDef, parameter: cst.Param) -> Type:
        """What all calls of a function together pass as a parameter."""
        found: list[Type] = []
        for call in DirectCalls(self.bindings).of(function):
            value = call.passed(parameter) or parameter.default
            type_ = UNOBSERVED if value is None else self.types.type_of(value)
            if type_ == UNOBSERVED:
                return UNOBSERVED
            found.append(type_)
        return join(found)


def _tests(
    place: cst.CSTNode,
) -> Iterator[tuple[cst.CSTNode, cst.BaseExpression]]:
    """The statements in a place that test or assert something, in blocks."""
    for node in walk(place):
        match node:
            case cst.If(test=test, body=cst.IndentedBlock()):
                yield node, test
            case cst.SimpleStatementLine(body=[cst.Assert(test=test)]):
                yield node, test
