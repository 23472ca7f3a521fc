"""Which names of a function have derivatives: those that depend on its parameters."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NoReturn

import libcst as cst

from codemods.adjoint.lines import names_in
from codemods.adjoint.program import Program
from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import Binding, Bindings
from codemods.facts.scopes import all_parameters
from codemods.facts.type_names import UNOBSERVED, Type
from codemods.facts.walk import walk
from codemods.refusal import Refusal

INEXACT = ("float", "complex", "Any", "object")
Flow = tuple[set[str], set[str]]


def depth_of(type_: Type) -> int | None:
    """How deep the lists of floats of a type are: 0 for a float, None for no such."""
    names = {member.name for member in type_.members}
    if "float" in names and names <= {"float", "int", "bool"}:
        return 0
    if type_.name != "list" or len(type_.arguments) != 1:
        return None
    inner = depth_of(type_.arguments[0])
    return None if inner is None else inner + 1


class ActiveNames:
    """The names of numbers and lists that depend on parameters with derivatives."""

    def __init__(
        self,
        bindings: Bindings,
        types: AnnotatedTypes,
        programs: Mapping[str, Program],
        node: cst.FunctionDef,
        constants: Collection[str],
    ) -> None:
        self.bindings = bindings
        self.types = types
        self.programs = programs
        self.node = node
        self.scope = bindings.scopes.by_node[node]
        self.own = {binding for binding in bindings if binding.scope is self.scope}
        self.names = self._find(constants)

    def depth(self, name: str) -> int | None:
        binding = Binding(self.scope, name)
        return depth_of(self.type(name)) if binding in self.own else None

    def is_range(self, name: str) -> bool:
        """Whether a name is of a range, in which no number is there twice."""
        is_own = Binding(self.scope, name) in self.own
        return is_own and self.type(name).name == "range"

    def type(self, name: str) -> Type:
        return self.types.of_binding(Binding(self.scope, name))

    def _find(self, constants: Collection[str]) -> set[str]:
        parameters = {p.name.value for p in all_parameters(self.node.params)}
        found = {n for n in parameters.difference(constants) if self._may_differ(n)}
        flows = list(self._flows())
        size = -1
        while size != len(found):
            size = len(found)
            for names, reads in flows:
                if reads & found:
                    candidates = names.difference(constants, found)
                    found |= {n for n in candidates if self._may_differ(n)}
        return found

    def _may_differ(self, name: str) -> bool:
        """Whether a name is of a number or a list that a derivative is wanted of."""
        if Binding(self.scope, name) not in self.own:
            return False
        if self.depth(name) is not None:
            return True
        parts = list(self.type(name).parts())
        if UNOBSERVED in parts or any(part.name in INEXACT for part in parts):
            self._refuse(name)
        return False

    def _refuse(self, name: str) -> NoReturn:
        raise Refusal.at(
            self.bindings.wrapper,
            self.node.name,
            expected=f"`{name}` to be a float or a list of floats",
            found="a type that is not known as such",
        )

    def _flows(self) -> Iterator[Flow]:
        """What is bound or changed in one place, and what that reads."""
        for node in walk(self.node.body):
            match node:
                case cst.Assign(targets=targets, value=value):
                    for target in targets:
                        yield from self._assigned(target.target, value)
                case cst.AnnAssign(target=target, value=cst.BaseExpression() as value):
                    yield from self._assigned(target, value)
                case cst.AugAssign(target=target, value=value) | (
                    cst.For(target=target, iter=value)
                ):
                    yield names_in(target), names_in(value)
                    if isinstance(node, cst.For):
                        yield self._rows(target), names_in(target)
                        yield names_in(value), self._rows(target)
                case cst.Call(func=cst.Attribute(value=changed), args=arguments):
                    yield names_in(changed), _names_of(arguments)
                case cst.Call(func=cst.Name(value=name)) if name in self.programs:
                    yield self._changed(self.programs[name], node), _names_of(node.args)

    def _assigned(self, target: cst.CSTNode, value: cst.CSTNode) -> Iterator[Flow]:
        yield names_in(target), names_in(value)
        if isinstance(value, cst.Name | cst.Subscript):
            # two names of one list: what is put into the one is in the other as well
            yield names_in(value), self._rows(target)

    def _rows(self, target: cst.CSTNode) -> set[str]:
        return {n for n in names_in(target) if (self.depth(n) or 0) > 0}

    def _changed(self, callee: Program, call: cst.Call) -> set[str]:
        """The names of the lists that a call changes."""
        found: set[str] = set()
        for name, given in zip(callee.parameters, call.args, strict=False):
            keyword = given.keyword.value if given.keyword else name
            if keyword in callee.changes:
                found |= names_in(given.value)
        return found


def _names_of(arguments: Iterable[cst.Arg]) -> set[str]:
    return {name for argument in arguments for name in names_in(argument)}
