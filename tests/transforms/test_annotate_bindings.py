"""Major bindings annotated with what one run shows."""

from __future__ import annotations

import subprocess
import sys

import libcst as cst
import pytest

from codemods.facts.observed_types import observe_types
from codemods.refusal import Refusal
from codemods.transforms.annotate_bindings import annotate_bindings


def annotated(code: str) -> str:
    module = cst.parse_module(code)
    return annotate_bindings(module, observe_types(module)).code


def printed(code: str) -> str:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    ("code", "message"),
    [
        pytest.param("x = []\n",
                     "1:1: expected values that tell the type of x in a shortened run, "
                     "found list[?]", id="variable-that-stays-empty"),
        pytest.param("class A:\n    def __init__(self):\n        self.x = {}\n"
                     "\n\nA()\n",
                     "3:9: expected values that tell the type of self.x in a shortened "
                     "run, found dict[?, ?]", id="attribute-that-stays-empty"),
        pytest.param("list = 1\nx = [1]\n",
                     "2:1: expected a place where `list` names the class list, "
                     "found another meaning of that name", id="shadowed-builtin"),
    ],
)  # fmt: skip
def test_what_the_run_does_not_tell_is_refused(code: str, message: str) -> None:
    with pytest.raises(Refusal) as refusal:
        annotated(code)
    assert str(refusal.value) == message


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("for i in range(3):\n    i = i + 1\n", id="loop-target-first"),
        pytest.param("a, b = 1, 2\na = 3\n", id="one-of-several-targets-first"),
        pytest.param("a = b = 1\n", id="chained"),
        pytest.param("x: int = 1\nx = 2\n", id="annotated"),
        pytest.param("x = 1 if False else len\n", id="function"),
        pytest.param("import os\nx = os\ny = open(os.devnull)\nz = iter([1])\n",
                     id="not-data"),
        pytest.param("if not __name__:\n    x = open('nowhere').read()\n",
                     id="not-reached"),
        pytest.param("class A:\n    x = 1\n    y = [x]\n", id="class-body"),
        pytest.param("def f():\n    global x\n    x = [1]\n\n\nf()\n", id="global"),
        pytest.param("def f(a):\n    a = [a]\n    return a\n\n\nf(1)\n",
                     id="parameter"),
        pytest.param("def f():\n    a = 1\n    return a\n\n\nf()\n", id="minor"),
        pytest.param("class A:\n    def f(self):\n        self.x = 1\n\n\nA().f()\n",
                     id="attribute-stored-elsewhere"),
        pytest.param("class A:\n    x: int\n\n    def __init__(self):\n"
                     "        self.x = 1\n\n\nA()\n",
                     id="attribute-declared-in-the-class"),
        pytest.param("class A:\n    def __init__(self):\n        self.x = 1\n\n"
                     "    @property\n    def x(self):\n        return 1\n\n"
                     "    @x.setter\n    def x(self, value):\n        pass\n\n\nA()\n",
                     id="property"),
        pytest.param("class A:\n    def __init__(self, other):\n"
                     "        other.x = 1\n\n\n"
                     "class B:\n    pass\n\n\nA(B())\n",
                     id="attribute-of-another-object"),
    ],
)  # fmt: skip
def test_left_alone(code: str) -> None:
    assert annotated(code) == code


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("x = 1\n", "x: int = 1\n", id="variable"),
        pytest.param("x = 1\nx = 'a'\nx += 'b'\n", "x: int | str = 1\nx = 'a'\n"
                     "x += 'b'\n",
                     id="type-changes"),
        pytest.param("total = 0\nfor n in (1, 2):\n    total += n / 2\n",
                     "total: float = 0\nfor n in (1, 2):\n    total += n / 2\n",
                     id="sum"),
        pytest.param("for i in range(2):\n    x = [i]\n    y = x\n",
                     "for i in range(2):\n    x: list[int] = [i]\n"
                     "    y: list[int] = x\n", id="in-a-loop"),
        pytest.param("if __name__:\n    x = 1\nelse:\n    x = 'a'\n",
                     "if __name__:\n    x: int | str = 1\nelse:\n    x = 'a'\n",
                     id="either-or"),
        pytest.param("x = 1, 2.0\n", "x: tuple[int, float] = 1, 2.0\n", id="tuple"),
        pytest.param("count = 0\n\n\ndef f():\n    global count\n    count = 0.5\n"
                     "\n\nf()\n",
                     "count: float = 0\n\n\ndef f():\n    global count\n"
                     "    count = 0.5\n"
                     "\n\nf()\n", id="assigned-in-a-function-too"),
        pytest.param("x = []  # names\nx.append('a')\n",
                     "x: list[str] = []  # names\nx.append('a')\n", id="comment"),
        pytest.param("def f(ns):\n    seen = set()\n    total = 0\n    half = 1 / 2\n"
                     "    for n in ns:\n        double = n * 2\n"
                     "        total += double\n"
                     "        seen.add(n)\n    return total\n\n\nf([1, 2])\n",
                     "def f(ns):\n    seen: set[int] = set()\n    total: int = 0\n"
                     "    half = 1 / 2\n    for n in ns:\n        double = n * 2\n"
                     "        total += double\n        seen.add(n)\n    return total\n"
                     "\n\nf([1, 2])\n", id="container-and-accumulator-of-a-function"),
        pytest.param("def f():\n    n = 0\n    def g():\n        nonlocal n\n"
                     "        n = 0.5\n    g()\n    return n\n\n\nf()\n",
                     "def f():\n    n: float = 0\n    def g():\n        nonlocal n\n"
                     "        n = 0.5\n    g()\n    return n\n\n\nf()\n",
                     id="nonlocal"),
        pytest.param("class Node:\n    def __init__(self, kids=()):\n"
                     "        self.kids = kids\n        self.weight = 0\n"
                     "        self.parent = None\n\n    def adopt(self, kid):\n"
                     "        self.kids = (*self.kids, kid)\n"
                     "        kid.parent = self\n        kid.weight += 0.5\n\n\n"
                     "root = Node()\nroot.adopt(Node((Node(),)))\n",
                     "class Node:\n    def __init__(self, kids=()):\n"
                     "        self.kids: tuple[Node, ...] = kids\n"
                     "        self.weight: float = 0\n"
                     "        self.parent: Node | None = None\n\n"
                     "    def adopt(self, kid):\n"
                     "        self.kids = (*self.kids, kid)\n"
                     "        kid.parent = self\n        kid.weight += 0.5\n\n\n"
                     "root: Node = Node()\nroot.adopt(Node((Node(),)))\n",
                     id="attributes"),
        pytest.param("class A:\n    def __init__(this):\n        this.x = 1\n\n\n"
                     "class B(A):\n    def grow(self):\n        self.x = 0.5\n\n\n"
                     "B().grow()\n",
                     "class A:\n    def __init__(this):\n        this.x: float = 1\n"
                     "\n\n"
                     "class B(A):\n    def grow(self):\n        self.x = 0.5\n\n\n"
                     "B().grow()\n", id="attribute-stored-by-a-subclass"),
        pytest.param("from collections import deque\nx = deque([1])\n",
                     "from collections import deque\nx: deque[int] = deque([1])\n",
                     id="imported-class"),
        pytest.param("import collections\nx = collections.deque([1])\n",
                     "import collections\nfrom collections import deque\n\n"
                     "x: deque[int] = collections.deque([1])\n", id="class-to-import"),
        pytest.param("def f():\n    x = [A()]\n    return x\n\n\nclass A:\n"
                     "    pass\n\n\n"
                     "f()\n",
                     "def f():\n    x: list[A] = [A()]\n    return x\n\n\nclass A:\n"
                     "    pass\n\n\nf()\n", id="not-evaluated-in-a-function"),
        pytest.param("x = None\n\n\nclass A:\n    pass\n\n\nx = A()\n",
                     'x: "A | None" = None\n\n\nclass A:\n    pass\n\n\nx = A()\n',
                     id="evaluated-in-the-module"),
    ],
)  # fmt: skip
def test_bindings_are_annotated(before: str, after: str) -> None:
    assert annotated(before) == after
    assert annotated(after) == after
    assert printed(after) == printed(before)
