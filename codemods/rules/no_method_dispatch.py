"""No method dispatch

A call on an object is one of the known methods of the built-in containers, strings,
numbers and files, or of a function of an imported module.  Every other call on an
object asks the object's class what to do.
"""

from __future__ import annotations

import libcst as cst

from codemods.check.rule import Rule

CONTAINER_METHODS = frozenset(
    "add append clear copy count difference discard extend get index insert "
    "intersection isdisjoint issubset issuperset items keys pop popitem remove reverse "
    "setdefault sort symmetric_difference union update values".split()
)
STRING_METHODS = frozenset(
    "capitalize center casefold decode encode endswith expandtabs find format "
    "isalnum isalpha isascii isdecimal isdigit isidentifier islower isnumeric "
    "isprintable isspace istitle isupper join ljust lower lstrip maketrans partition "
    "removeprefix removesuffix replace rfind rindex rjust rpartition rsplit rstrip "
    "split splitlines startswith strip swapcase title translate upper zfill".split()
)
FILE_METHODS = frozenset(
    "close flush read readline readlines seek tell truncate write writelines".split()
)
NUMBER_METHODS = frozenset(
    "as_integer_ratio bit_count bit_length conjugate from_bytes fromhex hex is_integer "
    "to_bytes".split()
)
BUILT_IN = CONTAINER_METHODS | STRING_METHODS | FILE_METHODS | NUMBER_METHODS


class NoMethodDispatch(Rule):
    sentences = (
        "No method dispatch. No operator overloading, no dunder methods, no "
        "polymorphism.",
        "Operations are explicit function calls.",
    )
    VALID = (
        "names.append(name.strip())\n",
        "import math\nx = math.exp(1)\n",
        "import os.path\nos.path.exists(name)\n",
        "text = open(path).read()\n",
        "''.join(parts)\n",
        "value = exponential(node)\n",
        "gradient = node.gradient\n",
    )
    INVALID = (
        ("loss.backward()\n", 1),
        ("(left - right).exponential()\n", 1),
        ("super().__init__()\n", 1),
        ("values[0].relu().log()\n", 2),
        ("class Bag:\n    def add(self, x):\n        pass\nBag().add(1)\n", 1),
    )

    def visit_Module(self, node: cst.Module) -> None:
        definitions = self.script.bindings.scopes.by_node
        self.own_methods = {
            method.name.value
            for definition in definitions
            if isinstance(definition, cst.ClassDef)
            for method in definition.body.body
            if isinstance(method, cst.FunctionDef)
        }

    def visit_Call(self, node: cst.Call) -> None:
        called = node.func
        if not isinstance(called, cst.Attribute):
            return
        if self.script.bindings.is_imported(called.value):
            return
        name = called.attr.value
        if name not in BUILT_IN or name in self.own_methods:
            self.report(called, f"make a function of the method `{name}`")
