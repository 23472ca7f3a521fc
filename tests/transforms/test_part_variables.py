"""Variables whose name holds values of several types, one after the other."""

from __future__ import annotations

import pytest
from statement_checks import outcome

from codemods.facts.metadata import parse
from codemods.facts.observed_types import observe_types
from codemods.transforms.part_variables import part_variables


def parted(code: str) -> str:
    module = parse(code)
    after = part_variables(module, observe_types(module)).code
    assert outcome(after) == outcome(code)
    return after


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("x = [1]\nprint(x)\nx = [2]\nprint(x)\n", id="of-one-type"),
        pytest.param("x = 1\nprint(x)\nx = 2.5\nprint(x)\n", id="numbers"),
        pytest.param("for x in 'a':\n    pass\nfor x in 'b':\n    pass\n", id="unread"),
        pytest.param(
            "x = 'a'\nprint(x)\nx = 2\nprint(x, globals()['x'])\n",
            id="found-by-its-name",
        ),
        pytest.param("x = None\nx = 2\nprint(x)\n", id="never-read"),
        pytest.param("x = [1]\nif x:\n    x = 'a'\nprint(x)\n", id="read-as-both"),
        pytest.param("x = [1]\nprint(x)\nfor x in 'ab':\n    print(x)\n", id="a-loop"),
        pytest.param("x = [1]\nprint(x)\nx, y = 'a', 1\nprint(x)\n", id="a-pair"),
        pytest.param(
            "x = [1]\ndef f():\n    return x\nprint(f())\nx = 'a'\nprint(f())\n",
            id="read-by-a-function",
        ),
        pytest.param(
            "x = 'a'\nprint(x)\nif x == '':\n    x = [1]\n    print(x)\n", id="not-run"
        ),
    ],
)
def test_leaves_whole(code: str) -> None:
    assert parted(code) == code


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "x = [1]\nprint(x)\nx = len(x)\nprint(x)\n",
            "x = [1]\nprint(x)\nlength_of_x = len(x)\nprint(length_of_x)\n",
            id="by-its-value",
        ),
        pytest.param(
            "x = [1]\nprint(x)\nx = '+'\nprint(1, 2, sep=x)\n",
            "x = [1]\nprint(x)\nsep = '+'\nprint(1, 2, sep=sep)\n",
            id="by-its-use",
        ),
        pytest.param(
            "sep = x = [1]\nprint(x)\nx = 2 * 'a'\nprint(1, 2, sep=x)\n",
            "sep = x = [1]\nprint(x)\ntwo_times_a = 2 * 'a'\n"
            "print(1, 2, sep=two_times_a)\n",
            id="by-a-free-name",
        ),
        pytest.param(
            "def f(x):\n    x = x + 1\n    x = str(x)\n    return x\n\n\nprint(f(2))\n",
            "def f(x):\n    x = x + 1\n    x_as_text = str(x)\n    return x_as_text\n"
            "\n\nprint(f(2))\n",
            id="in-a-function",
        ),
        pytest.param(
            "x = [1]\nprint(x)\nx = 'a'\nprint(x)\nx = [2]\nx += [3]\n",
            "x = [1]\nprint(x)\nvalue = 'a'\nprint(value)\nx = [2]\nx += [3]\n",
            id="the-first-type-again",
        ),
    ],
)
def test_parts(before: str, after: str) -> None:
    assert parted(before) == after
