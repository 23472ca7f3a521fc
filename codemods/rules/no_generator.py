"""No generators and no lazy pipelines

Neither a generator expression nor `yield`, which compute when someone else asks; nor
`async` and `await`, which are generators underneath; nor `map`, `filter`, `iter` and
`next`, called or handed on, nor an import of `itertools` or `functools`.  `enumerate`,
`zip`, `range` and `reversed` are the loops' vocabulary, and fine.
"""

from __future__ import annotations

import libcst as cst

from codemods.check.rule import Rule
from codemods.facts.full_names import full_names_of_builtins

LAZY = full_names_of_builtins("filter iter map next")
MODULES = ("functools", "itertools")


class NoGenerator(Rule):
    sentences = (
        "Avoid Python idioms that smuggle in abstraction.",
        "No generators as lazy pipelines, no context managers for control flow, no "
        "decorators, no `__dunder__` anything.",
        "If a Python feature exists to hide mechanism, don't use it here.",
    )
    VALID = (
        "for index, value in enumerate(values):\n    print(index, value)\n",
        "for left, right in zip(lefts, reversed(rights)):\n    print(left, right)\n",
        "data = [parameter.data for parameter in parameters]\n",
        "def map(values):\n    return values\nmap(values)\n",
        "values = table.map(double)\n",
        "def chain(values):\n    return values\nchain(values)\n",
        "from shapes import chain\nchain(values)\n",
        "from .itertools import chain\n",
    )
    INVALID = (
        ("total = sum(value * value for value in values)\n", 1),
        ("def count():\n    yield 1\n    yield from [2, 3]\n", 2),
        ("async def fetch():\n    await connect()\n", 2),
        ("doubles = list(map(double, filter(is_even, values)))\n", 2),
        ("first = next(iter(values))\n", 2),
        ("transform = map\n", 1),
        ("import builtins\ndoubles = builtins.map(double, values)\n", 1),
        ("import itertools\npairs = list(itertools.combinations(values, 2))\n", 1),
        ("import itertools\njoin = itertools.chain\n", 1),
        ("import functools as tools\ntotal = tools.reduce(add, values)\n", 1),
        ("from itertools import chain\nvalues = chain.from_iterable(rows)\n", 1),
        ("from itertools import *\nvalues = chain(rows)\n", 1),
    )  # fmt: skip

    def visit_Module(self, node: cst.Module) -> None:
        for use, name in self.script.full_names.uses():
            if name in LAZY:
                text = name.removeprefix("builtins.")
                self.report(use, f"write a `for` loop instead of using `{text}`")

    def visit_GeneratorExp(self, node: cst.GeneratorExp) -> None:
        self.report(node, "compute this in a `for` loop")

    def visit_Yield(self, node: cst.Yield) -> None:
        self.report(node, "return a list instead of yielding its elements")

    def visit_Asynchronous(self, node: cst.Asynchronous) -> None:
        self.report(node, "run this where it stands, without `async`")

    def visit_Await(self, node: cst.Await) -> None:
        self.report(node, "call this where it stands, without `await`")

    def visit_Import(self, node: cst.Import) -> None:
        for alias in node.names:
            if alias.evaluated_name in MODULES:
                self._report_import(alias, alias.evaluated_name)

    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:
        match node:
            case cst.ImportFrom(module=cst.Name(name) as module, relative=[]):
                if name in MODULES:
                    self._report_import(module, name)

    def _report_import(self, node: cst.CSTNode, name: str) -> None:
        self.report(node, f"write `for` loops: do without `{name}`")
