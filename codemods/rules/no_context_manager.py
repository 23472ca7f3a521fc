"""No context managers

Neither a `with` statement nor anything of `contextlib`: what happens before and after
the block stands in the lines before and after it.
"""

from __future__ import annotations

import libcst as cst
from libcst.helpers import get_full_name_for_node

from codemods.check.rule import Rule

MODULE = "contextlib"


class NoContextManager(Rule):
    sentences = (
        "Avoid Python idioms that smuggle in abstraction.",
        "No generators as lazy pipelines, no context managers for control flow, no "
        "decorators, no `__dunder__` anything.",
        "If a Python feature exists to hide mechanism, don't use it here.",
    )
    VALID = (
        "file = open(path)\ntext = file.read()\nfile.close()\n",
        "import context\n",
        "from tools import contextlib\n",
    )
    INVALID = (
        ("with open(path) as file:\n    text = file.read()\n", 1),
        ("with open(a) as f, open(b) as g:\n    pass\n", 1),
        ("with lock:\n    with lock:\n        pass\n", 2),
        ("import os, contextlib\n", 1),
        ("from contextlib import suppress\nwith suppress(OSError):\n    f()\n", 2),
    )

    def visit_With(self, node: cst.With) -> None:
        self.report(
            node.items[0].item, "write out what this does before and after the block"
        )

    def visit_Import(self, node: cst.Import) -> None:
        for alias in node.names:
            if alias.evaluated_name == MODULE:
                self._report_import(alias)

    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:
        module = node.module
        if module is not None and get_full_name_for_node(module) == MODULE:
            self._report_import(module)

    def _report_import(self, node: cst.CSTNode) -> None:
        self.report(node, f"do without `{MODULE}`: it makes context managers")
