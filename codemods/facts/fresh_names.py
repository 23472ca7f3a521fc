"""Names that nothing around a place in a module uses."""

from __future__ import annotations

import builtins
import itertools
import keyword
from collections.abc import Mapping

import libcst as cst

from codemods.facts.find_nodes import find

RESERVED = frozenset(keyword.kwlist) | frozenset(dir(builtins))
ORDINALS = ("", "second_", "third_", "fourth_", "fifth_", "sixth_", "seventh_")


class FreshNames:
    """Hands out names for new variables of `module`.

    A name is new to the whole function at the top level of the module that a place is
    in, with every function inside it, and to the statements of the module itself; at
    the top level, to the whole module.  So it hides nothing and nothing hides it.
    """

    def __init__(
        self, module: cst.Module, parents: Mapping[cst.CSTNode, cst.CSTNode]
    ) -> None:
        self._module = module
        self._parents = parents
        self._taken: dict[cst.CSTNode, set[str]] = {}

    def take(self, wanted: str, place: cst.CSTNode) -> str:
        """Return `wanted`, or else `second_wanted`…, and not again near `place`."""
        region = self._region(place)
        if region not in self._taken:
            self._taken[region] = self._used_in(region)
        numbers = (f"variable_{number}_" for number in itertools.count(len(ORDINALS)))
        options = (start + wanted for start in itertools.chain(ORDINALS, numbers))
        name = next(name for name in options if name not in self._taken[region])
        self._taken[region].add(name)
        return name

    def _region(self, place: cst.CSTNode) -> cst.CSTNode:
        region: cst.CSTNode = self._module
        while (parent := self._parents.get(place)) is not None:
            if isinstance(parent, (cst.FunctionDef, cst.ClassDef)):
                region = parent
            place = parent
        return region

    def _used_in(self, region: cst.CSTNode) -> set[str]:
        used = {name.value for name in find(region, cst.Name)}
        for statement in self._module.body:
            if isinstance(statement, (cst.FunctionDef, cst.ClassDef)):
                used.add(statement.name.value)
            else:
                used |= {name.value for name in find(statement, cst.Name)}
        return used | RESERVED
