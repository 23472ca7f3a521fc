"""No generators and no lazy pipelines

Neither a generator expression nor `yield`, which compute when someone else asks; nor
`async` and `await`, which are generators underneath; nor calls of `map`, `filter`,
`iter` and `next`, or of anything from `itertools` and `functools`.  `enumerate`, `zip`,
`range` and `reversed` are the loops' vocabulary, and fine.
"""

from __future__ import annotations

import libcst as cst
from libcst.helpers import get_full_name_for_node

from codemods.check.rule import Rule
from codemods.check.script import Script

BUILTINS = ("filter", "iter", "map", "next")
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
    )
    INVALID = (
        ("total = sum(value * value for value in values)\n", 1),
        ("def count():\n    yield 1\n    yield from [2, 3]\n", 2),
        ("async def fetch():\n    await connect()\n", 2),
        ("doubles = list(map(double, filter(is_even, values)))\n", 2),
        ("first = next(iter(values))\n", 2),
        ("import itertools\npairs = list(itertools.combinations(values, 2))\n", 1),
        ("import functools as tools\ntotal = tools.reduce(add, values)\n", 1),
        ("from itertools import chain\nvalues = chain.from_iterable(rows)\n", 1),
        ("def join():\n    return merged(rows)\nfrom itertools import chain as merged\n"
         "join()\n", 1),
    )  # fmt: skip

    def __init__(self, script: Script) -> None:
        super().__init__(script)
        self._imported: set[str] = set()
        self._calls: list[cst.Call] = []

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
            if _root(alias.evaluated_name) in MODULES:
                self._imported.add(_root(alias.evaluated_alias or alias.evaluated_name))

    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:
        module = node.module
        if isinstance(module, cst.Name) and module.value in MODULES:
            aliases = [] if isinstance(node.names, cst.ImportStar) else node.names
            self._imported |= {a.evaluated_alias or a.evaluated_name for a in aliases}

    def visit_Call(self, node: cst.Call) -> None:
        self._calls.append(node)

    def leave_Module(self, original_node: cst.Module) -> None:
        """Judge the calls last: an import may stand below a function that uses it."""
        for call in self._calls:
            called = get_full_name_for_node(call.func) or ""
            if self._is_lazy(call.func, called):
                self.report(call, f"write a `for` loop instead of calling `{called}`")

    def _is_lazy(self, function: cst.BaseExpression, called: str) -> bool:
        if called in BUILTINS:
            return self.script.bindings.is_builtin(function, called)
        is_candidate = _root(called) in self._imported
        return is_candidate and self.script.bindings.is_imported(function)


def _root(name: str) -> str:
    return name.partition(".")[0]
