"""Explicit control flow

A choice is an `if` statement.  So there is no conditional expression, and `and` and
`or` only join questions: comparisons, negations, what is obviously a `bool`, what is
annotated so, and, where the script says no type, what says by its name (`is_…`,
`has_…`) that it answers yes or no.  A value made of questions is a question with a
name, and no choice.

What is right of `and` or `or` is not always evaluated.  That may not matter: there are
only comparisons of names, attributes, items and literals there, and none that what
stands left of it makes possible in the first place, as `index < len(row)` does for
`row[index]` and `best is None` for `loss < best`.

A condition says what it compares: nothing is tested for being empty, zero or `None` by
its truth.  `bool`, `any` and `all` are such tests, of their argument or its elements,
wherever they stand, unless these are questions themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from codemods.check.rule import Rule
from codemods.check.script import Script
from codemods.facts.bindings import Bindings
from codemods.facts.last_name import last_name
from codemods.facts.obvious_types import BOOL, FUNCTIONS, PREDICATES, ObviousType
from codemods.facts.questions import is_question
from codemods.facts.walk import walk

PREDICATE_BUILTINS = [name for name, kind in FUNCTIONS.items() if kind == BOOL]
KIND_TESTS = ("callable", "hasattr", "isinstance", "issubclass")
DOES_MORE = (
    cst.Await,
    cst.BaseComp,
    cst.BinaryOperation,
    cst.Call,
    cst.FormattedString,
    cst.Lambda,
    cst.NamedExpr,
    cst.Yield,
)
COMPARE = "compare this: only what is a `bool` is a test"
PLACES = (cst.Attribute, cst.Name, cst.Subscript)


class ExplicitControlFlow(Rule):
    sentences = (
        "Explicit control flow. Avoid relying on short-circuit evaluation, ternary "
        "nesting, or implicit truthiness for logic that matters.",
    )
    VALID = (
        # Choices.
        "if size < 3:\n    x = 1\nelse:\n    x = 2\n",
        "is_inside = low <= x and x <= high\nis_outside = not is_inside\n",
        # What may stay unevaluated.
        "if low <= x and x <= high:\n    pass\n",
        "if row[0] == 1 and row[1] == 2 or node.x != node.y:\n    pass\n",
        "if table[i] == 0 and row[i] == -1 and kind in ('a', 'b'):\n    pass\n",
        "if left is None and right is None:\n    pass\n",
        "if f(x) > 1 and x > 1:\n    pass\n",
        # Questions.
        "while True:\n    assert not os.path.exists(path)\n",
        "if isinstance(x, A):\n    pass\nelif line.startswith('#'):\n    pass\n",
        "if grid.is_free(x) and is_ready and not node.has_next:\n    pass\n",
        "ready = x > 1\nif ready:\n    pass\n",
        "def f(ready: bool) -> None:\n    if ready:\n        pass\n",
        "def ends(text: str) -> bool:\n    return text == ''\n"
        "if ends('a'):\n    pass\n",
        "class A:\n    def __init__(self) -> None:\n        self.done: bool = x > 1\n"
        "    def ended(self) -> bool:\n        return self.done is True\n"
        "while a.done and b.done:\n    assert a.ended()\n",
        "def f(seen: list[bool], known: list[list[bool]]) -> None:\n"
        "    seen[0] = True\n    if seen[1] and known[1][2]:\n        pass\n",
        "assert is_seen[3], text\n",
        "def f(is_seen: list[bool]) -> None:\n    if is_seen[0]:\n        pass\n",
        "def f(seen: list[bool]) -> None:\n    if any(seen):\n"
        "        pass\n    ready = all([left == right, is_last])\n",
        "ready = bool(x > 1)\nif all([value > 0 for value in values]):\n    pass\n",
        "names = [name for name in names if name != '']\n",
        "match x:\n    case 1 if y > 2:\n        pass\n",
    )
    INVALID = (
        # Choices.
        ("size = 1 if x < 3 else 2\n", 1),
        ("size = 1 if x < 3 else 2 if x < 4 else 3\n", 2),
        ("name = given or 'nobody'\n", 1),
        ("x > 1 and print(x)\n", 1),
        ("def f():\n    return x > 1 and y\n", 1),
        # What may stay unevaluated.
        ("if x > 1 and f(x) > 1:\n    pass\n", 1),
        ("if x == 0 or 1 / x > 1 or y / x > 1:\n    pass\n", 2),
        ("if index < n and row[index] == 0:\n    pass\n", 1),
        ("if len(row) > 0 and row[0] == 0:\n    pass\n", 1),
        ("if a.b is not None and (x > 1 or a.b.c > 1):\n    pass\n", 1),
        ("if best is None or loss < best:\n    pass\n", 1),
        ("is_big = isinstance(x, int) and x > 3\n", 1),
        # Questions.
        ("if values:\n    pass\n", 1),
        ("while queue:\n    assert not left, right\n", 2),
        ("if x > 1:\n    pass\nelif text.strip() or not (y and z > 0):\n    pass\n", 2),
        ("names = [name for name in names if name]\n", 1),
        ("is_empty = not values\n", 1),
        ("count = 0\nif count:\n    pass\nif count + 1:\n    pass\n", 2),
        ("def f(seen: list[int]) -> None:\n    if seen[0]:\n        pass\n", 1),
        ("class A:\n    done: int\nwhile a.done:\n    pass\n", 1),
        ("def ended() -> bool:\n    return True\nif ended:\n    pass\n", 1),
        ("def ended(x) -> int:\n    return x\nif ended(1):\n    pass\n", 1),
        ("has_items: int = len(items)\nif has_items:\n    pass\n", 1),
        ("has_items = len(items)\nif has_items:\n    pass\n", 1),
        ("def f(is_list: list[int]) -> None:\n    if is_list:\n        pass\n", 1),
        ("def is_big(x) -> int:\n    return x\nif is_big(1):\n    pass\n", 1),
        ("if any(values):\n    pass\n", 1),
        ("ready = bool(values)\nif ready:\n    assert all([a, b > 1])\n", 2),
        ("def f(seen: list[int]) -> bool:\n    return any(seen)\n", 1),
        ("match x:\n    case 1 if y:\n        pass\n", 1),
        ("while 1:\n    pass\n", 1),
        ("x = 1 if values else 2\n", 2),
    )

    def __init__(self, script: Script) -> None:
        super().__init__(script)
        self._questions = _Questions(script)
        self._seen: set[cst.CSTNode] = set()

    def visit_If(self, node: cst.If) -> None:
        self._check_condition(node.test)

    def visit_While(self, node: cst.While) -> None:
        self._check_condition(node.test)

    def visit_CompIf(self, node: cst.CompIf) -> None:
        self._check_condition(node.test)

    def visit_Assert(self, node: cst.Assert) -> None:
        self._check_condition(node.test)

    def visit_MatchCase(self, node: cst.MatchCase) -> None:
        if node.guard is not None:
            self._check_condition(node.guard)

    def visit_IfExp(self, node: cst.IfExp) -> None:
        self.report(node, "choose this value by an `if` statement")
        self._check_condition(node.test)

    def visit_Call(self, node: cst.Call) -> None:
        """Judge `bool`, `any` and `all`: they test the truth of what they are given."""
        bindings = self.script.bindings
        given = [argument.value for argument in node.args]
        if bindings.is_builtin(node.func, "bool"):
            tested = [value for value in given if not self._questions.include(value)]
        elif bindings.is_builtin(node.func, "any", "all"):
            tested = [value for value in given if not self._questions.make_up(value)]
        else:
            return
        for value in tested:
            self.report(value, COMPARE)

    def visit_UnaryOperation(self, node: cst.UnaryOperation) -> None:
        if isinstance(node.operator, cst.Not) and node not in self._seen:
            self._check_condition(node)

    def visit_BooleanOperation(self, node: cst.BooleanOperation) -> None:
        """An `and` or `or` that no condition has accounted for gives a value."""
        if node in self._seen:
            return
        operands = list(self._operands(node))
        if all(map(self._questions.include, operands)):
            self._check_evaluation(operands)
        else:
            self.report(node, "choose this value by an `if` statement")

    def _check_condition(self, test: cst.BaseExpression) -> None:
        operands = list(self._operands(test))
        for operand in operands:
            if not self._questions.include(operand):
                self.report(operand, COMPARE)
        self._check_evaluation(operands)

    def _check_evaluation(self, operands: Sequence[cst.BaseExpression]) -> None:
        """Report what must not, or need not, be evaluated after what is left of it."""
        for index, operand in enumerate(operands):
            if index > 0 and (
                any(isinstance(part, DOES_MORE) for part in walk(operand))
                or _depends_on(operand, operands[:index])
            ):
                self.report(
                    operand,
                    "nest this in an `if` of its own: whether it is evaluated depends "
                    "on what is left of it",
                )

    def _operands(self, test: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
        """What `and`, `or` and `not` join, in order of evaluation."""
        self._seen.add(test)
        match test:
            case cst.BooleanOperation():
                yield from self._operands(test.left)
                yield from self._operands(test.right)
            case cst.UnaryOperation(operator=cst.Not()):
                yield from self._operands(test.expression)
            case _:
                yield test


class _Questions:
    """The expressions of a script of which the value is `True` or `False`."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._hints: dict[str, list[cst.BaseExpression]] | None = None

    def include(self, node: cst.BaseExpression) -> bool:
        """Whether this is one; a type that is known counts before a name."""
        if isinstance(node, cst.Comparison):
            return True
        obvious = self._obvious_type(node)
        if obvious is not None:
            return obvious == BOOL
        hints = self._hints_for(node)
        if hints:
            return all(map(_is_bool, hints))
        bindings = self._script.bindings
        return _is_named_as_question(node) or _is_predicate(node, bindings)

    def make_up(self, node: cst.BaseExpression) -> bool:
        """Whether all that a collection holds are questions."""
        match node:
            case cst.List(elements=elements) | cst.Tuple(elements=elements):
                return all(self.include(element.value) for element in elements)
            case cst.ListComp(elt=element) | cst.GeneratorExp(elt=element):
                return self.include(element)
        obvious = self._obvious_type(node)
        hints = self._hints_for(node, depth=1)
        return (obvious is not None and obvious.element == BOOL) or (
            bool(hints) and all(map(_is_bool, hints))
        )

    def _obvious_type(self, node: cst.BaseExpression) -> ObviousType | None:
        """The type that the text shows; of attributes and methods it shows none."""
        function = node.func if isinstance(node, cst.Call) else node
        if isinstance(function, cst.Attribute):
            return None
        return self._script.types.type_of(node)

    def _hints_for(
        self, node: cst.BaseExpression, depth: int = 0
    ) -> list[cst.BaseExpression]:
        """What is annotated under such a name, or of its items so many levels down."""
        while isinstance(node, cst.Subscript):
            node, depth = node.value, depth + 1
        if self._hints is None:
            self._hints = _hints_by_name(self._script.module)
        hints = self._hints.get(_name_of_hint(node), [])
        items = (_item(hint, depth) for hint in hints)
        return [item for item in items if item is not None]


def _is_named_as_question(node: cst.BaseExpression) -> bool:
    match node:
        case cst.Name("True" | "False"):
            return True
        case cst.Subscript(value=inner) | cst.Call(func=inner):
            return _is_named_as_question(inner)
        case _:
            return is_question(last_name(node))


def _is_predicate(node: cst.BaseExpression, bindings: Bindings) -> bool:
    match node:
        case cst.Call(func=cst.Attribute(attr=cst.Name(name))):
            return name in PREDICATES
        case cst.Call(func=cst.Name() as function):
            return bindings.is_builtin(function, *PREDICATE_BUILTINS)
        case _:
            return False


def _hints_by_name(module: cst.Module) -> dict[str, list[cst.BaseExpression]]:
    """The annotations of variables, attributes, and functions: these with `()`."""
    found: dict[str, list[cst.BaseExpression]] = {}
    for node in walk(module):
        match node:
            case cst.AnnAssign(target=target, annotation=hint):
                found.setdefault(last_name(target), []).append(hint.annotation)
            case cst.Param(name=name, annotation=cst.Annotation() as hint):
                found.setdefault(name.value, []).append(hint.annotation)
            case cst.FunctionDef(name=name, returns=cst.Annotation() as hint):
                found.setdefault(f"{name.value}()", []).append(hint.annotation)
    return found


def _name_of_hint(node: cst.BaseExpression) -> str:
    if isinstance(node, cst.Call):
        return f"{last_name(node.func)}()"
    return last_name(node)


def _item(hint: cst.BaseExpression | None, depth: int) -> cst.BaseExpression | None:
    """What an annotation says of the items, the items' items, and so on."""
    for _ in range(depth):
        if not isinstance(hint, cst.Subscript):
            return None
        last = hint.slice[-1].slice
        hint = last.value if isinstance(last, cst.Index) else None
    return hint


def _is_bool(hint: cst.BaseExpression) -> bool:
    return isinstance(hint, cst.Name) and hint.value == "bool"


def _depends_on(
    operand: cst.BaseExpression, earlier: Sequence[cst.BaseExpression]
) -> bool:
    """Whether an operand can be evaluated only because of what comes before it.

    That is so where it takes an item or an attribute of something that was tested, or
    an item at an index that was, and where it uses what was tested for its kind.
    """
    tested = {place for test in earlier for place in _places(test)}
    of_kind = {
        place for test in earlier if _tests_kind(test) for place in _places(test)
    }
    used = set() if _tests_kind(operand) else set(_places(operand))
    return not tested.isdisjoint(_needed(operand)) or not of_kind.isdisjoint(used)


def _needed(operand: cst.BaseExpression) -> Iterator[str]:
    """The places of which an operand takes items or attributes, and the indices."""
    for part in walk(operand):
        match part:
            case cst.Attribute():
                yield from _places(part.value)
            case cst.Subscript():
                yield from _places(part.value)
                for element in part.slice:
                    yield from _places(element)


def _places(node: cst.CSTNode) -> Iterator[str]:
    """The texts of the names, attributes and items in a node, none in another."""
    if isinstance(node, PLACES):
        yield cst.Module([]).code_for_node(node)
        return
    for child in node.children:
        yield from _places(child)


def _tests_kind(test: cst.BaseExpression) -> bool:
    """Whether a test asks what something is: `None`, or of some class."""
    match test:
        case cst.Comparison(comparisons=[cst.ComparisonTarget(operator=operator)]):
            return isinstance(operator, cst.Is | cst.IsNot)
        case cst.Call(func=cst.Name(name)):
            return name in KIND_TESTS
        case _:
            return False
