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
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import libcst as cst

from codemods.check.rule import Rule
from codemods.check.script import Script
from codemods.facts.bindings import BINDING_ROLES, Binding, Bindings
from codemods.facts.find_nodes import find
from codemods.facts.scopes import Occurrence, Role, all_parameters
from codemods.facts.type_names import CONTAINERS
from codemods.facts.walk import walk
from codemods.transforms.annotate_bindings import NO_DATA

BARE = ("dict", "frozenset", "list", "set", "tuple")
OUTDATED = frozenset("DefaultDict Deque Dict FrozenSet List Set Tuple Type".split())
"""Names of `typing` for what has a name of its own."""

MAKERS = CONTAINERS | {"sorted"}
LIST_METHODS = frozenset(
    "choices readlines rsplit sample split splitlines tolist".split()
)
OTHER_MAKERS = ("enumerate", "filter", "iter", "map", "reversed", "type", "zip")
"""Builtins of which the results are no data."""

NOT_DATA_ROLES = {Role.CLASS, Role.FUNCTION, Role.IMPORT}


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
        "class A:\n    def set(self, other: object) -> None:\n        self.size = 0\n"
        "        other.size = 0\n",
        "class A:\n    def __init__(self) -> None:\n        self.file = open('a')\n",
        # Spelling.
        "from collections.abc import Callable\nx: dict[str, tuple[int, ...]] = {}\n"
        "def f(y: Callable[[int], set[str]], z: 'list[int] | None') -> None:\n"
        "    pass\n",
        "list = tuple[int, int]\nlist: object\nx: list = (1, 2)\n",
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
        self._check_spelling(node.annotation, None)

    def _check_spelling(
        self, hint: cst.BaseExpression, quotation: cst.SimpleString | None
    ) -> None:
        """Report what an annotation, or the text of a quoted one, spells badly."""
        bindings = self.script.bindings
        told = {subscript.value for subscript in find(hint, cst.Subscript)}
        for part in walk(hint):
            name = _last_name(part)
            if isinstance(part, cst.SimpleString):
                quoted = bindings.scopes.annotations.get(part)
                if quoted is not None:
                    self._check_spelling(quoted, part)
            elif name in OUTDATED and bindings.is_imported(part):
                self.report(quotation or part, f"use `{_today(name)}` for `{name}`")
            elif bindings.is_builtin(part, *BARE) and part not in told:
                self.report(quotation or part, f"say what the `{name}` holds")

    def leave_Module(self, original_node: cst.Module) -> None:
        """Judge the bindings last, when all that is assigned and annotated is seen."""
        bindings = self.script.bindings
        texts = _Texts(bindings, self._values, self._hints)
        for binding in bindings:
            if isinstance(binding.scope.node, cst.Module | cst.FunctionDef):
                self._check_variable(binding, texts)
        for definition in bindings.scopes.by_node:
            if isinstance(definition, cst.ClassDef):
                self._check_attributes(definition, texts)

    def _check_variable(self, binding: Binding, texts: _Texts) -> None:
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
        reason = self._reason(own, values, texts)
        if reason and not any(map(texts.is_no_data, values)):
            self.report(own[0].node, f"annotate `{binding.name}`: {reason}")

    def _reason(
        self,
        own: Sequence[Occurrence],
        values: Sequence[cst.BaseExpression],
        texts: _Texts,
    ) -> str | None:
        """Why a variable with these bindings is a major one, if it is."""
        if isinstance(own[0].scope.node, cst.Module) and not own[0].loops:
            return "the module declares it"
        if any(self._accumulates(use) for use in own):
            return "its new values are made from its old ones"
        if any(map(texts.is_container, values)):
            return "it is a container"
        return None

    def _accumulates(self, use: Occurrence) -> bool:
        value = self._values.get(use.node)
        if value is None:
            return use.role is Role.UPDATE
        binding_of = self.script.bindings.binding_of
        same = (n for n in find(value, cst.Name) if n.value == use.node.value)
        return any(binding_of(name) == binding_of(use.node) for name in same)

    def _check_attributes(self, definition: cst.ClassDef, texts: _Texts) -> None:
        """Report what `__init__` stores first, unless the class declares it."""
        declared = {f.name.value for f in find(definition.body, cst.FunctionDef)}
        hinted = find(definition.body, cst.AnnAssign)
        declared |= {_last_name(annotated.target) for annotated in hinted}
        for target in _stored_by_initializer(definition):
            name = target.attr.value
            value = self._values.get(target)
            is_data = value is not None and not texts.is_no_data(value)
            if is_data and name not in declared:
                self.report(target, f"annotate the attribute `{name}`")
            declared.add(name)


class _Texts:
    """What the text of a module tells of the values of its expressions."""

    def __init__(
        self,
        bindings: Bindings,
        values: Mapping[cst.CSTNode, cst.BaseExpression],
        hints: Mapping[cst.CSTNode, cst.Annotation],
    ) -> None:
        self._bindings = bindings
        self._values = values
        self._hints = hints
        self._known: dict[Binding, bool] = {}
        self._open: set[Binding] = set()

    def is_container(self, node: cst.BaseExpression) -> bool:
        """Whether an expression obviously gives a list, dictionary, set or tuple."""
        hint = self._hint_of(node)
        if hint is not None:
            return not CONTAINERS.isdisjoint(_names_of(hint))
        match node:
            case cst.List() | cst.Tuple() | cst.Set() | cst.Dict():
                return True
            case cst.BaseComp():
                return not isinstance(node, cst.GeneratorExp)
            case cst.Name():
                return self._holds_container(node)
            case cst.Call():
                return self._makes_container(node.func)
            case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Slice())]):
                return self.is_container(node.value)
            case _:
                return any(map(self.is_container, _alternatives(node)))

    def _holds_container(self, name: cst.Name) -> bool:
        binding = self._bindings.binding_of(name)
        if binding is None or binding in self._open:
            return False
        if binding not in self._known:
            uses = self._bindings.occurrences(binding)
            values = (self._values[u.node] for u in uses if u.node in self._values)
            self._open.add(binding)
            known = any(map(self.is_container, values))
            self._open.discard(binding)
            if self._open and not known:
                return False  # perhaps for want of what is being looked up
            self._known[binding] = known
        return self._known[binding]

    def _makes_container(self, function: cst.BaseExpression) -> bool:
        name = _last_name(function)
        if isinstance(function, cst.Attribute) and name in LIST_METHODS:
            return True
        is_builtin = self._bindings.is_builtin(function, name)
        return name in MAKERS and (is_builtin or self._bindings.is_imported(function))

    def is_no_data(self, node: cst.BaseExpression) -> bool:
        """Whether an expression is a file, a module, a function or an iterator."""
        hint = self._hint_of(node)
        if hint is not None:
            return not NO_DATA.isdisjoint(_names_of(hint))
        match node:
            case cst.Lambda() | cst.GeneratorExp():
                return True
            case cst.Name():
                return self._is_defined(node)
            case cst.Call(func=function):
                is_builtin = self._bindings.is_builtin(function, *OTHER_MAKERS)
                return is_builtin or _last_name(function) == "open"
            case _:
                return False

    def _is_defined(self, name: cst.Name) -> bool:
        """Whether a name stands for something imported, defined or built in."""
        if name.value in ("True", "False", "None"):
            return False
        binding = self._bindings.binding_of(name)
        if binding is None:
            return self._bindings.is_builtin(name, name.value)
        return bool(self._bindings.roles(binding) & NOT_DATA_ROLES)

    def _hint_of(self, node: cst.BaseExpression) -> cst.BaseExpression | None:
        """What annotations say of an expression."""
        match node:
            case cst.Name():
                return self._hint_at(node, Role.STORE, Role.PARAMETER)
            case cst.Call(func=cst.Name() as function):
                return self._hint_at(function, Role.FUNCTION)
            case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index())]):
                whole = self._hint_of(node.value)
                return None if whole is None else _hint_of_item(whole)
            case _:
                return None

    def _hint_at(self, name: cst.Name, *roles: Role) -> cst.BaseExpression | None:
        binding = self._bindings.binding_of(name)
        uses = [] if binding is None else self._bindings.occurrences(binding)
        for use in uses:
            if use.role in roles and use.node in self._hints:
                hint = self._hints[use.node].annotation
                if isinstance(hint, cst.SimpleString):
                    return self._bindings.scopes.annotations.get(hint)
                return hint
        return None


def _alternatives(node: cst.BaseExpression) -> Sequence[cst.BaseExpression]:
    """The parts of an expression of which one is like the whole."""
    match node:
        case cst.BinaryOperation(operator=cst.Add() | cst.Multiply()):
            return [node.left, node.right]
        case cst.BooleanOperation():
            return [node.left, node.right]
        case cst.IfExp():
            return [node.body, node.orelse]
        case cst.NamedExpr():
            return [node.value]
        case _:
            return []


def _hint_of_item(hint: cst.BaseExpression) -> cst.BaseExpression | None:
    """What an annotation says of the items: the `int` of a `dict[str, int]`.

    The items of a tuple of several types are not told apart.
    """
    if not isinstance(hint, cst.Subscript) or _last_name(hint.value) == "tuple":
        return None
    last = hint.slice[-1].slice
    return last.value if isinstance(last, cst.Index) else None


def _names_of(hint: cst.BaseExpression) -> Iterator[str]:
    """The classes that an annotation names, without what is in their brackets."""
    match hint:
        case cst.BinaryOperation():
            yield from _names_of(hint.left)
            yield from _names_of(hint.right)
        case cst.Subscript():
            yield _last_name(hint.value)
        case _:
            yield _last_name(hint)


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
    return _last_name(decorator.decorator) == "staticmethod"


def _today(name: str) -> str:
    return {"DefaultDict": "defaultdict"}.get(name, name.lower())


def _last_name(node: cst.CSTNode) -> str:
    match node:
        case cst.Name(name) | cst.Attribute(attr=cst.Name(name)):
            return name
        case _:
            return ""
