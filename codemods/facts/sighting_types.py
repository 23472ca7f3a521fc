"""From what each site of a run showed to the type of each place in the source."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import libcst as cst

from codemods.facts.observed_sites import Key, Seen, Sites
from codemods.facts.places import Place, find_places
from codemods.facts.scopes import all_parameters
from codemods.facts.type_names import (
    ANY_LENGTH,
    UNOBSERVED,
    Type,
    callable_type,
    element_type,
    iterator_type,
    join,
    named_class,
    view_type,
)
from codemods.facts.visit import visit

Sightings = list[list[Any]]
"""The descriptions that each site reported, in order; see `observe_launch`."""


@dataclass(frozen=True)
class Function:
    """The places of a function's name and, if each is plain, of its parameters."""

    name: Place
    parameters: tuple[Place, ...] | None


Functions = Mapping[tuple[str, int], Function]
"""Functions by the name and first line of their code."""


def types_of_sightings(
    sites: Sites, sightings: Sightings, functions: Functions
) -> dict[Key, Type]:
    """The type of every place that something is known about.

    At the name of a function it is `Seen.RETURNED` what its calls return, which for a
    generator function is an iterator.
    """
    inference = _Inference(sites, sightings, functions)
    keys = [*sites.keys, *sites.known, *sites.tuples, *sites.same]
    results = {(Seen.RETURNED, place) for seen, place in keys if seen not in BY_VALUE}
    types = {key: inference.at(*key) for key in keys if key not in results}
    return types | {(s, place): inference.result(place) for s, place in results}


BY_VALUE = {Seen.LOADED, Seen.STORED}


def shows_functions(description: list[Any]) -> bool:
    """Whether functions, methods or generators are among what was described."""
    match description:
        case ["", "function" | "method" | "generator", _, int()]:
            return True
    return any(shows_functions(part) for part in description if isinstance(part, list))


def find_functions(module: cst.Module, instrumented: str) -> Functions:
    """The functions of a module, as the code of its instrumented copy calls them."""
    places = find_places(module)
    finder = _FunctionFinder()
    visit(module, finder)
    found = {}
    for node, line in zip(finder.found, _first_lines(instrumented), strict=True):
        parameters = tuple(places[p.name] for p in all_parameters(node.params))
        is_plain = len(parameters) == len(node.params.params)
        function = Function(places[node.name], parameters if is_plain else None)
        found[node.name.value, line] = function
    return found


class _Inference:
    """Puts together what is known about each key, from others where need be."""

    def __init__(
        self, sites: Sites, sightings: Sightings, functions: Functions
    ) -> None:
        self._sites = sites
        self._functions = functions
        self._descriptions: dict[Key, list[Any]] = defaultdict(list)
        self._types: dict[Key, Type] = {}
        for key, descriptions in zip(sites.keys, sightings, strict=True):
            self._descriptions[key] += descriptions

    def at(self, seen: Seen, place: Place) -> Type:
        key = (seen, place)
        if key not in self._types:
            self._types[key] = UNOBSERVED  # what a function given to itself adds
            self._types[key] = join(self._evidence(key))
        return self._types[key]

    def result(self, function: Place) -> Type:
        """What calls of a function return, by the place of its name."""
        yielded = [(Seen.YIELDED, function), (Seen.DELEGATED, function)]
        if any(key in self._sites.same for key in yielded):
            delegated = element_type(self.at(Seen.DELEGATED, function))
            return iterator_type(join([self.at(Seen.YIELDED, function), delegated]))
        returned = self.at(Seen.RETURNED, function).members
        return join(t for t in returned if t.name != "NotImplementedType")

    def _evidence(self, key: Key) -> Iterator[Type]:
        """The types that each source of knowledge about a key gives it."""
        if key in self._sites.known:
            yield self._sites.known[key]
        for same in self._sites.same.get(key, []):
            yield self.at(*same)
        elements = [self.at(*element) for element in self._sites.tuples.get(key, [])]
        if elements and UNOBSERVED not in elements:
            yield Type("tuple", tuple(elements))
        yield from map(self._described, self._descriptions.get(key, []))

    def _described(self, description: list[Any]) -> Type:
        module, name, *slots = description
        if module == "":
            return self._described_specially(str(name), slots)
        arguments = [join(map(self._described, slot)) for slot in slots]
        if str(name).startswith("dict_") and arguments:
            return view_type(str(name), arguments[0])
        plain = named_class(str(module), str(name))
        return Type(plain.name, tuple(arguments) or plain.arguments, plain.module)

    def _described_specially(self, kind: str, details: list[Any]) -> Type:
        if kind == "class":
            return Type("type", tuple(map(self._described, details[0])))
        if kind == "long tuple":
            return Type("tuple", (join(map(self._described, details[0])), ANY_LENGTH))
        name, line = details
        function = self._functions.get((name, line))
        result = UNOBSERVED if function is None else self.result(function.name)
        if kind == "generator":
            return result if result != UNOBSERVED else iterator_type(UNOBSERVED)
        if function is None or function.parameters is None:
            return callable_type([ANY_LENGTH], result)
        parameters = function.parameters[1 if kind == "method" else 0 :]
        return callable_type([self.at(Seen.STORED, p) for p in parameters], result)


def _first_lines(code: str) -> list[int]:
    """The line that each function's code says it starts at, in order of the source."""
    functions = [
        node
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    functions.sort(key=lambda node: (node.lineno, node.col_offset))
    return [min(n.lineno for n in (f, *f.decorator_list)) for f in functions]


class _FunctionFinder(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[cst.FunctionDef] = []

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.found.append(node)
