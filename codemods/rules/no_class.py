"""No classes

Neither by the `class` keyword nor by a call that makes one, under whatever name it was
imported: `namedtuple`, `make_dataclass`, `SimpleNamespace`, `Enum` and its like, or
`type` with three arguments.
"""

from __future__ import annotations

import libcst as cst

from codemods.check.rule import Rule

MAKERS = frozenset(
    "Enum Flag IntEnum IntFlag NamedTuple NewType SimpleNamespace StrEnum TypedDict "
    "make_dataclass namedtuple new_class".split()
)
TYPE_ARGUMENTS = 3


class NoClass(Rule):
    sentences = (
        "No classes. No `class` keyword anywhere in the final codebase.",
        "Data is organized in plain containers - flat lists, tuples, dicts used as "
        "named record stores - not objects with methods.",
    )
    VALID = (
        "point: tuple[int, int] = (1, 2)\n",
        "kind = type(point)\n",
        'text = "class"\n',
        "def namedtuple(names):\n    return names\nnamedtuple('ab')\n",
    )
    INVALID = (
        ("class Point:\n    pass\n", 1),
        ("Point = namedtuple('Point', ['x', 'y'])\n", 1),
        ("Point = collections.namedtuple('Point', 'x y')\n", 1),
        ("from collections import namedtuple as record\nP = record('P', 'x y')\n", 1),
        ("import enum\nColor = enum.IntEnum('Color', 'RED BLUE')\n", 1),
        ("from enum import *\nColor = StrEnum('Color', 'RED BLUE')\n", 1),
        ("Point = type('Point', (), {})\n", 1),
        ("def f():\n    class Local:\n        pass\n", 1),
    )

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self.report(
            node.name,
            f"keep the data of `{node.name.value}` in lists, tuples or dictionaries, "
            "and make functions of its methods",
        )

    def visit_Call(self, node: cst.Call) -> None:
        called = self.script.full_names.find(node.func)
        name = called.rpartition(".")[2]
        makes_type = called == "builtins.type" and len(node.args) == TYPE_ARGUMENTS
        if makes_type or name in MAKERS:
            self.report(node, f"`{name}` makes a class: use a plain container")
