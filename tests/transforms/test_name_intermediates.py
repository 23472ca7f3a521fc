"""Nested operations in code of every shape."""

from __future__ import annotations

import libcst as cst
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statement_checks import outcome, rewritten

from codemods.facts.metadata import parse
from codemods.layout import format_source
from codemods.refusal import Refusal
from codemods.transforms.name_intermediates import name_intermediates

UNCHANGED = [
    pytest.param("x = a + b\n", id="one-operator"),
    pytest.param("x = f(a, b[0], c.d, -1, (a, b))\n", id="a-call-of-atoms"),
    pytest.param("x = y[a:b]\n", id="a-slice"),
    pytest.param("for i, (a, b) in enumerate(zip(x, y)):\n    pass\n", id="adapters"),
    pytest.param("for k, v in d.items():\n    pass\n", id="items"),
    pytest.param("while f(x) > 1:\n    pass\n", id="condition-of-while"),
    pytest.param("x = a and f(b + 1)\n", id="evaluated-on-demand"),
    pytest.param("x = [[] for _ in range(n)]\n", id="trivial-comprehension"),
    pytest.param("class A:\n    x = f(1 + y)\n", id="class-body"),
    pytest.param("@f(1 + 2)\ndef g(x=f(y + 1)):\n    pass\n", id="header"),
    pytest.param("d = {\n    'a': f(x),\n    'b': x + 1,\n}\n", id="entries-on-lines"),
    pytest.param("x += y\n", id="update"),
    pytest.param('print(f"{x + 1 = :.2f}")\n', id="field-that-prints-its-own-text"),
]

REWRITTEN = [
    pytest.param(
        "x = a * b + c\n",
        "a_times_b = a * b\nx = a_times_b + c\n",
        id="operand",
    ),
    pytest.param(
        "x = (t / len(values) + 1e-5) ** -0.5\n",
        "number_of_values = len(values)\n"
        "t_over_number_of_values = t / number_of_values\n"
        "t_over_number_of_values_total = t_over_number_of_values + 1e-5\n"
        "x = t_over_number_of_values_total**-0.5\n",
        id="deep",
    ),
    pytest.param(
        "lines = open(path).read().split()\n",
        "path_file = open(path)\npath_file_text = path_file.read()\n"
        "lines = path_file_text.split()\n",
        id="chained-calls",
    ),
    pytest.param(
        "x = [y.size for y in zip(f(z), range(3))]\n",
        "f_result = f(z)\nx = [y.size for y in zip(f_result, range(3))]\n",
        id="what-a-comprehension-runs-over",
    ),
    pytest.param("x += a * b\n", "a_times_b = a * b\nx += a_times_b\n", id="update"),
    pytest.param(
        "if len(x) > 1:\n    pass\nelif len(y) > 1:\n    pass\n",
        "length_of_x = len(x)\nif length_of_x > 1:\n    pass\nelse:\n"
        "    length_of_y = len(y)\n    if length_of_y > 1:\n        pass\n",
        id="elif",
    ),
    pytest.param(
        "def area(width, height):\n    return width * height\n\n\nx = area(a + 1, b)\n",
        "def area(width, height):\n    return width * height\n\n\n"
        "width = a + 1\nx = area(width, b)\n",
        id="named-by-the-parameter",
    ),
    pytest.param(
        "losses.append(-p)\n",
        "loss = -p\nlosses.append(loss)\n",
        id="named-by-the-list",
    ),
    pytest.param(
        "keys[layer_index].append(f(x))\n",
        "layer_keys = keys[layer_index]\nkey = f(x)\nlayer_keys.append(key)\n",
        id="named-by-the-list-of-lists",
    ),
    pytest.param(
        "x = y[head_index * a:(head_index + 1) * a]\n",
        "head_start = head_index * a\nhead_index_plus_one = head_index + 1\n"
        "head_end = head_index_plus_one * a\nx = y[head_start:head_end]\n",
        id="named-by-the-slice",
    ),
    pytest.param(
        "for i in range(len(words) + 1):\n    pass\n",
        "number_of_words = len(words)\n"
        "number_of_words_plus_one = number_of_words + 1\n"
        "for i in range(number_of_words_plus_one):\n    pass\n",
        id="operand-of-an-adapter",
    ),
    pytest.param(
        'print(f"{x + 1:4d} {len(words)}")\n',
        "x_plus_one = x + 1\nnumber_of_words = len(words)\n"
        'print(f"{x_plus_one:4d} {number_of_words}")\n',
        id="fields-of-a-string",
    ),
    pytest.param(
        "y[i + 1] = f(x)\n",
        "f_result = f(x)\ni_plus_one = i + 1\ny[i_plus_one] = f_result\n",
        id="value-before-target",
    ),
    pytest.param(
        "x = box.size + f(b)\n",
        "box_size = box.size\nf_result = f(b)\nx = box_size + f_result\n",
        id="attribute-that-a-call-may-change",
    ),
    pytest.param(
        "x = a + 1 + b\ny = a + 1 + c\n",
        "a_plus_one = a + 1\nx = a_plus_one + b\na_plus_one = a + 1\n"
        "y = a_plus_one + c\n",
        id="the-same-again-has-the-same-name",
    ),
    pytest.param(
        "x = (a + b) * (a + b)\n",
        "a_plus_b = a + b\na_total = a + b\nx = a_plus_b * a_total\n",
        id="twice-in-one-statement-is-computed-twice",
    ),
    pytest.param(
        "a_plus_b = 1\nx = a + b + c\nprint(a_plus_b)\n",
        "a_plus_b = 1\na_total = a + b\nx = a_total + c\nprint(a_plus_b)\n",
        id="taken-names-stay-what-they-are",
    ),
    pytest.param(
        "x = f(\n    a\n    + b,  # the sum\n    c,\n)  # done\n",
        "a_plus_b = a + b\nx = f(a_plus_b, c)  # the sum  # done\n",
        id="comments",
    ),
    pytest.param(
        "def make(n):\n    print(n)\n    return n\n\n\n"
        "n = 4\nx = {\n    1: make(n),\n    2: make(2 * n),\n}\n",
        "def make(n):\n    print(n)\n    return n\n\n\n"
        "n = 4\ntwo_times_n = 2 * n\n"
        "x = {\n    1: make(n),\n    2: make(two_times_n),\n}\n",
        id="a-number-may-be-computed-before-a-call",
    ),
]

MADE = "def make(n):\n    print('made', n)\n    return n\n"

PROGRAMS = [
    pytest.param(
        "def see(x):\n    print(x)\n    return x\n"
        "y = {}\ny[see(1) + see(2)] = see(3) * see(4) - see(5)\n"
        "print(y, see(6) + (see(7) if see(0) else see(8)), see(0) and see(9))\n",
        id="order-of-evaluation",
    ),
    pytest.param(
        "class Box:\n    def __init__(self):\n        self.n = 1\n"
        "    def bump(self):\n        self.n += 1\n        return self.n\n"
        "b = Box()\nx = b.n + b.bump() + b.n * b.bump()\nprint(x)\n",
        id="state-that-calls-change",
    ),
    pytest.param(
        "def first(sorted, entries):\n    return [entries[0], sorted(entries) + 1]\n"
        "def change(entries):\n    entries[0] = 'zz'\n    return 1\n"
        "print(first(change, ['a', 'b']))\n",
        id="parameter-that-hides-a-builtin",
    ),
    pytest.param(
        "class Box:\n    n = 0\n    def __len__(self):\n        self.n += 1\n"
        "        return self.n\nb = Box()\nprint([b.n, len(b), b.n + 1])\n",
        id="builtin-that-calls-a-method",
    ),
    pytest.param(
        "def f(xs):\n    return any(x > 1 for x in xs) + 1\nprint(f([1, 2]))\n",
        id="generator-as-the-only-argument",
    ),
    pytest.param(
        "log = []\nclass Node:\n    def __init__(self, n):\n        log.append(n)\n"
        "        self.n = n\n    def __add__(self, other):\n"
        "        return Node(self.n + other.n)\n    def __mul__(self, other):\n"
        "        return Node(self.n * other.n)\n"
        "a, b = Node(2), Node(3)\nx = (a * b + b) * (a + b * b)\nprint(log)\n",
        id="order-in-which-objects-are-created",
    ),
    *(
        pytest.param(f"{MADE}{lines}", id=name)
        for name, lines in {
            "a-number-that-a-call-rebinds": (
                "width = 2\ndef widen(by):\n    global width\n    width += by\n"
                "    return width\n"
                "x = {\n    1: widen(1),\n    2: widen(2 * width),\n}\nprint(x)\n"
            ),
            "a-number-that-the-line-rebinds": (
                "n = 1\nx = {\n    1: make(n := 5),\n    2: make(2 * n),\n}\n"
                "print(x, n)\n"
            ),
            "a-number-that-may-be-missing": (
                "def f(flag):\n    if flag:\n        n = 4\n    try:\n"
                "        x = {\n            1: make(1),\n            2: make(2 * n),\n"
                "        }\n        print(x)\n    except NameError:\n"
                "        print('no n')\nf(True)\nf(False)\n"
            ),
            "a-number-that-was-deleted": (
                "n = 1\ndel n\ntry:\n    x = {\n        1: make(1),\n"
                "        2: make(2 * n),\n    }\nexcept NameError:\n"
                "    print('no n')\n"
            ),
            "a-division": (
                "n = 0\ntry:\n    x = {\n        1: make(1),\n"
                "        2: make(2 / n),\n    }\nexcept ZeroDivisionError:\n"
                "    print('by zero')\n"
            ),
            "a-number-too-large-for-a-float": (
                "n = 10**400\ntry:\n    x = {\n        1: make(1),\n"
                "        2: make(2.0 * n),\n    }\nexcept OverflowError:\n"
                "    print('too large')\n"
            ),
            "what-is-no-number": (
                "class Shout:\n    def __rmul__(self, n):\n        print('shout')\n"
                "        return n\nn = Shout()\n"
                "x = {\n    1: make(1),\n    2: make(2 * n),\n}\nprint(x)\n"
            ),
            "a-module-that-writes-to-itself": (
                "import sys\nn = 1\ndef change(m):\n"
                "    setattr(sys.modules[__name__], 'n', 7)\n    return m\n"
                "x = {\n    1: change(1),\n    2: make(2 * n),\n}\nprint(x)\n"
            ),
            "a-method-that-its-argument-exchanges": (
                "class M:\n    def __init__(self):\n        self.state = self.a\n"
                "    def a(self, x):\n        print('a', x)\n"
                "    def b(self, x):\n        print('b', x)\n"
                "    def read(self):\n        self.state = self.b\n        return 1\n"
                "    def run(self):\n        self.state(self.read())\nM().run()\n"
            ),
            "a-function-that-its-argument-exchanges": (
                "def g(n):\n    global make\n    make = str\n    return n\n"
                "print(make(g(1)))\n"
            ),
            "an-iterator-that-is-used-up": (
                "import csv\ndef show(r):\n    print(r.line_num, list(r))\n"
                "show(csv.reader(['a,b', 'c,d']))\n"
            ),
            "methods-named-like-those-of-texts-and-containers": (
                "import queue\nq = queue.Queue()\nq.put(1)\nq.put(2)\n"
                "print([q.queue[0], q.get() + 1])\n"
            ),
            "keywords-before-a-star": (
                "print(make(1, **{}), dict(a=make(1), *make([[('b', 2)]])))\n"
            ),
            "a-name-before-its-walrus": (
                "def f(n):\n    return [n, (n := n + 1), n * 2]\nprint(f(1))\n"
            ),
            "a-parameter-called-like-a-lookup": (
                "def f(vars, dir):\n    return vars + dir * 2\nprint(f(1, 2))\n"
                "class A:\n    def eval(self):\n        return 1\n"
                "print(A().eval() + 1, vars(A()))\n"
            ),
            "an-update-at-a-computed-place": (
                "xs = [1, 2]\ni = 0\na = 3\nxs[i + 1] += a * a + 1\nprint(xs)\n"
            ),
            "a-file-that-is-written-to": (
                "import tempfile, os\npath = os.path.join(tempfile.mkdtemp(), 'a')\n"
                "open(path, 'w').write('hi')\nprint(open(path).read())\n"
            ),
        }.items()
    ),
]


@pytest.mark.parametrize("code", UNCHANGED)
def test_leaves_single_operations(code: str) -> None:
    module = parse(code)
    assert name_intermediates(module) is module


@pytest.mark.parametrize(("before", "after"), REWRITTEN)
def test_splits(before: str, after: str) -> None:
    assert format_source(rewritten(name_intermediates, before)) == after


@pytest.mark.parametrize("code", PROGRAMS)
def test_programs_print_the_same(code: str) -> None:
    assert outcome(rewritten(name_intermediates, code)) == outcome(code)


def test_refuses_an_update_whose_value_may_change_its_target() -> None:
    with pytest.raises(Refusal) as refusal:
        name_intermediates(parse("box.n += box.bump() + 1\n"))
    assert str(refusal.value) == (
        "1:1: expected an update by a value that cannot change its target, "
        "found a call that may, evaluated after the target is read"
    )


def test_refuses_to_keep_a_file_open() -> None:
    with pytest.raises(Refusal) as refusal:
        name_intermediates(parse("open('a', mode='w').write(f(1) + g(2))\n"))
    assert str(refusal.value) == (
        "1:1: expected a file that is written to in a statement of its own, "
        "found one that a name would keep open"
    )


def test_splits_only_where_it_is_asked_to() -> None:
    code = "def f(x):\n    return x * 2 + 1\n\n\ny = x * 2 + 1\n"
    inside = name_intermediates(parse(code), lambda o: isinstance(o, cst.FunctionDef))
    assert inside.code == code.replace(
        "    return x * 2 + 1", "    x_times_two = x * 2\n    return x_times_two + 1"
    )


ATOMS = st.sampled_from(["a", "b", "see(1)", "see(2)", "box.n", "box.bump()", "2"])
EXPRESSIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), inner).map(
            lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
        ),
        inner.map(lambda x: f"-{x}"),
        inner.map(lambda x: f"see({x})"),
        st.tuples(inner, inner).map(lambda xs: f"max({xs[0]}, {xs[1]})"),
        st.tuples(inner, inner).map(lambda xs: f"[{xs[0]}, {xs[1]}][{xs[1]} % 2]"),
    ),
    max_leaves=8,
)
SETTING = (
    "a, b = 3, 5\n\n\ndef see(x):\n    print('see', x, box.n)\n    return x\n\n\n"
    "class Box:\n    def __init__(self):\n        self.n = 1\n\n"
    "    def bump(self):\n        self.n = self.n + 1\n        return self.n\n\n\n"
    "box = Box()\n"
)


@given(EXPRESSIONS)
@settings(max_examples=25, deadline=None)
def test_any_expression_is_evaluated_as_before(expression: str) -> None:
    code = f"{SETTING}x = {expression}\nprint(x, box.n)\n"
    assert outcome(rewritten(name_intermediates, code)) == outcome(code)
