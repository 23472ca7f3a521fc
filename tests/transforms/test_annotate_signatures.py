"""Signatures annotated with what one run shows."""

from __future__ import annotations

import subprocess
import sys

import libcst as cst
import pytest

from codemods.facts.observed_types import observe_types
from codemods.refusal import Refusal
from codemods.transforms.annotate_signatures import (
    annotate_signatures,
    has_bare_signatures,
)


def annotated(code: str) -> str:
    module = cst.parse_module(code)
    return annotate_signatures(module, observe_types(module)).code


def printed(code: str) -> str:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    ("code", "message"),
    [
        pytest.param("def f(a):\n    return a\n",
                     "1:5: expected a call of f in a shortened run, found none",
                     id="never-called"),
        pytest.param("class A:\n    def f(self):\n        return g()\n",
                     "2:9: expected a result of f that tells its type in a shortened "
                     "run, found none", id="method-never-called"),
        pytest.param("class A:\n    def __add__(self, other):\n        return self\n\n"
                     "    def __rmul__(self, other):\n        return self\n\n\n"
                     "A() + A()\n",
                     "5:9: expected a call of __rmul__ in a shortened run, found none",
                     id="operator-that-no-number-shows-the-operand-of"),
        pytest.param("class A:\n    def __add__(self, other):\n        return self\n",
                     "2:9: expected a call of __add__ in a shortened run, found none",
                     id="operator-without-siblings"),
        pytest.param("def f(a):\n    return 1\n\n\nf([])\n",
                     "1:7: expected values that tell the type of a in a shortened run, "
                     "found list[?]", id="list-that-stays-empty"),
        pytest.param("def f():\n    return [[]]\n\n\nf()\n",
                     "1:5: expected a result of f that tells its type in a shortened "
                     "run, found list[list[?]]", id="result-that-stays-empty"),
        pytest.param("def f(*a):\n    return 1\n\n\nf()\n",
                     "1:8: expected values that tell the type of a in a shortened run, "
                     "found ?", id="no-more-arguments"),
        pytest.param("def f(a):\n    return 1\n\n\nf(len)\n",
                     "1:7: expected values that tell the type of a in a shortened run, "
                     "found Callable[..., ?]", id="builtin-function"),
        pytest.param("def f(a):\n    return 1\n\n\nlist = 2\nf([1])\n",
                     "1:7: expected a place where `list` names the class list, "
                     "found another meaning of that name", id="shadowed-builtin"),
        pytest.param("class A:\n    def list(self, a):\n        return 1\n\n"
                     "    def f(self, b):\n        return 1\n\n\n"
                     "A().list(1)\nA().f([1])\n",
                     "5:17: expected a place where `list` names the class list, "
                     "found another meaning of that name", id="shadowed-by-a-method"),
        pytest.param("def g():\n    class A:\n        pass\n\n    return A()\n\n\n"
                     "def f(a):\n    return 1\n\n\nf(g())\n",
                     "1:5: expected a place where `g` names the class g.<locals>.A, "
                     "found another meaning of that name", id="class-of-a-function"),
        pytest.param("import _thread\n\n\ndef f(a):\n    return 1\n\n\n"
                     "f(_thread.allocate_lock())\n",
                     "4:7: expected a place where `lock` names the class lock, "
                     "found no such name", id="class-without-a-public-name"),
    ],
)  # fmt: skip
def test_what_the_run_does_not_tell_is_refused(code: str, message: str) -> None:
    with pytest.raises(Refusal) as refusal:
        annotated(code)
    assert str(refusal.value) == message


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("x = lambda a: a\n", id="lambda"),
        pytest.param("def f(a: int, *b: str) -> int:\n    return a\n", id="annotated"),
        pytest.param("class A:\n    def f(self) -> int:\n        return 1\n",
                     id="bare-self"),
    ],
)  # fmt: skip
def test_nothing_to_annotate(code: str) -> None:
    assert annotated(code) == code
    assert not has_bare_signatures(cst.parse_module(code))


@pytest.mark.parametrize(
    ("code", "signatures"),
    [
        pytest.param("def f(a, b):\n    return a * b\n\n\nf(1, 2.0)\n",
                     ["def f(a: int, b: float) -> float:"], id="numbers"),
        pytest.param("def f(a):\n    return None\n\n\nf(1)\nf(0.5)\nf('a')\n",
                     ["def f(a: float | str) -> None:"], id="several-types"),
        pytest.param("def f(a):\n    a = str(a)\n    return 1\n\n\nf(2)\n",
                     ["def f(a: int | str) -> int:"], id="bound-to-something-else"),
        pytest.param("def f(a=None, *, b=1):\n    return a\n\n\nf('x', b=0.5)\n",
                     ["def f(a: str | None=None, *, b: float=1) -> str:"],
                     id="defaults"),
        pytest.param("def f(a=()):\n    return a\n\n\nf((1, 2))\n",
                     ["def f(a: tuple[int, ...]=()) -> tuple[int, int]:"],
                     id="empty-default"),
        pytest.param("def f(*a, **b):\n    return len(a)\n\n\nf(1, 'x', k=2.5)\n",
                     ["def f(*a: int | str, **b: float) -> int:"], id="stars"),
        pytest.param("def f(a: int, b):\n    return a\n\n\nf(1, [b'x'])\n",
                     ["def f(a: int, b: list[bytes]) -> int:"], id="half-annotated"),
        pytest.param("def f(a):\n    a.append({1: 'x'})\n\n\nf([])\n",
                     ["def f(a: list[dict[int, str]]) -> None:"],
                     id="list-that-the-function-fills"),
        pytest.param("def f():\n    def g(a):\n        return a\n    return g(1)\n\n\n"
                     "f()\n", ["def f() -> int:", "def g(a: int) -> int:"],
                     id="nested"),
        pytest.param("def f(n):\n    yield n\n    yield 'x'\n\n\nlist(f(1))\n",
                     ["from collections.abc import Iterator",
                      "def f(n: int) -> Iterator[int | str]:"], id="generator"),
        pytest.param("def f(g):\n    return g(2)\n\n\ndef half(n):\n"
                     "    return n / 2\n\n\n"
                     "f(half)\n",
                     ["from collections.abc import Callable",
                      "def f(g: Callable[[int], float]) -> float:",
                      "def half(n: int) -> float:"], id="function-as-argument"),
        pytest.param("from collections import deque\n\n\ndef f(a):\n"
                     "    return a[0]\n\n\n"
                     "f(deque([1]))\n",
                     ["from collections import deque", "def f(a: deque[int]) -> int:"],
                     id="imported-class"),
        pytest.param("def f(a):\n    return 1\n\n\nclass A:\n    pass\n\n\n"
                     "def g(a):\n    return [a]\n\n\nf(A())\ng(A())\n",
                     ['def f(a: "A") -> int:', "def g(a: A) -> list[A]:"],
                     id="class-defined-below-and-above"),
        pytest.param("from __future__ import annotations\n\n\nclass A:\n"
                     "    def f(self, a):\n        return a\n\n\nA().f(A())\n",
                     ["from __future__ import annotations",
                      "def f(self, a: A) -> A:"], id="annotations-not-evaluated"),
        pytest.param("class A:\n    def __init__(self, n=0):\n        self.n = n\n"
                     "    @staticmethod\n    def make(n):\n        return A(n)\n"
                     "    @classmethod\n    def zero(cls):\n        return cls()\n"
                     "    @property\n    def half(self):\n        return self.n / 2\n"
                     "A.make(1).half\nA.zero()\n",
                     ["def __init__(self, n: int=0) -> None:",
                      'def make(n: int) -> "A":', 'def zero(cls) -> "A":',
                      "def half(self) -> float:"], id="kinds-of-methods"),
        pytest.param("class A:\n"
                     "    def __radd__(self, other):\n        return self\n"
                     "    def __rmul__(self, other):\n        return self\n"
                     "    def __rsub__(self, other):\n        return self\n"
                     "    def __neg__(self):\n        return self\n"
                     "    def __pos__(self):\n        return self\n"
                     "0 + A()\n0.5 * A()\n-A()\n",
                     ['def __radd__(self, other: float) -> "A":',
                      'def __rmul__(self, other: float) -> "A":',
                      'def __rsub__(self, other: float) -> "A":',
                      'def __neg__(self) -> "A":', 'def __pos__(self) -> "A":'],
                     id="operators-that-did-not-run"),
        pytest.param("class A:\n"
                     "    def __mul__(self, other):\n        return self\n"
                     "    def __radd__(self, other):\n        return self\n"
                     "A() * A()\nA() * 0.5\n",
                     ['def __mul__(self, other: "A | float") -> "A":',
                      'def __radd__(self, other: float) -> "A":'],
                     id="no-operator-for-an-object-on-the-right-ran"),
        pytest.param("class A:\n    def __eq__(self, other):\n"
                     "        return NotImplemented if other is None else True\n"
                     "A() == None\nA() == A()\n",
                     ['def __eq__(self, other: "A | None") -> bool:'],
                     id="not-implemented"),
        pytest.param("async def f(a):\n    return a\n\n\nimport asyncio\n"
                     "asyncio.run(f(1))\n", ["async def f(a: int) -> int:"],
                     id="async"),
    ],
)  # fmt: skip
def test_signatures_are_annotated(code: str, signatures: list[str]) -> None:
    after = annotated(code)
    lines = map(str.strip, after.splitlines())
    wanted = ("def ", "async ", "from ")
    assert [line for line in lines if line.startswith(wanted)] == signatures
    again = cst.parse_module(after)
    assert not has_bare_signatures(again)
    assert annotate_signatures(again, observe_types(again)).code == after
    assert printed(after) == printed(code)


def test_nothing_but_the_signature_is_touched() -> None:
    code = (
        "# Shapes.\n\n\ndef area( width,  # in metres\n          height = 2 ):\n"
        "    # Nothing to see.\n    return width*height\n\n\nprint(area(3))\n"
    )
    assert annotated(code) == (
        "# Shapes.\n\n\ndef area( width: int,  # in metres\n"
        "          height: int = 2 ) -> int:\n"
        "    # Nothing to see.\n    return width*height\n\n\nprint(area(3))\n"
    )


def test_the_result_of_an_object_that_a_method_would_make() -> None:
    code = """\
class Number:
    def twice(self):
        if self:
            return Number()
        return Number()

    def one(self):
        return 1 + Other()

"""
    after = annotated(code.replace("1 + Other()", "Number()"))
    assert after.count('(self) -> "Number":') == 2
    with pytest.raises(Refusal, match="expected a result of one that tells its type"):
        annotated(code)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("if self:\n    return Number()", id="a-branch"),
        pytest.param("if self:\n    return Number()\nelif 1:\n    pass\n"
                     "else:\n    return Number()", id="one-branch-of-three"),
        pytest.param("for each in [1]:\n    return Number()", id="a-loop"),
        pytest.param("def inner():\n    return Number()\nreturn Number()", id="nested"),
        pytest.param("yield self.x\nreturn Number()", id="a-generator"),
    ],
)  # fmt: skip
def test_the_result_of_a_method_that_may_give_something_else(body: str) -> None:
    lines = body.replace("\n", "\n        ")
    with pytest.raises(Refusal, match="a result of one that tells its type"):
        annotated(f"class Number:\n    def one(self):\n        {lines}\n")


def test_the_result_of_a_coroutine() -> None:
    code = "class Number:\n    async def one(self):\n        return Number()\n"
    with pytest.raises(Refusal, match="a result of one that tells its type"):
        annotated(code)


def test_a_result_that_all_branches_make() -> None:
    code = (
        "class Number:\n    def one(self):\n        if self:\n"
        "            return Number()\n        elif 1: return Number()\n"
        "        else:\n            return Number()\n"
    )
    assert 'def one(self) -> "Number":' in annotated(code)


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("class A:\n    def text(self) -> list:\n        return []\n",
                     id="method-never-called"),
        pytest.param("def f(a: dict, b: int) -> list:\n    return []\n\n\n"
                     "f({}, 1)\n", id="containers-that-stay-empty"),
        pytest.param("def f(a: list) -> None:\n    print(a)\n",
                     id="function-never-called"),
    ],
)  # fmt: skip
def test_a_hint_stays_where_the_run_shows_nothing(code: str) -> None:
    assert annotated(code) == code


def test_a_container_is_annotated_with_what_is_in_it() -> None:
    code = (
        "def first(row: list, of: dict[int, str], pair: tuple = (1, 'a')) -> list:\n"
        "    return row[:1]\n\n\nfirst([1.5], {})\n"
    )
    line = (
        "def first(row: list[float], of: dict[int, str], "
        "pair: tuple[int, str] = (1, 'a')) -> list[float]:\n"
    )
    assert has_bare_signatures(cst.parse_module(code))
    assert annotated(code).startswith(line)
