"""The strings by which a script names its data.

These are, wherever they stand,

    state["wte"], {"wte": 1}, dict(wte=1)     the keys of dictionaries
    state.get("wte"), pop, setdefault
    "wte" in state                            where that is obviously a dictionary
    [("wte", 1), ("wpe", 2)]                  the entries of tables: strings beside
                                              something else in a list or a tuple
    for name in ("wq", "wk"): state[name]     what a loop makes keys of

In tables, and where loops make keys, only what is spelt like a name is taken for one:
two or more letters, digits, underscores and dots.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Sequence
from typing import NamedTuple

import libcst as cst

from codemods.facts.bindings import Binding, Bindings
from codemods.facts.find_nodes import find
from codemods.facts.obvious_types import STR, ObviousTypes
from codemods.facts.string_keys import HOLE, key_template
from codemods.facts.visit import visit

BUILTINS = tuple(dir(builtins))
KEY_METHODS = ("get", "pop", "setdefault")
Display = cst.List | cst.Set | cst.Tuple
SPELT_LIKE_A_NAME = re.compile(rf"[^\W\d{HOLE}][\w.{HOLE}]+|{HOLE}[\w.{HOLE}]*")


class NameString(NamedTuple):
    """A place where data is named, and the name, with a `HOLE` for what is computed."""

    node: cst.CSTNode
    name: str


def is_foreign(bindings: Bindings, node: cst.BaseExpression) -> bool:
    """Whether an object is not the script's: `os.environ`, or the type `list`."""
    return bindings.is_builtin(node, *BUILTINS) or bindings.is_imported(node)


def find_name_strings(bindings: Bindings, types: ObviousTypes) -> list[NameString]:
    """Every string by which a module names data of its own, in no order.

    Objects of other modules, such as `os.environ`, have keys that it did not choose.
    """
    finder = _NameFinder(bindings, types)
    visit(bindings.wrapper.module, finder)
    return finder.named_by_keywords + [
        NameString(node, name)
        for node in (*finder.keys, *finder.entries, *finder.looped_over())
        if (name := key_template(node)) is not None
    ]


class _NameFinder(cst.CSTVisitor):
    def __init__(self, bindings: Bindings, types: ObviousTypes) -> None:
        super().__init__()
        self.bindings = bindings
        self.types = types
        self.keys: list[cst.BaseExpression] = []
        self.entries: list[cst.BaseExpression] = []
        self.named_by_keywords: list[NameString] = []
        self.loops: list[tuple[cst.Name, cst.BaseExpression]] = []
        self.displays: dict[Binding, list[Display]] = {}

    def looped_over(self) -> list[cst.BaseExpression]:
        """The strings in displays that loops go over to make keys of them."""
        made_of = [key for key in self.keys if isinstance(key, cst.FormattedString)]
        names = [key for key in self.keys if isinstance(key, cst.Name)]
        names += [name for key in made_of for name in find(key, cst.Name)]
        used = {self.bindings.binding_of(name) for name in names}
        return [
            string
            for target, whole in self.loops
            if self.bindings.binding_of(target) in used
            for display in self._displays_of(whole)
            for string in _strings_like_names(display)
        ]

    def _displays_of(self, node: cst.BaseExpression) -> Sequence[Display]:
        if isinstance(node, Display):
            return [node]
        binding = self.bindings.binding_of(node) if isinstance(node, cst.Name) else None
        return [] if binding is None else self.displays.get(binding, [])

    # Keys.

    def visit_Subscript(self, node: cst.Subscript) -> None:
        if not is_foreign(self.bindings, node.value):
            parts = [element.slice for element in node.slice]
            self.keys += [part.value for part in parts if isinstance(part, cst.Index)]

    def visit_DictElement(self, node: cst.DictElement) -> None:
        self.keys.append(node.key)

    def visit_DictComp(self, node: cst.DictComp) -> None:
        self.keys.append(node.key)

    def visit_Call(self, node: cst.Call) -> None:
        match node:
            case cst.Call(func=cst.Attribute(holder, cst.Name(method)), args=[key, *_]):
                if method in KEY_METHODS and not is_foreign(self.bindings, holder):
                    self.keys.append(key.value)
            case cst.Call(func=function) if self.bindings.is_builtin(function, "dict"):
                keywords = [arg.keyword for arg in node.args if arg.keyword is not None]
                self.named_by_keywords += [NameString(k, k.value) for k in keywords]

    def visit_Comparison(self, node: cst.Comparison) -> None:
        match node.comparisons[0]:
            case cst.ComparisonTarget(cst.In() | cst.NotIn(), container):
                kind = self.types.type_of(container)
                if kind is not None and kind.kind == "dict":
                    self.keys.append(node.left)

    # Tables.

    def visit_List(self, node: cst.List) -> None:
        self._note_table(node)

    def visit_Tuple(self, node: cst.Tuple) -> None:
        self._note_table(node)

    def _note_table(self, node: cst.List | cst.Tuple) -> None:
        others = (e.value for e in node.elements if isinstance(e, cst.Element))
        if any(self.types.type_of(other) != STR for other in others):
            self.entries += _strings_like_names(node)

    # Loops.

    def visit_Assign(self, node: cst.Assign) -> None:
        for target in node.targets:
            self._note_display(target.target, node.value)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        self._note_display(node.target, node.value)

    def _note_display(
        self, target: cst.BaseExpression, value: cst.BaseExpression | None
    ) -> None:
        binding = (
            self.bindings.binding_of(target) if isinstance(target, cst.Name) else None
        )
        if binding is not None and isinstance(value, Display):
            self.displays.setdefault(binding, []).append(value)

    def visit_For(self, node: cst.For) -> None:
        self._note_loop(node)

    def visit_CompFor(self, node: cst.CompFor) -> None:
        self._note_loop(node)

    def _note_loop(self, loop: cst.For | cst.CompFor) -> None:
        if isinstance(loop.target, cst.Name):
            self.loops.append((loop.target, loop.iter))


def _strings_like_names(display: Display) -> list[cst.BaseExpression]:
    strings = [element.value for element in display.elements]
    return [s for s in strings if SPELT_LIKE_A_NAME.fullmatch(key_template(s) or "")]
