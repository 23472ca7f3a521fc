"""What loops walk through, bound to names."""

from __future__ import annotations

import pytest
from statement_checks import outcome

from codemods.facts.metadata import parse
from codemods.layout import format_source
from codemods.transforms.name_walked import name_walked

HEAD = """\
def scale(row: list[float], by: float) -> list[float]:
    scaled_row: list[float] = []
    for number in row:
        scaled_row.append(by * number)
    return scaled_row


"""


def after(code: str) -> str:
    named = format_source(name_walked(parse(HEAD + code), {"f"}).code)
    assert outcome(named) == outcome(HEAD + code)
    return named.removeprefix(HEAD)


def test_names_the_result_of_a_call_as_the_function_does() -> None:
    code = """\
def f(row: list[float]) -> None:
    # twice as much
    for number in scale(row, 2.0):
        print(number)


f([1.0, 2.0])
"""
    wanted = """\
def f(row: list[float]) -> None:
    # twice as much
    scaled_row: list[float] = scale(row, 2.0)
    for number in scaled_row:
        print(number)


f([1.0, 2.0])
"""
    assert after(code) == wanted


def test_names_what_is_walked_side_by_side() -> None:
    code = """\
def f(row: list[float]) -> None:
    for index, (number, word) in enumerate(zip(scale(row, 3.0), ("a", "b"))):
        print(index, number, word)


f([1.0, 2.0])
"""
    wanted = """\
def f(row: list[float]) -> None:
    scaled_row: list[float] = scale(row, 3.0)
    items = ("a", "b")
    for index, (number, word) in enumerate(zip(scaled_row, items)):
        print(index, number, word)


f([1.0, 2.0])
"""
    assert after(code) == wanted


@pytest.mark.parametrize(
    "line",
    [
        "for number in row:",
        "for number in row[1:]:",
        "for number in sorted(row):",
        "for number in range(len(row)):",
        "while scale(row, 1.0) == []:",
        "if scale(row, 1.0):",
    ],
)
def test_leaves_the_rest_alone(line: str) -> None:
    code = f"def f(row: list[float]) -> None:\n    {line}\n        print(row)\n\n\n"
    assert after(code + "f([1.0])\n") == code + "f([1.0])\n"


def test_leaves_other_functions_alone() -> None:
    code = "def g(row: list[float]) -> None:\n    for number in scale(row, 1.0):\n"
    code += "        print(number)\n\n\ng([1.0])\n"
    assert after(code) == code
