"""Which statements may change a list that was there before them."""

from __future__ import annotations

import libcst as cst
import pytest

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import Bindings
from codemods.facts.find_nodes import find
from codemods.facts.liveness import Region
from codemods.facts.metadata import parse, wrap
from codemods.facts.steady_lists import SteadyLists
from codemods.facts.type_names import Type

TOP = """\
import math
import random
import numpy
from operator import setitem

table: list[float] = []
numbers: list[int] = []


def read(row: list[int]) -> int:
    return len(row)


def collect(row: list[int]) -> list[int]:
    found: list[int] = []
    for number in row:
        found.append(number)
    table.append(0.5)
    return found


def change(row: list[int]) -> None:
    row.append(1)


def change_module() -> None:
    numbers.append(1)


def change_later(row: list[int]) -> None:
    change(row)


class Box:
    def __add__(self, other: list[int]) -> None:
        other.append(1)


"""

FUNCTION = """\
def run(row: list[int], rows: list[list[int]], box, name: str, call) -> None:
    near: list[int] = []
    passed: list[int] = []
    rows.append(passed)
    for position in range(3):
"""

STEADY = [
    "total = sum(row)",
    "print(row[0], math.exp(row[1]), random.random(), name.strip())",
    "read(row)",
    "found = collect(row)",
    "near.append(1)",
    "near.extend(row)\nread(near[1:])",
    "mine: list[int] = []\nmine.append(1)\nrows[0].index(1)\nchoice = mine",
    "table.append(0.5)\ntable[0] += 1.5\ndel table[1:]",
    "for near_one in near:\n    near[0] = near_one",
    "row = [1]",
]

CHANGING = [
    "row.append(1)",
    "row[0] = 1",
    "row[0] += 1",
    "row += [1]",
    "del row[0]",
    "rows[0].sort()",
    "other = row\nother.reverse()",
    "passed.append(1)",
    "rows.append(near)\nnear.append(1)",
    "other = near\nnear.append(1)",
    "near.append(1)\nread(near)",
    "row[0], x = 1, 2",
    "for row[0] in (1, 2):\n    pass",
    "random.shuffle(row)",
    "setitem(row, 0, 1)",
    "list.append(row, 1)",
    "row.__setitem__(0, 1)",
    "append = row.append\nappend(1)",
    "list(map(row.append, (1, 2)))",
    "change(row)",
    "change_later(row)",
    "change_module()",
    "call()",
    "numpy.sort(row)",
    "unknown(row)",
    "exec(name)",
    "box.append(1)",
    "box += 1",
    "with box:\n    pass",
    "yield row",
    "import numpy",
]


def first_change(lines: str) -> cst.CSTNode | None:
    body = "".join(f"        {line}\n" for line in lines.splitlines())
    code = TOP.partition("class Box")[0] + FUNCTION + body
    return first_change_in(code)


def first_change_in(code: str) -> cst.CSTNode | None:
    bindings = Bindings(wrap(parse(code)))
    module = bindings.wrapper.module
    *_, function = (s for s in module.body if isinstance(s, cst.FunctionDef))
    loop = next(find(function, cst.For))
    block = cst.ensure_type(loop.body, cst.IndentedBlock)
    steady = SteadyLists(bindings, AnnotatedTypes(bindings))
    region = Region(block, 0, len(block.body))
    return steady.first_change(region, [Type("list", (Type("int"),))])


@pytest.mark.parametrize("lines", STEADY)
def test_leaves_lists_as_they_are(lines: str) -> None:
    assert first_change(lines) is None


@pytest.mark.parametrize("lines", CHANGING)
def test_finds_changes(lines: str) -> None:
    assert first_change(lines) is not None


def test_counts_what_operators_may_call() -> None:
    assert first_change_in(TOP + FUNCTION + "        total = box + row\n") is not None


def test_counts_functions_that_variables_may_hold() -> None:
    code = TOP.partition("class Box")[0] + "calls = [change]\n" + FUNCTION
    assert first_change_in(code + "        total = 1\n") is not None
