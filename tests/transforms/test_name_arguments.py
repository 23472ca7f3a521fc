"""What is passed to a function, bound to names."""

from __future__ import annotations

import pytest
from statement_checks import outcome

from codemods.facts.metadata import parse
from codemods.layout import format_source
from codemods.transforms.name_arguments import name_arguments

HEAD = """\
def scale(row: list[float], by: float, shift: float = 0.0) -> list[float]:
    return [by * number + shift for number in row]


rows = [[1.0], [2.0]]
size = 3
"""


def after(code: str) -> str:
    named = format_source(name_arguments(parse(HEAD + code), "scale").code)
    assert outcome(named) == outcome(HEAD + code)
    return named.removeprefix(HEAD)


def test_parameters_give_arguments_their_names() -> None:
    code = """\
# twice as much
scaled = scale(rows[0], 2 * size, shift=size)
print(scaled)
"""
    wanted = """\
# twice as much
row = rows[0]
by = 2 * size
scaled = scale(row, by, shift=size)
print(scaled)
"""
    assert after(code) == wanted


def test_a_name_in_use_is_not_taken() -> None:
    code = "row = [5.0]\nscaled = scale(rows[0], size, shift=1.0)\nprint(scaled, row)\n"
    changed = after(code)
    assert "row = [5.0]\n" in changed
    assert "shift = 1.0\n" in changed


@pytest.mark.parametrize(
    "line",
    [
        "print(scale(rows[0], 2 * size))\n",
        "scaled = scale(*[rows[0], 2])\n",
        "scaled = scale(row, by)\n",
        "scaled = sorted(rows[0])\n",
    ],
)
def test_leaves_the_rest_alone(line: str) -> None:
    code = f"row, by = rows[0], size\n{line}"
    assert after(code) == code
