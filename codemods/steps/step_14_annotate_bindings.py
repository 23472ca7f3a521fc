"""Annotate the major bindings with types

Give the bindings that the module declares, the attributes that objects store and every
container the type that a shortened run shows them to have, so that the shape of the
data is declared where it is laid out. A name that held values of unrelated types one
after the other becomes two names.

    losses = []
    =>
    losses: list[Value] = []
"""

from __future__ import annotations

import libcst as cst

from codemods.facts.bound_values import with_types_of_bound
from codemods.step import Step
from codemods.transforms.annotate_bindings import annotate_bindings
from codemods.transforms.part_variables import part_variables


class AnnotateBindings(Step):
    reaches = ("type-hints",)

    def apply(self, module: cst.Module) -> cst.Module:
        parted = with_types_of_bound(module, self.observe, part_variables)
        return with_types_of_bound(parted, self.observe, annotate_bindings)
