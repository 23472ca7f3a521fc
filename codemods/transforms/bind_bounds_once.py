"""Compute the bounds of slices once, ahead of all that is copied between them."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from codemods.facts.assigned_values import assigned_values, givers
from codemods.facts.bindings import Binding, Bindings
from codemods.facts.evaluation import names_in
from codemods.facts.find_nodes import find
from codemods.facts.metadata import wrap
from codemods.facts.slice_copies import slice_in
from codemods.transforms.hoist_invariants import hoist_invariants


def bind_bounds_once(module: cst.Module) -> cst.Module:
    """Bind both bounds of slices once where a start is computed for each of them.

    Have:    part_start = part_index * width
             part_end = part_start + width
             query_part = query[part_start:part_end]
             for key in keys:
                 part_start = part_index * width
                 part_end = part_start + width
                 key_part = key[part_start:part_end]
                 key_parts.append(key_part)
    Want:    part_start = part_index * width
             part_end = part_start + width
             query_part = query[part_start:part_end]
             for key in keys:
                 key_part = key[part_start:part_end]
                 key_parts.append(key_part)
    Refuses: nothing: what may be another value there stays, as `hoist_invariants` says
    """
    bindings = Bindings(wrap(module))
    blocks = find(bindings.wrapper.module, cst.IndentedBlock)
    slices = [part for block in blocks for s in block.body if (part := slice_in(s))]
    chosen = {
        (binding.scope.path, binding.name)
        for part in slices
        if _is_repeated(bindings, part.start)
        for bound in (part.start, part.end)
        for binding in _computed_from(bindings, bound)
    }
    if not chosen:
        return module
    return hoist_invariants(
        module,
        lambda line: (line.binding.scope.path, line.binding.name) in chosen,
    )


def _is_repeated(bindings: Bindings, name: cst.Name) -> bool:
    binding = bindings.binding_of(name)
    return binding is not None and len(givers(bindings, binding)) > 1


def _computed_from(bindings: Bindings, bound: cst.Name) -> Iterator[Binding]:
    """A variable, and those of the same function that it is computed from."""
    pending, seen = [bound], set[Binding]()
    while pending:
        binding = bindings.binding_of(pending.pop())
        if binding is None or binding in seen:
            continue
        if not isinstance(binding.scope.node, cst.FunctionDef):
            continue
        seen.add(binding)
        yield binding
        for value in assigned_values(bindings, binding) or []:
            pending += names_in(value)
