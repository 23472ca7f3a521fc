"""What annotations tell of the types of expressions, and what they do not."""

from __future__ import annotations

import pytest
from libcst import Expr

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import Bindings
from codemods.facts.find_nodes import find
from codemods.facts.metadata import parse, wrap
from codemods.facts.type_names import MAIN, Type

NODE = """\
class Node:
    kind: str
    def __init__(self, data: float, children: "tuple[Node, ...]" = ()) -> None:
        self.data: float = data
        self.children: tuple[Node, ...] = children
        self.cache = {}
    def __add__(self, other: "Node | float") -> "Node": ...
    def __radd__(self, other: float) -> "Node": ...
    def __rmul__(self, other: float) -> "Node": ...
    def __neg__(self) -> "Node": ...
    def __lt__(self, other: "Node") -> bool: ...
    def __getitem__(self, index: int) -> "Node": ...
    def __mod__(self, other): ...
    @property
    def depth(self) -> int: ...
    @staticmethod
    def zero() -> "Node": ...
    @classmethod
    def make(cls, data: float) -> "Node": ...
    @cached
    def found(self) -> int: ...
    def rectified(self) -> "Node": ...
class Leaf(Node):
    pass
node: Node = Node(1.0)
leaf: Leaf = Leaf(1.0)
number: float = 0.5
"""
KNOWN = """\
i: int = 1
x: float = 0.5
b: bool = True
s: str = ""
xs: list[float] = []
names: set[str] = set()
table: dict[str, list[int]] = {}
pair: tuple[int, str] = (1, "")
many: tuple[float, ...] = ()
maybe: int | None = None
"""


def last_type(code: str) -> str:
    """The type of the last expression that is a statement."""
    wrapper = wrap(parse(code))
    *_, last = find(wrapper.module, Expr)
    return str(AnnotatedTypes(Bindings(wrapper)).type_of(last.value))


def variable_type(code: str, name: str = "v") -> str:
    """The type of a variable of the module, or else of a function."""
    bindings = Bindings(wrap(parse(code)))
    found = [binding for binding in bindings if binding.name == name]
    return str(AnnotatedTypes(bindings).of_binding(found[0]))


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param("unheard_of", id="free-name"),
        pytest.param("i ** i", id="power-of-integers"),
        pytest.param("i + s", id="error"),
        pytest.param("xs.size", id="no-such-attribute"),
        pytest.param("names - xs", id="different-containers"),
        pytest.param("lambda: 1", id="lambda"),
        pytest.param("[unheard_of]", id="list-of-unknown-elements"),
        pytest.param("unheard_of if b else 1", id="unknown-branch"),
        pytest.param("b and unheard_of", id="unknown-operand"),
        pytest.param("unheard_of == 1", id="comparison-with-anything"),
        pytest.param("[*unheard_of]", id="spread"),
        pytest.param("sorted(unheard_of)", id="elements-of-the-unknown"),
        pytest.param("max(*xs)", id="spread-arguments"),
        pytest.param("open(s, s)", id="mode-not-written-out"),
        pytest.param("pair[2]", id="index-out-of-range"),
        pytest.param("maybe + 1", id="operation-on-none"),
    ],
)
def test_expression_is_not_known(expression: str) -> None:
    assert last_type(f"{KNOWN}{expression}\n") == "?"


@pytest.mark.parametrize(
    ("expression", "type_"),
    [
        ("1", "int"),
        ("1.0", "float"),
        ("1j", "complex"),
        ("'a' 'b'", "str"),
        ("b'a'", "bytes"),
        ("f'{i}'", "str"),
        ("None", "None"),
        ("True", "bool"),
        ("[]", "list[?]"),
        ("{}", "dict[?, ?]"),
        ("[1, 0.5]", "list[float]"),
        ("[[], [i]]", "list[list[int]]"),
        ("[i, s]", "list[int | str]"),
        ("[*xs, i]", "list[float]"),
        ("{s: x, **{}}", "dict[str, float]"),
        ("{i}", "set[int]"),
        ("()", "tuple[()]"),
        ("(i, s)", "tuple[int, str]"),
        ("(i, *pair)", "tuple[int, int, str]"),
        ("(i, *xs)", "tuple[float, ...]"),
        ("(i, unheard_of)", "tuple[int, ?]"),
    ],
)
def test_literals_and_displays(expression: str, type_: str) -> None:
    assert last_type(f"{KNOWN}{expression}\n") == type_


@pytest.mark.parametrize(
    ("expression", "type_"),
    [
        ("i + i", "int"),
        ("i + x", "float"),
        ("b + b", "int"),
        ("b & b", "bool"),
        ("i | b", "int"),
        ("i / i", "float"),
        ("i // i", "int"),
        ("x % i", "float"),
        ("i ** 2", "int"),
        ("i ** -1", "float"),
        ("i ** 0.5", "float"),
        ("x ** i", "float"),
        ("i << 1", "int"),
        ("-i", "int"),
        ("-b", "int"),
        ("-x", "float"),
        ("~i", "int"),
        ("not xs", "bool"),
        ("s + s", "str"),
        ("s * i", "str"),
        ("s % unheard_of", "?"),
        ("s % x", "str"),
        ("[0.0] * i", "list[float]"),
        ("i * [0.0]", "list[float]"),
        ("[] + [i]", "list[int]"),
        ("[i] + [x]", "list[float]"),
        ("pair + (x,)", "tuple[int, str, float]"),
        ("pair + many", "tuple[float | str, ...]"),
        ("names | names", "set[str]"),
        ("i < x", "bool"),
        ("i < i < i", "bool"),
        ("s in unheard_of", "bool"),
        ("i and s", "int | str"),
        ("maybe or x", "float"),
        ("i if b else x", "float"),
        ("i if b else None", "int | None"),
        ("(n := i)", "int"),
    ],
)
def test_operations(expression: str, type_: str) -> None:
    assert last_type(f"{KNOWN}{expression}\n") == type_


@pytest.mark.parametrize(
    ("expression", "type_"),
    [
        ("xs[0]", "float"),
        ("xs[1:]", "list[float]"),
        ("s[0]", "str"),
        ("pair[0]", "int"),
        ("pair[-1]", "str"),
        ("pair[i]", "int | str"),
        ("pair[:1]", "tuple[int | str, ...]"),
        ("many[0]", "float"),
        ("table[s]", "list[int]"),
        ("table[s][i]", "int"),
        ("range(i)[0]", "int"),
        ("[j for j in table[s]]", "list[int]"),
        ("[[] for _ in xs]", "list[list[?]]"),
        ("{c for c in s}", "set[str]"),
        ("{k: len(v) for k, v in table.items()}", "dict[str, int]"),
        ("(y * 2 for y in xs)", "Iterator[float]"),
    ],
)
def test_items_and_comprehensions(expression: str, type_: str) -> None:
    assert last_type(f"{KNOWN}{expression}\n") == type_


@pytest.mark.parametrize(
    ("expression", "type_"),
    [
        ("len(xs)", "int"),
        ("abs(x)", "float"),
        ("round(x)", "int"),
        ("round(x, 2)", "float"),
        ("min(i, x)", "float"),
        ("max(xs)", "float"),
        ("max(xs, default=None)", "float | None"),
        ("max(names, key=len)", "str"),
        ("sum(xs)", "float"),
        ("sum([i])", "int"),
        ("sum([[i]], [])", "list[int]"),
        ("list(s)", "list[str]"),
        ("list()", "list[?]"),
        ("tuple(xs)", "tuple[float, ...]"),
        ("set(s)", "set[str]"),
        ("sorted(names)", "list[str]"),
        ("dict(zip(names, xs))", "dict[str, float]"),
        ("dict(table)", "dict[str, list[int]]"),
        ("dict(a=1)", "dict[str, int]"),
        ("zip(xs, s)", "Iterator[tuple[float, str]]"),
        ("enumerate(xs)", "Iterator[tuple[int, float]]"),
        ("enumerate(unheard_of)", "Iterator[tuple[int, ?]]"),
        ("reversed(xs)", "Iterator[float]"),
        ("next(reversed(xs))", "float"),
        ("list(map(len, table))", "list[int]"),
        ("list(map(float, s))", "list[float]"),
        ("list(filter(None, xs))", "list[float]"),
        ("divmod(i, i)", "tuple[int, int]"),
        ("range(i)", "range"),
        ("print(s)", "None"),
        ("isinstance(x, int)", "bool"),
        ("open(s)", "TextIO"),
        ("open(s).read()", "str"),
        ("open(s, 'rb').read()", "bytes"),
        ("s.split()", "list[str]"),
        ("s.strip().upper()", "str"),
        ("xs.pop()", "float"),
        ("xs.append(x)", "None"),
        ("xs.copy()", "list[float]"),
        ("table.get(s)", "list[int] | None"),
        ("table.get(s, [])", "list[int]"),
        ("table.values()", "ValuesView[list[int]]"),
        ("table.setdefault(s, [])", "list[int]"),
        ("names.pop()", "str"),
        ("type(i)", "type[int]"),
    ],
)
def test_builtins(expression: str, type_: str) -> None:
    assert last_type(f"{KNOWN}{expression}\n") == type_


@pytest.mark.parametrize(
    ("code", "type_"),
    [
        ("import math\nmath.pi\n", "float"),
        ("import math\nmath.exp(1)\n", "float"),
        ("import math as m\nm.sqrt(1)\n", "float"),
        ("from math import log as ln, pi\nln(pi)\n", "float"),
        ("from math import pi\npi\n", "float"),
        ("import os.path\nos.path.exists('a')\n", "bool"),
        ("import random\nrandom.gauss(0, 1)\n", "float"),
        ("import random\nrandom.choices(range(3), weights=[1, 2, 3])\n", "list[int]"),
        ("import random\nrandom.choice('abc')\n", "str"),
        ("import copy\ncopy.deepcopy([1])\n", "list[int]"),
        ("import math\nmath\n", "ModuleType"),
        ("import math\nmath = 1\nmath.pi\n", "?"),
        ("import numpy\nnumpy.exp(1)\n", "?"),
        ("from math import *\nexp(1)\n", "?"),
    ],
)
def test_library(code: str, type_: str) -> None:
    assert last_type(code) == type_


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param("node.cache", id="attribute-without-annotation"),
        pytest.param("node.missing", id="missing-attribute"),
        pytest.param("node.found()", id="unknown-decorator"),
        pytest.param("node * 2", id="no-such-operator"),
        pytest.param("'a' + node", id="operand-that-the-method-does-not-take"),
        pytest.param("node % 2", id="operator-without-annotations"),
        pytest.param("node + leaf", id="subclass-that-may-go-first"),
        pytest.param("node > 2", id="comparison-that-the-method-does-not-take"),
    ],
)
def test_member_is_not_known(expression: str) -> None:
    assert last_type(f"{NODE}{expression}\n") == "?"


@pytest.mark.parametrize(
    ("expression", "type_"),
    [
        ("Node", "type[Node]"),
        ("Node(1.0)", "Node"),
        ("Node(1.0).data", "float"),
        ("node.kind", "str"),
        ("node.children[0].data", "float"),
        ("node.depth", "int"),
        ("node.rectified()", "Node"),
        ("node.rectified", "Callable[[], Node]"),
        ("node.rectified().rectified().data", "float"),
        ("Node.zero()", "Node"),
        ("Node.make(1.0)", "Node"),
        ("leaf.data", "float"),
        ("leaf + 1", "Node"),
        ("type(node)(1.0)", "Node"),
        ("node + node", "Node"),
        ("node + 1", "Node"),
        ("1 + node", "Node"),
        ("number * node", "Node"),
        ("-node", "Node"),
        ("node[0]", "Node"),
        ("node < node", "bool"),
        ("node > node", "bool"),
        ("node == 1", "bool"),
        ("'%s' % node", "str"),
        ("sum([node])", "Node | int"),
        ("sum([node], Node(0.0))", "Node"),
        ("[n.data for n in node.children]", "list[float]"),
    ],
)
def test_members(expression: str, type_: str) -> None:
    assert last_type(f"{NODE}{expression}\n") == type_


@pytest.mark.parametrize(
    ("annotation", "type_"),
    [
        ("int", "int"),
        ("'list[Later]'", "list[Later]"),
        ("list['Later']", "list[Later]"),
        ("int | None", "int | None"),
        ("Optional[int]", "int | None"),
        ("typing.Union[int, str]", "int | str"),
        ("List[int]", "list[int]"),
        ("Matrix", "list[list[float]]"),
        ("list[Matrix]", "list[list[list[float]]]"),
        ("Plain", "dict[str, int]"),
        ("Quoted", "list[Later]"),
        ("Callable[[int], str]", "Callable[[int], str]"),
        ("Callable[..., str]", "Callable[..., str]"),
        ("tuple[()]", "tuple[()]"),
        ("tuple[int, ...]", "tuple[int, ...]"),
        ("Sequence[int]", "Sequence[int]"),
        ("Fraction", "Fraction"),
        ("TextIO", "TextIO"),
        ("Final[int]", "int"),
        ("Final", "float"),
        ("list", "?"),
        ("Any", "?"),
        ("list[Any]", "?"),
        ("tuple[int, Any]", "tuple[int, ?]"),
        ("Tree", "?"),
        ("Twice", "?"),
        ("unheard_of", "?"),
        ("'not a type'", "?"),
    ],
)
def test_annotations(annotation: str, type_: str) -> None:
    code = (
        "import typing\n"
        "from collections.abc import Callable, Sequence\n"
        "from fractions import Fraction\n"
        "from typing import Any, Final, List, Optional, TextIO, TypeAlias\n"
        "Matrix: TypeAlias = list[list[float]]\n"
        "Plain = dict[str, int]\n"
        "Quoted: TypeAlias = 'list[Later]'\n"
        "Tree: TypeAlias = 'list[Tree]'\n"
        "Twice = int\nTwice = str\n"
        f"v: {annotation} = 0.5\n"
        "class Later: ...\n"
    )
    assert variable_type(code) == type_


@pytest.mark.parametrize(
    ("code", "type_"),
    [
        pytest.param("v = 1\n", "int", id="assigned"),
        pytest.param("v = w = 1\n", "int", id="assigned-in-a-row"),
        pytest.param("v, w = 1, 'a'\n", "int", id="unpacked"),
        pytest.param("(u, [v, w]) = 1, (2, 'a')\n", "int", id="unpacked-deeply"),
        pytest.param("*v, w = 1, 2, 'a'\n", "list[int]", id="starred"),
        pytest.param("u, *w, v = 1, 2, 'a'\n", "str", id="after-the-starred"),
        pytest.param("v, *w = [0.5]\n", "float", id="first-of-a-list"),
        pytest.param(
            "def f() -> tuple[int, list[str]]: ...\nw, v = f()\n",
            "list[str]",
            id="unpacked-result",
        ),
        pytest.param("def f(): ...\nv = f()\n", "?", id="result-without-annotation"),
        pytest.param("v = 1\nv = 'a'\n", "?", id="different-types"),
        pytest.param("v = 1\nv = 0.5\n", "float", id="numbers"),
        pytest.param("v = 1\nv = None\n", "?", id="none-without-annotation"),
        pytest.param("v = []\nv = [1]\n", "list[int]", id="empty-first"),
        pytest.param("v = []\nv.append(1)\n", "list[?]", id="only-empty"),
        pytest.param("v = (1, w())\nv = (1, 2)\n", "?", id="partly-unknown"),
        pytest.param("v: float = 0\nv = 1\n", "float", id="declared"),
        pytest.param(
            "def f() -> None:\n    global v\n    v = 'a'\nv = 1\n", "?", id="global"
        ),
        pytest.param("del v\n", "?", id="only-deleted"),
        pytest.param("v = 1\ndel v\n", "int", id="deleted"),
        pytest.param("match w:\n    case [v]: ...\n", "?", id="captured"),
        pytest.param("print(v := 1)\n", "int", id="walrus"),
        pytest.param("with open('a') as v: ...\n", "TextIO", id="file"),
        pytest.param(
            "try: ...\nexcept ValueError as v: ...\n", "ValueError", id="error"
        ),
        pytest.param(
            "def v(a: int) -> str: ...\n", "Callable[[int], str]", id="function"
        ),
        pytest.param(
            "def v(*a) -> str: ...\n", "Callable[..., str]", id="any-function"
        ),
        pytest.param("def f(v: int = 0): ...\n", "int", id="parameter"),
        pytest.param("def f(v=0): ...\n", "?", id="parameter-without-annotation"),
        pytest.param("def f(*v: int): ...\n", "tuple[int, ...]", id="parameters"),
        pytest.param("def f(**v: int): ...\n", "dict[str, int]", id="keywords"),
        pytest.param("class A:\n    def f(v): ...\n", "A", id="object"),
        pytest.param(
            "class A:\n    @classmethod\n    def f(v): ...\n", "type[A]", id="class"
        ),
        pytest.param(
            "class A:\n    @staticmethod\n    def f(v): ...\n", "?", id="static"
        ),
        pytest.param("def f():\n    class v: ...\n", "type[f.<locals>.v]", id="local"),
    ],
)
def test_variables(code: str, type_: str) -> None:
    assert variable_type(code) == type_


@pytest.mark.parametrize(
    ("loop", "type_"),
    [
        ("for v in xs", "float"),
        ("for v in s", "str"),
        ("for v in table", "str"),
        ("for v in table.keys()", "str"),
        ("for v in table.values()", "list[int]"),
        ("for _, v in table.items()", "list[int]"),
        ("for v in range(i)", "int"),
        ("for v in reversed(xs)", "float"),
        ("for v in sorted(names)", "str"),
        ("for v, _ in enumerate(xs)", "int"),
        ("for _, (_, v) in enumerate(zip(s, xs))", "float"),
        ("for _, v in zip(unheard_of, xs)", "float"),
        ("for v in many", "float"),
        ("for v in open(s)", "str"),
        ("for v in unheard_of", "?"),
        ("for v in i", "?"),
    ],
)
def test_loops(loop: str, type_: str) -> None:
    assert variable_type(f"{KNOWN}{loop}: ...\n") == type_
    assert variable_type(f"{KNOWN}[0 {loop}]\n") == type_


@pytest.mark.parametrize(
    ("code", "type_"),
    [
        pytest.param("v = 0\nv = v + 1\n", "int", id="stays"),
        pytest.param("v = 0\nv = v + 0.5\n", "float", id="widens"),
        pytest.param("v = 0\nv += 0.5\n", "float", id="updated"),
        pytest.param("v = 2\nv **= 2\n", "int", id="squared"),
        pytest.param("v = []\nv += 'ab'\n", "list[str]", id="extended"),
        pytest.param("v = 0\nw = v + 0.5\nv = w\n", "float", id="in-a-circle"),
        pytest.param("v = v + 1\n", "?", id="from-nothing"),
        pytest.param("v = 0\nv = v + unheard_of\n", "?", id="with-the-unknown"),
        pytest.param("v = []\nv = [v]\n", "?", id="growing"),
        pytest.param("a, v = 1, 0.5\na, v = v, a\n", "float", id="exchanged"),
        pytest.param("v = [1]\nfor v in v: ...\n", "?", id="over-itself"),
        pytest.param(
            f"{NODE}v = Node(0.0)\nv = v + 1\nv += node\n", "Node", id="class"
        ),
    ],
)
def test_variables_defined_by_themselves(code: str, type_: str) -> None:
    assert variable_type(code) == type_


def test_types_do_not_depend_on_what_is_asked_first() -> None:
    code = "a = 0\nb = a\nc = b\na = c + 0.5\nd = [a]\n"
    for first in "abcd":
        bindings = Bindings(wrap(parse(code)))
        types = AnnotatedTypes(bindings)
        order = sorted(bindings, key=lambda binding: binding.name != first)
        found = {binding.name: str(types.of_binding(binding)) for binding in order}
        assert found == {"a": "float", "b": "float", "c": "float", "d": "list[float]"}


def test_long_chain_of_variables() -> None:
    lines = "".join(f"a{i + 1} = a{i} * 2\n" for i in range(500))
    assert variable_type(f"a0 = 0.5\n{lines}", "a500") == "float"


@pytest.mark.parametrize(
    ("body", "type_"),
    [
        pytest.param("p\n", "Node | float", id="not-tested"),
        pytest.param("if isinstance(p, Node):\n    p\n", "Node", id="in-the-branch"),
        pytest.param("if isinstance(p, Node): ...\nelse:\n    p\n", "float", id="else"),
        pytest.param("if not isinstance(p, Node):\n    p\n", "float", id="not"),
        pytest.param(
            "if not isinstance(p, Node):\n    p = Node(p)\np\n", "Node", id="converted"
        ),
        pytest.param(
            "if isinstance(p, float):\n    return\np\n",
            "Node | int",
            id="a-float-may-be-an-integer",
        ),
        pytest.param(
            "if isinstance(p, (int, float)):\n    return\np\n", "Node", id="left"
        ),
        pytest.param("p = 1\np\n", "float", id="assigned"),
        pytest.param("p = unheard_of\np\n", "Node | float", id="assigned-anything"),
        pytest.param(
            "p = Node(1.0)\nfor _ in []:\n    p\n    p = 1\n",
            "Node | float",
            id="loop-that-binds-it",
        ),
        pytest.param(
            "p = Node(1.0)\nfor _ in []:\n    p\n", "Node", id="loop-that-does-not"
        ),
        pytest.param("assert isinstance(p, Node)\np\n", "Node", id="asserted"),
        pytest.param(
            "p if isinstance(p, Node) else None\n", "Node | None", id="inline"
        ),
        pytest.param(
            "if isinstance(p, Node) and p.data > 0: ...\nelse:\n    p\n",
            "Node | float",
            id="one-of-two-tests",
        ),
        pytest.param(
            "if isinstance(p, Node):\n    def g() -> None:\n        p\n",
            "Node | float",
            id="in-another-function",
        ),
        pytest.param(
            "def g() -> None:\n    nonlocal p\n    p = 1\np = Node(1.0)\np\n",
            "Node | float",
            id="bound-by-another-function",
        ),
    ],
)
def test_narrowed_variables(body: str, type_: str) -> None:
    indented = "".join(f"    {line}\n" for line in body.splitlines())
    code = f"{NODE}def f(p: Node | float) -> None:\n{indented}"
    assert last_type(code) == type_


ALIASES = """\
from typing import TypeAlias

Node: TypeAlias = int
Row: TypeAlias = "list[Node]"
count: int = 1


def double(node: Node) -> Node: ...
def rows() -> list[Row]: ...


"""

OPAQUE = [
    pytest.param("double(1)", "Node", id="what-a-function-returns"),
    pytest.param("rows()[0][0]", "Node", id="an-element-through-another-alias"),
    pytest.param("[node for row in rows() for node in row]", "list[Node]", id="loops"),
    pytest.param("rows()[0][1:]", "list[Node]", id="a-slice"),
    pytest.param("double", "Callable[[Node], Node]", id="a-function"),
    pytest.param("count", "int", id="another-integer"),
    pytest.param("len(rows())", "int", id="a-length"),
    pytest.param("double(1) + 1", "?", id="arithmetic"),
    pytest.param("double(1) if count else count", "Node | int", id="one-or-the-other"),
]


@pytest.mark.parametrize(("expression", "type_"), OPAQUE)
def test_keeps_opaque_aliases_apart(expression: str, type_: str) -> None:
    wrapper = wrap(parse(ALIASES + expression + "\n"))
    *_, last = find(wrapper.module, Expr)
    types = AnnotatedTypes(Bindings(wrapper), opaque={"Node"})
    assert str(types.type_of(last.value)) == type_


def test_knows_the_aliases_of_a_type() -> None:
    code = ALIASES + "class Item:\n    pass\n\n\nCount = int\nother = count\n"
    types = AnnotatedTypes(Bindings(wrap(parse(code))))
    assert types.aliases_of(Type("int")) == {"Node", "Count"}
    assert types.aliases_of(Type("list", (Type("int"),))) == {"Row"}
    assert types.aliases_of(Type("Item", (), MAIN)) == set()
