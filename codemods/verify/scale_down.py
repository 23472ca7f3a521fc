"""Shrink a program that prints in loops to a few iterations of each."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst
import libcst.matchers as m

from codemods.facts.metadata import wrap
from codemods.facts.visit import visit
from codemods.refusal import Refusal
from codemods.verify.trace_bindings import Bindings, Frame, Function

WRITES = m.Attribute(
    value=m.Attribute(value=m.Name("sys"), attr=m.Name("stdout")),
    attr=m.Name("write") | m.Name("writelines"),
)


@dataclass(frozen=True)
class ScaledDown:
    """A smaller program, and each bound that was changed: its old and new value.

    The bounds are in the order in which the program reaches them.  A program and its
    refactored form do the same work only if their old values are the same.
    """

    module: cst.Module
    changed: tuple[tuple[int, int], ...]


def scale_down(module: cst.Module, iterations: int) -> ScaledDown:
    """Let every outermost loop that prints make at most `iterations` iterations.

    Have: steps = 500
          for step in range(steps): print(train(step))
    Want: steps = 4
          for step in range(steps): print(train(step))
    Refuses: a loop that prints and is a `while` loop, or whose range does not lead
    back to one integer literal through names bound once, parameters, defaults and
    the addition or subtraction of a literal.

    The program is followed from its first line through the functions it calls, so
    that it does not matter in which of them a loop stands.  A loop prints if its body
    does, or a function called there.
    """
    walk = _Walk(module, iterations)
    walk.follow(walk.module, {}, ())
    shrunk = visit(walk.module, _ReplaceIntegers(walk.bounds))
    pairs = tuple((old.evaluated_value, new) for old, new in walk.bounds.items())
    return ScaledDown(shrunk, pairs)


class _Walk:
    """A walk through a program in the order in which it runs."""

    def __init__(self, module: cst.Module, iterations: int) -> None:
        self.wrapper = wrap(module)
        self.module = self.wrapper.module
        self.bindings = Bindings(self.wrapper)
        self.iterations = iterations
        self.bounds: dict[cst.Integer, int] = {}
        self.printing: dict[Function, bool] = {}

    def follow(
        self, node: cst.CSTNode, frame: Frame, inside: tuple[Function, ...]
    ) -> None:
        """Shrink what runs when `node` does, within the calls of `inside`."""
        visit(node, _Execution(self, frame, inside))

    def shrink(self, loop: cst.Call, frame: Frame) -> None:
        """Replace the literal that a `range(...)` leads back to, if it is too large."""
        if len(loop.args) > 2 or any(a.star or a.keyword for a in loop.args):
            raise self.refusal(
                loop, "a range with a bound, or with a start and a bound"
            )
        literal, offset = self.literal_of(loop.args[-1].value, frame)
        excess = literal.evaluated_value + offset - self.iterations
        if len(loop.args) == 2:
            start, shift = self.literal_of(loop.args[0].value, frame)
            excess -= start.evaluated_value + shift
        if excess <= 0:
            return
        smaller = literal.evaluated_value - excess
        if self.bounds.setdefault(literal, smaller) != smaller:
            raise self.refusal(literal, "a number that bounds loops in one way only")

    def literal_of(
        self, expression: cst.BaseExpression, frame: Frame
    ) -> tuple[cst.Integer, int]:
        """The literal that an integer comes from, and what is added on the way."""
        match expression:
            case cst.Integer():
                return expression, 0
            case cst.Name():
                defined, where = self.bindings.definition(expression, frame)
                if defined is not None:
                    return self.literal_of(defined, where)
            case cst.BinaryOperation(
                left=left, operator=cst.Add(), right=cst.Integer() as right
            ):
                literal, offset = self.literal_of(left, frame)
                return literal, offset + right.evaluated_value
            case cst.BinaryOperation(
                left=left, operator=cst.Subtract(), right=cst.Integer() as right
            ):
                literal, offset = self.literal_of(left, frame)
                return literal, offset - right.evaluated_value
        raise self.refusal(expression, "a bound that leads back to one integer literal")

    def range_of(self, loop: cst.For, frame: Frame) -> tuple[cst.Call | None, Frame]:
        """The call of `range` that a loop runs over, also through a name."""
        over: cst.BaseExpression | None = loop.iter
        if isinstance(over, cst.Name):
            over, frame = self.bindings.definition(over, frame)
        if isinstance(over, cst.Call) and self.bindings.is_builtin(over.func, "range"):
            return over, frame
        return None, frame

    def prints(self, node: cst.CSTNode, frame: Frame) -> bool:
        """Whether running `node` may write to standard output."""
        pending: list[cst.CSTNode] = [node]
        entered: set[Function] = set()
        while pending:
            calls = _Calls()
            visit(pending.pop(), calls)
            if any(self._is_print(call.func) for call in calls.found):
                return True
            called = {self.bindings.callee(call, frame) for call in calls.found}
            new = {function for function in called - entered if function is not None}
            pending += [function.body for function in new]
            entered |= new
        return False

    def function_prints(self, function: Function) -> bool:
        """Whether calling a function may; found out once."""
        if function not in self.printing:
            self.printing[function] = self.prints(function.body, {})
        return self.printing[function]

    def _is_print(self, called: cst.BaseExpression) -> bool:
        return self.bindings.is_builtin(called, "print") or m.matches(called, WRITES)

    def refusal(self, node: cst.CSTNode, expected: str) -> Refusal:
        found = self.module.code_for_node(node).strip().split("\n")[0]
        return Refusal.at(self.wrapper, node, expected=expected, found=found)


class _OwnCode(cst.CSTVisitor):
    """Visits what runs where it stands, and not functions that are defined there."""

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return False

    def visit_Lambda(self, node: cst.Lambda) -> bool:
        return False


class _Calls(_OwnCode):
    """The calls that run when a piece of code does, in the order of the source."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[cst.Call] = []

    def visit_Call(self, node: cst.Call) -> None:
        self.found.append(node)


class _Execution(_OwnCode):
    """Visits what runs, call by call; stops at the loops that are to be shrunk."""

    def __init__(self, walk: _Walk, frame: Frame, inside: tuple[Function, ...]) -> None:
        super().__init__()
        self.walk = walk
        self.frame = frame
        self.inside = inside

    def visit_While(self, node: cst.While) -> None:
        if self.walk.prints(node, self.frame):
            raise self.walk.refusal(node, "a for loop over a range around what prints")

    def visit_For(self, node: cst.For) -> bool:
        loop, frame = self.walk.range_of(node, self.frame)
        if loop is None or not self.walk.prints(node.body, self.frame):
            return True
        self.walk.shrink(loop, frame)
        return False

    def leave_Call(self, original_node: cst.Call) -> None:
        function = self.walk.bindings.callee(original_node, self.frame)
        if function is None or function in self.inside:
            return
        if self.walk.function_prints(function):
            frame = self.walk.bindings.enter(function, original_node, self.frame)
            self.walk.follow(function.body, frame, (*self.inside, function))


class _ReplaceIntegers(cst.CSTTransformer):
    def __init__(self, values: dict[cst.Integer, int]) -> None:
        super().__init__()
        self.values = values

    def leave_Integer(
        self, original_node: cst.Integer, updated_node: cst.Integer
    ) -> cst.Integer:
        if original_node not in self.values:
            return updated_node
        return updated_node.with_changes(value=str(self.values[original_node]))
