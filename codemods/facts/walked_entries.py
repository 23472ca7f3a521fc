"""Which entries of lists a loop reads at the index that it counts, one after the other.

for index in range(len(prices)):
    cost = prices[index] * amounts[index]       entries of `prices` and `amounts`
    totals[index] += cost                       one that is only changed
    amounts[index] = 0                          one that is changed when it was read

An entry that is read as it was when its turn began may as well be what a walk along
the list binds.  That is certain where the loop changes it behind all reads of it, or
where what is read behind a change is what was stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import libcst as cst

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.apart_lists import ApartLists
from codemods.facts.bindings import BINDING_ROLES, Binding, Bindings
from codemods.facts.container_changes import ContainerChanges, may_be_one
from codemods.facts.find_nodes import find
from codemods.facts.liveness import LEAVES
from codemods.facts.place_flow import index_of
from codemods.facts.targets import is_target
from codemods.facts.type_names import Type
from codemods.facts.walk import parents, walk

APART = (cst.BaseComp, cst.Lambda, cst.FunctionDef, cst.NamedExpr)
"""Where an entry may be read at another time, or be bound in an expression."""

SKIPPING = (cst.IfExp, cst.BooleanOperation, cst.Comparison, *APART)
"""Where a part may not be evaluated with the whole."""


@dataclass(frozen=True, eq=False)
class Entry:
    """The entries of one list at the index of a loop."""

    owner: cst.BaseExpression
    """The list, as an expression whose value the loop leaves alone."""

    reads: list[cst.Subscript] = field(default_factory=list)
    stores: list[cst.Subscript] = field(default_factory=list)


class WalkedEntries:
    """Looks for the entries that loops read."""

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._parents = parents(bindings.wrapper.module)
        self._types = AnnotatedTypes(bindings)
        self._apart = ApartLists(bindings)
        self._changes = ContainerChanges(bindings, self._types)

    def find(self, loop: cst.For) -> list[Entry]:
        """The entries that can be walked, in the order in which they are read first."""
        entries = self.all_entries(loop)
        return [e for e in entries if e.reads and self._can_be_walked(e, loop, entries)]

    def all_entries(self, loop: cst.For) -> list[Entry]:
        """Whatever a loop reads or stores at its index."""
        found: dict[str, Entry] = {}
        for item in find(loop.body, cst.Subscript):
            if self._is_at_index(item, loop):
                text = self._bindings.wrapper.module.code_for_node(item.value)
                entry = found.setdefault(text, Entry(item.value))
                is_store = is_target(self._parents, item)
                (entry.stores if is_store else entry.reads).append(item)
        return list(found.values())

    def place(self, loop: cst.For, node: cst.CSTNode) -> int:
        """Which statement of a loop's body holds a node."""
        while self._parents[node] is not loop.body:
            node = self._parents[node]
        return next(i for i, line in enumerate(loop.body.body) if line is node)

    def is_bound(self, name: cst.Name, nodes: cst.CSTNode) -> bool:
        """Whether a variable may be bound in a part of the module."""
        binding = self._bindings.binding_of(name)
        return binding is None or any(True for _ in self.givers(binding, nodes))

    def givers(self, binding: Binding, part: cst.CSTNode) -> Iterator[cst.Name]:
        """Where a variable is bound in a part of the module."""
        uses = self._bindings.occurrences(binding)
        given = {use.node for use in uses if use.role in BINDING_ROLES}
        return (name for name in find(part, cst.Name) if name in given)

    def may_change(
        self, code: list[cst.CSTNode], kind: Type, *, of_length: bool
    ) -> bool:
        return self._changes.may_change(code, kind, of_length=of_length)

    def type_of(self, node: cst.BaseExpression) -> Type:
        return self._types.type_of(node)

    # One entry.

    def _is_at_index(self, item: cst.Subscript, loop: cst.For) -> bool:
        index = index_of(item)
        counter = cst.ensure_type(loop.target, cst.Name)
        return isinstance(index, cst.Name) and (
            self._bindings.binding_of(index) == self._bindings.binding_of(counter)
        )

    def _can_be_walked(self, entry: Entry, loop: cst.For, entries: list[Entry]) -> bool:
        return (
            self._is_steady(entry.owner, loop)
            and all(self._stays_in_turn(read, loop) for read in entry.reads)
            and any(self._is_always_read(read, loop) for read in entry.reads)
            and not self._is_changed_elsewhere(entry, loop)
            and not any(
                self._is_stored_before(entry, other, store, loop)
                for other in entries
                for store in other.stores
            )
        )

    def _is_steady(self, owner: cst.BaseExpression, loop: cst.For) -> bool:
        """Whether an expression is a list, and the same one in every turn."""
        if self._types.type_of(owner).name != "list":
            return False
        if not all(self._is_kept(name, loop) for name in find(owner, cst.Name)):
            return False
        while isinstance(owner, cst.Subscript):
            index, owner = index_of(owner), owner.value
            outer = self._types.type_of(owner)
            is_plain = isinstance(index, cst.Name | cst.Integer | cst.SimpleString)
            if not is_plain or self._may_change_in(loop, outer):
                return False
        return isinstance(owner, cst.Name)

    def _is_kept(self, name: cst.Name, loop: cst.For) -> bool:
        """Whether a variable of the function is one that the loop never binds."""
        counter = self._bindings.binding_of(cst.ensure_type(loop.target, cst.Name))
        binding = self._bindings.binding_of(name)
        is_near = (
            binding is not None
            and counter is not None
            and (binding.scope is counter.scope)
        )
        return is_near and not self.is_bound(name, loop)

    def _may_change_in(self, loop: cst.For, kind: Type) -> bool:
        return self.may_change([loop.body], kind, of_length=False)

    def _stays_in_turn(self, read: cst.Subscript, loop: cst.For) -> bool:
        """Whether an entry is read when the turn comes to it, and not later."""
        return not any(isinstance(node, APART) for node in self._around(read, loop))

    def _is_always_read(self, read: cst.Subscript, loop: cst.For) -> bool:
        """Whether every turn reads an entry, unless the program fails."""
        around = list(self._around(read, loop))
        line = loop.body.body[self.place(loop, read)]
        before = loop.body.body[: self.place(loop, read)]
        may_leave = any(isinstance(node, LEAVES) for s in before for node in walk(s))
        head: cst.CSTNode | None = {
            cst.SimpleStatementLine: line,
            cst.For: getattr(line, "iter", None),
            cst.If: getattr(line, "test", None),
        }.get(type(line))
        is_reached = head is not None and read in set(find(head, cst.Subscript))
        is_skipped = any(isinstance(node, SKIPPING) for node in around)
        return is_reached and not may_leave and not is_skipped

    def _around(self, node: cst.CSTNode, loop: cst.For) -> Iterator[cst.CSTNode]:
        while (node := self._parents[node]) is not loop.body:
            yield node

    def _is_changed_elsewhere(self, entry: Entry, loop: cst.For) -> bool:
        """Whether a loop may change a list but for the entry whose turn it is."""
        kind = self._types.type_of(entry.owner)
        for node in walk(loop.body):
            match node:
                case cst.Subscript() if is_target(self._parents, node):
                    if not self._is_at_index(node, loop) and (
                        self._may_be(entry, node.value)
                    ):
                        return True
                case cst.Attribute() if is_target(self._parents, node):
                    return True
                case cst.AugAssign(target=cst.Name()) | cst.Call() | cst.Del():
                    if self.may_change([node], kind, of_length=False):
                        return True
        return False

    def _may_be(self, entry: Entry, other: cst.BaseExpression) -> bool:
        """Whether an expression may stand for the list of an entry."""
        one = self._types.type_of(entry.owner)
        is_like = may_be_one(self._types.type_of(other), one)
        return is_like and not self._apart.are_apart(entry.owner, other)

    def _is_stored_before(
        self, entry: Entry, other: Entry, store: cst.Subscript, loop: cst.For
    ) -> bool:
        """Whether an entry may be read behind a store that is not known to change it.

        A store to the very list is known to, if it is a statement of the loop itself.
        """
        place = self.place(loop, store)
        is_simple = isinstance(loop.body.body[place], cst.SimpleStatementLine)
        last = max(self.place(loop, read) for read in entry.reads)
        if last < place or (last == place and is_simple):
            return False
        if other is entry:
            return not is_simple or not self._is_plain(store)
        return self._may_be(entry, other.owner)

    def _is_plain(self, store: cst.Subscript) -> bool:
        """Whether a store is `entries[index] = value` or an update of that kind."""
        parent = self._parents[store]
        if isinstance(parent, cst.AssignTarget):
            assign = cst.ensure_type(self._parents[parent], cst.Assign)
            return len(assign.targets) == 1
        return isinstance(parent, cst.AugAssign)
