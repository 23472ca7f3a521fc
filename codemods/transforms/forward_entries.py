"""Change lists in lists where they are instead of by another name."""

from __future__ import annotations

import libcst as cst

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.assigned_values import assigned_values
from codemods.facts.bindings import BINDING_ROLES, Binding, Bindings
from codemods.facts.block_values import BlockValues
from codemods.facts.call_uses import MUTATORS
from codemods.facts.evaluation import names_in
from codemods.facts.find_nodes import find
from codemods.facts.liveness import Region
from codemods.facts.metadata import reparse, wrap
from codemods.facts.steady_lists import SteadyLists
from codemods.facts.visit import visit
from codemods.facts.walk import parents, walk
from codemods.transforms.change_lines import ChangeLines


def forward_entries(module: cst.Module) -> cst.Module:
    """Put entries of lists where a name for one is used once, to change it.

    Have:    row = rows[index]
             result = compute(numbers)
             row.append(result)
    Want:    result = compute(numbers)
             rows[index].append(result)
    Refuses: nothing: a name stays if it has other uses, if what it was read with may
             be another one by then, or if the types of the lists are not known

    It is taken for granted that there is such an entry: else the error comes later.
    """
    bindings = Bindings(wrap(module))
    forwarding = _Forwarding(bindings)
    if not forwarding.entries:
        return module
    return reparse(visit(bindings.wrapper.module, forwarding))


class _Forwarding(ChangeLines):
    def __init__(self, bindings: Bindings) -> None:
        super().__init__()
        self.bindings = bindings
        self.parents = parents(bindings.wrapper.module)
        self.block_values = BlockValues(bindings)
        self.types = AnnotatedTypes(bindings)
        self.steady = SteadyLists(bindings, self.types)
        self.entries: dict[cst.CSTNode, cst.Subscript] = {}
        """The uses of names, with what takes their place."""
        for binding in bindings:
            if isinstance(binding.scope.node, cst.FunctionDef):
                self._consider(binding)

    def _consider(self, binding: Binding) -> None:
        values = assigned_values(self.bindings, binding)
        uses = self.bindings.occurrences(binding)
        read = [use.node for use in uses if use.role not in BINDING_ROLES]
        given = [use.node for use in uses if use.role in BINDING_ROLES]
        if values is None or len(read) != 1 or len(given) != 1:
            return
        if any(use.anchor is not use.node for use in uses):
            return  # in the text of an annotation
        (entry,), (use,) = values, read
        if not isinstance(entry, cst.Subscript) or not _is_plain(entry):
            return
        made = self.block_values.place_of(given[0])
        change = self.block_values.place_of(use)
        if (
            _is_line_of_its_own(made.statement)
            and _is_line_of_its_own(change.statement)
            and made.block is change.block
            and made.index < change.index
            and self._is_change(use)
            and self._stays(entry, Region(made.block, made.index + 1, change.index))
        ):
            self.entries[use] = entry
            self.removed.add(made.statement)

    def _is_change(self, use: cst.Name) -> bool:
        """Whether a use is the list that a statement appends to, or the like."""
        attribute = self.parents[use]
        match attribute, self.parents[self.parents[attribute]]:
            case cst.Attribute(attr=cst.Name(value=method)), cst.Expr():
                return attribute.value is use and method in MUTATORS
        return False

    def _stays(self, entry: cst.Subscript, region: Region) -> bool:
        """Whether an expression gives the same entry while these statements run."""
        inside = {node for statement in region.statements for node in walk(statement)}
        for name in names_in(entry):
            binding = self.bindings.binding_of(name)
            if binding is None or not self._is_kept(binding, inside):
                return False
        containers = [part.value for part in find(entry, cst.Subscript)]
        watched = [self.types.type_of(container) for container in containers]
        is_known = all(type_.is_complete for type_ in watched)
        return is_known and self.steady.first_change(region, watched) is None

    def _is_kept(self, binding: Binding, inside: set[cst.CSTNode]) -> bool:
        """Whether these nodes leave a variable alone, and no function binds it."""
        return all(
            use.scope is binding.scope and use.node not in inside
            for use in self.bindings.occurrences(binding)
            if use.role in BINDING_ROLES
        )

    def leave_Name(
        self, original_node: cst.Name, updated_node: cst.Name
    ) -> cst.BaseExpression:
        entry = self.entries.get(original_node)
        return updated_node if entry is None else entry.deep_clone()


def _is_line_of_its_own(statement: cst.CSTNode) -> bool:
    return isinstance(statement, cst.SimpleStatementLine) and len(statement.body) == 1


def _is_plain(node: cst.BaseExpression) -> bool:
    """`rows[index]`, `rows[0][index]` and the like."""
    match node:
        case cst.Name():
            return True
        case cst.Subscript(
            value=value,
            slice=[
                cst.SubscriptElement(
                    slice=cst.Index(
                        value=cst.Name() | cst.Integer() | cst.SimpleString()
                    )
                )
            ],
        ):
            return _is_plain(value)
    return False
