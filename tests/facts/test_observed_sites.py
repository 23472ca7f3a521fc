"""Instrumented copies, as text, and what the sites of a copy stand for."""

from __future__ import annotations

import libcst as cst
import pytest

from codemods.facts.metadata import wrap
from codemods.facts.observed_sites import Seen, instrument


def instrumented(code: str) -> str:
    """The copy, with `__observe__` spelt `o`, so that it can be read."""
    copy, _ = instrument(wrap(cst.parse_module(code)))
    compile(copy.code, "copy", "exec", dont_inherit=True)
    return copy.code.replace("__observe__", "o").replace("__observe_", "o_")


@pytest.mark.parametrize(
    "code",
    [
        pytest.param('"""Text."""\nx = 1\ny = "a"\nz = (1, 2.0)\n', id="literals"),
        pytest.param("import a.b as c\nfrom d import e\n", id="imports"),
        pytest.param("@a.b(c)\nclass A:\n    pass\n", id="decorator"),
        pytest.param("x: list[int]\n", id="annotation"),
        pytest.param("print(f'{x=}')\n", id="expression-that-prints-itself"),
        pytest.param("x = not (1 in (2, 3))\n", id="truth-values"),
        pytest.param("def f():\n    global x\n    x = 1\n", id="declaration"),
    ],
)
def test_nothing_to_watch(code: str) -> None:
    assert instrumented(code) == code


@pytest.mark.parametrize(
    ("code", "copy"),
    [
        pytest.param("x = a + 1\n", "x = o(0, o(1, a) + 1)\n", id="operation"),
        pytest.param("x = f(a)[b].c\n", "x = o(0, o(1, o(2, f(o(3, a)))[o(4, b)]).c)\n",
                     id="call-subscript-attribute"),
        pytest.param("f = 1\nx = f(a)\n", "f = 1\nx = o(0, f(o(1, a)))\n",
                     id="callee-straight-below"),
        pytest.param("a[0].b(c)\n", "o(0, o(1, a)[0]).b(o(2, c))\n", id="statement"),
        pytest.param("super().f(a)\n", "o(0, super()).f(o(1, a))\n", id="super"),
        pytest.param("x = a\ny = x + x\n", "x = o(0, a)\ny = o(1, x + x)\n",
                     id="straight-line"),
        pytest.param("x = (a, b)\n", "x = (o(0, a), o(1, b))\n", id="tuple"),
        pytest.param("x = a, *b\n", "x = o(0, (o(1, a), *o(2, b)))\n", id="starred"),
        pytest.param("f(x for x in a)\n",
                     "f(o(0, (o(1, x) for x in o(2, a) if __observed__(3, x))))\n",
                     id="generator-expression"),
        pytest.param("def f():\n    return(a)\n",
                     "def f():\n    return(o(0, (a)))\n    o(1, None)\n",
                     id="parentheses-instead-of-a-space"),
        pytest.param("x = f'{a!r:>{b}}'\n", "x = f'{o(0, a)!r:>{o(1, b)}}'\n",
                     id="formatted-string"),
        pytest.param("x = [y := a, y]\n", "x = o(0, [y := o(1, a), o(2, y)])\n",
                     id="walrus"),
        pytest.param("a, b.c = d\n",
                     "a, b.c = o(0, d); o(1, a); o_attribute__(2, b, 'c')\n",
                     id="unpacking"),
        pytest.param("a += b\n", "o(1, a); a += o(0, b); o(2, a)\n", id="update"),
        pytest.param("a.b += 1\n",
                     "o_attribute__(0, a, 'b'); a.b += 1; o_attribute__(1, a, 'b')\n",
                     id="update-of-an-attribute"),
        pytest.param("f(a)[g(b)] -= 1\n",
                     "__observed_1__ = o(0, f(o(1, a))); "
                     "__observed_2__ = o(2, g(o(3, b))); "
                     "o_item__(4, __observed_1__, __observed_2__); "
                     "__observed_1__[__observed_2__] -= 1; "
                     "o_item__(5, __observed_1__, __observed_2__)\n",
                     id="update-of-an-item-evaluates-its-parts-once"),
        pytest.param("class A:\n    def f(self):\n        self.__x += 1\n",
                     "class A:\n    def f(self):\n        o(2, self)\n"
                     "        o_attribute__(0, self, '_A__x'); self.__x += 1; "
                     "o_attribute__(1, self, '_A__x')\n",
                     id="private-attribute"),
        pytest.param("for a, b in c: f(a)\n",
                     "for a, b in o(0, c):\n    o(1, a)\n    o(2, b)\n    f(a)\n",
                     id="loop-on-one-line"),
        pytest.param("def f(a, *b, c=1, **d):\n    'Text.'\n    return\n",
                     "def f(a, *b, c=1, **d):\n    'Text.'\n    o(0, a)\n    o(1, b)\n"
                     "    o(2, c)\n    o(3, d)\n    return\n",
                     id="parameters"),
        pytest.param("def f(a):\n    if a:\n        return\n    return a\n",
                     "def f(a):\n    o(1, a)\n    if a:\n        return o(2, None)\n"
                     "    return o(0, a)\n    o(2, None)\n",
                     id="returns-with-and-without-a-value"),
        pytest.param("def f():\n    yield a\n    return b\n",
                     "def f():\n    yield o(0, a)\n    return o(1, b)\n",
                     id="generator"),
        pytest.param("match a:\n    case [b, C(d=1)] if b:\n        pass\n",
                     "match o(0, a):\n    case [b, C(d=1)] if o(1, b):\n        pass\n",
                     id="patterns"),
    ],
)  # fmt: skip
def test_values_are_handed_over(code: str, copy: str) -> None:
    assert instrumented(code) == copy


def test_what_a_site_tells() -> None:
    _, sites = instrument(
        wrap(cst.parse_module("def f(a):\n    x = y = a\n    return 1\n"))
    )
    f, a, x, y, loaded, one = range(6)
    assert sites.keys == [(Seen.STORED, a), (Seen.RETURNED, f)]
    assert sites.same == {
        (Seen.LOADED, loaded): [(Seen.STORED, a)],
        (Seen.STORED, x): [(Seen.LOADED, loaded)],
        (Seen.STORED, y): [(Seen.LOADED, loaded)],
        (Seen.RETURNED, f): [(Seen.LOADED, one)],
    }
    assert {key: str(type_) for key, type_ in sites.known.items()} == {
        (Seen.LOADED, one): "int"
    }
