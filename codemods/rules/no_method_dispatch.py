"""No method dispatch

A call on an object is one of the known methods of the built-in containers, strings,
numbers and files, or of a function of an imported module.  Every other call on an
object asks the object's class what to do; and so does reading a method without calling
it, to call it later.
"""

from __future__ import annotations

import libcst as cst

from codemods.check.rule import Rule
from codemods.facts.walk import walk

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
        "class A:\n    def __init__(self):\n        self.count = 1\nx = a.count + 1\n",
    )
    INVALID = (
        ("loss.backward()\n", 1),
        ("(left - right).exponential()\n", 1),
        ("super().__init__()\n", 1),
        ("values[0].relu().log()\n", 2),
        ("class Bag:\n    def add(self, x):\n        pass\nBag().add(1)\n", 1),
        ("class A:\n    def go(self):\n        pass\nstart = a.go\n", 1),
        ("push = rows.append\n", 1),
        ("words.sort(key=table.get)\n", 1),
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
        self.stored = {
            stored.attr.value
            for assign in walk(node)
            if isinstance(assign, cst.AssignTarget | cst.AnnAssign | cst.AugAssign)
            for stored in walk(assign.target)
            if isinstance(stored, cst.Attribute)
        }

    def visit_Attribute(self, node: cst.Attribute) -> None:
        if self.script.bindings.is_imported(node.value):
            return
        name = node.attr.value
        parent = self.script.parents[node]
        is_called = isinstance(parent, cst.Call) and parent.func is node
        if name in self.own_methods or (is_called and name not in BUILT_IN):
            if is_called or name not in self.stored:
                self.report(node, f"make a function of the method `{name}`")
        elif not is_called and name in BUILT_IN - self.stored:
            self.report(node, f"call `{name}` instead of handing it on")
