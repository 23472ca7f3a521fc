"""State, and what is none."""

from __future__ import annotations

import pytest

from codemods.facts.bindings import Bindings
from codemods.facts.metadata import parse, wrap
from codemods.facts.module_state import ModuleState


def state_of(code: str) -> set[str]:
    bindings = Bindings(wrap(parse(code)))
    state = ModuleState(bindings)
    return {binding.name for binding in bindings if binding in state}


@pytest.mark.parametrize(
    ("code", "names"),
    [
        pytest.param("a = 1\nb = [a]\n", set(), id="constants"),
        pytest.param("a = 1\na = 2\n", {"a"}, id="bound-again"),
        pytest.param("a = 1\na += 2\n", {"a"}, id="updated"),
        pytest.param("a = 1\ndel a\n", {"a"}, id="deleted"),
        pytest.param("for a in b:\n    c = 1\n", {"a", "c"}, id="bound-in-a-loop"),
        pytest.param("a = []\na.append(1)\n", {"a"}, id="changed-in-place"),
        pytest.param("a = 0\ndef f():\n    global a\n    a = 1\n", {"a"}, id="global"),
        pytest.param("def f():\n    a = 1\n    a = 2\n", set(), id="local"),
        pytest.param("import a\ndef b(): pass\nclass C: pass\na.x = b\n", set(),
                     id="definitions"),
    ],
)  # fmt: skip
def test_finds_state(code: str, names: set[str]) -> None:
    assert state_of(code) == names


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("xs: float\nxs = 0.1\n", id="declared-first"),
        pytest.param("if a:\n    xs = 1\nelif b:\n    xs = 2\n", id="branches"),
        pytest.param("xs = (1, 'a', None)\n", id="tuple"),
        pytest.param("ys = 2\nxs = -(2**ys)\n", id="operators"),
        pytest.param("import math\nxs = math.exp\n", id="function"),
        pytest.param("xs = lambda y: y\n", id="lambda"),
        pytest.param("xs = dict[str, int]\n", id="type"),
        pytest.param("import re\nxs = re.compile('a')\n", id="pattern"),
        pytest.param("import os\nxs = os.getenv('a')\n", id="setting-of-the-system"),
        pytest.param("xs = [1, 2]\n", id="list"),
        pytest.param("xs = [[0.0] * 2, [1.0]]\n", id="rows"),
        pytest.param("xs = sorted('ab')\n", id="sorted"),
        pytest.param("xs = 'a b'.split()\n", id="split"),
        pytest.param("ys = [1]\nxs = {'a': ys, 'b': ys[:]}\n", id="of-constants"),
        pytest.param("xs = {i: [i] for i in range(3)}\n", id="comprehension"),
        pytest.param(
            "def make() -> list[int]:\n    made: list[int] = []\n    made.append(1)\n"
            "    return made\nxs = make()\n",
            id="made-by-a-function",
        ),
    ],
)
def test_functions_may_use_constants(code: str) -> None:
    assert "xs" not in state_of(code + "def f():\n    print(xs)\n")


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("if a:\n    xs = 1\n    xs = 2\nelse:\n    xs = 3\n", id="branch"),
        pytest.param("if a:\n    xs = 1\nif b:\n    xs = 2\n", id="two-ifs"),
        pytest.param("xs = 1\nif a:\n    xs = 2\n", id="perhaps-again"),
        pytest.param("try:\n    xs = 1\nexcept E:\n    xs = 2\n", id="try"),
        pytest.param("xs = a()\n", id="unknown"),
        pytest.param("xs = open('a')\n", id="file"),
        pytest.param("xs = enumerate('a')\n", id="iterator"),
        pytest.param("import collections as c\nxs = c.deque()\n", id="unknown-type"),
        pytest.param(
            "from collections import defaultdict\n"
            "xs: defaultdict[str, int] = defaultdict(int)\n",
            id="table-that-reading-changes",
        ),
        pytest.param("class A: pass\nxs = A()\n", id="object"),
        pytest.param("xs = [1]\nelsewhere(xs)\n", id="lost"),
        pytest.param("xs = ys = [1]\n", id="two-names"),
        pytest.param("ys = [1]\nxs = ys\nys[0] = 2\n", id="name-of-a-list"),
        pytest.param("ys = [1]\nxs = [ys]\nys[0] = 2\n", id="holding-a-list"),
        pytest.param("ys = [[1]]\nxs = ys[0]\nys[0][0] = 2\n", id="row-of-a-list"),
        pytest.param("ys = [[1]]\nxs = ys[:]\nys[0][0] = 2\n", id="slice-of-a-list"),
        pytest.param("ys = [[1]]\nxs = list(ys)\nys[0][0] = 2\n", id="copy"),
        pytest.param(
            "ys = [1]\ndef make() -> list[int]:\n    return ys\nxs = make()\n",
            id="returned-and-kept",
        ),
        pytest.param(
            "def make(kept: list[list[int]]) -> list[int]:\n    made = [1]\n"
            "    kept.append(made)\n    return made\nxs = make([])\n",
            id="returned-and-put-elsewhere",
        ),
    ],
)
def test_functions_use_state(code: str) -> None:
    assert "xs" in state_of(code + "def f():\n    print(xs)\n")


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("def f():\n    global xs\n    xs = 1\n", id="bound"),
        pytest.param("def f():\n    global xs\n    import xs\n", id="imported"),
        pytest.param("def f():\n    global xs\n    def xs(): pass\n", id="defined"),
        pytest.param("xs = 1\ndef f():\n    global xs\n    del xs\n", id="deleted"),
        pytest.param("xs = 1\ndef f():\n    global xs\n", id="declared"),
    ],
)
def test_what_functions_may_bind_is_state(code: str) -> None:
    assert state_of(code) == {"xs"}


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("xs = a()\nprint(xs)\n", id="used-by-the-module-only"),
        pytest.param("xs = a.b\ndef f():\n    y: list[xs] = []\n", id="in-a-hint"),
    ],
)
def test_what_functions_do_not_use_is_no_state(code: str) -> None:
    assert state_of(code) == set()
