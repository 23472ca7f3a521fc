"""Which value each `pop` of a stack gives back, where functions run in mirror image.

def forward(stack):                 def backward(stack):
    stack.append(first)                 for index in reversed(range(count)):
    for index in range(count):              other = stack.pop()     what `second` was
        stack.append(second)            one = stack.pop()           what `first` was

The second function takes off what the first put on, in reverse, if their loops and
calls that have to do with the stack mirror each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import libcst as cst

from codemods.facts.bindings import Bindings
from codemods.facts.block_values import BlockValues, mentions
from codemods.facts.direct_calls import DirectCall, DirectCalls
from codemods.facts.given_parameters import given_parameters
from codemods.facts.liveness import statements_of
from codemods.facts.loop_walks import given
from codemods.facts.scopes import all_parameters

CODE = cst.Module([])
Statement = cst.SimpleStatementLine


@dataclass(frozen=True)
class Push:
    """`stack.append(name)`"""

    line: Statement
    name: str


@dataclass(frozen=True)
class Pop:
    """`name = stack.pop()`"""

    line: Statement


@dataclass(frozen=True)
class Repeated:
    """A loop that does something with the stack in each turn."""

    over: str
    is_reversed: bool
    may_end_early: bool
    """Whether it also walks lists, of which one may be shorter."""

    events: Sequence[Event]


@dataclass(frozen=True)
class Passed:
    """A call of a function of the module that is given the stack."""

    function: str
    parameter: str


@dataclass(frozen=True)
class Unknown:
    """Anything else."""


Event = Push | Pop | Repeated | Passed | Unknown
Stack = tuple[str, str]
"""A function and its parameter."""


class KeptValues:
    """The values on the stacks of the functions of one module."""

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._blocks = BlockValues(bindings)
        self._functions = {
            statement.name.value: statement
            for statement in bindings.wrapper.module.body
            if isinstance(statement, cst.FunctionDef)
        }
        self._events = {
            (name, parameter.name.value): self._read(function, parameter.name.value)
            for name, function in self._functions.items()
            for parameter in all_parameters(function.params)
        }
        self._mirrored: dict[tuple[Stack, Stack], bool] = {}
        self._pushes: dict[Statement, Push] = {}
        self._pair()

    def pushed(self, pop: cst.CSTNode) -> Push | None:
        """Where the value was put on a stack that a line takes off it."""
        return self._pushes.get(pop) if isinstance(pop, Statement) else None

    def _pair(self) -> None:
        stacks = [stack for stack, events in self._events.items() if events]
        for one, other in product(stacks, repeat=2):
            if self._mirrors(one, other) and self._follows(one, other):
                self._note(self._events[one], self._events[other])

    def _mirrors(self, one: Stack, other: Stack) -> bool:
        """Whether a function takes off a stack just what another has put on it."""
        key = (one, other)
        if key not in self._mirrored:
            self._mirrored[key] = False  # while it is being found out
            events = self._events.get(one, ()), self._events.get(other, ())
            self._mirrored[key] = bool(events[0]) and self._are_mirrored(*events)
        return self._mirrored[key]

    def _are_mirrored(self, on: Sequence[Event], off: Sequence[Event]) -> bool:
        return len(on) == len(off) and all(
            self._is_mirrored(*pair) for pair in zip(on, reversed(off), strict=True)
        )

    def _is_mirrored(self, on: Event, off: Event) -> bool:
        match on, off:
            case Push(), Pop():
                return True
            case Repeated(), Repeated():
                # were there fewer turns that put on, the stack would run out
                is_whole = not off.may_end_early
                turns = (on.over, on.is_reversed), (off.over, not off.is_reversed)
                is_same = is_whole and turns[0] == turns[1]
                return is_same and self._are_mirrored(on.events, off.events)
            case Passed(), Passed():
                stacks = (on.function, on.parameter), (off.function, off.parameter)
                return self._mirrors(*stacks)
        return False

    def _follows(self, one: Stack, other: Stack) -> bool:
        """Whether a function is only called where the other has left the stack so.

        In functions that mirror each other, or one right after the other.
        """
        function = self._functions[other[0]]
        calls = DirectCalls(self._bindings).of(function)
        return bool(calls) and all(
            self._has_mirrored_caller(call, other) or self._comes_next(call, one, other)
            for call in calls
        )

    def _has_mirrored_caller(self, call: DirectCall, called: Stack) -> bool:
        caller = call.caller
        if not isinstance(caller, cst.FunctionDef):
            return False
        passing = [
            stack
            for stack, events in self._events.items()
            if stack[0] == caller.name.value and Passed(*called) in _flat(events)
        ]
        return bool(passing) and any(
            self._mirrors(on, off) for off in passing for on in self._events
        )

    def _comes_next(self, call: DirectCall, one: Stack, other: Stack) -> bool:
        """Whether the nearest line above that has to do with the stack calls `one`."""
        parameters = all_parameters(call.function.params)
        (parameter,) = [p for p in parameters if p.name.value == other[1]]
        stack = call.passed(parameter)
        if not isinstance(stack, cst.Name):
            return False
        place = self._blocks.place_of(call.node)
        above = statements_of(place.block)[: place.index]
        near = [statement for statement in above if mentions(statement, stack.value)]
        return bool(near) and list(self._of_line(near[-1], stack.value)) == [
            Passed(*one)
        ]

    def _note(self, on: Sequence[Event], off: Sequence[Event]) -> None:
        for put, taken in zip(on, reversed(off), strict=True):
            match put, taken:
                case Push(), Pop():
                    self._pushes[taken.line] = put
                case Repeated(), Repeated():
                    self._note(put.events, taken.events)

    # What a function does with a stack.

    def _read(self, function: cst.FunctionDef, stack: str) -> list[Event]:
        if not isinstance(function.body, cst.IndentedBlock):
            return [Unknown()]
        return list(self._of_block(statements_of(function.body), stack))

    def _of_block(
        self, statements: Sequence[cst.CSTNode], stack: str
    ) -> Iterator[Event]:
        for statement in statements:
            if mentions(statement, stack):
                yield from self._of_statement(statement, stack)

    def _of_statement(self, statement: cst.CSTNode, stack: str) -> Iterator[Event]:
        match statement:
            case cst.SimpleStatementLine():
                yield from self._of_line(statement, stack)
            case cst.For(
                body=cst.IndentedBlock() as body, orelse=None, iter=over
            ) if not mentions(over, stack) and not mentions(statement.target, stack):
                events = list(self._of_block(statements_of(body), stack))
                yield self._repeated(over, events)
            case _:
                yield Unknown()

    def _repeated(self, over: cst.BaseExpression, events: list[Event]) -> Repeated:
        turned = given(self._bindings, over, "reversed")
        walked = given(self._bindings, over, "zip")
        is_counted = bool(walked and given(self._bindings, walked[0], "range"))
        counted = [*turned, *walked[:1]] if is_counted else turned
        text = CODE.code_for_node(counted[0] if counted else over)
        return Repeated(text, bool(turned), is_counted, events)

    def _of_line(self, line: cst.CSTNode, stack: str) -> Iterator[Event]:
        match line:
            case cst.SimpleStatementLine(
                body=[
                    cst.Expr(
                        value=cst.Call(
                            func=cst.Attribute(
                                value=cst.Name(value=owner),
                                attr=cst.Name(value="append"),
                            ),
                            args=[cst.Arg(value=cst.Name(value=name))],
                        )
                    )
                ]
            ) if (
                owner == stack != name
            ):
                yield Push(line, name)
            case cst.SimpleStatementLine(
                body=[
                    cst.Assign(value=value, targets=[cst.AssignTarget(cst.Name())])
                    | cst.AnnAssign(value=value)
                    | cst.Expr(value=value)
                ]
            ) if isinstance(value, cst.Call):
                yield self._of_call(line, value, stack)
            case _:
                yield Unknown()

    def _of_call(
        self, line: cst.SimpleStatementLine, call: cst.Call, stack: str
    ) -> Event:
        match call.func:
            case cst.Attribute(
                value=cst.Name(value=owner), attr=cst.Name(value="pop")
            ) if (owner == stack and not call.args):
                return Pop(line)
            case cst.Name(value=called) if called in self._functions:
                passed = self._parameters_given(call, stack)
                return Passed(called, passed[0]) if len(passed) == 1 else Unknown()
        return Unknown()

    def _parameters_given(self, call: cst.Call, stack: str) -> list[str]:
        """The parameters that a stack becomes by a call that has it as an argument."""
        given = [a for a in call.args if mentions(a.value, stack)]
        parameters = [p for a in given for p in given_parameters(self._bindings, a)]
        is_plain = all(isinstance(a.value, cst.Name) for a in given)
        return [p.name.value for p in parameters] if is_plain else []


def _flat(events: Sequence[Event]) -> Iterator[Event]:
    for event in events:
        if isinstance(event, Repeated):
            yield from _flat(event.events)
        yield event
