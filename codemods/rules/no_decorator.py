"""No decorators"""

from __future__ import annotations

import libcst as cst
from libcst.helpers import get_full_name_for_node

from codemods.check.rule import Rule


class NoDecorator(Rule):
    sentences = (
        "Avoid Python idioms that smuggle in abstraction.",
        "No generators as lazy pipelines, no context managers for control flow, no "
        "decorators, no `__dunder__` anything.",
        "If a Python feature exists to hide mechanism, don't use it here.",
    )
    VALID = (
        "def double(number):\n    return 2 * number\n",
        "product = left @ right\n",
    )
    INVALID = (
        ("@cache\ndef double(number):\n    return 2 * number\n", 1),
        ("class A:\n    @property\n    def size(self):\n        return 0\n", 1),
        ("@register('a')\n@dataclass\nclass A:\n    pass\n", 2),
    )

    def visit_Decorator(self, node: cst.Decorator) -> None:
        name = get_full_name_for_node(node.decorator)
        described = "this" if name is None else f"`{name}`"
        self.report(node, f"write out what {described} does to the definition below")
