"""No hidden state

A function reads and writes nothing that changes outside it.  A variable of the module
is state if it is bound more than once, bound in a loop, or changed in place anywhere;
bound once and never changed, it is a constant, however it is spelt.  Each function gets
one finding for each state that it touches.

State can hide in three more places, and is found there too: in a default value that
can be changed, in an attribute of a function, and in an attribute of a module.
"""

from __future__ import annotations

import libcst as cst

from codemods.check.rule import Rule
from codemods.facts.bindings import Binding
from codemods.facts.module_state import DEFINES, ModuleState
from codemods.facts.scopes import Occurrence, Role, Scope

TARGETS = (cst.AssignTarget, cst.AugAssign, cst.AnnAssign, cst.Del)
CHANGEABLE = frozenset("bytearray defaultdict deque dict list set".split())


class NoHiddenState(Rule):
    sentences = (
        "The organizing principle is: functions transform data that is passed to them "
        "explicitly.",
        "No hidden state. Every function receives its inputs as arguments and returns "
        "its outputs.",
        "No reading from or writing to module-level mutable state inside functions.",
        "Module-level constants (hyperparameters, configuration) are acceptable.",
    )
    VALID = (
        "width = 3\ndef f():\n    return width\n",
        "names = ['a', 'b']\ndef f(index):\n    return names[index]\n",
        "total = 0\nfor i in range(3):\n    total += i\ndef f(total):\n    pass\n",
        "import math\ndef f(x):\n    return math.exp(x)\n",
        "def f():\n    return g()\ndef g():\n    return f\n",
        "def f(items=()):\n    return items\n",
    )
    INVALID = (
        ("count = 0\ndef f():\n    global count\n    count += 1\n", 1),
        (
            "table = {}\ntable['a'] = 1\ndef f():\n    return table['a'], table\n",
            1,
        ),
        ("COUNTS = [0]\ndef f():\n    COUNTS[0] += 1\n", 1),
        ("for step in range(3):\n    pass\ndef f():\n    return step\n", 1),
        ("rate = 1\nrate = 2\ndef f():\n    return rate\ndef g():\n    rate\n", 2),
        ("xs = []\nys = []\nxs.append(1)\nys.append(1)\nf = lambda: xs + ys\n", 2),
        ("ps = [p]\nfor p in ps:\n    p.x = 0\ndef f():\n    return ps\n", 1),
        ("xs = [1]\ndef f(ys):\n    ys.append(1)\ndef g():\n    return xs\nf(xs)\n", 1),
        ("def f(seen=[]):\n    seen.append(1)\n", 1),
        ("def f(seen=dict(), *, also={}):\n    pass\n", 2),
        ("def f():\n    f.calls = 1\n", 1),
        ("import settings\ndef f():\n    settings.rate = 1\n", 1),
    )

    def visit_Module(self, node: cst.Module) -> None:
        bindings = self.script.bindings
        state = ModuleState(bindings)
        for binding in bindings:
            if binding.scope is not bindings.scopes.module:
                continue
            if bindings.roles(binding) & DEFINES:
                self._report_attributes(binding)
            elif binding in state:
                self._report_uses(binding)

    def _report_uses(self, binding: Binding) -> None:
        seen: set[Scope] = set()
        for use in self.script.bindings.occurrences(binding):
            function = _function_around(use)
            if function is not None and function not in seen:
                seen.add(function)
                advice = f"pass `{binding.name}` as an argument, for it changes"
                self.report(use.node, advice)

    def _report_attributes(self, binding: Binding) -> None:
        """Attributes stored on a function or module, from inside a function."""
        for use in self.script.bindings.occurrences(binding):
            parent = self.script.parents.get(use.node)
            if (
                use.role is Role.LOAD
                and _function_around(use) is not None
                and isinstance(parent, cst.Attribute)
                and isinstance(self.script.parents[parent], TARGETS)
            ):
                self.report(
                    parent, f"return this instead of keeping it on `{binding.name}`"
                )

    def visit_Param(self, node: cst.Param) -> None:
        if node.default is not None and _can_change(node.default):
            self.report(node.default, "pass this: a default lives on between calls")


def _function_around(use: Occurrence) -> Scope | None:
    for scope in use.scope.enclosing():
        if isinstance(scope.node, cst.FunctionDef | cst.Lambda):
            return scope
    return None


def _can_change(value: cst.BaseExpression) -> bool:
    match value:
        case cst.List() | cst.Dict() | cst.Set() | cst.ListComp() | cst.DictComp():
            return True
        case cst.Call(func=cst.Name(value=name)):
            return name in CHANGEABLE
    return False
