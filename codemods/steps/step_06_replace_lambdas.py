"""Replace lambdas with named functions

Convert each lambda bound to a name, and each operator bound to the method of another,
into a function definition at the same place, so that every computation has a signature
to annotate and a body to unroll.

    double = lambda number: 2 * number
    =>
    def double(number):
        return 2 * number
"""

from __future__ import annotations

import libcst as cst

from codemods.step import TYPES_FOLLOW, Step
from codemods.transforms.define_aliased_operators import define_aliased_operators
from codemods.transforms.put_statements_on_lines import put_statements_on_lines
from codemods.transforms.replace_lambdas import replace_lambdas


class ReplaceLambdas(Step):
    raises = {
        "one-operation-per-line": "the body of a lambda is seen to be in a hot path "
        "only when it is that of a function",
        "separate-data-and-functions": "a function stands where its lambda did, until "
        "the file is put in order",
        "type-hints": TYPES_FOLLOW,
    }
    reaches = ("no-lambda",)

    def apply(self, module: cst.Module) -> cst.Module:
        lined = put_statements_on_lines(module)
        return define_aliased_operators(replace_lambdas(lined))
