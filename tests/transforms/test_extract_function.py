"""Functions made of statements: what they receive and return, and what is refused."""

from __future__ import annotations

from textwrap import dedent

import libcst as cst
import pytest
from statement_checks import outcome

from codemods.facts.bindings import Bindings
from codemods.facts.find_nodes import find
from codemods.facts.liveness import Region
from codemods.facts.metadata import parse
from codemods.layout import format_source
from codemods.refusal import Refusal
from codemods.transforms.extract_function import extract_function

BEGIN, END = "begin = 0", "end = 0"


def between_marks(bindings: Bindings) -> Region:
    """The statements between two lines that mark the region."""
    module = bindings.wrapper.module
    for block in (module, *find(module, cst.IndentedBlock)):
        lines = [module.code_for_node(s).strip().split("\n")[-1] for s in block.body]
        if BEGIN in lines:
            return Region(block, lines.index(BEGIN) + 1, lines.index(END))
    raise AssertionError("no region")


def extracted(code: str) -> str:
    code = dedent(code)
    after = extract_function(parse(code), between_marks, "compute").code
    assert outcome(after) == outcome(code)
    lines = after.splitlines(keepends=True)
    return format_source("".join(x for x in lines if x.strip() not in (BEGIN, END)))


CASES = [
    pytest.param(
        """\
        prices: list[int] = [1, 2]
        begin = 0
        # Add up.
        total = 0
        for price in prices:
            total += price
        end = 0
        print(total)
        """,
        """\
        prices: list[int] = [1, 2]


        # Add up.
        def compute(prices: list[int]) -> int:
            total = 0
            for price in prices:
                total += price
            return total


        total = compute(prices)
        print(total)
        """,
        id="loop",
    ),
    pytest.param(
        """\
        width = 4
        count = len("abc")
        begin = 0
        area: list[int] = [width * count]
        half = count / 2
        end = 0
        print(area, half)
        """,
        """\
        width = 4
        count = len("abc")


        def compute(count: int) -> tuple[list[int], float]:
            area: list[int] = [width * count]
            half = count / 2
            return area, half


        area, half = compute(count)
        print(area, half)
        """,
        id="two-results-and-a-setting",
    ),
    pytest.param(
        """\
        items: list[int] = []
        for step in range(3):
            begin = 0

            # Note the step.
            items.append(step)
            square = step * step
            items.append(square)
            end = 0
            # Show it.
            print(items)
        """,
        """\
        items: list[int] = []


        # Note the step.
        def compute(items: list[int], step: int) -> None:
            items.append(step)
            square = step * step
            items.append(square)


        for step in range(3):

            compute(items, step)
            # Show it.
            print(items)
        """,
        id="inside-a-loop",
    ),
    pytest.param(
        """\
        total: int = 0
        for step in range(3):
            begin = 0
            if step > 1:
                total = total + step
            end = 0
        print(total)
        """,
        """\
        total: int = 0


        def compute(step: int, total: int) -> int:
            if step > 1:
                total = total + step
            return total


        for step in range(3):
            total = compute(step, total)
        print(total)
        """,
        id="perhaps-bound-again",
    ),
    pytest.param(
        """\
        begin = 0
        names: list[str] = []
        for letter in "ab":
            names.append(letter)
        print(names)
        end = 0
        names = []
        print(names)
        """,
        """\
        def compute() -> None:
            names: list[str] = []
            for letter in "ab":
                names.append(letter)
            print(names)


        compute()
        names: list[str] = []
        print(names)
        """,
        id="declared-inside-and-bound-again-outside",
    ),
    pytest.param(
        """\
        names: list[str] = ["a"]
        print(names)
        begin = 0
        names = []
        names.append("b")
        print(names)
        end = 0
        """,
        """\
        names: list[str] = ["a"]
        print(names)


        def compute() -> None:
            names: list[str] = []
            names.append("b")
            print(names)


        compute()
        """,
        id="declared-outside-and-bound-again-inside",
    ),
    pytest.param(
        """\
        def main(count: int) -> int:
            begin = 0
            double = count * 2
            result = double + 1
            end = 0
            return result
        print(main(2))
        """,
        """\
        def compute(count: int) -> int:
            double = count * 2
            result = double + 1
            return result


        def main(count: int) -> int:
            result = compute(count)
            return result


        print(main(2))
        """,
        id="inside-a-function",
    ),
    pytest.param(
        """\
        def show() -> None:
            print(count)
        begin = 0
        count = 1
        end = 0
        show()
        count = 2
        show()
        """,
        """\
        def show() -> None:
            print(count)


        def compute() -> int:
            count = 1
            return count


        count = compute()
        show()
        count = 2
        show()
        """,
        id="read-by-a-function-before-it-is-bound-again",
    ),
    pytest.param(
        """\
        for step in [0, 1]:
            if step == 1:
                begin = 0
                last = step + 1
                end = 0
                break
            last = 5
        print(last)
        """,
        """\
        def compute(step: int) -> int:
            last = step + 1
            return last


        for step in [0, 1]:
            if step == 1:
                last = compute(step)
                break
            last = 5
        print(last)
        """,
        id="a-jump-past-the-next-binding",
    ),
    pytest.param(
        """\
        begin = 0
        count = 1
        end = 0
        done = len("") > 0 and (count := 2)
        print(count, done)
        """,
        """\
        def compute() -> int:
            count = 1
            return count


        count = compute()
        done = len("") > 0 and (count := 2)
        print(count, done)
        """,
        id="perhaps-bound-in-an-expression",
    ),
    pytest.param(
        """\
        count = 3
        while count > 0:
            begin = 0
            half = count // 2
            count = half
            end = 0
            print(count)
        """,
        """\
        count = 3


        def compute(count: int) -> int:
            half = count // 2
            count = half
            return count


        while count > 0:
            count = compute(count)
            print(count)
        """,
        id="inside-a-while-loop",
    ),
    pytest.param(
        """\
        if len("ab") > 1:
            begin = 0
            number = 1
            names = [number for number in [number]]
            end = 0
            print(names)
        """,
        """\
        def compute() -> list[int]:
            number = 1
            names = [number for number in [number]]
            return names


        if len("ab") > 1:
            names = compute()
            print(names)
        """,
        id="inside-a-branch-with-a-comprehension",
    ),
    pytest.param(
        """\
        begin = 0
        import math

        root = math.sqrt(4)
        end = 0
        print(root)
        """,
        """\
        def compute() -> float:
            import math

            root = math.sqrt(4)
            return root


        root = compute()
        print(root)
        """,
        id="an-import-for-itself",
    ),
    pytest.param(
        """\
        def main() -> None:
            import math

            begin = 0
            root = math.sqrt(4)
            end = 0
            print(root)
        main()
        """,
        """\
        from types import ModuleType


        def compute(math: ModuleType) -> float:
            root = math.sqrt(4)
            return root


        def main() -> None:
            import math

            root = compute(math)
            print(root)


        main()
        """,
        id="an-import-of-the-function-around",
    ),
    pytest.param(
        """\
        total = 1
        begin = 0
        total: int
        total = total + 1
        end = 0
        print(total)
        """,
        """\
        total = 1


        def compute(total: int) -> int:
            total: int
            total = total + 1
            return total


        total: int = compute(total)
        print(total)
        """,
        id="only-declared-inside",
    ),
    pytest.param(
        """\
        found = []
        print(found)
        class Box:
            pass
        begin = 0
        found: "list[Box]" = [Box()]
        print(len(found))
        end = 0
        """,
        """\
        found = []
        print(found)


        class Box:
            pass


        def compute() -> None:
            found: "list[Box]" = [Box()]
            print(len(found))


        compute()
        """,
        id="declared-with-a-class-that-is-not-there-before",
    ),
]


@pytest.mark.parametrize(("before", "after"), CASES)
def test_extracts(before: str, after: str) -> None:
    assert extracted(before) == dedent(after)


def test_without_a_region_nothing_changes() -> None:
    module = parse("x = 1\n")
    assert extract_function(module, lambda bindings: None, "compute") is module


@pytest.mark.parametrize(
    ("code", "message"),
    [
        pytest.param(
            "def f():\n    begin = 0\n    return 1\n    end = 0\n",
            "3:5: expected statements that can stand in a function of their own, "
            "found return 1",
            id="return",
        ),
        pytest.param(
            "for i in [1]:\n    begin = 0\n    if i:\n        break\n    end = 0\n",
            "4:9: expected statements that can stand in a function of their own, "
            "found break",
            id="jump-out-of-the-region",
        ),
        pytest.param(
            "begin = 0\nf = lambda: x\nend = 0\nx = 1\n",
            "found lambda: x",
            id="closure",
        ),
        pytest.param(
            "begin = 0\nprint(locals())\nend = 0\n",
            "found locals()",
            id="introspection",
        ),
        pytest.param(
            "class A:\n    begin = 0\n    x = 1\n    end = 0\n",
            "found the body of a class",
            id="class",
        ),
        pytest.param(
            "if 1:\n    x = 1\nbegin = 0\ny = x\nend = 0\nprint(y)\n",
            "4:5: expected `x` to be bound whenever this is reached, "
            "found a way on which it is not",
            id="input-that-may-not-be-there",
        ),
        pytest.param(
            "begin = 0\nfor x in []:\n    y = x\nend = 0\nprint(y)\n",
            "3:5: expected `y` to be bound whenever this is reached",
            id="output-that-may-not-be-there",
        ),
        pytest.param(
            "def f():\n    return x\nbegin = 0\nx = 1\nprint(f())\nend = 0\n",
            "2:12: expected `x` to be passed to this function, "
            "found a variable that it reads by itself",
            id="read-by-a-function-that-is-called",
        ),
        pytest.param(
            "x = 0\ndef f():\n    global x\n    x = 5\nbegin = 0\nf()\ny = x\n"
            "end = 0\nprint(y)\n",
            "4:5: expected `x` to be passed to this function, "
            "found a variable that it binds by itself",
            id="bound-by-a-function-that-is-called",
        ),
        pytest.param(
            "x = 0\nclass A:\n    def __add__(self, other):\n        return x\n"
            "a = A()\nbegin = 0\nx = 1\ny = a + 1\nend = 0\nprint(y)\n",
            "4:16: expected `x` to be passed to this function, "
            "found a variable that it reads by itself",
            id="read-by-an-operator",
        ),
        pytest.param(
            "def f():\n    return x\ng = f\nbegin = 0\nx = 1\ny = g()\nend = 0\n",
            "2:12: expected `x` to be passed to this function, "
            "found a variable that it reads by itself",
            id="read-by-a-function-in-a-variable",
        ),
        pytest.param(
            "def f(_):\n    return x\ng = f\nbegin = 0\nx = 1\n"
            "y = sorted([1], key=g)\nend = 0\n",
            "2:12: expected `x` to be passed to this function",
            id="read-by-a-function-in-a-variable-that-is-passed",
        ),
        pytest.param(
            "f = lambda: x\nbegin = 0\nx = 1\ny = f()\nend = 0\n",
            "1:13: expected `x` to be passed to this function",
            id="read-by-a-lambda",
        ),
        pytest.param(
            "xs = [1]\nx = 0\ng = (x for _ in xs)\nbegin = 0\nx = 1\ny = list(g)\n"
            "end = 0\nprint(y)\n",
            "3:6: expected `x` to be read at once, found a generator",
            id="read-by-a-generator",
        ),
        pytest.param(
            "try:\n    begin = 0\n    x = 1\n    y = 1 / 0\n    end = 0\n"
            "except ZeroDivisionError:\n    print(x)\n",
            "3:5: expected statements that can stand in a function of their own, "
            "found a `try` around them",
            id="left-halfway",
        ),
        pytest.param(
            "def f():\n    global x\n    begin = 0\n    x = 1\n    end = 0\n"
            "f()\nprint(x)\n",
            "4:5: expected `x` to belong to the code around, "
            "found a variable from further out",
            id="global",
        ),
        pytest.param(
            "def f():\n    x = 1\n    def g():\n        begin = 0\n        y = x\n"
            "        end = 0\n        return y\n    return g()\n",
            "5:13: expected `x` to belong to the code around, "
            "found a variable from further out",
            id="variable-of-a-function-around",
        ),
        pytest.param(
            "begin = 0\nif 1:\n    import math\nend = 0\nprint(math.pi)\n",
            "3:12: expected `math` to be used by these statements only, "
            "found another use",
            id="import-for-others",
        ),
        pytest.param(
            "import math\nbegin = 0\nx = math.pi\nimport math\nend = 0\n",
            "3:5: expected `math` to be used by these statements only, "
            "found another use",
            id="import-after-use",
        ),
        pytest.param(
            "begin = 0\nfrom math import *\nend = 0\n",
            "2:18: expected statements that can stand in a function of their own, "
            "found *",
            id="import-of-everything",
        ),
        *(
            pytest.param(
                f"class A(B):\n    def f(self):\n        begin = 0\n"
                f"        x = {code}\n        end = 0\n        return x\n",
                "expected statements that mean the same outside a class, "
                f"found `{name}`",
                id=f"in-a-method-{name}",
            )
            for code, name in [
                ("super().f()", "super"),
                ("__class__.g", "__class__"),
                ("self.__q", "__q"),
                ("[each.__q for each in self]", "__q"),
            ]
        ),
        pytest.param(
            "def compute():\n    pass\nbegin = 0\nx = 1\nend = 0\n",
            "4:1: expected `compute` to be free for a function",
            id="name-taken",
        ),
    ],
)
def test_refuses(code: str, message: str) -> None:
    with pytest.raises(Refusal) as refusal:
        extract_function(parse(code), between_marks, "compute")
    assert message in str(refusal.value)


def test_what_a_class_would_mangle_is_plain_outside_one() -> None:
    code = "class A:\n    pass\n__q = 1\nbegin = 0\nx = __q + 1\nend = 0\nprint(x)\n"
    assert "def compute(" in extracted(code)
