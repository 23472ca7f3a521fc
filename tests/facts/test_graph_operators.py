"""Operators at work on objects: found, confirmed by what ran, and refused."""

from __future__ import annotations

from textwrap import dedent

import libcst as cst
import pytest

from codemods.facts.bindings import Bindings
from codemods.facts.find_nodes import find
from codemods.facts.graph_operators import GraphOperators
from codemods.facts.metadata import parse, wrap
from codemods.facts.observed_sites import Key, Seen
from codemods.facts.observed_types import NodeTypes
from codemods.facts.places import find_places
from codemods.facts.type_names import MAIN, Type, join
from codemods.refusal import Refusal

CLASS = """\
class Node:
    def __init__(self, data: float) -> None:
        self.data: float = data
    def __add__(self, other: "Node | float") -> "Node":
        return Node(self.data)
    def __radd__(self, other: float) -> "Node":
        return self + other
    def __mul__(self, other: "Node | float") -> "Node":
        return Node(self.data)
    def __neg__(self) -> "Node":
        return self * -1
    def __lt__(self, other: "Node") -> bool:
        return self.data < other.data
a: Node = Node(1)
b: Node = Node(2)
n: float = 3
nodes: list[Node] = [a, b]
"""
NODE, FLOAT, INT = Type("Node", (), MAIN), Type("float"), Type("int")


def operators_of(code: str) -> GraphOperators:
    bindings = Bindings(wrap(parse(code)))
    return GraphOperators(bindings, next(find(bindings.wrapper.module, cst.ClassDef)))


def refusal_of(code: str) -> str:
    """What is said against a class or what is done with it, and where."""
    with pytest.raises(Refusal) as refusal:
        operators = operators_of(code)
        operators.check_class()
        operators.find()
    assert refusal.value.line is not None
    return str(refusal.value)


REFUSED = [
    pytest.param(
        "def f(x: 'Node | float'):\n    x + 1\n",
        "19:5: expected an operand that is always Node, found Node | float",
        id="mixed",
    ),
    pytest.param(
        "def f(x: 'Node | float'):\n    1 + x\n",
        "19:9: expected an operand that is always Node, found Node | float",
        id="mixed-on-the-right",
    ),
    pytest.param(
        "for x in unknown:\n    x + 1\n",
        "19:5: expected an operand whose type is known, found one without a type",
        id="unknown",
    ),
    pytest.param(
        "a - 1\n",
        "18:1: expected a class that defines `__sub__`, found one that does not",
        id="not-defined",
    ),
    pytest.param(
        "2 * a\n",
        "18:1: expected a class that defines `__rmul__`, found one that does not",
        id="not-defined-for-the-right",
    ),
    pytest.param(
        "a << 1\n",
        "18:1: expected a class that defines `__lshift__`, found one that does not",
        id="shift",
    ),
    pytest.param(
        "n += a\n",
        "18:1: expected an operator that makes a new object, found an update",
        id="update-of-a-number",
    ),
    pytest.param(
        "sum(nodes)\n",
        "18:1: expected operators that are written as such, found `sum` of objects",
        id="sum",
    ),
    pytest.param(
        "sum(node for node in nodes)\n", "found `sum` of objects", id="sum-of-generator"
    ),
    pytest.param("max(a, b)\n", "found `max` of objects", id="max"),
    pytest.param("max(nodes)\n", "found `max` of objects", id="max-of-a-list"),
    pytest.param("pow(a, 2)\n", "found `pow` of objects", id="pow"),
    pytest.param("abs(a)\n", "found `abs` of objects", id="abs"),
    pytest.param("max([nodes])\n", "found `max` of objects", id="lists-of-lists"),
    pytest.param(
        "import math\nmath.prod(nodes)\n", "found `math.prod` of objects", id="product"
    ),
    pytest.param(
        "from operator import add as plus\nplus(a, n)\n",
        "found `plus` of objects",
        id="operator-module",
    ),
    pytest.param(
        "a.__add__(b)\n",
        "18:1: expected operators that are written as such, found `__add__`",
        id="called-by-name",
    ),
    pytest.param(
        "Node.__mul__\n",
        "18:1: expected operators that are written as such",
        id="value",
    ),
    pytest.param(
        "class Leaf(Node):\n    pass\n",
        "18:1: expected a class without relatives, found one of a family",
        id="subclass",
    ),
]


@pytest.mark.parametrize(("code", "message"), REFUSED)
def test_refuses(code: str, message: str) -> None:
    assert message in refusal_of(CLASS + code)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(
            "class Node:",
            "class Node(Base):",
            "1:12: expected a class without",
            id="base",
        ),
        pytest.param(
            "class Node:",
            "@final\nclass Node:",
            "1:1: expected a class without decorators, found a decorator",
            id="decorator",
        ),
        pytest.param(
            "a: Node =",
            "    __rmul__ = __mul__\na: Node =",
            "14:16: expected operators that are written as such, found `__mul__`",
            id="alias",
        ),
        pytest.param(
            "    def __add__",
            "    def __iadd__(self, other: float) -> 'Node':\n        return self\n"
            "    def __add__",
            "20:1: expected an operator that makes a new object, found an update",
            id="in-place",
        ),
        pytest.param(
            "return self.data < other.data",
            "return (self - other).data < 0",
            "13:17: expected a class that defines `__sub__`",
            id="in-a-comparison-method",
        ),
    ],
)
def test_refuses_a_class(old: str, new: str, message: str) -> None:
    assert old in CLASS
    assert message in refusal_of(CLASS.replace(old, new, 1) + "a += 1\n")


@pytest.mark.parametrize(
    ("code", "found"),
    [
        pytest.param("n + 1\n-n\nn += 1\n'a' * 2\n", [], id="numbers"),
        pytest.param("a < b\na == b\nnot a\n", [], id="comparisons"),
        pytest.param("len(nodes)\nprint(a)\nmax(n, 1)\n", [], id="other-calls"),
        pytest.param("a + b\n", ["__add__ a b object"], id="two-objects"),
        pytest.param("a + 1\n", ["__add__ a 1"], id="a-number"),
        pytest.param("1 + a\n", ["__radd__ a 1 reflected"], id="reflected"),
        pytest.param("-a\n", ["__neg__ a"], id="one-operand"),
        pytest.param("a += n\n", ["__add__ a n"], id="update"),
        pytest.param("nodes[0] *= b\n", ["__mul__ nodes[0] b object"], id="of-an-item"),
        pytest.param(
            "1 + -a * b\n",
            ["__neg__ a", "__mul__ -a b object", "__radd__ -a * b 1 reflected"],
            id="innermost-first",
        ),
        pytest.param("x: 'Node | float' = 1\nNode | None\n", [], id="types"),
    ],
)
def test_finds(code: str, found: list[str]) -> None:
    code_of = cst.Module([]).code_for_node
    described = [
        " ".join(
            [
                operation.method,
                *(code_of(o) for o in (operation.receiver, operation.other) if o),
                *["object"] * operation.other_is_object,
                *["reflected"] * operation.is_reflected,
            ]
        )
        for operation in operators_of(CLASS + code).find()
    ]
    assert described == found


def test_looks_below_roots_only() -> None:
    operators = operators_of(CLASS + "def f():\n    a + b\ndef g():\n    -a\n")
    _, g = (s for s in operators.bindings.wrapper.module.body[-2:])
    assert [operation.method for operation in operators.find([g])] == ["__neg__"]


def test_other_methods_of_the_class_are_looked_at() -> None:
    code = CLASS.replace(
        "return self.data < other.data", "return len([self + other]) < 2"
    )
    assert [o.method for o in operators_of(code).find()] == ["__add__"]


SITE = dedent("""\
    def f(x{}):
        return x + 1
    """)


def confirm(annotation: str, *seen: Type) -> None:
    """Confirm a function whose parameter is annotated, by a run that shows types."""
    operators = operators_of(CLASS + SITE.format(annotation))
    places = find_places(operators.bindings.wrapper.module)
    types: dict[Key, Type] = {}
    for site in find(operators.bindings.wrapper.module.body[-1], cst.BinaryOperation):
        types[(Seen.LOADED, places[site.right])] = INT
        if seen:
            types[(Seen.LOADED, places[site.left])] = join(seen)
    operators.confirm(NodeTypes(types, places))


@pytest.mark.parametrize(
    ("annotation", "seen"),
    [
        pytest.param(": Node", [NODE], id="object"),
        pytest.param("", [NODE], id="object-without-annotation"),
        pytest.param(": float", [FLOAT], id="number"),
        pytest.param(": float", [], id="number-that-did-not-run"),
        pytest.param("", [INT], id="number-without-annotation"),
    ],
)
def test_confirms(annotation: str, seen: list[Type]) -> None:
    confirm(annotation, *seen)


@pytest.mark.parametrize(
    ("annotation", "seen", "message"),
    [
        pytest.param(
            ": Node",
            [FLOAT],
            "19:12: expected an operand that is Node, as a run shows, found float",
            id="a-number-instead",
        ),
        pytest.param(
            ": float",
            [NODE],
            "19:12: expected an operand that is float, as a run shows, found Node",
            id="an-object-instead",
        ),
        pytest.param(
            ": Node",
            [],
            "expected an operand that is Node, as a run shows, "
            "found one that did not run",
            id="an-object-that-did-not-run",
        ),
        pytest.param(
            "",
            [],
            "19:12: expected an operand whose type is known, "
            "found one that did not run",
            id="nothing-known",
        ),
        pytest.param(
            "",
            [NODE, FLOAT],
            "expected an operand that is always Node, found Node | float",
            id="both-seen",
        ),
        pytest.param(
            ": Node",
            [NODE, FLOAT],
            "expected an operand that is Node, as a run shows, found Node | float",
            id="both-seen-one-declared",
        ),
        pytest.param(
            ": 'Node | float'",
            [NODE],
            "expected an operand that is always Node, found Node | float",
            id="both-declared",
        ),
    ],
)
def test_does_not_confirm(annotation: str, seen: list[Type], message: str) -> None:
    with pytest.raises(Refusal) as refusal:
        confirm(annotation, *seen)
    assert message in str(refusal.value)
