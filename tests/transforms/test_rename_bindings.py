"""Renaming variables, functions and parameters in code of every shape."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator, Mapping
from inspect import cleandoc

import libcst as cst
import pytest

from codemods.facts.bindings import Bindings
from codemods.facts.new_names import NewName
from codemods.facts.scopes import Role
from codemods.facts.webs import Web, find_webs
from codemods.refusal import Refusal
from codemods.transforms.rename_bindings import rename_bindings

Chooser = Callable[[Bindings], Mapping[Web, NewName]]


def wish(insist: bool = True, **names: str) -> Chooser:
    """Names by `path__name`; several names, one for each web, are split by `|`."""

    def choose(bindings: Bindings) -> Mapping[Web, NewName]:
        left: dict[str, Iterator[str]] = {
            key: iter(value.split("|")) for key, value in names.items()
        }
        webs = {
            web: "__".join([*web.scope.path, web.name]) for web in find_webs(bindings)
        }
        return {
            web: NewName(next(left[key], web.name), insist)
            for web, key in webs.items()
            if key in left
        }

    return choose


def rename(code: str, choose: Chooser) -> str:
    return rename_bindings(cst.parse_module(code), choose).code


def printed(code: str) -> str:
    stream = io.StringIO()
    with contextlib.redirect_stdout(stream):
        exec(compile(code, "example", "exec"), {"__name__": "example"})
    return stream.getvalue()


REFUSED = [
    pytest.param(
        "a = 1\nb = 2\nprint(a, b)\n",
        wish(a="b"),
        "2:1: expected the new name 'b' to be free, found another meaning of 'b'",
        id="the-new-name-is-bound",
    ),
    pytest.param(
        "def f(a):\n    return a + outer\nouter = 1\n",
        wish(f__a="outer"),
        "2:16: expected the new name 'outer' to be free",
        id="the-new-name-would-capture-an-outer-variable",
    ),
    pytest.param(
        "a = 1\ndef f(inner):\n    return a + inner\n",
        wish(a="inner"),
        "3:12: expected the new name 'inner' to be free",
        id="an-inner-variable-would-capture-the-new-name",
    ),
    pytest.param(
        "a = [1]\nprint([a for b in a])\n",
        wish(a="b"),
        "2:8: expected the new name 'b' to be free",
        id="a-comprehension-would-capture-the-new-name",
    ),
    pytest.param(
        "a = [3, 1]\nprint(max(a))\n",
        wish(a="max"),
        "2:7: expected the new name 'max' to be free",
        id="the-new-name-would-hide-a-builtin-in-use",
    ),
    pytest.param(
        "def f():\n    global a\n    a = 1\nb = 2\n",
        wish(a="b"),
        "4:1: expected the new name 'b' to be free",
        id="a-global-statement-binds-the-name",
    ),
    pytest.param("a = 1\n", wish(a="class"), "'class' for 'a'", id="keyword"),
    pytest.param("a = 1\n", wish(a="a b"), "'a b' for 'a'", id="not-an-identifier"),
    pytest.param(
        "def f(self):\n    return self.__a\n__a = 1\n",
        wish(__a="b"),
        "3:1: expected a name that Python gives no meaning, found the name '__a'",
        id="names-with-two-underscores",
    ),
    pytest.param(
        "import math as a\n",
        wish(a="b"),
        "1:16: expected a name that the module defines itself, found the import 'a'",
        id="imports",
    ),
    pytest.param(
        "class A:\n    a = 1\n",
        wish(A__a="b"),
        "2:5: expected a variable, found the attribute 'a'",
        id="class-attributes",
    ),
    pytest.param(
        "sum = sum([1, 2])\n",
        wish(sum="total"),
        "found the builtin name 'sum'",
        id="a-name-that-was-a-builtin-until-now",
    ),
    pytest.param(
        "a = 1\nclass A:\n    a = a\n",
        wish(a="b"),
        "1:1: expected a name that no class body binds as well",
        id="a-class-body-that-copies-the-name",
    ),
    pytest.param(
        "a = 1\nprint(globals()['a'])\n",
        wish(a="b"),
        "2:7: expected variables that are found by their names in the text only",
        id="globals",
    ),
    pytest.param(
        "def f(a):\n    return locals()\n", wish(f__a="b"), "2:12", id="locals"
    ),
    pytest.param("def f(a):\n    return vars()\n", wish(f__a="b"), "2:12", id="vars"),
    pytest.param("a = 1\nprint(eval('a'))\n", wish(a="b"), "2:7", id="eval"),
    pytest.param("a = 1\nexec('a = 2')\n", wish(a="b"), "2:1", id="exec"),
    pytest.param("from os import *\na = 1\n", wish(a="b"), "1:16", id="star-import"),
    pytest.param(
        "__all__ = ['a']\na = 1\n",
        wish(a="b"),
        "2:1: expected a name that is not exported",
        id="exported",
    ),
    pytest.param(
        "a = 1\nprint(f'{a=}')\n",
        wish(a="b"),
        "1:1: expected a name that is not printed",
        id="self-documenting-f-string",
    ),
    pytest.param(
        "def a(): pass\nprint(a.__name__)\n",
        wish(a="b"),
        "1:5: expected a function whose own name is not read",
        id="a-function-whose-name-is-printed",
    ),
    *(
        pytest.param(
            f"{above}class A{bases}:\n    x: int = 1\nprint(A)\n",
            wish(A="B"),
            "expected a class that does not print its name, found one that may: 'A'",
            id=f"a-class-that-prints-its-name-{number}",
        )
        for number, (above, bases) in enumerate(
            [
                ("from dataclasses import dataclass\n@dataclass\n", ""),
                ("from typing import NamedTuple\n", "(NamedTuple)"),
                ("from enum import Enum\n", "(Enum)"),
                ("import enum\nclass Base(enum.Enum): pass\n", "(Base)"),
                ("from enum import EnumMeta\n", "(metaclass=EnumMeta)"),
                ("", "(Exception)"),
            ]
        )
    ),
    pytest.param(
        "def f(a): return a\ng = [f][0]\ng(a=1)\n",
        wish(f__a="b"),
        "3:1: expected every call that may pass 'a' by name to be known, "
        "found a call of an unknown function with 'a'",
        id="a-function-that-escapes-to-a-keyword-call",
    ),
    pytest.param(
        "def f(a): return a\nf(**{'a': 1})\n",
        wish(f__a="b"),
        "2:1: expected every call that may pass 'a' by name to be known, "
        "found a call that passes its keywords in a mapping",
        id="a-call-with-a-mapping",
    ),
    pytest.param(
        "from functools import partial\ndef f(a): return a\npartial(f, a=1)()\n",
        wish(f__a="b"),
        "3:1: expected every call",
        id="a-partial-application",
    ),
    pytest.param(
        "run = print\ndef f(a): return a\nrun(f, {'a': 1})\n",
        wish(f__a="b"),
        "3:9: expected every call",
        id="keywords-prepared-in-a-dictionary",
    ),
    pytest.param(
        "import atexit\n@atexit.register\ndef f(a): return a\n",
        wish(f__a="b"),
        "found a decorated function",
        id="a-decorated-function",
    ),
    pytest.param(
        "import ast\nclass V(ast.NodeVisitor):\n    def visit(self, a): return a\n",
        wish(V__visit__a="n"),
        "found a method of a class with a base from elsewhere",
        id="a-method-that-others-call",
    ),
    pytest.param(
        "class A:\n    def f(self, a): return a\n"
        "class B:\n    def f(self, a): return a\nA().f(a=1)\n",
        wish(A__f__a="b"),
        "5:7: expected 'a' to be one parameter, found one of several",
        id="a-method-call-that-may-mean-two-classes",
    ),
    pytest.param(
        "def f(a, **more): return more\nf(1, b=2)\n",
        wish(f__a="b"),
        "found a call that passes 'b' already",
        id="a-keyword-that-would-no-longer-be-collected",
    ),
]


@pytest.mark.parametrize(("code", "choose", "message"), REFUSED)
def test_refuses(code: str, choose: Chooser, message: str) -> None:
    with pytest.raises(Refusal) as refused:
        rename(code, choose)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("code", "names"),
    [
        pytest.param("a = 1\n", {}, id="nothing-to-rename"),
        pytest.param("a = 1\nb = 2\n", {"a": "b"}, id="taken"),
        pytest.param("a = 1\nprint(globals())\n", {"a": "b"}, id="reflection"),
        pytest.param("def f(a): f(**{})\n", {"f__a": "b"}, id="unknown-keywords"),
        pytest.param("a = 1\nc = 2\n", {"a": "c", "c": "a|x"}, id="exchange"),
    ],
)
def test_leaves_names_that_are_only_wished_for(
    code: str, names: dict[str, str]
) -> None:
    if names.get("c"):
        assert rename(code, wish(insist=False, **names)) == "c = 1\na = 2\n"
    else:
        assert rename(code, wish(insist=False, **names)) == code


def test_of_two_wishes_for_one_name_the_first_is_granted() -> None:
    after = rename("a = 1\nb = 2\n", wish(insist=False, a="c", b="c"))
    assert after == "c = 1\nb = 2\n"


RENAMED = [
    pytest.param(
        """
        a = 1
        def f():
            def g():
                return a
            return g()
        print(f(), a)
        """,
        wish(a="count"),
        """
        count = 1
        def f():
            def g():
                return count
            return g()
        print(f(), count)
        """,
        id="closures",
    ),
    pytest.param(
        """
        a = 1
        def f():
            a = 2
            return a
        print(f(), a)
        """,
        wish(f__a="b"),
        """
        a = 1
        def f():
            b = 2
            return b
        print(f(), a)
        """,
        id="shadowing",
    ),
    pytest.param(
        """
        def f():
            return [y for x in range(4) if (y := x * x) > 1], y
        print(f())
        """,
        wish(f__y="square", f__x="n"),
        """
        def f():
            return [square for n in range(4) if (square := n * n) > 1], square
        print(f())
        """,
        id="a-walrus-in-a-comprehension-binds-outside",
    ),
    pytest.param(
        """
        first, *rest = [1, 2, 3]
        [a, (b, *c)] = rest[0], "xyz"
        print(first, rest, a, b, c)
        """,
        wish(rest="others", c="tail"),
        """
        first, *others = [1, 2, 3]
        [a, (b, *tail)] = others[0], "xyz"
        print(first, others, a, b, tail)
        """,
        id="starred-targets",
    ),
    pytest.param(
        """
        a = "module"
        class A:
            a = "class"
            def f(self):
                return a
            b = [a for _ in range(1)]
        print(A().f(), A.b, A.a)
        """,
        wish(a="name"),
        """
        name = "module"
        class A:
            a = "class"
            def f(self):
                return name
            b = [name for _ in range(1)]
        print(A().f(), A.b, A.a)
        """,
        id="class-bodies-are-not-seen-from-inside",
    ),
    pytest.param(
        """
        n = 0
        def f():
            global n
            n += 1
            m = 0
            def g():
                nonlocal m
                m += n
                return m
            return g()
        print(f(), f(), n)
        """,
        wish(n="calls", f__m="total"),
        """
        calls = 0
        def f():
            global calls
            calls += 1
            total = 0
            def g():
                nonlocal total
                total += calls
                return total
            return g()
        print(f(), f(), calls)
        """,
        id="global-and-nonlocal",
    ),
    pytest.param(
        """
        def area(w, /, h=1, *rest, unit="m", **more):
            return w * h, rest, unit, more
        print(area(2, h=3, unit="cm", w=4), area(2, 3, 4, 5))
        """,
        wish(area__w="width", area__h="height", area__unit="units", area__rest="extra"),
        """
        def area(width, /, height=1, *extra, units="m", **more):
            return width * height, extra, units, more
        print(area(2, height=3, units="cm", w=4), area(2, 3, 4, 5))
        """,
        id="keyword-arguments",
    ),
    pytest.param(
        """
        scale = lambda x, k=2: x * k
        print(scale(1, k=3), (lambda k: k)(k=1), sorted([2, 1], key=lambda k: -k))
        """,
        wish(scale__k="factor"),
        """
        scale = lambda x, factor=2: x * factor
        print(scale(1, factor=3), (lambda k: k)(k=1), sorted([2, 1], key=lambda k: -k))
        """,
        id="keyword-arguments-of-a-lambda",
    ),
    pytest.param(
        """
        class Point:
            def __init__(self, x, y=0):
                self.x, self.y = x, y
            def shift(self, dx):
                return Point(self.x + dx, y=self.y)
        print(Point(x=1, y=2).shift(dx=1).x)
        """,
        wish(Point____init____x="abscissa", Point__shift__dx="distance"),
        """
        class Point:
            def __init__(self, abscissa, y=0):
                self.x, self.y = abscissa, y
            def shift(self, distance):
                return Point(self.x + distance, y=self.y)
        print(Point(abscissa=1, y=2).shift(distance=1).x)
        """,
        id="keyword-arguments-of-constructors-and-methods",
    ),
    pytest.param(
        """
        x = 5
        def f(x=x, g=lambda x=x: x):
            return x, g()
        print(f(), f(x=1))
        """,
        wish(x="outer", f__x="inner"),
        """
        outer = 5
        def f(inner=outer, g=lambda x=outer: x):
            return inner, g()
        print(f(), f(inner=1))
        """,
        id="defaults-belong-outside",
    ),
    pytest.param(
        """
        x = [1, 2]
        print([x for x in x], [y for x in [x] for y in x])
        """,
        wish(x="numbers"),
        """
        numbers = [1, 2]
        print([x for x in numbers], [y for x in [numbers] for y in x])
        """,
        id="the-first-iterable-belongs-outside",
    ),
    pytest.param(
        """
        a = [1]
        del a[0], a
        try:
            a
        except NameError as e:
            print(type(e))
        """,
        wish(a="numbers", e="error"),
        """
        numbers = [1]
        del numbers[0], numbers
        try:
            numbers
        except NameError as error:
            print(type(error))
        """,
        id="del-and-except-as",
    ),
    pytest.param(
        """
        import os.path, math as m
        from json import dumps as d
        p = os.path.join("a", "b")
        print(m.floor(1.5), d([p]), os.sep in p)
        """,
        wish(p="path"),
        """
        import os.path, math as m
        from json import dumps as d
        path = os.path.join("a", "b")
        print(m.floor(1.5), d([path]), os.sep in path)
        """,
        id="imports-stay",
    ),
    pytest.param(
        """
        for v in ([1, 2, 3], {"k": 4, "l": 5}, range(2), "s"):
            match v:
                case [a, *b]:
                    print(a, b)
                case {"k": a, **r}:
                    print(a, r)
                case range(start=a) as w:
                    print(a, w)
                case o:
                    print(o)
        """,
        wish(a="first", b="tail", r="rest", w="whole", o="other", v="value"),
        """
        for value in ([1, 2, 3], {"k": 4, "l": 5}, range(2), "s"):
            match value:
                case [first, *tail]:
                    print(first, tail)
                case {"k": first, **rest}:
                    print(first, rest)
                case range(start=first) as whole:
                    print(first, whole)
                case other:
                    print(other)
        """,
        id="match-captures",
    ),
    pytest.param(
        """
        import io
        w, s = 6, "x"
        with io.StringIO(s) as f, io.StringIO() as (g):
            print(f"{f.read()!r:>{w}} {'w'} {{w}}", w)
        """,
        wish(w="width", f="stream", s="text"),
        """
        import io
        width, text = 6, "x"
        with io.StringIO(text) as stream, io.StringIO() as (g):
            print(f"{stream.read()!r:>{width}} {'w'} {{w}}", width)
        """,
        id="f-strings-and-with",
    ),
    pytest.param(
        """
        from typing import Literal
        class T: pass
        def f(a: "list[T]", b: Literal["T"] = "T") -> 'T':
            c: "T" = a[0]
            return c
        print(len(f.__defaults__), f([1]))
        """,
        wish(T="Type"),
        """
        from typing import Literal
        class Type: pass
        def f(a: "list[Type]", b: Literal["T"] = "T") -> 'Type':
            c: "Type" = a[0]
            return c
        print(len(f.__defaults__), f([1]))
        """,
        id="string-annotations",
    ),
    pytest.param(
        """
        def t(f):
            return f
        @t
        def g():
            return t
        print(g() is t)
        """,
        wish(t="trace"),
        """
        def trace(f):
            return f
        @trace
        def g():
            return trace
        print(g() is trace)
        """,
        id="decorators",
    ),
    pytest.param(
        '''
        # `a` and a, `a.b`, `b.a`, `a[0]`
        a = [1]
        def f(x):
            """Gives `x` times `a`, not x."""
            return x * a  # `x`
        print(f(2))
        ''',
        wish(a="numbers", f__x="factor"),
        '''
        # `numbers` and a, `numbers.b`, `b.a`, `numbers[0]`
        numbers = [1]
        def f(factor):
            """Gives `factor` times `numbers`, not x."""
            return factor * numbers  # `factor`
        print(f(2))
        ''',
        id="comments-and-docstrings-that-quote",
    ),
    pytest.param(
        '''
        def f(x):
            """Gives `x`."""
            return x
        print(f.__doc__, f(1))
        ''',
        wish(f__x="factor"),
        '''
        def f(factor):
            """Gives `x`."""
            return factor
        print(f.__doc__, f(1))
        ''',
        id="docstrings-that-are-printed-stay",
    ),
    pytest.param(
        """
        for i in range(2):  # `i`
            print([i * j for j in range(i)])
        for i in "ab":  # `i`
            print(i)
        """,
        wish(i="index|letter"),
        """
        for index in range(2):  # `index`
            print([index * j for j in range(index)])
        for letter in "ab":  # `letter`
            print(letter)
        """,
        id="one-name-for-two-things",
    ),
]


@pytest.mark.parametrize(("before", "choose", "after"), RENAMED)
def test_renames(before: str, choose: Chooser, after: str) -> None:
    code, expected = cleandoc(before) + "\n", cleandoc(after) + "\n"
    renamed = rename(code, choose)
    assert renamed == expected
    assert printed(renamed) == printed(code)


@pytest.mark.parametrize("code", [case.values[0] for case in RENAMED])
def test_renaming_everything_at_once_changes_nothing_printed(code: str) -> None:
    def choose(bindings: Bindings) -> Mapping[Web, NewName]:
        renamable = [
            web
            for web in find_webs(bindings)
            if not web.scope.is_class and not web.has_role(Role.IMPORT)
        ]
        return {web: NewName(f"fresh_{i}", False) for i, web in enumerate(renamable)}

    before = cleandoc(str(code))
    after = rename(before, choose)
    assert after.count("fresh_") > 1
    assert printed(after) == printed(before)


def test_renames_a_class_that_says_nothing_of_itself() -> None:
    code = "class A: pass\nclass C(A): pass\nprint(isinstance(C(), A))\n"
    after = rename(code, wish(A="B"))
    assert after == code.replace("A", "B")
