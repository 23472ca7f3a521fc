"""What runs once from top to bottom, and where it can be cut into functions."""

from __future__ import annotations

from textwrap import dedent

import libcst as cst
import pytest

from codemods.facts.bindings import Bindings
from codemods.facts.liveness import Region
from codemods.facts.main_sequence import MainSequence
from codemods.facts.metadata import parse, wrap


def main_of(code: str) -> MainSequence:
    return MainSequence(Bindings(wrap(parse(dedent(code)))))


def texts(region: Region) -> list[str]:
    """The first lines of the statements of a region."""
    code_of = cst.Module([]).code_for_node
    return [code_of(s).strip().split("\n")[0] for s in region.statements]


NO_MAIN = [
    pytest.param("def main():\n    x = 1\n", id="never-called"),
    pytest.param("def main():\n    x = 1\nmain()\nmain()\n", id="called-twice"),
    pytest.param("def main():\n    x = 1\nfor i in [1]:\n    main()\n", id="in-a-loop"),
    pytest.param("def main():\n    main()\nmain()\n", id="recursive"),
    pytest.param("def main():\n    x = 1\nmain()\nprint(main)\n", id="used-as-value"),
    pytest.param(
        "def main():\n    x = 1\ndef main():\n    y = 1\nmain()\n", id="defined-twice"
    ),
    pytest.param("class main:\n    x = 1\nmain()\n", id="class"),
    pytest.param("def main(): x = 1\nmain()\n", id="on-one-line"),
    pytest.param("print()\n", id="builtin"),
    pytest.param(
        "def f():\n    main()\ndef main():\n    x = 1\nf()\nf()\n", id="from-another"
    ),
    pytest.param(
        "def main():\n    x = 1\nif len('a') == 1:\n    main()\n", id="in-a-branch"
    ),
]


@pytest.mark.parametrize("code", NO_MAIN)
def test_only_the_module_is_main(code: str) -> None:
    main = main_of(code)
    assert main.blocks == [main.bindings.wrapper.module]


@pytest.mark.parametrize(
    "call", ["main()", "if __name__ == '__main__':\n    main()", "main(2, 3)"]
)
def test_a_function_that_is_called_once_belongs_to_it(call: str) -> None:
    main = main_of(
        f"def main(*args):\n    x = 1\n    while x:\n        x = 0\n{call}\n"
    )
    _, block = main.blocks
    assert [texts(Region(block, 0, 2))] == [["x = 1", "while x:"]]
    assert [type(loop) for loop in main.loops()] == [cst.While]


def test_loops_are_the_outermost_ones_in_order() -> None:
    main = main_of(
        "for a in []:\n    for b in []:\n        pass\n"
        "if 1:\n    for c in []:\n        pass\nwhile 0:\n    pass\n"
    )
    assert [type(loop) for loop in main.loops()] == [cst.For, cst.While]


@pytest.mark.parametrize(
    ("code", "runs"),
    [
        pytest.param(
            """\
            import math
            width = 4
            names = read()
            count = len(names)
            print(count)
            first = names[0]
            def f():
                pass
            use(names, first)
            """,
            [["names = read()"], ["first = names[0]"]],
            id="between-settings-output-and-definitions",
        ),
        pytest.param(
            """\
            names = read()
            count = len(names)
            print(count)
            print(names)
            print(count + 1)
            """,
            [["names = read()", "count = len(names)"]],
            id="needed-behind-the-output",
        ),
        pytest.param(
            """\
            random.seed(1)
            names = read()
            random.shuffle(names)
            print(names)
            """,
            [["names = read()", "random.shuffle(names)"]],
            id="begins-with-a-binding",
        ),
        pytest.param(
            """\
            names = []
            for name in read():
                names.append(name)
            print(1)
            print(names)
            """,
            [["names = []", "for name in read():"]],
            id="ends-with-a-loop",
        ),
        pytest.param("names = read()\nwork(names)\n", [], id="at-the-end"),
        pytest.param(
            """\
            for step in range(3):
                names = read()
                print(names)
            """,
            [],
            id="a-loop-that-prints",
        ),
        pytest.param(
            """\
            def main():
                names = read()
                width = 3
                print(1)
                use(names, width)
            main()
            """,
            [["names = read()", "width = 3"]],
            id="in-main",
        ),
    ],
)
def test_runs(code: str, runs: list[list[str]]) -> None:
    assert [texts(region) for region in main_of(code).runs()] == runs


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        pytest.param("x = f()\ny = x\nprint(y)\n", ["x = f()"], id="only-printed"),
        pytest.param(
            "x = f()\nprint(x)\ny = x\nprint(y)\nprint(2)\n",
            ["x = f()"],
            id="output-in-between",
        ),
        pytest.param(
            "x = f()\nx.sort()\nprint(x)\n", ["x = f()", "x.sort()"], id="effect"
        ),
        pytest.param(
            "x = f()\nif x:\n    y = 1\n    print(y)\nfor y in x:\n    print(y)\n",
            ["x = f()"],
            id="branches-and-loops-that-print",
        ),
        pytest.param(
            "x = f()\nfor y in x:\n    y.z = 1\n    print(y)\n",
            ["x = f()", "for y in x:"],
            id="a-loop-that-does-more",
        ),
        pytest.param(
            "y = f()\nprint(y)\nx = 3\nprint(x)\ny = 2\nprint(y)\n",
            ["y = f()", "print(y)", "x = 3"],
            id="output-further-up",
        ),
    ],
)
def test_without_output(code: str, kept: list[str]) -> None:
    main = main_of(f"{code}use(x)\n")
    [block] = main.blocks
    size = len(block.body) - 1
    assert texts(main.without_output(Region(block, 0, size), size)) == kept


@pytest.mark.parametrize(
    ("head", "kept"),
    [
        pytest.param("", ["x[i] = i"], id="only-printed"),
        pytest.param("mean = 0\n", ["x[i] = i", "if i == 0:"], id="known-before"),
    ],
)
def test_what_the_output_hands_on_is_output(head: str, kept: list[str]) -> None:
    main = main_of(
        f"x = f()\n{head}for i in range(4):\n    x[i] = i\n    if i == 0:\n"
        "        mean = x[i]\n    else:\n        mean = mean * 0.9\n    print(mean)\n"
    )
    (loop,) = main.loops()
    block = cst.ensure_type(loop.body, cst.IndentedBlock)
    assert texts(main.without_output(Region(block, 0, 3), 3)) == kept


@pytest.mark.parametrize(
    ("code", "found"),
    [
        pytest.param("a = f()\nb = a\nc = b\nprint(c)\n", {1: "a", 2: "b", 3: "c"}),
        pytest.param("a = f()\nb = f()\nc = a + b\nprint(c)\n", {1: "a", 3: "c"}),
        pytest.param("f()\na = 1\nprint(2)\nprint(a)\n", {2: "a", 3: "a"}),
        pytest.param("a = 1\nb = 2\nprint(a, b)\n", {1: "a"}),
        pytest.param("a = 1\nf()\n", {}),
    ],
    ids=["a-chain", "two-at-once", "through-output", "two-to-the-end", "not-needed"],
)
def test_waists(code: str, found: dict[int, str]) -> None:
    main = main_of(code)
    [block] = main.blocks
    waists = main.waists(block, len(block.body) - 1)
    assert {index: binding.name for index, binding in waists.items()} == found


def test_print_of_another_meaning_is_no_output() -> None:
    main = main_of("def print(x):\n    pass\nprint(1)\n")
    assert not main.prints(main.bindings.wrapper.module)
