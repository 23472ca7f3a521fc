"""Dictionaries with string keys, and the keys by which a module uses them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import libcst as cst

from codemods.facts.bindings import Binding, Bindings
from codemods.facts.scopes import Role
from codemods.facts.visit import visit

HOLE = "\0"
"""Stands in a key for the value of an expression in an f-string."""

Key = cst.SimpleString | cst.FormattedString


@dataclass
class StringKeyedDictionary:
    """A dictionary at the top of a module, with every place that uses it.

    `entries` are the values put under string keys, `keys` the strings that stand for
    keys, `hidden` the places where its keys may be seen in any other way.
    """

    binding: Binding
    entries: list[cst.BaseExpression] = field(default_factory=list)
    keys: dict[Key, str] = field(default_factory=dict)
    hidden: list[cst.CSTNode] = field(default_factory=list)


def find_string_keyed_dictionaries(bindings: Bindings) -> list[StringKeyedDictionary]:
    """The dictionaries that are displayed once, and are bound to one name at the top.

    Those without a string key anywhere are left out.
    """
    finder = _KeyFinder(bindings)
    visit(bindings.wrapper.module, finder)
    found = []
    for binding, dictionary in finder.found.items():
        occurrences = bindings.occurrences(binding)
        stores = [o.node for o in occurrences if o.role is not Role.LOAD]
        if [finder.displays.get(node) for node in stores] == [binding]:
            dictionary.hidden += [
                occurrence.anchor
                for occurrence in occurrences
                if occurrence.node not in finder.understood
            ]
            found.append(dictionary)
    return [dictionary for dictionary in found if dictionary.keys]


def key_template(node: cst.CSTNode) -> str | None:
    """The text of a string key with a `HOLE` for each expression; None if unknown."""
    if isinstance(node, cst.SimpleString):
        plain = node.evaluated_value == node.raw_value
        return node.raw_value if plain else None
    if not isinstance(node, cst.FormattedString):
        return None
    texts = [
        part.value if isinstance(part, cst.FormattedStringText) else HOLE
        for part in node.parts
    ]
    template = "".join(texts)
    return None if re.search(r"[\\{}]", template) else template


class _KeyFinder(cst.CSTVisitor):
    def __init__(self, bindings: Bindings) -> None:
        super().__init__()
        self.bindings = bindings
        self.found: dict[Binding, StringKeyedDictionary] = {}
        self.displays: dict[cst.Name, Binding] = {}
        self.understood: set[cst.CSTNode] = set()

    def _dictionary(self, node: cst.CSTNode) -> StringKeyedDictionary | None:
        binding = self.bindings.binding_of(node) if isinstance(node, cst.Name) else None
        if binding is None or binding.scope.parent is not None:
            return None
        return self.found.setdefault(binding, StringKeyedDictionary(binding))

    def visit_Assign(self, node: cst.Assign) -> None:
        for target in node.targets:
            self._note_assignment(target.target, node.value)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        if node.value is not None:
            self._note_assignment(node.target, node.value)

    def _note_assignment(
        self, target: cst.BaseExpression, value: cst.BaseExpression
    ) -> None:
        if isinstance(target, cst.Subscript):
            dictionary = self._dictionary(target.value)
            if dictionary is not None:
                dictionary.entries.append(value)
        elif isinstance(target, cst.Name) and isinstance(value, cst.Dict):
            dictionary = self._dictionary(target)
            if dictionary is not None:
                self.displays[target] = dictionary.binding
                self.understood.add(target)
                self._note_display(dictionary, value)

    def _note_display(self, dictionary: StringKeyedDictionary, node: cst.Dict) -> None:
        for element in node.elements:
            if isinstance(element, cst.DictElement):
                self._note_key(dictionary, element.key)
                dictionary.entries.append(element.value)
            else:
                dictionary.hidden.append(element)

    def visit_Subscript(self, node: cst.Subscript) -> None:
        dictionary = self._dictionary(node.value)
        if dictionary is not None and len(node.slice) == 1:
            index = node.slice[0].slice
            if isinstance(index, cst.Index):
                self.understood.add(node.value)
                self._note_key(dictionary, index.value)

    def _note_key(self, dictionary: StringKeyedDictionary, key: cst.CSTNode) -> None:
        template = key_template(key)
        if template is not None and isinstance(key, Key):
            dictionary.keys[key] = template
        else:
            dictionary.hidden.append(key)

    def visit_Call(self, node: cst.Call) -> None:
        if isinstance(node.func, cst.Attribute) and node.func.attr.value == "values":
            self.understood.add(node.func.value)
        elif self.bindings.is_builtin(node.func, "len") and len(node.args) == 1:
            self.understood.add(node.args[0].value)
