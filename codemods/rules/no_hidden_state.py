"""No hidden state

A function reads and writes nothing that changes outside it.  A variable of the module
is a constant if it is bound once, outside of loops and functions, to a number, a string
or the like, or to a container that everything that happens to it in the module is known
to only read.  A declaration without a value does not count, and one binding in each
branch of an `if` counts once.  Otherwise it is state, however it is spelt: one that is
changed in place, by this name or another one, as well as a file or an iterator.  Each
function gets one finding for each state that it touches; to declare a name `global` is
to touch it.

State can hide in more places, and is found there too: in a default value that can be
changed, and in what functions keep in a function, a class or another module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import libcst as cst

from codemods.check.rule import Rule
from codemods.facts.bindings import Binding
from codemods.facts.immutable_types import is_immutable
from codemods.facts.module_state import DEFINES, ModuleState, function_around
from codemods.facts.mutations import Mutations
from codemods.facts.scopes import Occurrence, Role, Scope
from codemods.facts.type_names import UNOBSERVED


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
        "total = 0\nfor i in range(3):\n    total += i\ndef f(total):\n    pass\n",
        "import math\ndef f(x):\n    return math.exp(x)\n",
        "def f():\n    return g()\ndef g():\n    return f\n",
        # Constants: bound once to what cannot change.
        "rate: float\nrate = 0.1\ndef f():\n    return rate\n",
        "if a:\n    width = 1\nelif b:\n    width = 2\nelse:\n    width = 3\n"
        "def f():\n    return width\n",
        "import math, re\nexp = math.exp\nword = re.compile('a')\ndef f(x):\n"
        "    return exp(x), word.match(x)\n",
        "width = 2\nsize = 2**-width\ndef f():\n    return size\n",
        "Row = list[float]\nArray = numpy.ndarray\ndef f():\n    x: Row = []\n"
        "    y: Array = g(x)\n",
        # Containers that are only read.
        "names = ['a', 'b']\ndef f(index):\n    return names[index]\n",
        "rows = {'a': [1, 2]}\ndef f(name):\n    row = rows[name]\n    for x in row:\n"
        "        print(x, len(row), sorted(row))\n    return max(row), name in rows\n",
        "sizes = {'a': 1}\ndef f():\n    for name, size in sizes.items():\n"
        "        print(name, size)\n    return sizes.get('b'), sum(sizes.values())\n",
        "names = ['b', 'a']\ndef f():\n    mine = list(names)\n    mine.sort()\n"
        "    return mine + names[:1]\n",
        "names = ['a']\ndef f(rows):\n"
        "    for i, (x, row) in enumerate(zip(names, rows)):\n        row[i] = x\n",
        "sizes = [1]\nfor size, row in zip(sizes, rows):\n    row[0] = size\n"
        "def f():\n    return sizes[0]\n",
        "xs = [1]\ndef f(ys):\n    ys = ys + [0]\n    ys.append(1)\nf(xs)\n"
        "def g():\n    return xs[0]\n",
        "rows: list[tuple[str, int]] = [('a', 1)]\n"
        "def count(rows: list[tuple[str, int]]) -> dict[str, int]:\n"
        "    counts: dict[str, int] = {}\n    for name, size in rows:\n"
        "        counts[name] = size\n    return counts\n"
        "counts = count(rows)\ndef f():\n    return counts['a'] + rows[0][1]\n",
        # Defaults.
        "def f(items=(), size=len('a'), error=ValueError, key=len):\n    pass\n",
        "def f(path: str = read()):\n    pass\n",
        "import settings\nrate = 1\ndef f(x=rate, y=settings.rate):\n    pass\n",
        # What belongs to other modules.
        "import os\ndef f(path):\n    os.remove(path)\n    return os.environ['a']\n",
    )
    INVALID = (
        ("rate = 1\nrate = 2\ndef f():\n    return rate\ndef g():\n    rate\n", 2),
        ("for step in range(3):\n    pass\ndef f():\n    return step\n", 1),
        ("if a:\n    x = 1\n    x = 2\nelse:\n    x = 3\ndef f():\n    return x\n", 1),
        ("try:\n    x = 1\nexcept E:\n    x = 2\ndef f():\n    return x\n", 1),
        # `global`.
        ("count = 0\ndef f():\n    global count\n    count += 1\n", 1),
        ("def f():\n    global xs\n    xs = [0]\ndef g():\n    return xs[0]\n", 2),
        ("def f():\n    global math\n    import math\n", 1),
        ("rate = 1\ndef f():\n    global rate\n    return rate\n", 1),
        ("def f():\n    globals()['rate'] = 1\n", 1),
        # Changed by its own name.
        (
            "table = {}\ntable['a'] = 1\ndef f():\n    return table['a'], table\n",
            1,
        ),
        ("COUNTS = [0]\ndef f():\n    COUNTS[0] += 1\n", 1),
        ("xs = []\nys = []\nxs.append(1)\nys.append(1)\nf = lambda: xs + ys\n", 2),
        ("import operator as o\nxs = [0]\no.setitem(xs, 0, 1)\nf = lambda: xs[0]\n", 1),
        ("from heapq import heappush as p\nxs = [0]\np(xs, 1)\nf = lambda: xs[0]\n", 1),
        ("xs = [0]\nlist.append(xs, 1)\ndef f():\n    return xs[0]\n", 1),
        # Changed by another name.
        ("ps = [p]\nfor p in ps:\n    p.x = 0\ndef f():\n    return ps\n", 1),
        ("xs = [1]\ndef f(ys):\n    ys.append(1)\ndef g():\n    return xs\nf(xs)\n", 1),
        ("xs: list[float] = [0.0]\ndef f():\n    own = xs\n    own[0] = 1.0\n", 1),
        ("rows = [[0]]\ndef f():\n    row = rows[0]\n    row[0] = 1\n", 1),
        ("xs = [0]\nys = xs\nys[0] = 1\ndef f():\n    return xs[0]\n", 1),
        ("ys = [0]\nxs = ys\nys[0] = 1\ndef f():\n    return xs[0]\n", 1),
        ("xs = ys = [0]\nys[0] = 1\ndef f():\n    return xs[0]\n", 1),
        ("xs = [0]\nd = {'a': xs}\nd['a'][0] = 1\ndef f():\n    return xs[0]\n", 1),
        ("xs = [0]\nfor x in (xs, []):\n    x[0] = 1\ndef f():\n    return xs[0]\n", 1),
        ("xs = [0]\ndef get():\n    return xs\nys = get()\nys[0] = 1\n", 1),
        (
            "class Value:\n    def __init__(self):\n        self.data: float = 0.0\n"
            "xs = [Value()]\nps = [p for row in (xs, xs) for p in row]\nfor p in ps:\n"
            "    p.data -= 1\ndef f():\n    return xs[0].data\n",
            1,
        ),
        # Lost sight of, or from where other names may reach it.
        ("xs = [0]\nelsewhere(xs)\ndef f():\n    return xs[0]\n", 1),
        ("xs = elsewhere()\ndef f():\n    return xs[0]\n", 1),
        # Neither a container nor constant.
        ("lines = open('a')\ndef f():\n    return lines.readline()\n", 1),
        ("pairs = zip([1], [2])\ndef f():\n    return list(pairs)\n", 1),
        ("import random\ndice = random.Random(1)\ndef f():\n    dice.random()\n", 1),
        # Defaults.
        ("def f(seen=[]):\n    seen.append(1)\n", 1),
        ("def f(seen=dict(), *, also={}):\n    pass\n", 2),
        ("def f(x=[0] * 3, y=make(), z=collections.deque()):\n    pass\n", 3),
        ("cache = {}\ndef f(key, cache=cache):\n    cache[key] = 1\n", 1),
        ("def f(seen: tuple = ([],)):\n    pass\n", 1),
        # What belongs to functions, classes and other modules.
        ("def f():\n    f.calls = 1\n", 1),
        ("class A:\n    count = 0\ndef f():\n    A.count += 1\n", 1),
        ("import settings\ndef f():\n    settings.rate = 1\n", 1),
        ("import os, sys\ndef f():\n    os.environ['a'] = ''\n    sys.argv.pop()\n", 2),
        ("from settings import table\ndef f():\n    table['a'] = 1\n", 1),
        ("import settings\ndef f():\n    own = settings.table\n    own['a'] = 1\n", 1),
        ("def f():\n    import settings\n    setattr(settings, 'rate', 1)\n", 1),
    )

    def visit_Module(self, node: cst.Module) -> None:
        bindings = self.script.bindings
        self._state = ModuleState(bindings)
        self._mutations = Mutations(bindings)
        for binding in bindings:
            roles = bindings.roles(binding)
            is_of_module = binding.scope is bindings.scopes.module
            if is_of_module and binding in self._state:
                self._report_uses(binding)
            elif Role.IMPORT in roles or (is_of_module and roles & DEFINES):
                self._report_changes(binding)
        self._report_lookups()

    def _report_lookups(self) -> None:
        for use in self.script.bindings.scopes.occurrences:
            if (
                use.node.value == "globals"
                and self.script.bindings.is_builtin(use.node, "globals")
                and function_around(use.scope) is not None
            ):
                self.report(use.node, "pass what is looked up here as an argument")

    def _report_uses(self, binding: Binding) -> None:
        """Uses of state, one in each function."""
        for use in self._in_functions(binding, lambda use: True):
            if use.role is Role.LOAD:
                advice = f"pass `{binding.name}` as an argument, for it may change"
            else:
                advice = f"return `{binding.name}`, and let the module bind it"
            self.report(use.node, advice)

    def _report_changes(self, binding: Binding) -> None:
        """Changes of a function, class or module, or of what is kept in one."""
        for use in self._in_functions(binding, self._starts_change):
            self.report(
                use.node, f"return this instead of keeping it in `{binding.name}`"
            )

    def _starts_change(self, use: Occurrence) -> bool:
        return (
            use.role is Role.LOAD
            and not isinstance(self.script.parents[use.node], cst.Call)  # a call of it
            and self._mutations.find_from(use.node) is not None
        )

    def _in_functions(
        self, binding: Binding, counts: Callable[[Occurrence], bool]
    ) -> Iterator[Occurrence]:
        """The first use in each function that counts."""
        seen: set[Scope] = set()
        for use in self._state.uses_in_functions(binding):
            function = function_around(use.scope)
            if function is not None and function not in seen and counts(use):
                seen.add(function)
                yield use

    def visit_Param(self, node: cst.Param) -> None:
        if node.default is not None and self._keeps(node, node.default):
            self.report(node.default, "pass this: a default lives on between calls")

    def _keeps(self, parameter: cst.Param, default: cst.BaseExpression) -> bool:
        """Whether a default may be changed by one call, and be seen by the next."""
        if self._state.cannot_change(default):
            return False
        types = self._mutations.types
        known = types.type_of(default)
        if known != UNOBSERVED:
            return True
        if isinstance(default, cst.Name | cst.Attribute):
            return self._is_variable_of_module(default)
        return not is_immutable(types.type_of(parameter.name))

    def _is_variable_of_module(self, node: cst.BaseExpression) -> bool:
        bindings = self.script.bindings
        binding = bindings.binding_of(node) if isinstance(node, cst.Name) else None
        return (
            binding is not None
            and binding.scope is bindings.scopes.module
            and Role.IMPORT not in bindings.roles(binding)
        )
