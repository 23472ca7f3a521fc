"""Dictionaries with string keys, and the keys by which a module uses them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import libcst as cst

from codemods.facts.bindings import BINDING_ROLES, Binding, Bindings
from codemods.facts.call_arguments import arguments_of, calls_of
from codemods.facts.scopes import Role
from codemods.facts.visit import visit
from codemods.facts.walk import parents

HOLE = "\0"
"""Stands in a key for the value of an expression in an f-string."""

Key = cst.SimpleString | cst.FormattedString


class Result(NamedTuple):
    """What a function returns, or one of the values in the tuple that it returns."""

    function: cst.FunctionDef
    part: int | None


Holder = Binding | Result
"""What a dictionary may be held by."""


@dataclass
class StringKeyedDictionary:
    """A dictionary, with every place that uses it, by whatever name.

    Dictionaries that one name may stand for, as parameters do, count as one.
    `entries` are the values put under string keys, `keys` the strings that stand for
    keys, `hidden` the places where its keys may be seen in any other way.
    """

    name: str
    entries: list[cst.BaseExpression] = field(default_factory=list)
    keys: dict[Key, str] = field(default_factory=dict)
    hidden: list[cst.CSTNode] = field(default_factory=list)


def find_string_keyed_dictionaries(bindings: Bindings) -> list[StringKeyedDictionary]:
    """The dictionaries that are displayed, and bound to nothing but names.

    Followed are other names for them, arguments and what functions return.  Those
    without a string key anywhere are left out.
    """
    finder = _KeyFinder(bindings)
    visit(bindings.wrapper.module, finder)
    return [found for found in finder.dictionaries() if found.keys]


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
    """Notes what is done with every holder, and which hold the same."""

    def __init__(self, bindings: Bindings) -> None:
        super().__init__()
        self.bindings = bindings
        self.above = parents(bindings.wrapper.module)
        scopes = bindings.scopes.by_node
        functions = [node for node in scopes if isinstance(node, cst.FunctionDef)]
        self.definitions = {bindings.binding_of(f.name): f for f in functions}
        self.functions: list[cst.FunctionDef] = []
        """Those around the place that is visited, outermost first."""

        self.noted: dict[Holder, StringKeyedDictionary] = {}
        self.others: dict[Holder, list[Holder]] = defaultdict(list)
        """For each holder, those that pass it what they hold or get it from it."""

        self.displayed: set[Holder] = set()
        self.understood: set[cst.CSTNode] = set()
        self.received: set[tuple[cst.CSTNode, int | None]] = set()
        """Calls, and which of the values that they return a name is bound to."""

    # What comes of it.

    def dictionaries(self) -> Iterator[StringKeyedDictionary]:
        """What was noted, where a dictionary is displayed and all else is followed."""
        seen: set[Holder] = set()
        for holder in list(self.noted):
            if holder not in seen:
                group = self._group(holder)
                seen |= set(group)
                if self.displayed & set(group) and all(map(self._is_followed, group)):
                    yield self._join(group)

    def _group(self, first: Holder) -> list[Holder]:
        found = [first]
        for holder in found:
            found += [other for other in self.others[holder] if other not in found]
        return found

    def _is_followed(self, holder: Holder) -> bool:
        """Whether it is known what a holder holds."""
        return isinstance(holder, Result) or all(
            use.node in self.understood
            for use in self.bindings.occurrences(holder)
            if use.role in BINDING_ROLES
        )

    def _join(self, group: list[Holder]) -> StringKeyedDictionary:
        joined = StringKeyedDictionary(_name(group[0]))
        for holder in group:
            if holder in self.noted:
                joined.entries += self.noted[holder].entries
                joined.keys |= self.noted[holder].keys
                joined.hidden += self.noted[holder].hidden
            joined.hidden += self._not_followed(holder)
        return joined

    def _not_followed(self, holder: Holder) -> Iterator[cst.CSTNode]:
        if isinstance(holder, Binding):
            for use in self.bindings.occurrences(holder):
                is_declaration = use.role in (Role.GLOBAL, Role.NONLOCAL)
                if use.node not in self.understood and not is_declaration:
                    yield use.anchor
        else:
            calls = calls_of(self.bindings, holder.function)
            if calls is None or holder.function.decorators:
                yield holder.function.name
            for call in calls or ():
                is_dropped = isinstance(self.above[call], cst.Expr)
                if not is_dropped and (call, holder.part) not in self.received:
                    yield call

    # What holds what.

    def _holder(self, node: cst.CSTNode) -> Holder | None:
        match node:
            case cst.Name():
                return self.bindings.binding_of(node)
            case cst.Call(func=cst.Name() as name):
                function = self.definitions.get(self.bindings.binding_of(name))
                return Result(function, None) if function is not None else None
        return None

    def _may_hold(self, value: cst.BaseExpression) -> bool:
        return isinstance(value, cst.Dict) or self._holder(value) is not None

    def _flow(self, holder: Holder, value: cst.BaseExpression) -> None:
        """Note what a holder gets, if that can be followed."""
        source = self._holder(value)
        if isinstance(value, cst.Dict):
            self.displayed.add(holder)
            self._note_display(self._noted(holder), value)
        elif source is not None:
            self._link(holder, source)
            self.understood.add(value)
            self.received.add((value, None))

    def _link(self, first: Holder, second: Holder) -> None:
        self.others[first].append(second)
        self.others[second].append(first)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.functions.append(node)

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:
        self.functions.pop()

    def visit_Param(self, node: cst.Param) -> None:
        given = arguments_of(self.bindings, node)
        binding = self._holder(node.name)
        if given and binding is not None and all(map(self._may_hold, given)):
            for value in given:
                self._flow(binding, value)
            self.understood.add(node.name)

    def visit_Return(self, node: cst.Return) -> None:
        function = self.functions[-1]
        if isinstance(node.value, cst.Tuple):
            for index, element in enumerate(node.value.elements):
                self._flow(Result(function, index), element.value)
        elif node.value is not None:
            self._flow(Result(function, None), node.value)

    def visit_Assign(self, node: cst.Assign) -> None:
        for target in node.targets:
            self._note_assignment(target.target, node.value)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        if node.value is not None:
            self._note_assignment(node.target, node.value)

    def _note_assignment(
        self, target: cst.BaseExpression, value: cst.BaseExpression
    ) -> None:
        match target, value:
            case cst.Subscript(value=holder), _:
                if (binding := self._holder(holder)) is not None:
                    self._noted(binding).entries.append(value)
            case cst.Name(), _ if self._may_hold(value):
                if (binding := self._holder(target)) is not None:
                    self._flow(binding, value)
                    self.understood.add(target)
            case cst.Tuple(elements=targets), cst.Tuple(elements=values):
                if len(targets) == len(values):
                    for one, other in zip(targets, values, strict=True):
                        self._note_assignment(one.value, other.value)
            case cst.Tuple(elements=targets), cst.Call():
                self._note_parts(targets, value)

    def _note_parts(self, targets: Sequence[cst.BaseElement], call: cst.Call) -> None:
        """Note the names that what a call returns is unpacked into."""
        result = self._holder(call)
        if isinstance(result, Result) and all(
            isinstance(t, cst.Element) for t in targets
        ):
            for index, target in enumerate(targets):
                if (binding := self._holder(target.value)) is not None:
                    self._link(binding, Result(result.function, index))
                    self.understood.add(target.value)
                    self.received.add((call, index))

    # Keys.

    def _noted(self, holder: Holder) -> StringKeyedDictionary:
        return self.noted.setdefault(holder, StringKeyedDictionary(_name(holder)))

    def _note_display(self, dictionary: StringKeyedDictionary, node: cst.Dict) -> None:
        for element in node.elements:
            if isinstance(element, cst.DictElement):
                self._note_key(dictionary, element.key)
                dictionary.entries.append(element.value)
            else:
                dictionary.hidden.append(element)

    def visit_Subscript(self, node: cst.Subscript) -> None:
        holder = self._holder(node.value)
        if holder is not None and len(node.slice) == 1:
            index = node.slice[0].slice
            if isinstance(index, cst.Index):
                self.understood.add(node.value)
                self.received.add((node.value, None))
                self._note_key(self._noted(holder), index.value)

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


def _name(holder: Holder) -> str:
    return holder.name if isinstance(holder, Binding) else holder.function.name.value
