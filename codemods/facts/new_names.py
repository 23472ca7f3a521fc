"""Which new name each variable of a module should get.

A table says what only a person can know; a vocabulary spells out abbreviations in
names that the table does not have; a short loop variable that neither knows is named
after what it runs through.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import libcst as cst

from codemods.facts.bindings import Bindings
from codemods.facts.vocabulary import singular, spell_out
from codemods.facts.walk import parents
from codemods.facts.webs import Web, find_webs

NameTable = Mapping[str, Mapping[str, str]]
"""New names by the dotted path of a function, "" at the top, and by old name.

An old name is `x`, or for the target of a loop or comprehension `x in iterable`, with
the iterable as the step finds it, or `x in ...` for any other iterable.  A plain name
does not speak for the targets of comprehensions: those have a scope of their own.
"""

SHORT = 2
"""Loop variables of up to so many letters are named after what they run through."""

TRANSPARENT_CALLS = ("list", "reversed", "sorted", "tuple")


@dataclass(frozen=True)
class NewName:
    """A new name, and whether to refuse when it cannot be given."""

    text: str
    insist: bool


class NameChooser:
    """Chooses new names for the webs of one module."""

    def __init__(
        self, bindings: Bindings, table: NameTable, below: tuple[str, ...] = ()
    ) -> None:
        """Paths in the table start below the scope with the path `below`."""
        self._bindings = bindings
        self._table = table
        self._below = below
        self._webs = {web.binding: web for web in find_webs(bindings)}

    def choose(self, webs: Iterable[Web]) -> dict[Web, NewName]:
        """The new names of these webs, without those that keep theirs."""
        chosen = ((web, self._new_name(web)) for web in webs)
        return {
            web: name
            for web, name in chosen
            if name is not None and name.text != web.name
        }

    def _new_name(self, web: Web) -> NewName | None:
        if (known := self._known_name(web)) is not None:
            return NewName(known, insist=True)
        derived = self._loop_name(web) or spell_out(web.name)
        return None if hasattr(builtins, derived) else NewName(derived, insist=False)

    def _known_name(self, web: Web) -> str | None:
        """What the table says, if it says one thing for every loop of the web."""
        path = ".".join(web.scope.path[len(self._below) :])
        entries = self._table.get(path, {})
        names = {
            entries.get(f"{web.name} in {_normalised(loop.iter)}")
            or entries.get(f"{web.name} in ...")
            for loop in web.loops
        }
        if len(names) == 1 and (name := names.pop()) is not None:
            return name
        return None if web.scope.is_comprehension else entries.get(web.name)

    def _loop_name(self, web: Web) -> str | None:
        if not web.loops or len(web.name) > SHORT or not web.name.isalpha():
            return None
        names = {self._name_in_loop(web.name, loop) for loop in web.loops}
        return names.pop() if len(names) == 1 else None

    def _name_in_loop(self, name: str, loop: cst.For | cst.CompFor) -> str | None:
        """`for p in points` => point, `for i, p in enumerate(points)` too."""
        if isinstance(loop.target, cst.Name):
            return self._element_name(loop.iter) or self._assigned_name(loop)
        names = _flat_target(loop.target)
        if name not in names:
            return None
        position = names.index(name)
        arguments = _call_arguments(loop.iter, "zip")
        if len(arguments) == len(names):
            return self._element_name(arguments[position])
        arguments = _call_arguments(loop.iter, "enumerate")
        if len(arguments) != 1 or len(names) != 2:
            return None
        element = self._element_name(arguments[0])
        return f"{element}_index" if element and position == 0 else element

    def _assigned_name(self, loop: cst.For | cst.CompFor) -> str | None:
        """`points = [p.place for p in read()]` => point."""
        above = parents(self._bindings.wrapper.module)
        match above.get(above[loop]):
            case cst.Assign(targets=[cst.AssignTarget(cst.Name() as target)]):
                name = self._spelled_name(target)
                return singular(name) if name is not None else None
        return None

    def _element_name(self, iterable: cst.BaseExpression) -> str | None:
        for call in TRANSPARENT_CALLS:
            if len(arguments := _call_arguments(iterable, call)) == 1:
                return self._element_name(arguments[0])
        if len(bounds := _call_arguments(iterable, "range")) == 1:
            counted = self._counted_name(bounds[0])
            return f"{counted}_index" if counted is not None else None
        name = self._spelled_name(iterable)
        return singular(name) if name is not None else None

    def _counted_name(self, bound: cst.BaseExpression) -> str | None:
        """What an expression counts: `number_of_layers` and `len(layers)` => layer."""
        if len(arguments := _call_arguments(bound, "len")) == 1:
            name = self._spelled_name(arguments[0])
            return singular(name) if name is not None else None
        name = self._spelled_name(bound)
        if name is None:
            return None
        if name.startswith("number_of_"):
            return singular(name.removeprefix("number_of_"))
        return "dimension" if name.endswith("dimension") else None

    def _spelled_name(self, node: cst.BaseExpression) -> str | None:
        """The name of a variable or attribute as it will be spelt."""
        if isinstance(node, cst.Attribute):
            return spell_out(node.attr.value)
        if not isinstance(node, cst.Name):
            return None
        binding = self._bindings.binding_of(node)
        web = self._webs.get(binding) if binding is not None else None
        known = self._known_name(web) if web is not None else None
        return known or spell_out(node.value)


def _normalised(expression: cst.BaseExpression) -> str:
    code = cst.Module([]).code_for_node(expression)
    return ast.unparse(ast.parse(f"({code})", mode="eval"))


def _flat_target(target: cst.BaseExpression) -> list[str]:
    """The names of a target `a, b, c`; none if anything in it is not a plain name."""
    elements = target.elements if isinstance(target, cst.Tuple) else []
    names = [
        element.value.value
        for element in elements
        if isinstance(element, cst.Element) and isinstance(element.value, cst.Name)
    ]
    return names if len(names) == len(elements) else []


def _call_arguments(node: cst.BaseExpression, name: str) -> list[cst.BaseExpression]:
    """The arguments of a call of this function with positional arguments only."""
    if not (isinstance(node, cst.Call) and isinstance(node.func, cst.Name)):
        return []
    if node.func.value != name or any(a.star or a.keyword for a in node.args):
        return []
    return [argument.value for argument in node.args]
