"""Rename the attributes and methods that a class of the module defines."""

from __future__ import annotations

import builtins
import io
import keyword
import re
from collections.abc import Callable, Iterator, Mapping

import libcst as cst
from libcst.helpers import get_full_name_for_node_or_raise

from codemods.facts.attribute_accesses import AttributeAccesses
from codemods.facts.bindings import Bindings
from codemods.facts.class_family import ClassFamily
from codemods.facts.docstrings import find_docstrings
from codemods.facts.find_nodes import find
from codemods.facts.library import attributes_in
from codemods.facts.metadata import wrap
from codemods.facts.new_names import NewName
from codemods.facts.scopes import Role
from codemods.facts.visit import visit
from codemods.facts.walk import parents
from codemods.refusal import Refusal
from codemods.transforms.rename_quoted_names import rename_quoted_attributes

BUILTIN_ATTRIBUTES = frozenset(
    attribute
    for kind in (*vars(builtins).values(), io.TextIOWrapper)
    if isinstance(kind, type)
    for attribute in dir(kind)
)
LOOKUPS = ("getattr", "setattr", "hasattr", "delattr", "vars")
LOOKUP_MAKERS = ("attrgetter", "methodcaller")
LOOKUP_HOOKS = ("__getattr__", "__getattribute__", "__setattr__", "__delattr__")
OPEN_NAMESPACES = ("__dict__", "__slots__", "__match_args__")


def rename_attributes(
    module: cst.Module,
    find_class: Callable[[cst.Module], cst.ClassDef],
    choose: Callable[[str], NewName | None],
) -> cst.Module:
    """Rename what a class defines, at every access that may mean one of its objects.

    Have: `self.grad = 0` and `node.log()` beside `math.log(2)`
    Want: `self.gradient = 0` and `node.logarithm()` beside `math.log(2)`

    Methods, class attributes, `self.x`, `__slots__` and the keys of class patterns are
    renamed, in relatives of the class too, and in backquotes in comments.  A name that
    is not insisted on stays where it cannot be given safely.

    Refuses: a name that builtin types or other classes of the module have as well, or
    that is taken; an access on what may come from a library; classes with a base or
    decorator from elsewhere; attributes that are looked up by strings (`getattr`,
    `vars`, `__dict__`, format strings, `f"{v.x=}"`).
    """
    bindings = Bindings(wrap(module))
    family = ClassFamily(bindings, find_class(bindings.wrapper.module))
    accesses = AttributeAccesses(bindings, family)
    objections = _Objections(bindings, family, accesses)
    names: dict[str, str] = {}
    for attribute in accesses.defined:
        new = choose(attribute)
        if new is None or new.text == attribute or attribute.startswith("__"):
            continue
        objection = next(objections.to(attribute, new.text, names), None)
        if objection is None:
            names[attribute] = new.text
        elif new.insist:
            raise objection
    if not names:
        return module
    return visit(bindings.wrapper.module, _Rename(bindings, accesses, names))


class _Objections:
    """Why attributes of a family of classes cannot have new names."""

    def __init__(
        self, bindings: Bindings, family: ClassFamily, accesses: AttributeAccesses
    ) -> None:
        self.bindings = bindings
        self.family = family
        self.accesses = accesses
        self.library = _library_attributes(bindings)

    def to(self, old: str, new: str, given: Mapping[str, str]) -> Iterator[Refusal]:
        """Why an attribute cannot be renamed beside those that are given new names."""
        here = next((n for n, name in self.accesses.names.items() if name == old), None)
        expected = f"{old!r} to be an attribute of one class only"
        if old in BUILTIN_ATTRIBUTES:
            yield self._refusal(here, expected, "one that builtin types have as well")
        for access in self._of_others(old):
            yield self._refusal(access, expected, "an object that may be none of it")
        for other in self.family.others():
            if old in self.family.attributes(other):
                yield self._refusal(other, expected, f"{other.name.value!r} with it")
        if not new.isidentifier() or new.startswith("__") or keyword.iskeyword(new):
            yield self._refusal(here, "a new name for an attribute", repr(new))
        taken = [node for node, name in self.accesses.names.items() if name == new]
        if taken or new in self.accesses.defined or new in given.values():
            found = f"{new!r} in use"
            yield self._refusal(next(iter(taken), None), f"{new!r} to be free", found)
        if (ambiguous := self.accesses.ambiguous_load(old)) is not None:
            expected = f"{old!r} to mean one thing in a class body"
            yield self._refusal(ambiguous, expected, "a name that is bound outside too")
        for node, found in self._lookups(old):
            expected = f"{old!r} to be found by its name in the text only"
            yield self._refusal(node, expected, found)

    def _of_others(self, old: str) -> Iterator[cst.CSTNode]:
        """Accesses that may mean what a library calls by the same name."""
        foreign = self.accesses.of_foreign_object(old)
        unknown = self.accesses.of_unknown_object(old)
        if foreign is not None:
            yield foreign
        elif unknown is not None and old in self.library:
            yield unknown

    def _lookups(self, old: str) -> Iterator[tuple[cst.CSTNode, str]]:
        if (base := self.family.foreign_base()) is not None:
            yield base, "a base from elsewhere"
        for member in self.family.members:
            for decorator in member.decorators:
                yield decorator, "a class decorator"
        for node in self._strings_naming(old):
            yield node, "a place that may look it up by a string"

    def _strings_naming(self, old: str) -> Iterator[cst.CSTNode]:
        """Where an attribute may be meant by a string, or by any of its namesakes."""
        module = self.bindings.wrapper.module
        yield from (call for call in find(module, cst.Call) if self._asks(call, old))
        for access in find(module, cst.Attribute):
            if access.attr.value in OPEN_NAMESPACES:
                yield access
        for name in find(module, cst.Name):
            if name.value in (*LOOKUP_MAKERS, *LOOKUP_HOOKS):
                yield name
        for string in find(module, cst.SimpleString):
            if re.search(rf"\{{[^{{}}]*\.{old}\b", string.value):
                yield string
        for part in find(module, cst.FormattedStringExpression):
            printed = find(part.expression, cst.Attribute) if part.equal else ()
            if any(access.attr.value == old for access in printed):
                yield part

    def _asks(self, call: cst.Call, old: str) -> bool:
        """Whether a call gets at an attribute by a string that may be its name."""
        if not self.bindings.is_builtin(call.func, *LOOKUPS):
            return False
        asked = [argument.value for argument in call.args[1:2]]
        words = [s.raw_value for s in asked if isinstance(s, cst.SimpleString)]
        return words in ([], [old])

    def _refusal(self, node: cst.CSTNode | None, expected: str, found: str) -> Refusal:
        if node is None:
            return Refusal(expected, found)
        wrapper = self.bindings.wrapper
        return Refusal.at(wrapper, node, expected=expected, found=found)


def _library_attributes(bindings: Bindings) -> set[str]:
    """What imported modules give to their objects, or have where they are values."""
    module, found = bindings.wrapper.module, set[str]()
    above = parents(module)
    values = {
        name.value
        for name in find(module, cst.Name)
        if bindings.is_imported(name)
        and not isinstance(above[name], cst.Attribute | cst.ImportAlias | cst.AsName)
    }
    for line in find(module, cst.Import):
        for alias in line.names:
            bound = alias.evaluated_alias or alias.evaluated_name
            found |= attributes_in(alias.evaluated_name, itself=bound in values)
    for source in find(module, cst.ImportFrom):
        if source.module is not None:
            name = get_full_name_for_node_or_raise(source.module)
            found |= attributes_in(name, itself=False)
    return found


class _Rename(cst.CSTTransformer):
    """Writes the new names; in comments and docstrings too, where they are quoted."""

    def __init__(
        self, bindings: Bindings, accesses: AttributeAccesses, names: Mapping[str, str]
    ) -> None:
        super().__init__()
        self.names = names
        self.accesses = accesses
        self.docstrings = find_docstrings(bindings.wrapper.module)
        variables = {b.name for b in bindings if not b.scope.is_class}
        self.imports = {b.name for b in bindings if Role.IMPORT in bindings.roles(b)}
        self.unmistakable = {
            old: new for old, new in names.items() if old not in variables
        }

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        name = self.accesses.names.get(original_node, "")
        return updated_node.with_changes(value=self.names.get(name, updated_node.value))

    def leave_SimpleString(
        self, original_node: cst.SimpleString, updated_node: cst.SimpleString
    ) -> cst.SimpleString:
        value, name = updated_node.value, updated_node.raw_value
        if original_node in self.accesses.strings and name in self.names:
            quote = updated_node.quote
            value = f"{updated_node.prefix}{quote}{self.names[name]}{quote}"
        if original_node in self.docstrings:
            value = self._rename_quoted(value)
        return updated_node.with_changes(value=value)

    def leave_Comment(
        self, original_node: cst.Comment, updated_node: cst.Comment
    ) -> cst.Comment:
        return updated_node.with_changes(value=self._rename_quoted(updated_node.value))

    def _rename_quoted(self, text: str) -> str:
        return rename_quoted_attributes(
            text, self.names, self.unmistakable, self.imports
        )
