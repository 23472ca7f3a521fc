"""Procedures in the place of their calls: what is inlined, left, and printed."""

from __future__ import annotations

from inspect import cleandoc

import pytest
from statement_checks import outcome, rewritten

from codemods.transforms.inline_procedures import inline_procedures

INLINED = [
    pytest.param(
        """
        prices = [1, 2]

        # The sum of all
        def show(table, count, start=0):  # of some
            \"\"\"Add them up.

            One by one.
            \"\"\"
            global total
            # nothing yet
            total = start
            for index in range(count):  # each
                total += table[index]
            print(total)
            return

        # at once
        show(prices, count=2)  # both
        print(total)
        """,
        """
        prices = [1, 2]

        # at once
        # both

        # The sum of all
        # Add them up.
        #
        # One by one.
        # of some
        count = 2
        start = 0
        # nothing yet
        total = start
        for index in range(count):  # each
            total += prices[index]
        print(total)
        print(total)
        """,
        id="parameters-and-comments",
    ),
    pytest.param(
        """
        def main():
            width = 3
            fill(width)
            done = "yes"
            print(done)
        def fill(size):
            size += 1
            print(size)
        if __name__ == '__main__':
            # all of it
            main()
        """,
        """
        # all of it
        width = 3
        size = width
        size += 1
        print(size)
        done = "yes"
        print(done)
        """,
        id="a-guard-and-procedures-in-one-another",
    ),
    pytest.param(
        """
        def train():
            for step in range(2): print(step)
        def sample():
            step = "a"
            print(step)
        train()
        sample()
        """,
        """
        for step in range(2): print(step)
        step = "a"
        print(step)
        """,
        id="variables-of-the-same-name",
    ),
    pytest.param(
        """
        limit: int = 3
        def count(limit: int, by: float, name: str = "n"):
            total: list[float] = [by * i for i in range(limit)]
            def show(): print(name, total)
            limit = 0
            show()
        count(limit, 1 / 2)
        """,
        """
        limit: int = 3
        by: float = 1 / 2
        name: str = "n"
        total: list[float] = [by * i for i in range(limit)]
        def show(): print(name, total)
        limit = 0
        show()
        """,
        id="a-parameter-that-changes-and-a-function-inside",
    ),
    pytest.param(
        """
        import sys
        if "__main__" == __name__:
            print(1)
        if __name__ == "__main__":
            print(2)
        """,
        """
        import sys
        if "__main__" == __name__:
            print(1)
        print(2)
        """,
        id="a-guard-alone",
    ),
]


@pytest.mark.parametrize(("before", "after"), INLINED)
def test_inlines(before: str, after: str) -> None:
    code, expected = cleandoc(before) + "\n", cleandoc(after) + "\n"
    assert rewritten(inline_procedures, code) == expected
    assert outcome(expected, "__main__") == outcome(code, "__main__")


LEFT = {
    "a-result": "def f(): return 1\nx = f()\n",
    "a-result-that-nobody-needs": "def f(): return 1\nf()\n",
    "an-early-return": "def f():\n    if x: return\n    print(1)\nx = 0\nf()\n",
    "a-loop-around": "def f(): print(1)\nfor _ in range(2):\n    f()\n",
    "two-calls": "def f():\n    print(1)\nf()\nf()\n",
    "a-call-in-itself": "def f():\n    f()\nf()\n",
    "another-use": "def f():\n    print(1)\nf()\nprint(f.__name__)\n",
    "a-generator": "def f():\n    yield 1\nf()\n",
    "a-coroutine": "async def f():\n    print(1)\nf()\n",
    "a-decorator": "@print\ndef f():\n    print(1)\nf()\n",
    "a-class": "def f():\n    class A: pass\n    print(A)\nf()\n",
    "a-starred-argument": "def f(a):\n    print(a)\nf(*[1])\n",
    "a-starred-parameter": "def f(*a):\n    print(a)\nf(1)\n",
    "a-default-of-its-time": "x = 1\ndef f(a=x):\n    print(a)\nx = 2\nf()\n",
    "a-variable-read-later": "x = 1\ndef f():\n    x = 2\nf()\nprint(x)\n",
    "a-variable-read-by-a-function": (
        "x = 1\ndef g(): print(x)\ndef f():\n    x = 2\n    g()\nf()\n"
    ),
    "a-builtin-used-elsewhere": (
        "def g(): print(len('a'))\ndef f():\n    len = 2\n    g()\nf()\n"
    ),
    "a-name-used-inside": (
        "x = [1]\ndef f(a):\n    x = 2\n    print(a, x)\nf(x)\nprint(x)\n"
    ),
    "nonlocal": (
        "def f():\n    a = 1\n    def g():\n        nonlocal a\n        a = 2\n"
        "    g()\n    print(a)\nf()\n"
    ),
    "a-type-that-is-not-there": "def f():\n    a: Missing = 1\n    print(a)\nf()\n",
    "a-declaration-in-a-block": (
        "def f():\n    if 1:\n        global a\n    a = 1\n    print(a)\nf()\n"
    ),
    "a-variable-of-the-module-inside": (
        "def f():\n    a = 1\n    def g():\n        global a\n        a = 2\n"
        "    g()\n    print(a)\nf()\n"
    ),
    "names-looked-up": "def f():\n    a = 1\n    print(locals())\nf()\n",
    "an-alternative": "if __name__ == '__main__':\n    print(1)\nelse:\n    print(2)\n",
    "another-module": "if __name__ == 'example':\n    print(1)\n",
    "nothing-to-do": 'def f():\n    """Nothing."""\nf()\n',
}


@pytest.mark.parametrize("code", LEFT.values(), ids=LEFT)
def test_leaves_alone(code: str) -> None:
    assert rewritten(inline_procedures, code) == code


CAREFUL = {
    "a-printed-name": "x = 1\ndef f(a):\n    print(f'{a=}')\nf(x)\n",
    "a-variable-that-changes": (
        "x = 1\ndef g():\n    global x\n    x = 2\n"
        "def f(a):\n    g()\n    print(a, x)\nf(x)\n"
    ),
    "a-loop-variable": "for x in range(3): pass\ndef f(a):\n    print(a)\nf(x)\n",
    "swapped": "a = 1\nb = 2\ndef f(a, b):\n    print(a, b)\nf(b, a)\n",
    "a-failing-argument": "def f(a, b):\n    print(a)\nf(1, 1 / 0)\n",
    "a-comprehension": "def f(n):\n    print([n for n in range(n)])\nf(3)\n",
}


@pytest.mark.parametrize("code", CAREFUL.values(), ids=CAREFUL)
def test_prints_the_same(code: str) -> None:
    assert outcome(rewritten(inline_procedures, code)) == outcome(code)
