"""What regions need, bind and give, in straight lines, branches and loops."""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst
import pytest

from codemods.facts.bindings import Binding, Bindings
from codemods.facts.find_nodes import find
from codemods.facts.liveness import Flow, Liveness, Region
from codemods.facts.metadata import parse, wrap


def names(found: Iterable[Binding]) -> str:
    return " ".join(sorted(binding.name for binding in found))


def flow_of(code: str) -> Flow:
    bindings = Bindings(wrap(parse(code)))
    scope = bindings.scopes.module
    return Liveness(bindings).flow(bindings.wrapper.module.body, scope)


@pytest.mark.parametrize(
    ("code", "needed", "bound", "certain"),
    [
        pytest.param("x = y\ny = 1\n", "y", "x y", "x y", id="read-before"),
        pytest.param("y = 1\nx = y\n", "", "x y", "x y", id="bound-before"),
        pytest.param("x = x + 1\n", "x", "x", "x", id="from-itself"),
        pytest.param("x += 1\n", "x", "x", "x", id="updated"),
        pytest.param("x: int\ny = x\nx = 1\n", "x", "x y", "x y", id="only-declared"),
        pytest.param("x[0] = y\ny = x = 1\n", "x y", "x y", "x y", id="item"),
        pytest.param(
            "if a:\n    x = 1\na = x\n", "a x", "a x", "a", id="in-one-branch"
        ),
        pytest.param(
            "if 1:\n    x = 1\nelse:\n    x = 2\ny = x\n",
            "",
            "x y",
            "x y",
            id="in-both-branches",
        ),
        pytest.param(
            "for i in r:\n    if i:\n        break\n    else:\n        x = 1\n"
            "    y = x\nr = 1\n",
            "r",
            "i r x y",
            "r",
            id="a-branch-that-leaves",
        ),
        pytest.param(
            "for x in xs:\n    y = x\nxs = y\n", "xs y", "x xs y", "xs", id="in-a-loop"
        ),
        pytest.param(
            "while x:\n    x = y\ny = 1\n", "x y", "x y", "y", id="condition-of-a-loop"
        ),
        pytest.param(
            "t = 0\nfor x in [1]:\n    t = t + x\n", "", "t x", "t", id="accumulated"
        ),
        pytest.param(
            "y = [x for x in z]\nx = z = 1\n", "z", "x y z", "x y z", id="comprehension"
        ),
        pytest.param(
            "def f():\n    return x\nx = 1\n", "x", "f x", "f x", id="in-a-function"
        ),
        pytest.param(
            "x = y or (z := 1)\ny = 1\n", "y", "x y z", "x y", id="in-an-expression"
        ),
        pytest.param(
            "with open(a) as f:\n    x = f\n    a = x\n",
            "a",
            "a f x",
            "a f x",
            id="with-a-file",
        ),
        pytest.param(
            "with suppress(a) as f:\n    x = f\n    a = x\n",
            "a",
            "a f x",
            "f",
            id="with-what-may-go-on-after-an-exception",
        ),
        pytest.param(
            "with open(a) as f, suppress(f) as g:\n    x = g\n",
            "",
            "f g x",
            "f g",
            id="with-several",
        ),
        pytest.param(
            "with suppress(a) as f, open(f) as g:\n    x = g\n",
            "",
            "f g x",
            "f",
            id="with-what-is-not-entered-after-an-exception",
        ),
        pytest.param(
            "try:\n    x = 1\nexcept E:\n    pass\n", "", "x", "", id="not-followed"
        ),
    ],
)
def test_flow(code: str, needed: str, bound: str, certain: str) -> None:
    flow = flow_of(code)
    assert names(flow.needed) == needed
    assert names(flow.bound) == bound
    assert names(flow.certain) == certain


def region(code: str) -> tuple[Liveness, Region]:
    """The region between two lines `begin` and `end`."""
    bindings = Bindings(wrap(parse(code)))
    for node in (
        bindings.wrapper.module,
        *find(bindings.wrapper.module, cst.IndentedBlock),
    ):
        code_of = bindings.wrapper.module.code_for_node
        lines = [code_of(statement).strip() for statement in node.body]
        if "begin" in lines:
            start, stop = lines.index("begin") + 1, lines.index("end")
            return Liveness(bindings), Region(node, start, stop)
    raise AssertionError("no region")


@pytest.mark.parametrize(
    ("code", "live", "before"),
    [
        pytest.param("x = 1\nbegin\ny = x\nend\nprint(y)\n", "y", "x", id="straight"),
        pytest.param("begin\ny = 1\nend\ny = 2\nprint(y)\n", "", "", id="bound-again"),
        pytest.param(
            "begin\ny = 1\nend\nif 1:\n    y = 2\nprint(y)\n", "y", "", id="perhaps"
        ),
        pytest.param(
            "for i in [1]:\n    print(y)\n    begin\n    y = i\n    end\n",
            "y",
            "i",
            id="next-time-round",
        ),
        pytest.param(
            "for i in [1]:\n    begin\n    y = i\n    z = i\n    end\nprint(y)\n",
            "y",
            "i",
            id="behind-the-loop",
        ),
        pytest.param(
            "for i in [1]:\n    begin\n    y = i\n    end\n    if i:\n        break\n"
            "    y = 2\nprint(y)\n",
            "y",
            "i",
            id="left-before-it-is-bound-again",
        ),
        pytest.param(
            "def f(a):\n    b = a\n    begin\n    c = b\n    end\n    return c\n",
            "c",
            "a b",
            id="in-a-function",
        ),
        pytest.param(
            "def f():\n    return y\nbegin\ny = 1\nend\n", "y", "f", id="global"
        ),
        pytest.param(
            "def f():\n    return y\nbegin\ny = 1\nend\nf()\ny = 2\n",
            "y",
            "f",
            id="read-by-a-function-before-it-is-bound-again",
        ),
        pytest.param(
            "g = (y for _ in [1])\nbegin\ny = 1\nend\nnext(g)\ny = 2\n",
            "y",
            "g",
            id="read-by-a-generator",
        ),
        pytest.param(
            "x = 0\nbegin\ny = 1\nend\nz = [y for y in [1]]\nprint(z)\n",
            "",
            "x",
            id="another-variable-of-a-comprehension",
        ),
        pytest.param(
            "for i in [1]:\n    if i:\n        begin\n        y = i\n        end\n"
            "        break\n    y = 2\nprint(y)\n",
            "y",
            "i",
            id="left-further-in",
        ),
        pytest.param(
            "x = y = 1\ndel x\nbegin\nz = y\nend\nprint(z)\n", "z", "y", id="deleted"
        ),
        pytest.param(
            "x = 1\nif x:\n    y = 1\n    begin\n    z = y\n    end\n    print(z)\n",
            "z",
            "x y",
            id="in-a-branch",
        ),
    ],
)
def test_around_a_region(code: str, live: str, before: str) -> None:
    liveness, found = region(code)
    scope = liveness.scope_of(found)
    bound = liveness.flow(found.statements, scope).bound
    assert names(bound & liveness.live_after(found)) == live
    certain = liveness.certain_before(found)
    assert names(certain) == before
