"""No classes

Neither by the `class` keyword nor by a call that makes one: `namedtuple`,
`make_dataclass`, `SimpleNamespace`, or `type` with three arguments.
"""

from __future__ import annotations

import libcst as cst

from codemods.check.rule import Rule

MAKERS = frozenset(
    "Enum NamedTuple NewType SimpleNamespace TypedDict make_dataclass namedtuple "
    "new_class".split()
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
    )
    INVALID = (
        ("class Point:\n    pass\n", 1),
        ("Point = namedtuple('Point', ['x', 'y'])\n", 1),
        ("Point = collections.namedtuple('Point', 'x y')\n", 1),
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
        called = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
        if not isinstance(called, cst.Name):
            return
        makes_type = called.value == "type" and len(node.args) == TYPE_ARGUMENTS
        if makes_type or called.value in MAKERS:
            self.report(node, f"`{called.value}` makes a class: use a plain container")
