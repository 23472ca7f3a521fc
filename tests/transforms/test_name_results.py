"""Results that get a name: which, by what name, and what stays."""

from __future__ import annotations

import libcst as cst
import pytest
from statement_checks import outcome, rewritten

from codemods.transforms.name_results import name_results

SCALE = """\
def scale(row: list[float]) -> list[float]:
    scaled_row: list[float] = []
    for number in row:
        scaled_row.append(2 * number)
    return scaled_row


"""

NAMED = {
    "an operation": (
        "def f(total, number):\n    return total / number\n\n\nprint(f(1, 2))\n",
        "def f(total, number):\n    total_over_number = total / number\n"
        "    return total_over_number\n\n\nprint(f(1, 2))\n",
    ),
    "a call, by what it returns": (
        SCALE + "def f(row):\n    return scale(row)\n\n\nprint(f([1.0]))\n",
        SCALE + "def f(row):\n    scaled_row = scale(row)\n    return scaled_row\n\n\n"
        "print(f([1.0]))\n",
    ),
    "a name that is taken": (
        SCALE + "def f(scaled_row):\n    return scale(scaled_row)\n\n\n"
        "print(f([1.0]))\n",
        SCALE + "def f(scaled_row):\n    scale_result = scale(scaled_row)\n"
        "    return scale_result\n\n\nprint(f([1.0]))\n",
    ),
    "a container, with its type": (
        SCALE + "def f(row) -> list[float]:\n    return scale(row)\n\n\n"
        "print(f([1.0]))\n",
        SCALE + "def f(row) -> list[float]:\n"
        "    scaled_row: list[float] = scale(row)\n    return scaled_row\n\n\n"
        "print(f([1.0]))\n",
    ),
    "comments": (
        "def f(number):\n    # the last\n    return number * 2  # twice\n\n\n"
        "print(f(1))\n",
        "def f(number):\n    # the last\n    number_times_two = number * 2\n"
        "    return number_times_two  # twice\n\n\nprint(f(1))\n",
    ),
}


def named(code: str) -> str:
    return rewritten(lambda module: name_results(module, ["f"]), code)


@pytest.mark.parametrize("name", NAMED)
def test_names(name: str) -> None:
    before, after = NAMED[name]
    assert named(before) == after
    assert outcome(after) == outcome(before)
    assert named(after) == after


STAYING = {
    "a name": "def f(number):\n    return number\n",
    "an item": "def f(row):\n    return row[0]\n",
    "nothing": "def f(row):\n    row.append(1)\n    return\n",
    "another function": "def g(number):\n    return number * 2\n",
    "names that are displayed": "def f(total, number):\n    return total, number\n",
}


@pytest.mark.parametrize("name", STAYING)
def test_stays(name: str) -> None:
    module = cst.parse_module(STAYING[name])
    assert name_results(module, ["f"]).deep_equals(module)
