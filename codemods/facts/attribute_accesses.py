"""Where the attributes of a class are defined, read and written."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from codemods.facts.bindings import Bindings
from codemods.facts.class_family import ClassFamily, name_list_strings
from codemods.facts.instances import Instances
from codemods.facts.scopes import Occurrence
from codemods.facts.visit import visit


class AttributeAccesses:
    """The attributes of a family of classes, by the nodes that name them.

    `names` are the accesses `x.attribute` whose object may belong to the family, the
    names in the bodies of its classes, and the keys of class patterns; `strings` are
    the strings in `__slots__` and the like.
    """

    def __init__(self, bindings: Bindings, family: ClassFamily) -> None:
        self._bindings = bindings
        self._family = family
        self._instances = Instances(bindings)
        self._in_bodies = self._find_in_bodies()
        finder = _AccessFinder()
        visit(bindings.wrapper.module, finder)
        accessed = [a.attr for a in finder.accesses if self._may_be_ours(a)]
        in_patterns = [
            element.key
            for pattern in finder.patterns
            if family.class_named(pattern.cls) not in family.others()
            for element in pattern.kwds
        ]
        in_bodies = [occurrence.node for occurrence in self._in_bodies]
        self._owners = {a.attr: a.value for a in finder.accesses}
        self.names = {n: n.value for n in [*accessed, *in_bodies, *in_patterns]}
        self.strings = {s for c in family.members for s in name_list_strings(c)}
        self.defined = sorted(
            {name for member in family.members for name in family.attributes(member)}
        )

    def ambiguous_load(self, attribute: str) -> cst.CSTNode | None:
        """A name in a class body that means a variable until the body binds it."""
        for occurrence in self._in_bodies:
            if occurrence.node.value == attribute and (
                self._bindings.may_mean_outside_class(occurrence)
            ):
                return occurrence.anchor
        return None

    def of_foreign_object(self, attribute: str) -> cst.CSTNode | None:
        """An access that may be one of an object which was made outside the module."""
        return next(
            (
                name
                for name, owner in self._accesses_of(attribute)
                if self._instances.may_be_foreign(owner)
            ),
            None,
        )

    def of_unknown_object(self, attribute: str) -> cst.CSTNode | None:
        """An access on what is not certainly of the family, or one of its classes."""
        return next(
            (
                name
                for name, owner in self._accesses_of(attribute)
                if not self._is_ours(owner)
            ),
            None,
        )

    def _accesses_of(
        self, attribute: str
    ) -> Iterator[tuple[cst.Name, cst.BaseExpression]]:
        for name, text in self.names.items():
            if text == attribute and name in self._owners:
                yield name, self._owners[name]

    def _is_ours(self, owner: cst.BaseExpression) -> bool:
        members = self._family.members
        named = owner.func if isinstance(owner, cst.Call) else owner
        return self._family.class_named(named) in members or (
            isinstance(owner, cst.Name) and self._class_of_receiver(owner) in members
        )

    def _find_in_bodies(self) -> list[Occurrence]:
        scopes = {self._bindings.scopes.by_node[c] for c in self._family.members}
        return [
            occurrence
            for binding in self._bindings
            if binding.scope in scopes
            for occurrence in self._bindings.occurrences(binding)
        ]

    def _may_be_ours(self, access: cst.Attribute) -> bool:
        """Whether the object of an access may belong to the family."""
        base = access.value
        if self._instances.excludes(base):
            return False
        if not isinstance(base, cst.Name):
            return True
        others = self._family.others()
        return self._family.class_named(base) not in others and (
            self._class_of_receiver(base) not in others
        )

    def _class_of_receiver(self, name: cst.Name) -> cst.CSTNode | None:
        """The class whose `self` a name is."""
        binding = self._bindings.binding_of(name)
        function = binding.scope.node if binding is not None else None
        if not isinstance(function, cst.FunctionDef) or binding is None:
            return None
        first = [*function.params.posonly_params, *function.params.params][:1]
        around = binding.scope.parent
        if [p.name.value for p in first] != [binding.name] or around is None:
            return None
        return around.node


class _AccessFinder(cst.CSTVisitor):
    """Attributes of objects, which the dotted names in imports are not."""

    def __init__(self) -> None:
        super().__init__()
        self.accesses: list[cst.Attribute] = []
        self.patterns: list[cst.MatchClass] = []

    def visit_Import(self, node: cst.Import) -> bool:
        return False

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        return False

    def visit_Attribute(self, node: cst.Attribute) -> None:
        self.accesses.append(node)

    def visit_MatchClass(self, node: cst.MatchClass) -> None:
        self.patterns.append(node)
