"""A class with its relatives in the module, and the attributes they define."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from codemods.facts.bindings import Bindings
from codemods.facts.scopes import Role
from codemods.facts.visit import visit

NAME_LISTS = ("__slots__", "__match_args__")


class ClassFamily:
    """A class, its ancestors and their descendants, as far as the module has them."""

    def __init__(self, bindings: Bindings, definition: cst.ClassDef) -> None:
        self._bindings = bindings
        self._classes = {
            node.name: node
            for node in bindings.scopes.by_node
            if isinstance(node, cst.ClassDef)
        }
        self.members = [definition]
        while relatives := self._next_relatives():
            self.members += relatives

    def _next_relatives(self) -> list[cst.ClassDef]:
        found = (
            relative
            for definition in self._classes.values()
            for base in self.bases(definition)
            if (definition in self.members) != (base in self.members)
            for relative in (definition, base)
        )
        return [c for c in dict.fromkeys(found) if c not in self.members]

    def bases(self, definition: cst.ClassDef) -> list[cst.ClassDef]:
        """The bases of a class that the module defines."""
        found = (self.class_named(base.value) for base in definition.bases)
        return [base for base in found if base is not None]

    def class_named(self, node: cst.BaseExpression) -> cst.ClassDef | None:
        """The class that an expression names, if it names one of the module."""
        binding = (
            self._bindings.binding_of(node) if isinstance(node, cst.Name) else None
        )
        if binding is None or self._bindings.roles(binding) != {Role.CLASS}:
            return None
        defined = [
            self._classes[occurrence.node]
            for occurrence in self._bindings.occurrences(binding)
            if occurrence.role is Role.CLASS
        ]
        return defined[0] if len(defined) == 1 else None

    def foreign_base(self) -> cst.CSTNode | None:
        """A base of the family that the module does not define, if there is one."""
        for definition in self.members:
            for base in definition.bases:
                if self.class_named(base.value) is None and not (
                    self._bindings.is_builtin(base.value, "object")
                ):
                    return base
        return None

    def others(self) -> list[cst.ClassDef]:
        """The classes of the module that are no relatives."""
        return [c for c in self._classes.values() if c not in self.members]

    def attributes(self, definition: cst.ClassDef) -> set[str]:
        """The names that a class binds in its body, its slots, or through `self`."""
        scope = self._bindings.scopes.by_node[definition]
        in_body = {b.name for b in self._bindings if b.scope is scope}
        in_slots = {
            str(string.evaluated_value) for string in name_list_strings(definition)
        }
        return in_body | in_slots | set(self._set_on_self(definition))

    def _set_on_self(self, definition: cst.ClassDef) -> list[str]:
        finder = _AttributeTargets()
        for method in definition.body.body:
            if isinstance(method, cst.FunctionDef) and method.params.params:
                finder.receiver = method.params.params[0].name.value
                visit(method.body, finder)
        return finder.found


def name_list_strings(definition: cst.ClassDef) -> list[cst.SimpleString]:
    """The strings in a class body that are names of its attributes."""
    lists = m.Assign(
        targets=[m.AssignTarget(m.OneOf(*(m.Name(name) for name in NAME_LISTS)))]
    )
    return [
        cst.ensure_type(string, cst.SimpleString)
        for line in definition.body.body
        if isinstance(line, cst.SimpleStatementLine)
        for statement in line.body
        if m.matches(statement, lists)
        for string in m.findall(statement, m.SimpleString())
    ]


class _AttributeTargets(cst.CSTVisitor):
    """The attributes that are assigned on one receiver."""

    def __init__(self) -> None:
        super().__init__()
        self.receiver = ""
        self.found: list[str] = []

    def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
        self._note(node.target)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        self._note(node.target)

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        self._note(node.target)

    def _note(self, target: cst.CSTNode) -> None:
        own = m.Attribute(value=m.Name(self.receiver))
        for attribute in m.findall(target, own):
            self.found.append(cst.ensure_type(attribute, cst.Attribute).attr.value)
