"""What a run shows: types by place, of programs that must not notice being watched."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest

from codemods.facts.find_nodes import find
from codemods.facts.metadata import wrap
from codemods.facts.observed_sites import instrument
from codemods.facts.observed_types import RECORDER, NodeTypes, observe_types
from codemods.facts.walk import walk
from codemods.memory import Memory
from codemods.refusal import Refusal
from codemods.verify.run import RunResult, run_script


def observe(code: str, input_file: Path | None = None) -> tuple[cst.Module, NodeTypes]:
    module = cst.parse_module(code)
    return module, observe_types(module, input_file=input_file).on(module)


class _Collector(cst.CSTVisitor):
    def __init__(self, module: cst.Module, types: NodeTypes) -> None:
        super().__init__()
        self.module = module
        self.types = types
        self.stored: dict[str, str] = {}
        self.loaded: dict[str, str] = {}
        self.returned: dict[str, str] = {}

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.BaseExpression):
            text = self.module.code_for_node(node)
            stored, loaded = self.types.stored(node), self.types.loaded(node)
            if stored.name != "|" or stored.arguments:
                self.stored[text] = str(stored)
            if loaded.name != "|" or loaded.arguments:
                self.loaded[text] = str(loaded)
        if isinstance(node, cst.FunctionDef):
            self.returned[node.name.value] = str(self.types.returned(node))
        return super().on_visit(node)


def collect(code: str, input_file: Path | None = None) -> _Collector:
    module, types = observe(code, input_file)
    collector = _Collector(module, types)
    module.visit(collector)
    return collector


def run_copy(code: str) -> RunResult:
    copy, sites = instrument(wrap(cst.parse_module(code)))
    recorder = f"{RECORDER.read_text()}\nbegin({len(sites.keys)})\n"
    return run_script(copy.code, helper=recorder)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        pytest.param("x = [1, *(2,)]\ny = 1, *x\n1 / 0\n",
                     "expected a shortened run that ends well, "
                     "found ZeroDivisionError: division by zero", id="error"),
        pytest.param("import sys\nsys.exit(3)\n",
                     "expected a shortened run that ends well, found none",
                     id="exit-status"),
        pytest.param("import os\nos._exit(0)\n",
                     "expected a shortened run that ends well, found none",
                     id="no-report"),
        pytest.param("while True:\n    print(1)\n",
                     "1:1: expected a for loop over a range around what prints, "
                     "found while True:", id="not-to-be-shortened"),
    ],
)  # fmt: skip
def test_a_run_that_fails_shows_nothing(code: str, message: str) -> None:
    with pytest.raises(Refusal) as refusal:
        observe(code)
    assert str(refusal.value) == message


def test_types_are_not_looked_up_in_another_program() -> None:
    types = observe_types(cst.parse_module("x = 1\n"))
    with pytest.raises(ValueError, match="another program"):
        types.on(cst.parse_module("x = 2\n"))


PARAMETERS = "def f(x, *y, z=1, **w):\n    pass\n\n\nf('a', 2, None, v=3)\n"


@pytest.mark.parametrize(
    ("code", "name", "type_"),
    [
        pytest.param("x = []\n", "x", "list[?]", id="list-that-stays-empty"),
        pytest.param("x = []\nx.append(1)\n", "x", "list[int]", id="list-filled-later"),
        pytest.param("x = [[], []]\nx[1].append('a')\n", "x", "list[list[str]]",
                     id="inner-list-filled-later"),
        pytest.param("x = {}\nx['a'] = [1.5]\n", "x", "dict[str, list[float]]",
                     id="dict-filled-later"),
        pytest.param("x = [1]\nx[0] = 'a'\n", "x", "list[int | str]",
                     id="list-with-something-else-later"),
        pytest.param("x = [None] * 5000 + [1]\n", "x", "list[int | None]",
                     id="late-element-of-a-long-list"),
        pytest.param("for i in range(9000):\n    x = 1 if i < 8999 else 'a'\n", "x",
                     "int | str", id="late-type-at-one-place"),
        pytest.param("for i in range(900):\n    x = [i if i < 899 else None]\n", "x",
                     "list[int | None]", id="late-element-type-at-one-place"),
        pytest.param("x = tuple(range(40))\n", "x", "tuple[int, ...]", id="long-tuple"),
        pytest.param("x = 1, *[2, 3]\n", "x", "tuple[int, int, int]",
                     id="tuple-with-a-star"),
        pytest.param("x = (1, 'a', [2.0])\n", "x", "tuple[int, str, list[float]]",
                     id="tuple"),
        pytest.param("x = []\nx.append(x)\n", "x", "list[object]", id="holds-itself"),
        pytest.param("import collections\nx = collections.deque([1])\n", "x",
                     "deque[int]", id="deque"),
        pytest.param("import collections\nx = collections.Counter('ab')\n", "x",
                     "Counter[str]", id="counter"),
        pytest.param("x = {1: 'a'}.items()\n", "x", "ItemsView[int, str]", id="view"),
        pytest.param("class A:\n    class B:\n        pass\n\n\nx = A.B()\n", "x",
                     "A.B", id="class-in-a-class"),
        pytest.param("class A:\n    pass\n\n\nx = A\n", "x", "type[A]", id="class"),
        pytest.param("import math\nx = math\n", "x", "ModuleType", id="module"),
        pytest.param("import os\nx = open(os.devnull)\n", "x", "TextIO", id="file"),
        pytest.param("def f(a):\n    return str(a)\n\n\nx = f\nf(1)\n", "x",
                     "Callable[[int], str]", id="function"),
        pytest.param("def f(*a):\n    return 1.5\n\n\nx = f\nf(1)\n", "x",
                     "Callable[..., float]", id="function-of-any-arguments"),
        pytest.param("class A:\n    def f(self, a):\n        return a\n\n\n"
                     "x = A().f\nx(1)\n", "x", "Callable[[int], int]",
                     id="bound-method"),
        pytest.param("def f(g):\n    return 0 if g is None else f(None)\n\n\n"
                     "x = f\nf(f)\n", "x", "Callable[[Callable[[?], int] | None], int]",
                     id="function-given-to-itself"),
        pytest.param("x = lambda a: a\n", "x", "Callable[..., ?]", id="lambda"),
        pytest.param("def f():\n    yield 1\n    yield 'a'\n\n\nx = f()\n", "x",
                     "Iterator[int | str]", id="generator"),
        pytest.param("x = zip([1], [2])\n", "x", "Iterator[?]", id="iterator"),
        pytest.param("a, (x, *y) = 1, ('a', 2.0)\n", "y", "list[float]", id="starred"),
        pytest.param("for i, x in enumerate('ab'):\n    pass\n", "x", "str", id="loop"),
        pytest.param("y = [x for x in (1, None)]\n", "x", "int | None",
                     id="comprehension"),
        pytest.param("import io\nwith io.StringIO('a') as x:\n    pass\n", "x",
                     "StringIO", id="with"),
        pytest.param("if (x := 1.5) > 1:\n    pass\n", "x", "float", id="walrus"),
        pytest.param("x = 1\nx += 0.5\n", "x", "float", id="update"),
        pytest.param("class A:\n    pass\n\n\na = A()\na.x = 1\na.x *= 1.5\n", "a.x",
                     "float", id="update-of-an-attribute"),
        pytest.param("class A:\n    __slots__ = ('x',)\n\n\na = A()\na.x = 1\n"
                     "a.x += 1\n", "a.x", "int", id="update-of-a-slot"),
        pytest.param("x = {'a': 1}\nx['a'] += 0.5\n", "x['a']", "float",
                     id="update-of-an-item"),
        pytest.param("x = [[1]]\nx[0][len(x) - 1] += 0.5\n", "x[0][len(x) - 1]",
                     "float", id="update-of-an-item-of-an-item"),
        pytest.param(PARAMETERS, "y", "tuple[int, None]", id="star-parameter"),
        pytest.param(PARAMETERS, "w", "dict[str, int]", id="double-star-parameter"),
        pytest.param(PARAMETERS, "z", "int", id="default"),
        pytest.param("if False:\n    x = 'a'\n", "x", "str", id="literal-not-reached"),
    ],
)  # fmt: skip
def test_what_is_bound(code: str, name: str, type_: str) -> None:
    assert collect(code).stored[name] == type_


def test_what_did_not_run_is_unobserved() -> None:
    seen = collect(
        "def f(a):\n    return a + len(a)\n\n\nif f is None:\n    x = f(1)\n"
    )
    assert seen.stored == {}
    assert seen.returned == {"f": "?"}


def test_operands_are_told_apart_by_place() -> None:
    code = (
        "class A:\n    def __init__(self, n):\n        self.n = n\n"
        "    def __add__(self, other):\n        return A(self.n + other)\n"
        "a = A(1)\nb = 2\nc = (a + 3) + b\n"
    )
    module, types = observe(code)
    total = module.body[-1].body[0].value  # type: ignore[union-attr, union-attr]
    assert str(types.loaded(total)) == "A"
    assert str(types.loaded(total.left)) == "A"
    assert str(types.loaded(total.right)) == "int"
    assert str(types.loaded(total.left.right)) == "int"


def test_an_updated_target_is_seen_before_and_after() -> None:
    seen = collect("x = [1]\nfor i in range(3):\n    x[0] += 0.5\n")
    assert seen.loaded["x[0]"] == "float"
    assert seen.stored["x[0]"] == "float"


@pytest.mark.parametrize(
    ("body", "type_"),
    [
        pytest.param("pass", "None", id="nothing"),
        pytest.param("return", "None", id="bare-return"),
        pytest.param("if a: return 1", "int | None", id="falls-off-its-end"),
        pytest.param("return a or None", "int | None", id="union"),
        pytest.param("return NotImplemented", "?", id="not-implemented"),
        pytest.param("yield a", "Iterator[int]", id="yields"),
        pytest.param("yield from [a, 'b']", "Iterator[int | str]", id="delegates"),
        pytest.param("return (lambda: 'a') and a", "int", id="not-of-a-lambda"),
    ],
)
def test_what_a_function_returns(body: str, type_: str) -> None:
    code = f"def f(a):\n    {body}\n\n\nfor i in range(2):\n    list([f(i)])\n"
    drained = code.replace("list([f(i)])", "list(f(i))") if "yield" in body else code
    assert collect(drained).returned["f"] == type_


WATCHFUL = """\
class Kind(type):
    def __hash__(cls):
        print("hash of a class")
        return 1

    def __eq__(cls, other):
        print("comparison of classes")
        return cls is other


class Watchful(metaclass=Kind):
    def __init__(self):
        object.__setattr__(self, "n", 0)

    def __getattribute__(self, name):
        print("read", name)
        return object.__getattribute__(self, name)

    def __setattr__(self, name, value):
        print("write", name)
        object.__setattr__(self, name, value)

    def __eq__(self, other):
        print("comparison")
        return True

    def __hash__(self):
        print("hash")
        return 2

    def __bool__(self):
        print("truth")
        return True

    def __len__(self):
        print("length")
        return 3

    def __iter__(self):
        print("iteration")
        return iter([1])

    def __repr__(self):
        print("text")
        return "W"


class Property:
    @property
    def total(self):
        print("property")
        return 1

    @total.setter
    def total(self, value):
        print("set", value)


def numbers():
    try:
        yield 1
        yield 2
    finally:
        print("closed")


def first(generator):
    for number in generator:
        return number


def order(text):
    print(text)
    return [1, 2]


watchful = Watchful()
held = [watchful, {1: watchful}, (watchful, watchful)]
watchful.n += 1
Property().total += 1
order("owner")[order("index")[0]] += order("value")[1]
first(numbers())
print(watchful is held[0], len(held), [h for h in held if h is watchful] == [])
"""


def test_the_script_does_not_notice() -> None:
    plain, watched = run_script(WATCHFUL), run_copy(WATCHFUL)
    assert watched.stderr == plain.stderr == b""
    assert watched.stdout == plain.stdout
    assert b"closed" in plain.stdout


def test_the_run_is_shortened_and_reads_its_input(tmp_path: Path) -> None:
    (tmp_path / "data.txt").write_text("ann\nbob\n")
    code = (
        "names = open('input.txt').read().split()\n"
        "for step in range(10**9 if False else 1000000):\n    pass\n"
        "for step in range(400000000):\n    x = names[step]\n    print(x)\n"
    )
    seen = collect(code, tmp_path / "data.txt")
    assert seen.stored["names"] == "list[str]"
    assert seen.stored["x"] == "str"


def test_a_container_that_one_iteration_leaves_empty_is_given_more() -> None:
    code = (
        "for step in range(500):\n    odd = [n for n in range(step) if n % 2]\n"
        "    print(step, odd)\n"
    )
    assert collect(code).stored["odd"] == "list[int]"


def test_types_are_remembered_by_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = Memory(tmp_path)
    module = cst.parse_module("x = [1.5]\n")
    first = observe_types(module, memory=memory)
    monkeypatch.setattr("codemods.facts.observed_types.run_script", None)
    annotated = cst.parse_module("x: list[float] = [1.5]  # half\n")
    assert observe_types(annotated, memory=memory) == first
    with pytest.raises(TypeError):
        observe_types(cst.parse_module("x = [2]\n"), memory=memory)


WANTED = """\
def half(number):
    return number / 2
total = first = half(3) + 1
total += 2
functions = [half]
wanted = total
"""


@pytest.mark.parametrize(
    ("wanted", "sites"),
    [
        pytest.param("first", 1, id="target"),  # its value, which it shares
        pytest.param("3", 0, id="literal"),
        pytest.param("functions", 9, id="function"),  # and so all there is
    ],
)
def test_only_what_is_asked_for_is_watched(
    wanted: str, sites: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: list[int] = []

    def count(*arguments: object, helper: str, **options: object) -> RunResult:
        counts.append(int(helper.rstrip()[:-1].rpartition("(")[2]))
        return run_script(*arguments, helper=helper, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("codemods.facts.observed_types.run_script", count)
    module = cst.parse_module(WANTED)
    every = observe_types(module).on(module)
    nodes = [n for n in walk(module) if isinstance(n, cst.BaseExpression)]
    node, *_ = (n for n in nodes if module.code_for_node(n) == wanted)
    some = observe_types(module, [node]).on(module)
    assert some.stored(node) == every.stored(node)
    assert some.loaded(node) == every.loaded(node)
    assert counts[-1] == sites
    with pytest.raises(LookupError):
        some.loaded(nodes[-1])
    assert observe_types(module, []).types == {}


def test_what_was_asked_for_is_remembered_apart(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    module = cst.parse_module("x = [1.5]\ny = 2\n")
    x, y = (next(iter(a.targets)).target for a in find(module, cst.Assign))
    for nodes in ([x], [y], [x, y]):
        types = observe_types(module, nodes, memory=memory)
        assert observe_types(module, nodes, memory=memory) == types
        assert [str(types.on(module).stored(n)) for n in nodes][:1] == (
            ["list[float]"] if x in nodes else ["int"]
        )
