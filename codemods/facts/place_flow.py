"""Where a variable goes that says where numbers are, down to what reads the numbers.

    places: dict[str, list[range]]      level 3, the variable that is followed
    matrix = places["weights"]          level 2
    for row in matrix:                  level 1
        for place in row:               level 0, the number of a place
            total += numbers[place]     indexed: what the places are for

It is followed through items, variables, loops and calls of the functions of the module.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import libcst as cst

from codemods.facts.assigned_values import givers
from codemods.facts.bindings import Binding, Bindings
from codemods.facts.call_arguments import parameters_of
from codemods.facts.direct_calls import DirectCall, DirectCalls
from codemods.facts.scopes import Role, all_parameters
from codemods.facts.targets import is_target
from codemods.facts.walk import parents, walk

Function = cst.FunctionDef


class Bound(NamedTuple):
    """A name that gets what is followed, or a part of it."""

    name: cst.Name
    level: int


class Indexed(NamedTuple):
    """An item of a list whose index is the number of a place."""

    node: cst.Subscript


class Counted(NamedTuple):
    """A place where only the length of something is taken."""

    node: cst.CSTNode


class Odd(NamedTuple):
    """A place behind which nothing is known of what is followed."""

    node: cst.CSTNode


Use = Bound | Indexed | Counted | Odd


class PlaceFlow:
    """What becomes of one variable of a module."""

    def __init__(self, bindings: Bindings, root: Binding, level: int) -> None:
        self._bindings = bindings
        self._parents = parents(bindings.wrapper.module)
        self._direct = DirectCalls(bindings)
        self._calls: dict[Function, list[DirectCall]] = {}
        self.root = root
        self.levels = {root: level}
        self.uses: list[tuple[Binding, Use]] = []
        """What is done with each variable that is followed."""
        self.passed: dict[cst.Arg, cst.Param] = {}
        self.walked: set[cst.Name] = set()
        """The names that loops bind."""
        self._given: set[cst.Name] = set()
        self._mismatched: list[cst.CSTNode] = []
        self._follow_all()
        self.functions = self._indexing_functions()
        """The functions that read by the numbers, or share in what is followed."""

    def level_of(self, node: cst.BaseExpression) -> int | None:
        """How far an expression is from the number of a place, if it is followed."""
        if isinstance(node, cst.Name):
            binding = self._bindings.binding_of(node)
            return None if binding is None else self.levels.get(binding)
        if isinstance(node, cst.Subscript) and index_of(node) is not None:
            level = self.level_of(node.value)
            return level - 1 if level else None
        return None

    @property
    def indexed(self) -> list[cst.Subscript]:
        """The items of lists whose index is the number of a place."""
        return [use.node for _, use in self.uses if isinstance(use, Indexed)]

    def function_of(self, node: cst.CSTNode) -> Function | None:
        """The function of the module whose body holds a node."""
        found = None
        while (parent := self._parents.get(node)) is not None:
            found = node if isinstance(node, Function) else found
            node = parent
        return found

    def calls_of(self, function: Function) -> list[DirectCall]:
        """All calls of a function; refuses what else may reach it."""
        if function not in self._calls:
            self._calls[function] = self._direct.of(function)
        return self._calls[function]

    def first_odd(self) -> cst.CSTNode | None:
        """The first place in the functions where something is not understood."""
        odd = [use.node for _, use in self.uses if isinstance(use, Odd)]
        unclear = [*odd, *self._mismatched]
        inside = [node for node in unclear if self.function_of(node) in self.functions]
        return next(iter([*inside, *self._mixed()]), None)

    def _mixed(self) -> Iterator[cst.CSTNode]:
        """What variables that are followed are bound to besides."""
        for binding in list(self.levels)[1:]:  # behind the root
            function = binding.scope.node
            for use in givers(self._bindings, binding):
                if function not in self.functions or use.node in self._given:
                    continue
                yield use.node
        for function in self.functions:
            for parameter in all_parameters(function.params):
                if self._is_followed(parameter.name):
                    yield from self._other_arguments(function, parameter)

    def _other_arguments(
        self, function: Function, parameter: cst.Param
    ) -> Iterator[cst.CSTNode]:
        for call in self.calls_of(function):
            argument = call.argument(parameter)
            if argument is None or argument not in self.passed:
                yield argument or call.node

    def _is_followed(self, name: cst.Name) -> bool:
        return self._bindings.binding_of(name) in self.levels

    # Following.

    def _follow_all(self) -> None:
        pending = [self.root]
        while pending:
            binding = pending.pop()
            for use in self._bindings.occurrences(binding):
                if use.role is Role.LOAD and use.anchor is use.node:
                    for step in self._follow(use.node, self.levels[binding]):
                        self.uses.append((binding, step))
                        pending += self._taken(step) if isinstance(step, Bound) else []

    def _taken(self, step: Bound) -> list[Binding]:
        """The variable that is to be followed as well, if it is a new one."""
        binding = self._bindings.binding_of(step.name)
        assert binding is not None  # it is bound here
        self._given.add(step.name)
        if binding not in self.levels:
            self.levels[binding] = step.level
            return [binding]
        if self.levels[binding] != step.level:
            self._mismatched.append(step.name)
        return []

    def _follow(self, node: cst.BaseExpression, level: int) -> Iterator[Use]:
        match parent := self._parents[node]:
            case cst.Subscript(value=value) if value is node and level > 0:
                is_item = index_of(parent) and not is_target(self._parents, parent)
                yield from self._follow(parent, level - 1) if is_item else [Odd(parent)]
            case cst.Index() if level == 0:
                item = self._parents[self._parents[parent]]
                yield Indexed(cst.ensure_type(item, cst.Subscript))
            case cst.AssignTarget() | cst.Assign() | cst.AnnAssign():
                yield from self._assigned(parent, level)
            case cst.For(iter=walked) if walked is node and level > 0:
                yield from self._bound_by_loop(parent.target, level - 1)
            case cst.Arg():
                yield from self._followed_call(parent, level)
            case _:
                yield Odd(node)

    def _assigned(self, line: cst.CSTNode, level: int) -> Iterator[Use]:
        match line:
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as name)]):
                yield Bound(name, level)
            case cst.AnnAssign(target=cst.Name() as name):
                yield Bound(name, level)
            case _:
                yield Odd(line)

    def _bound_by_loop(self, target: cst.BaseExpression, level: int) -> Iterator[Use]:
        if isinstance(target, cst.Name):
            self.walked.add(target)
            yield Bound(target, level)
        else:
            yield Odd(target)

    def _followed_call(self, argument: cst.Arg, level: int) -> Iterator[Use]:
        call = self._parents[argument]
        if not isinstance(call, cst.Call):  # the base of a class
            yield Odd(argument)
            return
        is_whole = not argument.star and level > 0
        if is_whole and self._bindings.is_builtin(call.func, "len"):
            yield Counted(call)
            return
        if is_whole and self._bindings.is_builtin(call.func, *PAIRING):
            yield from self._walked(call, argument, level, ())
            return
        parameters = list(parameters_of(self._bindings, argument))
        if len(parameters) != 1:
            yield Odd(argument)
            return
        self.passed[argument] = parameters[0]
        yield Bound(parameters[0].name, level)

    def _walked(
        self, call: cst.Call, argument: cst.Arg, level: int, way: tuple[int, ...]
    ) -> Iterator[Use]:
        """What `for index, (row, number) in enumerate(zip(rows, numbers))` binds."""
        name = cst.ensure_type(call.func, cst.Name).value
        places = {"zip": (call.args.index(argument),), "enumerate": (1,)}
        way = (*places.get(name, ()), *way)
        parent = self._parents[call]
        if isinstance(parent, cst.For) and parent.iter is call:
            target = _part(parent.target, way)
            yield from self._bound_by_loop(target or parent.target, level - 1)
        elif isinstance(parent, cst.Arg) and self._is_pairing(self._parents[parent]):
            outer = cst.ensure_type(self._parents[parent], cst.Call)
            yield from self._walked(outer, parent, level, way)
        else:
            yield Odd(call)

    def _is_pairing(self, node: cst.CSTNode) -> bool:
        return isinstance(node, cst.Call) and self._bindings.is_builtin(
            node.func, *PAIRING
        )

    # Functions.

    def _indexing_functions(self) -> list[Function]:
        """Those that index, those that pass something to one, and get it from one."""
        ends = [
            {self.function_of(argument), self.function_of(parameter)} - {None}
            for argument, parameter in self.passed.items()
        ]
        found = set(map(self.function_of, self.indexed))
        while more := set().union(*(pair for pair in ends if pair & found)) - found:
            found |= more
        nodes = walk(self._bindings.wrapper.module)
        return [node for node in nodes if isinstance(node, Function) and node in found]


PAIRING = ("enumerate", "reversed", "zip")


def index_of(node: cst.Subscript) -> cst.BaseExpression | None:
    """The one index of an item; None for a slice."""
    match node.slice:
        case [cst.SubscriptElement(slice=cst.Index(value=index, star=None))]:
            return index
    return None


def _part(target: cst.BaseExpression, way: Sequence[int]) -> cst.BaseExpression | None:
    """The part of a target that stands at a place in tuples."""
    for index in way:
        match target:
            case cst.Tuple(elements=elements) if index < len(elements):
                target = elements[index].value
            case _:
                return None
    return target
