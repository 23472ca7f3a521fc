"""Create constant nodes where they are used

Move the wrapping of plain numbers out of the operations and into their callers, in the
same order of creation, and leave out tests that every call answers alike, so that no
operation inspects the type of its operand.

    def add_values(value: Value, other: Value | float) -> Value:
        if not isinstance(other, Value):
            other = Value(other)
        return Value(value.data + other.data, (value, other))
    shifted = add_values(square, 1e-5)
    =>
    def add_values(value: Value, other: Value) -> Value:
        return Value(value.data + other.data, (value, other))
    epsilon_value = Value(1e-5)
    shifted = add_values(square, epsilon_value)
"""

from __future__ import annotations

import libcst as cst

from codemods.facts.graph_class import find_graph_class
from codemods.step import Step
from codemods.transforms.decide_type_tests import decide_type_tests
from codemods.transforms.split_optional_parameters import split_optional_parameters
from codemods.transforms.wrap_arguments import wrap_arguments


class WrapArguments(Step):
    reaches = ("no-polymorphism",)

    def apply(self, module: cst.Module) -> cst.Module:
        split, unsplit = split_optional_parameters(module)
        decided, untested = decide_type_tests(split, find_graph_class)
        wrapped, unwrapped = wrap_arguments(decided, find_graph_class)
        self.lost_comments = unsplit + untested + unwrapped
        return wrapped
