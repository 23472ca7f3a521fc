"""No polymorphism

No code asks a value for its type, or by name for an attribute it may have, in order to
do one thing or another.

A call says which function it calls: by a name that is only ever bound by `def`, `class`
or `import`, or is a builtin's.  A call of a parameter, a variable, an item or a result
does not.  For the same reason no function is handed on as a value: neither a function
of the script nor a builtin nor one of the standard library, but in an annotation or a
`TypeAlias`, where `int` and the like are types.  Calls of attributes are judged by
`no-method-dispatch`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import libcst as cst

from codemods.check.rule import Rule
from codemods.facts.full_names import full_names_of_builtins
from codemods.facts.library import is_function
from codemods.facts.scopes import Role

QUESTIONS = full_names_of_builtins(
    "callable delattr getattr hasattr isinstance issubclass setattr super"
)
ASKS_CLASS = full_names_of_builtins("isinstance issubclass")
GENERIC = full_names_of_builtins("dict frozenset list set tuple type")
DEFINES = frozenset((Role.FUNCTION, Role.CLASS, Role.IMPORT))
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
        "x = float(text)\nwords = list(text)\n",
        "import math\ny = math.pi * math.exp(x)\n",
        "from shapes import Shape\ncircle = Shape(1)\n",
        "def f(x: int) -> list[float]:\n    return g(x)\ndef g(x):\n    return [x]\n",
        "Row: TypeAlias = dict[str, float]\nPair = tuple[int, int]\n",
        "try:\n    f()\nexcept (KeyError, OSError):\n    raise ValueError\n",
        "match command:\n    case 'go':\n        pass\n",
        "isinstance = 3\n",
        "def f():\n    pass\nx: 'f' = 1\n",
    )
    INVALID = (
        ("if isinstance(x, int):\n    pass\n", 1),
        ("kind = type(x)\n", 1),
        ("x = getattr(settings, 'rate')\n", 1),
        ("match shape:\n    case Circle(radius=r):\n        pass\n", 1),
        ("def f():\n    pass\ng = f\n", 1),
        ("def f(pair):\n    return pair[0]\npairs.sort(key=f)\n", 1),
        ("def relu(x):\n    return x\ntable = {'relu': relu}\n", 1),
        # Functions as values.
        ("functions = [math.exp]\nimport math\n", 1),
        ("from math import exp as e\nf(e, e(1))\n", 1),
        ("xs = sorted(words, key=len)\n", 1),
        ("transform = map\nmake = type\n", 2),
        ("rows = defaultdict(list)\n", 1),
        # Calls that do not say what they call.
        ("def apply(function, value):\n    return function(value)\n", 1),
        ("for function in functions:\n    function(1.0)\n", 1),
        ("value = node.backward\nvalue()\n", 1),
        ("{'run': print}['run'](1)\n", 2),
        ("f(1)(2)\n", 1),
        ("double = lambda x: 2 * x\ndouble(1)\n", 1),
        ("def f():\n    pass\nf = g(f)\nf()\n", 1),
        ("from functools import singledispatch as by_type\nf = by_type(g)\n", 1),
        ("import builtins\nx = builtins.getattr(settings, 'rate')\n", 1),
        ("from functools import singledispatch\nf = singledispatch(g)\n", 1),
    )

    def visit_Module(self, node: cst.Module) -> None:
        for use in chain(self._own_functions(), self._functions_of_others()):
            if not self._is_called(use) and not self._names_type(use):
                text = cst.Module([]).code_for_node(use)
                self.report(use, f"call `{text}` instead of handing it on")

    def _own_functions(self) -> Iterator[cst.BaseExpression]:
        bindings = self.script.bindings
        for binding in bindings:
            if bindings.roles(binding) == {Role.FUNCTION}:
                for use in bindings.occurrences(binding):
                    if use.role is Role.LOAD and use.anchor is use.node:
                        yield use.node

    def _functions_of_others(self) -> Iterator[cst.BaseExpression]:
        for use, name in self.script.full_names.uses():
            if is_function(name):
                yield use

    def _is_called(self, node: cst.BaseExpression) -> bool:
        parent = self.script.parents.get(node)
        return isinstance(parent, cst.Call) and parent.func is node

    def _names_type(self, node: cst.CSTNode) -> bool:
        """Whether this is part of a type, or of something that is reported anyway."""
        around: cst.CSTNode | None = node
        while around is not None and not isinstance(around, cst.BaseStatement):
            match around:
                case cst.Annotation() | cst.Decorator():
                    return True
                case cst.AnnAssign(annotation=cst.Annotation(cst.Name("TypeAlias"))):
                    return True
                case cst.Subscript(value=base):  # `list[int]` is a type anywhere
                    if self.script.full_names.find(base) in GENERIC:
                        return True
                case cst.Call(func=function):
                    if self.script.full_names.find(function) in ASKS_CLASS:
                        return True
            around = self.script.parents.get(around)
        return False

    def visit_Call(self, node: cst.Call) -> None:
        called = self.script.full_names.find(node.func)
        name = called.rpartition(".")[2]
        asks_type = called == "builtins.type" and len(node.args) == TYPE_QUESTION
        if name in DISPATCHERS:
            self.report(node, f"write a function for each type instead of `{name}`")
        elif asks_type or called in QUESTIONS:
            self.report(
                node, f"let every place know its type instead of asking `{name}`"
            )
        elif not self._is_definite(node.func):
            self.report(node.func, "call a function by the name that it is defined by")

    def _is_definite(self, function: cst.BaseExpression) -> bool:
        """Whether the text says which function this is; of attributes others judge."""
        if not isinstance(function, cst.Name):
            return isinstance(function, cst.Attribute)
        binding = self.script.bindings.binding_of(function)
        return binding is None or self.script.bindings.roles(binding) <= DEFINES

    def visit_MatchClass(self, node: cst.MatchClass) -> None:
        self.report(node, "let every place know its type instead of matching a class")
