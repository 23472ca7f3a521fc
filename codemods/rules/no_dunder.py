"""No `__dunder__` names

Not where they are defined, and not where they are read, be it as a name, an attribute
or an import: each makes Python do something that the text does not say.
"""

from __future__ import annotations

import libcst as cst

from codemods.check.rule import Rule


class NoDunder(Rule):
    sentences = (
        "No method dispatch. No operator overloading, no dunder methods, no "
        "polymorphism.",
        "No generators as lazy pipelines, no context managers for control flow, no "
        "decorators, no `__dunder__` anything.",
    )
    VALID = (
        "for _ in range(3):\n    pass\n",
        "__private = 1\ntrailing__ = 2\n____ = 3\n",
        "text = '__main__'  # __main__\n",
    )
    INVALID = (
        ("class A:\n    def __init__(self):\n        self.__x__ = 1\n", 2),
        ('if __name__ == "__main__":\n    main()\n', 1),
        ("kind = value.__class__.__name__\n", 2),
        ("__all__ = ['a']\n", 1),
        ("from __future__ import annotations\n", 1),
        ("import __main__\n", 1),
    )

    def visit_Name(self, node: cst.Name) -> None:
        name = node.value
        if name.startswith("__") and name.endswith("__") and name.strip("_"):
            self.report(node, f"do without `{name}`: say what it makes Python do")
