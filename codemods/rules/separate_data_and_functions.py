"""Data above the functions, what is done with it below

A script that defines functions has three parts, in this order.

Above the first function stands what is declared: imports, and names that are given
literals, or what operators, `math`, comprehensions and the builtins and methods that
only compute make of constants declared before.  Statements that act, and values that
have to be read or drawn first, are no declarations: they belong below the last one.

Then come the functions, with nothing between them.

Below the last function stands what is done, and no more settings: a variable that is
bound once, to literals or to what operators make of other settings, and never changed
belongs above.  What the main sequence starts from and changes, such as an empty list or
a count of zero, is none.

A definition under a module's `if` is a definition.  Statements that stand together are
one finding.
"""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst

from codemods.check.rule import Rule
from codemods.facts.bindings import Binding
from codemods.facts.call_graph import DEFINITION
from codemods.facts.evaluation import PURE_FUNCTIONS, PURE_METHODS
from codemods.facts.full_names import full_names_of_builtins
from codemods.facts.last_name import last_name
from codemods.facts.module_state import ModuleState
from codemods.facts.scopes import Role
from codemods.facts.settings import Settings
from codemods.facts.walk import walk

FUNCTIONS = full_names_of_builtins(" ".join(PURE_FUNCTIONS))
ACTS = (cst.Await, cst.Lambda, cst.NamedExpr, cst.Yield)

ACTS_ABOVE = "move this below the last function: above the first, data is declared"
BETWEEN = (
    "move what stands here above the first function, if it declares data, or below the "
    "last"
)
SETS_BELOW = "move this above the first function, where data is declared"


class SeparateDataAndFunctions(Rule):
    sentences = (
        "This refactor targets procedural, data-oriented Python.",
        "Data and functions are separate. Data is declared and laid out in one place.",
        "Functions that transform that data are defined separately.",
        'They do not own, encapsulate, or "belong to" the data.',
    )
    VALID = (
        "import math\nrate = 0.1\ndef f():\n    pass\ndef g():\n    pass\nf()\ng()\n",
        "x = 1\nprint(x)\n",
        "def f():\n    pass\n",
        # Declarations.
        '"""Text."""\nimport os\nRow: TypeAlias = list[float]\ndef f():\n    pass\n',
        "width: int = 16\nheads: int = 4\nsize: int = width // heads\n"
        "scale: float = size**-0.5\ndef f():\n    pass\n",
        "import math\nnames = ['a', 'b']\nturn = 2 * math.pi\nfar = math.exp(turn)\n"
        "last: int = len(names) - 1\noffsets: dict[str, int] = {'a': last}\n"
        "rows: list[list[float]] = [[] for _ in range(last)]\ndef f():\n    pass\n",
        # The main sequence.
        "def f():\n    pass\ntotal = 0\nrows = []\nfor x in range(3):\n    total += x\n"
        "    rows.append(x)\nsize = f()\nprint(total)\n",
    )
    INVALID = (
        # Between functions.
        ("def f():\n    pass\nrate = 0.1\ndef g():\n    pass\n", 1),
        ("class A:\n    pass\nx = 1\nfor i in y:\n    pass\ndef f():\n    pass\n", 1),
        (
            "def f():\n    pass\nx = 1\ndef g():\n    pass\nx = 2\ndef h():\n    f()\n",
            2,
        ),
        ("if True:\n    def f():\n        pass\nx = 1\ndef g():\n    pass\n", 1),
        # Above the first.
        ("print(1)\nrate = 0.1\nprint(rate)\nprint(2)\ndef f():\n    pass\n", 2),
        ("for i in range(3):\n    print(i)\ndef f():\n    pass\n", 1),
        ("if True:\n    rate = 1\ndef f():\n    pass\n", 1),
        ("text = open('a').read()\nsize = len(text)\ndef f():\n    pass\n", 1),
        ("import random\nx = 1 + random.random()\ndef f():\n    pass\n", 1),
        ("rates = {}\nrates['a'] = 1\ndef f():\n    pass\n", 1),
        ("double = lambda x: 2 * x\ndef f():\n    pass\n", 1),
        (
            "xs = []\nxs.append(1)\nsize = len(xs)\nhalf = size / 2\n"
            "def f():\n    pass\n",
            1,
        ),
        # Below the last.
        ("def f():\n    pass\nlearning_rate: float = 0.1\nf()\n", 1),
        ("def f():\n    pass\nf()\nrate = 0.1\nhalf = rate / 2\nf()\nsteps = 3\n", 2),
        ("if True:\n    def f():\n        pass\nrate = 0.1\n", 1),
    )

    def visit_Module(self, node: cst.Module) -> None:
        places = [i for i, s in enumerate(node.body) if _defines(s)]
        if not places:
            return
        self._declared: set[Binding] = set()
        self._settings = Settings(self.script.bindings)
        self._state = ModuleState(self.script.bindings)
        before = ""
        for index, statement in enumerate(node.body):
            if index < places[0]:
                advice = "" if self._declares(statement) else ACTS_ABOVE
            elif index < places[-1]:
                advice = "" if _defines(statement) else BETWEEN
            else:
                advice = SETS_BELOW if self._sets(statement) else ""
            if advice not in ("", before):
                self.report(statement, advice)
            before = advice

    def _declares(self, statement: cst.CSTNode) -> bool:
        """Whether a line only imports, or declares data, which is noted."""
        return isinstance(statement, cst.SimpleStatementLine) and all(
            map(self._is_declaration, statement.body)
        )

    def _is_declaration(self, small: cst.BaseSmallStatement) -> bool:
        match small:
            case cst.Import() | cst.ImportFrom() | cst.Expr(value=cst.BaseString()):
                return True
            case cst.Assign(value=value) | cst.AnnAssign(value=value):
                if value is not None and not self._is_computed(value):
                    return False
                targets = _targets(small)
                self._declared |= self._bindings_of(targets)
                return all(isinstance(target, cst.Name) for target in targets)
            case _:
                return False

    def _is_computed(self, value: cst.BaseExpression) -> bool:
        """Whether only literals and what is declared or imported decide a value."""
        return not any(
            isinstance(part, ACTS)
            or (isinstance(part, cst.Call) and not self._only_computes(part.func))
            or (isinstance(part, cst.Name) and not self._is_known(part))
            for part in walk(value)
        )

    def _only_computes(self, function: cst.BaseExpression) -> bool:
        name = self.script.full_names.find(function)
        is_method = not name and isinstance(function, cst.Attribute)
        return (
            name in FUNCTIONS
            or name.startswith("math.")
            or (is_method and last_name(function) in PURE_METHODS)
        )

    def _is_known(self, name: cst.Name) -> bool:
        bindings = self.script.bindings
        binding = bindings.binding_of(name)
        return (
            binding is None
            or binding.scope is not bindings.scopes.module  # a comprehension's
            or (binding in self._declared and binding not in self._state)
            or bindings.roles(binding) == {Role.IMPORT}
        )

    def _sets(self, statement: cst.CSTNode) -> bool:
        """Whether a line binds a setting."""
        if not isinstance(statement, cst.SimpleStatementLine):
            return False
        targets = [target for small in statement.body for target in _targets(small)]
        return any(b in self._settings for b in self._bindings_of(targets))

    def _bindings_of(self, targets: Iterable[cst.BaseExpression]) -> set[Binding]:
        names = [target for target in targets if isinstance(target, cst.Name)]
        found = map(self.script.bindings.binding_of, names)
        return {binding for binding in found if binding is not None}


def _defines(statement: cst.CSTNode) -> bool:
    return any(isinstance(node, DEFINITION) for node in walk(statement))


def _targets(small: cst.BaseSmallStatement) -> list[cst.BaseExpression]:
    """What an assignment assigns to, the parts of a tuple one by one."""
    match small:
        case cst.Assign(targets=targets):
            whole = [target.target for target in targets]
        case cst.AnnAssign(target=target):
            whole = [target]
        case _:
            return []
    found: list[cst.BaseExpression] = []
    for target in whole:
        if isinstance(target, cst.Tuple):
            found += [element.value for element in target.elements]
        else:
            found.append(target)
    return found
