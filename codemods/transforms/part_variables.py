"""Give variables names of their own where one name has values of several types."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from codemods.facts.bindings import (
    BINDING_ROLES,
    READING_ROLES,
    Binding,
    Bindings,
)
from codemods.facts.new_names import NewName
from codemods.facts.observed_types import NodeTypes, ObservedTypes
from codemods.facts.phrases import phrases
from codemods.facts.reaching_definitions import live_ranges
from codemods.facts.scope_names import FreshNames
from codemods.facts.scopes import Occurrence, Role
from codemods.facts.type_names import Type, join
from codemods.facts.walk import parents
from codemods.facts.webs import Web
from codemods.transforms.rename_bindings import rename_bindings


def part_variables(module: cst.Module, types: ObservedTypes) -> cst.Module:
    """Rename what is assigned under a name that had values of another type before.

    Have:    size = [1, 2]
             show(size)
             size = len(rows)
             show(size, depth=size)
    Want:    size = [1, 2]
             show(size)
             depth = len(rows)
             show(depth, depth=depth)
    Refuses: nothing

    The name is what a function that is given the value calls it, or says how the value
    is made.  A variable stays whole where one of its values may be read in place of
    another, where one type stands for all of them, and where `rename_bindings` cannot
    give the new name safely.
    """
    return rename_bindings(
        module, lambda bindings: dict(_Parting(bindings, types).find())
    )


class _Parting:
    def __init__(self, bindings: Bindings, types: ObservedTypes) -> None:
        self.bindings = bindings
        self.types: NodeTypes = types.on(bindings.wrapper.module)
        self.names = FreshNames(bindings.wrapper)
        self.parents = parents(bindings.wrapper.module)

    def find(self) -> Iterator[tuple[Web, NewName]]:
        for binding in self.bindings:
            ranges = live_ranges(self.bindings, binding)
            if len(ranges) > 1:
                yield from self._part(binding, ranges)

    def _part(
        self, binding: Binding, ranges: list[list[Occurrence]]
    ) -> Iterator[tuple[Web, NewName]]:
        kinds: dict[Type, list[Occurrence]] = {}
        for uses in ranges:
            if not any(use.role in READING_ROLES for use in uses):
                continue  # whatever it is, nothing is done with it
            kinds.setdefault(self._type_of(uses), []).extend(uses)
        if len(kinds) < 2 or join(kinds) in kinds:
            return
        _, *others = kinds.values()
        for uses in others:
            value = self._assigned(uses[0])
            if value is not None:
                names = self.names.at(uses[0].node)
                wanted = [*self._keywords(uses), *phrases(value)]
                name = names.claim(wanted, uses[0].node)
                yield Web(binding, tuple(uses), ()), NewName(name, insist=False)

    def _type_of(self, uses: list[Occurrence]) -> Type:
        bound = [use.node for use in uses if use.role in BINDING_ROLES]
        return join(self.types.stored(name) for name in bound)

    def _keywords(self, uses: list[Occurrence]) -> list[str]:
        """What functions call the values of a variable."""
        arguments = [self.parents[use.node] for use in uses]
        return [
            argument.keyword.value
            for argument in arguments
            if isinstance(argument, cst.Arg) and argument.keyword is not None
        ]

    def _assigned(self, use: Occurrence) -> cst.BaseExpression | None:
        """What an assignment gives to this variable only."""
        if use.role is not Role.STORE:
            return None
        match self.parents[self.parents[use.node]]:
            case cst.Assign(targets=[cst.AssignTarget(target)], value=value):
                return value if target is use.node else None
        return None
