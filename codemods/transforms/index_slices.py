"""Count the entries of copies of slices instead of walking them."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst
from libcst.helpers import parse_template_expression

from codemods.facts.assigned_values import givers
from codemods.facts.bindings import Binding, Bindings
from codemods.facts.find_nodes import find
from codemods.facts.metadata import reparse, wrap
from codemods.facts.scope_names import FreshNames
from codemods.facts.scopes import Role
from codemods.facts.slice_copies import Slice, find_slice_copies
from codemods.facts.slice_reads import list_walks, walk_of
from codemods.facts.slice_widths import SliceWidths, Width
from codemods.facts.visit import visit
from codemods.facts.walk import walk
from codemods.facts.webs import find_webs


def index_slices(module: cst.Module) -> cst.Module:
    """Let loops that walk copies of slices side by side count to their width.

    Have:    query_part = query[start:end]
             for key in keys:
                 key_part = key[start:end]
                 key_parts.append(key_part)
             for one in key_parts:
                 for left, right in zip(query_part, one):
                     show(left, right)
    Want:    query_part = query[start:end]
             for key in keys:
                 key_part = key[start:end]
                 key_parts.append(key_part)
             for one in key_parts:
                 for entry_index in range(width):
                     show(query_part[entry_index], one[entry_index])
    Refuses: nothing: a loop stays if it walks anything else as well, or slices between
             other bounds, or if its variables have other uses

    It is taken for granted that what was sliced has as many entries.
    """
    bindings = Bindings(wrap(module))
    indexing = _Indexing(bindings)
    if not indexing.loops:
        return module
    return reparse(visit(bindings.wrapper.module, indexing))


class _Indexing(cst.CSTTransformer):
    def __init__(self, bindings: Bindings) -> None:
        super().__init__()
        self.bindings = bindings
        self.widths = SliceWidths(bindings)
        self.names = FreshNames(bindings.wrapper)
        self.webs = {
            use.node: web for web in find_webs(bindings) for use in web.occurrences
        }
        self.slices = dict(self._find_slices())
        self.loops: dict[cst.For, tuple[str, Width]] = {}
        """What is counted by which loop, and to where."""
        self.reads: dict[cst.Name, str] = {}
        for loop in find(bindings.wrapper.module, cst.For):
            self._consider(loop)

    def _find_slices(self) -> Iterator[tuple[Binding, Slice]]:
        """The variables that hold nothing but copies of one slice."""
        for block in find(self.bindings.wrapper.module, cst.IndentedBlock):
            for copy in find_slice_copies(block):
                binding = self.bindings.binding_of(copy.name)
                uses = self.bindings.occurrences(binding) if binding else []
                names = [copy.name]
                if copy.loop is not None:
                    walks = [walk_of(self.bindings, use.node) for use in uses]
                    names = [one.target for one in walks if one is not None]
                for name in names:
                    holder = self.bindings.binding_of(name)
                    if holder and len(givers(self.bindings, holder)) == 1:
                        yield holder, copy.slice

    def _consider(self, loop: cst.For) -> None:
        """Plan to count if all that a loop walks are slices between the same bounds."""
        walks = list_walks(self.bindings, loop)
        parts = [part for one in walks if (part := self._slice(one.walked))]
        bounds = {(part.start.value, part.end.value) for part in parts}
        width = self.widths.of(parts[0]) if parts else None
        if len(parts) != len(walks) or len(bounds) != 1 or width is None:
            return
        uses = [self._uses(one.target, loop) for one in walks]
        if None in uses:
            return
        words = width.value.split("_") if isinstance(width, cst.Name) else []
        wanted = [f"{word}_index" for word in (*words[-1:], "entry")]
        index = self.names.at(loop).claim(wanted, loop)
        self.loops[loop] = (index, width)
        for one, found in zip(walks, uses, strict=True):
            self.reads |= dict.fromkeys(found or [], f"{one.walked.value}[{index}]")

    def _slice(self, name: cst.Name) -> Slice | None:
        binding = self.bindings.binding_of(name)
        return self.slices.get(binding) if binding is not None else None

    def _uses(self, target: cst.Name, loop: cst.For) -> list[cst.Name] | None:
        """Where a variable is read, if only a loop binds it and only its body reads."""
        web = self.webs[target]
        inside = set(walk(loop.body))
        uses = [use for use in web.occurrences if use.node is not target]
        is_own = all(
            use.role is Role.LOAD and use.scope is web.scope and use.node in inside
            for use in uses
        )
        return [use.node for use in uses] if is_own else None

    def leave_For(self, original_node: cst.For, updated_node: cst.For) -> cst.For:
        if original_node not in self.loops:
            return updated_node
        index, width = self.loops[original_node]
        counted = parse_template_expression("range({width})", width=width.deep_clone())
        return updated_node.with_changes(target=cst.Name(index), iter=counted)

    def leave_Name(
        self, original_node: cst.Name, updated_node: cst.Name
    ) -> cst.BaseExpression:
        read = self.reads.get(original_node)
        return updated_node if read is None else cst.parse_expression(read)
