"""Types that can be read off a module's text."""

from __future__ import annotations

import libcst as cst
import pytest

from codemods.facts.bindings import Bindings
from codemods.facts.find_nodes import find
from codemods.facts.metadata import wrap
from codemods.facts.obvious_types import ObviousType, ObviousTypes


def type_of(code: str) -> str | None:
    """The type of the argument of the last call of `probe`."""
    wrapper = wrap(cst.parse_module(code))
    calls = [c for c in find(wrapper.module, cst.Call) if is_probe(c)]
    return shown(ObviousTypes(Bindings(wrapper)).type_of(calls[-1].args[0].value))


def is_probe(call: cst.Call) -> bool:
    return isinstance(call.func, cst.Name) and call.func.value == "probe"


def shown(kind: ObviousType | None) -> str | None:
    if kind is None or kind.element is None:
        return kind and kind.kind
    return f"{kind.kind}[{shown(kind.element)}]"


EXPRESSIONS = [
    ("1", "int"), ("-1.5", "float"), ("'a' 'b'", "str"), ("b'a'", "bytes"),
    ("f'{x}'", "str"), ("[1, 2.5]", "list[float]"), ("['a', 1]", "list"),
    ("('a',)", "tuple[str]"), ("{}", "dict"), ("{'a'}", "set[str]"),
    ("[c for c in 'ab']", "list[str]"), ("{k: 1 for k in x}", "dict"),
    ("len(x)", "int"), ("sorted(set('ab'))", "list[str]"), ("str(x)[0]", "str"),
    ("'a,b'.split(',')[0].strip()", "str"), ("'a,b'.split(',')[1:]", "list[str]"),
    ("open('f').read().splitlines()", "list[str]"), ("open('f', 'rb').read()", None),
    ("open('f', mode).read()", None), ("open('f', encoding='utf-8').read()", "str"),
    ("x.strip()", None), ("x.startswith('a')", "bool"), ("1 + 2.0", "float"),
    ("1 // 2", "int"), ("'%d' % x", "str"), ("'a' * 3", "str"),
    ("[1] + [2]", "list[int]"),
    ("x + 1", None), ("a < b", "bool"), ("not x", "bool"), ("(1 > 2) + 1", None),
    ("1 if x else 2", "int"), ("1 if x else None", None), ("'a' or 'b'", "str"),
    ("(n := 3)", "int"), ("None", "None"), ("range(3)", "range[int]"), ("x.y", None),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "kind"), EXPRESSIONS)
def test_expressions(expression: str, kind: str | None) -> None:
    assert type_of(f"probe({expression})\n") == kind


MODULES = [
    pytest.param("x = 1\nx = 2.5\nprobe(x)\n", "float", id="two-numbers"),
    pytest.param("x = 1\nx = 'a'\nprobe(x)\n", None, id="two-types"),
    pytest.param("x = 0\nx = x + 1\nx += 2\nprobe(x)\n", "int", id="counter"),
    pytest.param("x = x\nprobe(x)\n", None, id="itself"),
    pytest.param("x = 1\nx /= 2\nprobe(x)\n", "float", id="division"),
    pytest.param("def f(x: str):\n    probe(x)\n", "str", id="annotation"),
    pytest.param("def f(*x: str):\n    probe(x)\n", None, id="star-annotation"),
    pytest.param("def f(x: int = None):\n    probe(x)\n", None, id="optional"),
    pytest.param("def f(x=1):\n    probe(x)\n", None, id="default"),
    pytest.param("x: list[str] = []\nprobe(x)\n", "list", id="annotated-and-passed-on"),
    pytest.param("x, y = 1, 2\nprobe(x)\n", None, id="unpacked"),
    pytest.param("for x in 'ab':\n    probe(x)\n", "str", id="loop"),
    pytest.param("with open(p) as f:\n    probe(f.read())\n", "str", id="with"),
    pytest.param("import x\nprobe(x)\n", None, id="import"),
    pytest.param("def len(x):\n    pass\nprobe(len(y))\n", None, id="shadowed-builtin"),
    pytest.param("x = 1\nprobe([(x := i) for i in y])\nprobe(x)\n", None,
                 id="walrus-in-a-comprehension"),
    pytest.param("x = 1\nmatch y:\n    case [*x]:\n        probe(x)\n", None,
                 id="captured"),
    pytest.param("x = 1\ndef f():\n    global x\n    x = ''\nprobe(x)\n", None,
                 id="global"),
    pytest.param("x = 1\nexec('x = None')\nprobe(x)\n", None, id="exec"),
    pytest.param("def f(n) -> int:\n    return n\nprobe(f(1))\n", "int", id="returns"),
    pytest.param("def f(n):\n    return n > 1\nprobe(f(1))\n", "bool", id="predicate"),
    pytest.param("def f(n):\n    yield n > 1\n    return True\nprobe(f(1))\n", None,
                 id="generator"),
    pytest.param("@d\ndef f(n) -> int:\n    return n\nprobe(f(1))\n", None,
                 id="decorated"),
    pytest.param("x = None\nfor x in 'a':\n    probe(x)\nfor x in y:\n    pass\n",
                 "str",
                 id="loop-of-its-own"),
    pytest.param("for x in 'a':\n    probe(x)\n    x = None\n", None,
                 id="bound-again-in-the-loop"),
    pytest.param("for x in 'a':\n    x = 1\nelse:\n    probe(x)\n", None,
                 id="after-the-loop"),
    pytest.param("def f():\n    global x\n    x = 1\nfor x in 'a':\n    f()\n"
                 "    probe(x)\n", None, id="bound-by-a-call-in-the-loop"),
    pytest.param("for x in 'a':\n    next(later)\n    probe(x)\n"
                 "later = ((x := i) for i in y)\n", None,
                 id="bound-by-a-generator-in-the-loop"),
    pytest.param("for x in 'a':\n    def f():\n        probe(x)\nx = 1\n", None,
                 id="read-later-by-a-function"),
    pytest.param("x = ['a']\nfor y in x:\n    probe(y)\n", "str", id="elements"),
    pytest.param("x = ['a']\nz = x\nfor y in x:\n    probe(y)\n", None, id="alias"),
    pytest.param("x = ['a']\ny: 'x' = 1\ndel x[0]\nprobe(x[0])\n", None,
                 id="item-deleted"),
    pytest.param("match y:\n    case {'a': 1, **x}:\n        probe(x)\n", None,
                 id="captured-rest"),
    pytest.param("x = ['a']\nx[0] = 1\nprobe(x[0])\n", None, id="item-assigned"),
    pytest.param("x = [['a']]\nx[0].append(1)\nfor y in x[0]:\n    probe(y)\n", None,
                 id="elements-of-elements"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "kind"), MODULES)
def test_variables(code: str, kind: str | None) -> None:
    assert type_of(code) == kind


def test_builtins_that_the_module_leaves_alone() -> None:
    wrapper = wrap(cst.parse_module("def f(len): pass\nprint(1)\n"))
    types = ObviousTypes(Bindings(wrapper))
    assert types.has_builtin("print")
    assert not types.has_builtin("len")
