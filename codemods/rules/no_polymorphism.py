"""No polymorphism

No code asks a value for its type, or by name for an attribute it may have, in order to
do one thing or another; and no function is handed on as a value, for then a call of it
does not say what it does.
"""

from __future__ import annotations

import libcst as cst

from codemods.check.rule import Rule
from codemods.facts.scopes import Role

QUESTIONS = frozenset(
    "callable delattr getattr hasattr isinstance issubclass setattr super".split()
)
DISPATCHERS = frozenset(
    "ABC ABCMeta Protocol singledispatch singledispatchmethod".split()
)
TYPE_QUESTION = 1


class NoPolymorphism(Rule):
    sentences = (
        "No method dispatch. No operator overloading, no dunder methods, no "
        "polymorphism.",
        "Operations are explicit function calls.",
    )
    VALID = (
        "def f():\n    return 1\nprint(f())\n",
        "x = float(text)\nwords = list(map)\n",
        "match command:\n    case 'go':\n        pass\n",
        "isinstance = 3\n",
    )
    INVALID = (
        ("if isinstance(x, int):\n    pass\n", 1),
        ("kind = type(x)\n", 1),
        ("x = getattr(settings, 'rate')\n", 1),
        ("match shape:\n    case Circle(radius=r):\n        pass\n", 1),
        ("def f():\n    pass\ng = f\n", 1),
        ("def f(pair):\n    return pair[0]\npairs.sort(key=f)\n", 1),
        ("def relu(x):\n    return x\ntable = {'relu': relu}\n", 1),
        ("from functools import singledispatch\nf = singledispatch(g)\n", 1),
    )

    def visit_Module(self, node: cst.Module) -> None:
        bindings = self.script.bindings
        for binding in bindings:
            if bindings.roles(binding) != {Role.FUNCTION}:
                continue
            for use in bindings.occurrences(binding):
                if use.role is Role.LOAD and not self._is_called(use.node):
                    self.report(
                        use.node, f"call `{binding.name}` instead of handing it on"
                    )

    def _is_called(self, name: cst.Name) -> bool:
        parent = self.script.parents.get(name)
        return isinstance(parent, cst.Call) and parent.func is name

    def visit_Call(self, node: cst.Call) -> None:
        called = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
        name = called.value if isinstance(called, cst.Name) else ""
        asks_type = name == "type" and len(node.args) == TYPE_QUESTION
        if name in DISPATCHERS:
            self.report(node, f"write a function for each type instead of `{name}`")
        elif (asks_type or name in QUESTIONS) and (
            self.script.bindings.is_builtin(node.func, name)
        ):
            self.report(
                node, f"let every place know its type instead of asking `{name}`"
            )

    def visit_MatchClass(self, node: cst.MatchClass) -> None:
        self.report(node, "let every place know its type instead of matching a class")
