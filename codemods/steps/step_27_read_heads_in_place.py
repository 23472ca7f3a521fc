"""Read each head in place

Replace the copies of each head's slice of queries, keys and values by reading the rows
themselves from the head's offset, so that a head reads what it needs without copying,
and let each list that keeps rows grow by its one name.

    head_end = head_start + head_dimension
    head_query: list[Value] = query[head_start:head_end]
    for dimension_index in range(head_dimension):
        add_square(head_query[dimension_index])
    =>
    head_end = head_start + head_dimension
    for dimension_index in range(head_start, head_end):
        add_square(query[dimension_index])
"""

from __future__ import annotations

import libcst as cst

from codemods.step import Step
from codemods.transforms.bind_bounds_once import bind_bounds_once
from codemods.transforms.forward_entries import forward_entries
from codemods.transforms.forward_slices import forward_slices
from codemods.transforms.index_slices import index_slices


class ReadHeadsInPlace(Step):
    def apply(self, module: cst.Module) -> cst.Module:
        module = bind_bounds_once(forward_entries(module))
        return forward_slices(index_slices(module))
