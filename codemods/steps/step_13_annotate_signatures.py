"""Annotate every signature with types

Give every parameter and return value the type that a shortened run of the program
shows it to have, so that the data each function transforms can be read off its first
line.

    def softmax(logits):
    =>
    def softmax(logits: list[Value]) -> list[Value]:
"""

from __future__ import annotations

import libcst as cst

from codemods.facts.bound_values import with_types_of_bound
from codemods.step import Step
from codemods.transforms.annotate_signatures import (
    annotate_signatures,
    has_bare_signatures,
)


class AnnotateSignatures(Step):
    def apply(self, module: cst.Module) -> cst.Module:
        if not has_bare_signatures(module):
            return module
        return with_types_of_bound(module, self.observe, annotate_signatures)
