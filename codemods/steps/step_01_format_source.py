"""Format the script with black

Lay the whole script out the way black does, so that every later commit shows a
change of the program and never a change of its layout.

    k = linear(x, w); return [wi*xi for wi, xi in zip(w, x)]
    =>
    k = linear(x, w)
    return [wi * xi for wi, xi in zip(w, x)]
"""

from __future__ import annotations

import libcst as cst

from codemods.step import Step


class FormatSource(Step):
    def apply(self, module: cst.Module) -> cst.Module:
        return module  # every step's result is formatted: here nothing else happens
