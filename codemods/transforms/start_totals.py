"""Start totals that are added up by hand from an object where objects are added."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

import libcst as cst
import libcst.matchers as m

from codemods.facts.bindings import Binding, Bindings
from codemods.facts.find_nodes import find
from codemods.facts.graph_class import adds_numbers_as_objects, find_graph_classes
from codemods.facts.metadata import wrap
from codemods.facts.observed_types import NodeTypes, ObservedTypes
from codemods.facts.reaching_definitions import reaching_definitions
from codemods.facts.scopes import Role
from codemods.facts.type_names import MAIN, Type
from codemods.facts.walk import parents
from codemods.transforms.hoist_expressions import substitute


def start_totals(
    module: cst.Module,
    observe: Callable[[cst.Module, Collection[cst.CSTNode]], ObservedTypes],
) -> cst.Module:
    """Make an object of the number that a total of objects starts from.

    Have:    `loss = 0`, then `for term in terms:`, `loss += term`
    Want:    `loss = Value(0)`, then the same loop
    Refuses: nothing

    A total stays as it is unless its class turns a number into an object before it adds
    it: then both come to the same, and the total is of one type throughout.  Apart from
    additions of objects, nothing may have seen the number in a shortened run.
    """
    bindings = Bindings(wrap(module))
    totals = list(_find_totals(bindings))
    if not totals:
        return module
    copy = bindings.wrapper.module
    asked = [node for total in totals for node in (*total.terms, *total.reads)]
    types = observe(copy, asked).on(copy)
    starts: dict[cst.CSTNode, cst.CSTNode] = {
        total.start: cst.parse_expression(f"{name}({copy.code_for_node(total.start)})")
        for total in totals
        if (name := _class_of(total, bindings, types)) is not None
    }
    return substitute(copy, starts) if starts else module


@dataclass(frozen=True)
class _Total:
    """A variable that starts from a number, to which terms are added."""

    target: cst.Name
    binding: Binding
    start: cst.BaseExpression
    terms: tuple[cst.BaseExpression, ...]
    """What is added to the number, and to what that comes to."""

    reads: tuple[cst.Name, ...]
    """What else may see the number."""


def _find_totals(bindings: Bindings) -> Iterator[_Total]:
    above = parents(bindings.wrapper.module)
    for assign in find(bindings.wrapper.module, cst.Assign):
        match assign:
            case cst.Assign(
                targets=[cst.AssignTarget(cst.Name() as target)],
                value=cst.Integer() | cst.Float() as start,
            ):
                binding = bindings.binding_of(target)
            case _:
                continue
        assert binding is not None  # it is bound here
        reaching = reaching_definitions(bindings, binding) or {}
        readers = [name for name, reached in reaching.items() if target in reached]
        added = {name: _added_to(name, above) for name in readers}
        terms = tuple(term for term in added.values() if term is not None)
        reads = tuple(name for name, term in added.items() if term is None)
        if terms:
            yield _Total(target, binding, start, terms, reads)


def _added_to(
    name: cst.Name, above: dict[cst.CSTNode, cst.CSTNode]
) -> cst.BaseExpression | None:
    """The term of `total += term` or `total = total + term`."""
    match above[name]:
        case cst.AugAssign(target=target, operator=cst.AddAssign(), value=term):
            return term if target is name else None
        case cst.BinaryOperation(left=left, operator=cst.Add()) as addition:
            assigned = m.Assign([m.AssignTarget(m.Name(name.value))])
            if left is name and m.matches(above[addition], assigned):
                return addition.right
    return None


def _class_of(total: _Total, bindings: Bindings, types: NodeTypes) -> str | None:
    """The class whose objects a total adds, if it may start from one of them."""
    module = bindings.wrapper.module
    seen = {types.loaded(node) for node in (*total.terms, *total.reads)}
    for definition in find_graph_classes(module):
        name = definition.name.value
        meant = bindings.resolution.find(name, total.binding.scope)
        own = bindings.binding_of(definition.name)
        if (
            seen == {Type(name, (), MAIN)}
            and adds_numbers_as_objects(definition)
            and not _adds_in_place(module, definition)
            and own is not None
            and meant == own
            and bindings.roles(own) == {Role.CLASS}
            and _is_defined_before(definition, total, bindings)
        ):
            return name
    return None


def _adds_in_place(module: cst.Module, definition: cst.ClassDef) -> bool:
    """Whether `total += term` may change an object, which a number never does."""
    named = any(name.value == "__iadd__" for name in find(module, cst.Name))
    return named or bool(definition.bases)


def _is_defined_before(
    definition: cst.ClassDef, total: _Total, bindings: Bindings
) -> bool:
    """Whether the class is there when a total of the module starts."""
    if not isinstance(total.binding.scope.node, cst.Module):
        return True
    body = list(bindings.wrapper.module.body)
    uses = bindings.occurrences(total.binding)
    start = next(use.place[0][1] for use in uses if use.node is total.target)
    return body.index(definition) < start
