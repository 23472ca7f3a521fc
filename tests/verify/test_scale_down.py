"""Scaling down, wherever the loops and their bounds are."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest

from codemods.refusal import Refusal
from codemods.verify.scale_down import scale_down

MICROGPT = Path(__file__).parents[2] / "original" / "microgpt.py"

REFUSED = (
    pytest.param(
        "while True:\n    print(1)\n",
        "1:1: expected a for loop over a range around what prints, found while True:",
        id="while loop",
    ),
    pytest.param(
        "def go():\n    print(1)\nwhile True:\n    go()\n",
        "3:1: expected a for loop over a range around what prints, found while True:",
        id="while loop around a function that prints",
    ),
    pytest.param(
        "for i in range(len('abc')):\n    print(i)\n",
        "1:16: expected a bound that leads back to one integer literal, "
        "found len('abc')",
        id="bound that is computed",
    ),
    pytest.param(
        "n = 5\nn = 6\nfor i in range(n):\n    print(i)\n",
        "3:16: expected a bound that leads back to one integer literal, found n",
        id="name bound twice",
    ),
    pytest.param(
        "n = 5\nn += 6\nfor i in range(n):\n    print(i)\n",
        "3:16: expected a bound that leads back to one integer literal, found n",
        id="name bound again by an augmented assignment",
    ),
    pytest.param(
        "for i in range(0, 100, 2):\n    print(i)\n",
        "1:10: expected a range with a bound, or with a start and a bound, "
        "found range(0, 100, 2)",
        id="range with a step",
    ),
    pytest.param(
        "n = 50\n"
        "for i in range(n):\n    print(i)\n"
        "for i in range(1, n):\n    print(i)\n",
        "1:5: expected a number that bounds loops in one way only, found 50",
        id="literal that two loops want to be different",
    ),
)


@pytest.mark.parametrize(("script", "message"), REFUSED)
def test_refuses(script, message):
    with pytest.raises(Refusal) as refused:
        scale_down(cst.parse_module(script), 3)
    assert str(refused.value) == message


UNCHANGED = (
    pytest.param("print('no loop')\n", id="no loop"),
    pytest.param("for i in range(500):\n    x = i\nprint(x)\n", id="silent loop"),
    pytest.param("for i in range(3):\n    print(i)\n", id="small loop"),
    pytest.param("for i in 'abcdef':\n    print(i)\n", id="loop over something else"),
    pytest.param(
        "def never():\n    for i in range(9):\n        print(i)\n", id="never called"
    ),
    pytest.param(
        "def range(n): return [n]\nfor i in range(9):\n    print(i)\n",
        id="another range",
    ),
    pytest.param(
        "def print(n): return [n]\nfor i in range(9):\n    print(i)\n",
        id="another print",
    ),
    pytest.param(
        "for i in range(9):\n    def later(): print(i)\n", id="only defines what prints"
    ),
)


@pytest.mark.parametrize("script", UNCHANGED)
def test_leaves_alone(script):
    scaled = scale_down(cst.parse_module(script), 3)
    assert (scaled.module.code, scaled.changed) == (script, ())


CHANGED = (
    pytest.param(
        "for i in range(1_000):  # many\n    print(i)\n",
        "for i in range(3):  # many\n    print(i)\n",
        ((1000, 3),),
        id="literal",
    ),
    pytest.param(
        "a, count = 1, 500\nfor i in range(count):\n    print(i, count)\n",
        "a, count = 1, 3\nfor i in range(count):\n    print(i, count)\n",
        ((500, 3),),
        id="tuple assignment",
    ),
    pytest.param(
        "count: int\ncount: int = 500\nfor i in range(count):\n    print(i)\n",
        "count: int\ncount: int = 3\nfor i in range(count):\n    print(i)\n",
        ((500, 3),),
        id="annotated assignment",
    ),
    pytest.param(
        "n = 500\nlast = n + 1\nfor i in range(1, last):\n    print(i)\n",
        "n = 3\nlast = n + 1\nfor i in range(1, last):\n    print(i)\n",
        ((500, 3),),
        id="start and bound",
    ),
    pytest.param(
        "n = 500\nrounds = range(n - 100)\nfor i in rounds:\n    print(i)\n",
        "n = 103\nrounds = range(n - 100)\nfor i in rounds:\n    print(i)\n",
        ((500, 103),),
        id="range under a name",
    ),
    pytest.param(
        "import sys\nfor i in range(9):\n    sys.stdout.write('x')\n",
        "import sys\nfor i in range(3):\n    sys.stdout.write('x')\n",
        ((9, 3),),
        id="writes instead of printing",
    ),
    pytest.param(
        "for i in range(9):\n    for j in range(8):\n        print(i, j)\n",
        "for i in range(3):\n    for j in range(8):\n        print(i, j)\n",
        ((9, 3),),
        id="outermost loop only",
    ),
    pytest.param(
        "def inner(n):\n    for j in range(n):\n        print(j)\n"
        "for i in range(9):\n    inner(8)\n",
        "def inner(n):\n    for j in range(n):\n        print(j)\n"
        "for i in range(3):\n    inner(8)\n",
        ((9, 3),),
        id="outermost loop only, through a call",
    ),
    pytest.param(
        "def sample(count=20):\n    for i in range(count):\n        show(i)\n"
        "def show(i): print(i)\n"
        "def train(rounds, *, rate: float):\n"
        "    for i in range(rounds):\n        show(rate)\n"
        "def main(rounds):\n    train(rate=0.1, rounds=rounds)\n    sample()\n"
        "if __name__ == '__main__':\n    main(500)\n",
        "def sample(count=3):\n    for i in range(count):\n        show(i)\n"
        "def show(i): print(i)\n"
        "def train(rounds, *, rate: float):\n"
        "    for i in range(rounds):\n        show(rate)\n"
        "def main(rounds):\n    train(rate=0.1, rounds=rounds)\n    sample()\n"
        "if __name__ == '__main__':\n    main(3)\n",
        ((500, 3), (20, 3)),
        id="through parameters and defaults, in the order of the run",
    ),
    pytest.param(
        "class Trainer:\n"
        "    def __init__(self, rounds):\n        self.run(rounds)\n"
        "    def run(self, rounds):\n"
        "        for i in range(rounds):\n            print(i)\n"
        "Trainer(70)\nTrainer(60)\n",
        "class Trainer:\n"
        "    def __init__(self, rounds):\n        self.run(rounds)\n"
        "    def run(self, rounds):\n"
        "        for i in range(rounds):\n            print(i)\n"
        "Trainer(3)\nTrainer(3)\n",
        ((70, 3), (60, 3)),
        id="through methods, each call by itself",
    ),
    pytest.param(
        "def odd(n):\n    if n: even(n - 1)\n    print(n)\n"
        "def even(n):\n    if n: odd(n - 1)\n"
        "for i in range(9):\n    odd(i)\nfor i in range(9):\n    even(i)\n",
        "def odd(n):\n    if n: even(n - 1)\n    print(n)\n"
        "def even(n):\n    if n: odd(n - 1)\n"
        "for i in range(3):\n    odd(i)\nfor i in range(3):\n    even(i)\n",
        ((9, 3), (9, 3)),
        id="mutual recursion",
    ),
    pytest.param(
        "def again(n):\n"
        "    for i in range(9):\n        print(i)\n"
        "    if n: again(n - 1)\n"
        "again(2)\n",
        "def again(n):\n"
        "    for i in range(3):\n        print(i)\n"
        "    if n: again(n - 1)\n"
        "again(2)\n",
        ((9, 3),),
        id="recursion",
    ),
)


@pytest.mark.parametrize(("before", "after", "changed"), CHANGED)
def test_scales_down(before, after, changed):
    scaled = scale_down(cst.parse_module(before), 3)
    assert scaled.module.code == after
    assert scaled.changed == changed


def test_scales_the_original_down():
    before = MICROGPT.read_text()
    scaled = scale_down(cst.parse_module(before), 4)
    assert scaled.changed == ((500, 4), (20, 4))
    after = before.replace("num_steps = 500", "num_steps = 4")
    assert scaled.module.code == after.replace("in range(20)", "in range(4)")
