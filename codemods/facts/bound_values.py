"""Watch what a program binds, of which few of its expressions tell.

total = 0                   the value of `total`
for term in terms:          that of `term`
    node.sum = term         that of `node.sum`, and which object `node` is
def scale(self, factor=1)   what is passed and returned, and the default
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeVar

import libcst as cst

from codemods.facts.bindings import BINDING_ROLES, Bindings
from codemods.facts.find_nodes import find
from codemods.facts.metadata import wrap
from codemods.facts.observed_types import ObservedTypes, UnwantedError
from codemods.facts.targets import is_target
from codemods.facts.walk import parents

Observe = Callable[[cst.Module, Collection[cst.CSTNode] | None], ObservedTypes]
Result = TypeVar("Result")


def with_types_of_bound(
    module: cst.Module,
    observe: Observe,
    use: Callable[[cst.Module, ObservedTypes], Result],
) -> Result:
    """What `use` makes of a module and the types of what it binds.

    If it asks for those of other values, it is called again with the types of all.
    """
    bindings = Bindings(wrap(module))
    try:
        return use(module, observe(bindings.wrapper.module, bound_values(bindings)))
    except UnwantedError:
        return use(module, observe(module, None))


def bound_values(bindings: Bindings) -> list[cst.CSTNode]:
    """The names and attributes that a module binds, their owners, and all defaults."""
    module = bindings.wrapper.module
    above = parents(module)
    found: list[cst.CSTNode] = [
        use.node
        for use in bindings.scopes.occurrences
        if use.role in BINDING_ROLES and use.anchor is use.node
    ]
    for attribute in find(module, cst.Attribute):
        if is_target(above, attribute):
            found += [attribute, attribute.value]
    defaults = (parameter.default for parameter in find(module, cst.Param))
    return [*found, *(default for default in defaults if default is not None)]
