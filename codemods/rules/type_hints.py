"""Type hints on signatures and major bindings

Every parameter but the first of a method, every result (`-> None` as well), and the
major bindings: variables of the module that are first bound outside loops, attributes
that `__init__` stores, every variable that holds a list, dictionary, set or tuple, and
every variable whose new values are made from its old ones.  These are what the step
that annotates bindings annotates, as far as the text alone tells: what holds values of
several types shows only in a run.

The hint stands where the variable is first bound, or anywhere as a declaration.  None
is asked for where the first binding is no plain assignment (a loop, several targets),
nor for files, modules, functions and iterators, which are no data.  A hint says what a
container holds, in the words of today: `list[float]`, neither `list` nor `List[float]`.
`Any`, `object`, and what is no type say nothing.
"""

from __future__ import annotations

import collections
import collections.abc
from collections.abc import Iterator, Sequence

import libcst as cst

from codemods.check.rule import Rule
from codemods.check.script import Script
from codemods.facts.bindings import BINDING_ROLES, Binding
from codemods.facts.find_nodes import find
from codemods.facts.last_name import last_name
from codemods.facts.scopes import Occurrence, Role, all_parameters
from codemods.facts.value_kinds import ValueKinds

BARE = ("dict", "frozenset", "list", "set", "tuple")
OUTDATED = frozenset("DefaultDict Deque Dict FrozenSet List Set Tuple Type".split())
"""Names of `typing` for what has a name of its own."""

NOTHING = "says nothing of the type"

GENERIC = frozenset(
    name
    for module in (collections, collections.abc)
    for name in module.__all__
    if hasattr(getattr(module, name), "__class_getitem__")
)
"""Classes that say in brackets what they hold, or take and return."""


class TypeHints(Rule):
    sentences = (
        "Type hints on all function signatures and major bindings.",
        "Use `list[float]`, `tuple[int, int, int]`, etc.",
    )
    VALID = (
        # Signatures.
        "def scale(values: list[float], *, factor: float = 1) -> None:\n    pass\n",
        "class A:\n    def grow(self, by: int) -> None:\n        pass\n",
        "class A:\n    @staticmethod\n    def grow(by: int) -> None:\n        pass\n",
        "values.sort(key=lambda value: -value)\n",
        # Variables of the module.
        "size: int = 3\nsize = 4\n",
        "size: int\nsize = 3\n",
        "for step in range(3):\n    rate = step / 2\n",
        "width, height = 3, 4\nleft = right = 0\n",
        "for index in range(3):\n    pass\nindex = 1\n",
        "import os\nsystem = os\ndef f() -> None:\n    pass\ng = f\nlength = len\n",
        "file = open(path)\npairs = zip(lefts, rights)\nsquare = lambda x: x * x\n",
        # Containers.
        "def f() -> None:\n    values: list[float] = []\n    values = values[1:]\n",
        "def f() -> None:\n    length = len([1, 2])\n    half = length / 2\n",
        "def f(rows: list[list[int]]) -> None:\n    cell = rows[0][1]\n",
        "def f(pairs: list[tuple[int, str]]) -> None:\n    count = pairs[0][0]\n",
        "def f(text: str) -> None:\n    tail = text[1:]\n",
        # Accumulators.
        "def f() -> float:\n    total: float = 0\n    total += 1\n    return total\n",
        "def f() -> int:\n    size = 1\n    size = 2\n    return size\n",
        # Attributes.
        "class A:\n    def __init__(self) -> None:\n        self.size: int = 0\n",
        "class A:\n    size: int\n    def __init__(self) -> None:\n"
        "        self.size = 0\n",
        "class A:\n    def set(self, other: 'A') -> None:\n        self.size = 0\n"
        "        other.size = 0\n",
        "class A:\n    def __init__(self) -> None:\n        self.file = open('a')\n",
        # Spelling.
        "from collections.abc import Callable\nx: dict[str, tuple[int, ...]] = {}\n"
        "def f(y: Callable[[int], set[str]], z: 'list[int] | None') -> None:\n"
        "    pass\n",
        "list = tuple[int, int]\nlist: type\nx: list = (1, 2)\n",
        "from typing import Literal\nx: tuple[()] | None = None\n"
        "y: Literal['a list', 1] = 1\n",
    )
    INVALID = (
        # Signatures.
        ("def scale(values, *rest, factor=1, **others):\n    pass\n", 5),
        ("class A:\n    def grow(self, by):\n        pass\n", 2),
        ("class A:\n    @staticmethod\n    def grow(by) -> None:\n        pass\n", 1),
        ("def f() -> None:\n    def g(self):\n        pass\n", 2),
        # Variables of the module.
        ("size = 3\nsize = 4\n", 1),
        ("if ready:\n    size = 3\nelse:\n    size = 4\n", 1),
        ("length = len(names)\nimport math\ncircle = math.pi\n", 2),
        # Containers.
        ("def f() -> None:\n    values = []\n    pair = 1, 2\n    table = {}\n", 3),
        ("for step in range(3):\n    letters = sorted(name)\n", 1),
        ("def f() -> None:\n    words = text.split()\n    zeros = [0.0] * 3\n", 2),
        ("def f(row: list[int]) -> None:\n    tail = row[1:]\n    same = tail\n", 2),
        ("def f(rows: list[list[int]]) -> None:\n    row = rows[0]\n", 1),
        ("def g() -> 'list[int]':\n    return [1]\ndef f() -> None:\n    x = g()\n", 1),
        ("def f() -> None:\n    best = None\n    best = (1, 2)\n", 1),
        ("from collections import deque\nqueue = deque([1])\n", 1),
        # Accumulators.
        ("def f() -> float:\n    total = 0\n    total += 1\n    return total\n", 1),
        ("def f() -> int:\n    size = 1\n    size = 2 * size\n    return size\n", 1),
        # Attributes.
        ("class A:\n    def __init__(self) -> None:\n        self.size = 0\n"
         "        self.size = 1\n", 1),
        # Spelling.
        ("values: list = []\ndef f(x: tuple, y: 'dict') -> list[set]:\n    pass\n", 4),
        ("from typing import List\nimport typing\nx: List[int] = []\n"
         "y: typing.Dict = {}\n", 2),
        ("from typing import Any\nx: Any = 1\ny: list[Any] = []\nz: object = 1\n", 3),
        ("from collections.abc import Callable, Sequence\nimport collections\n"
         "def f(x: Callable, y: Sequence) -> collections.deque | None:\n    pass\n", 3),
        ("x: 'a list' = []\ny: 1 = 1\ndef f(z: ...) -> not None:\n    pass\n", 4),
    )  # fmt: skip

    def __init__(self, script: Script) -> None:
        super().__init__(script)
        self._values: dict[cst.CSTNode, cst.BaseExpression] = {}
        self._hints: dict[cst.CSTNode, cst.Annotation] = {}

    def visit_Assign(self, node: cst.Assign) -> None:
        if len(node.targets) == 1:
            self._values[node.targets[0].target] = node.value

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        self._hints[node.target] = node.annotation

    def visit_Param(self, node: cst.Param) -> None:
        if node.annotation is not None:
            self._hints[node.name] = node.annotation

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        for parameter in self._parameters_to_annotate(node):
            if parameter.annotation is None:
                self.report(
                    parameter.name, f"annotate the parameter `{parameter.name.value}`"
                )
        if node.returns is None:
            self.report(node.name, f"annotate what `{node.name.value}` returns")
        else:
            self._hints[node.name] = node.returns

    def _parameters_to_annotate(self, function: cst.FunctionDef) -> list[cst.Param]:
        parameters = all_parameters(function.params)
        scope = self.script.bindings.scopes.by_node[function]
        is_in_class = scope.parent is not None and scope.parent.is_class
        if is_in_class and not any(map(_makes_static, function.decorators)):
            return parameters[1:]
        return parameters

    def visit_Annotation(self, node: cst.Annotation) -> None:
        self._check_hint(node.annotation)

    def _check_hint(
        self, hint: cst.BaseExpression, quotation: cst.SimpleString | None = None
    ) -> None:
        """Report what a type hint, or the text of a quoted one, leaves unsaid."""
        quoted = None
        if isinstance(hint, cst.SimpleString):
            quoted = self.script.bindings.scopes.annotations.get(hint)
        match hint:
            case cst.SimpleString() if quoted is not None:
                self._check_hint(quoted, hint)
            case cst.BinaryOperation(operator=cst.BitOr()):
                self._check_hint(hint.left, quotation)
                self._check_hint(hint.right, quotation)
            case cst.Subscript():
                self._report_hint(quotation or hint.value, self._outdated(hint.value))
                if last_name(hint.value) != "Literal":
                    self._check_brackets(hint, quotation)
            case cst.Name() | cst.Attribute():
                fault = self._outdated(hint) or self._unsaid(hint)
                self._report_hint(quotation or hint, fault)
            case _:
                text = self.script.module.code_for_node(hint)
                self._report_hint(quotation or hint, f"`{text}` {NOTHING}")

    def _check_brackets(
        self, hint: cst.Subscript, quotation: cst.SimpleString | None
    ) -> None:
        """Check the types in brackets, where `...` and lists of types may stand."""
        parts = [element.slice for element in hint.slice]
        inner = [part.value for part in parts if isinstance(part, cst.Index)]
        for part in inner:
            if isinstance(part, cst.List | cst.Tuple):
                for element in part.elements:
                    self._check_hint(element.value, quotation)
            elif not isinstance(part, cst.Ellipsis):
                self._check_hint(part, quotation)

    def _outdated(self, named: cst.BaseExpression) -> str | None:
        name = last_name(named)
        if name in OUTDATED and self.script.bindings.is_imported(named):
            return f"use `{_today(name)}` for `{name}`"
        return None

    def _unsaid(self, named: cst.BaseExpression) -> str | None:
        """What a name without brackets does not say, if it should."""
        bindings, name = self.script.bindings, last_name(named)
        is_imported = bindings.is_imported(named)
        if bindings.is_builtin(named, "object") or (name == "Any" and is_imported):
            return f"`{name}` {NOTHING}"
        if name == "Callable" and is_imported:
            return "say what the `Callable` takes and returns"
        if bindings.is_builtin(named, *BARE) or (name in GENERIC and is_imported):
            return f"say what the `{name}` holds"
        return None

    def _report_hint(self, node: cst.CSTNode, message: str | None) -> None:
        if message is not None:
            self.report(node, message)

    def leave_module(self) -> None:
        """Judge the bindings last, when all that is assigned and annotated is seen."""
        bindings = self.script.bindings
        kinds = ValueKinds(bindings, self._values, self._hints)
        for binding in bindings:
            if isinstance(binding.scope.node, cst.Module | cst.FunctionDef):
                self._check_variable(binding, kinds)
        for definition in bindings.scopes.by_node:
            if isinstance(definition, cst.ClassDef):
                self._check_attributes(definition, kinds)

    def _check_variable(self, binding: Binding, kinds: ValueKinds) -> None:
        bound = [
            use
            for use in self.script.bindings.occurrences(binding)
            if use.role in BINDING_ROLES
        ]
        own = [use for use in bound if use.scope is binding.scope]
        if not own or own[0].node not in self._values:
            return
        if any(use.node in self._hints for use in own):
            return
        values = [self._values[use.node] for use in bound if use.node in self._values]
        reason = self._reason(own, values, kinds)
        if reason and not any(map(kinds.is_no_data, values)):
            self.report(own[0].node, f"annotate `{binding.name}`: {reason}")

    def _reason(
        self,
        own: Sequence[Occurrence],
        values: Sequence[cst.BaseExpression],
        kinds: ValueKinds,
    ) -> str | None:
        """Why a variable with these bindings is a major one, if it is."""
        if isinstance(own[0].scope.node, cst.Module) and not own[0].loops:
            return "the module declares it"
        if any(self._accumulates(use) for use in own):
            return "its new values are made from its old ones"
        if any(map(kinds.is_container, values)):
            return "it is a container"
        return None

    def _accumulates(self, use: Occurrence) -> bool:
        value = self._values.get(use.node)
        if value is None:
            return use.role is Role.UPDATE
        binding_of = self.script.bindings.binding_of
        same = (n for n in find(value, cst.Name) if n.value == use.node.value)
        return any(binding_of(name) == binding_of(use.node) for name in same)

    def _check_attributes(self, definition: cst.ClassDef, kinds: ValueKinds) -> None:
        """Report what `__init__` stores first, unless the class declares it."""
        declared = {f.name.value for f in find(definition.body, cst.FunctionDef)}
        hinted = find(definition.body, cst.AnnAssign)
        declared |= {last_name(annotated.target) for annotated in hinted}
        for target in _stored_by_initializer(definition):
            name = target.attr.value
            value = self._values.get(target)
            is_data = value is not None and not kinds.is_no_data(value)
            if is_data and name not in declared:
                self.report(target, f"annotate the attribute `{name}`")
            declared.add(name)


def _stored_by_initializer(definition: cst.ClassDef) -> Iterator[cst.Attribute]:
    """The attributes of its first parameter that a class's own `__init__` assigns."""
    for statement in definition.body.body:
        match statement:
            case cst.FunctionDef(name=cst.Name("__init__"), params=parameters):
                first = [p.name.value for p in all_parameters(parameters)[:1]]
                yield from _stored_on(first, statement.body)


def _stored_on(names: Sequence[str], body: cst.BaseSuite) -> Iterator[cst.Attribute]:
    for assign in find(body, cst.Assign):
        for target in assign.targets:
            match target.target:
                case cst.Attribute(value=cst.Name(name)) as found if name in names:
                    yield found


def _makes_static(decorator: cst.Decorator) -> bool:
    return last_name(decorator.decorator) == "staticmethod"


def _today(name: str) -> str:
    return {"DefaultDict": "defaultdict"}.get(name, name.lower())
