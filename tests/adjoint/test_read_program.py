"""What is seen in a function in the plain form."""

from __future__ import annotations

from textwrap import dedent

import libcst as cst

from codemods.adjoint.program import Append, Loop, Program, all_statements
from codemods.adjoint.pure_functions import pure_functions
from codemods.adjoint.read_program import ReadProgram
from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import Bindings
from codemods.facts.metadata import wrap


def read(code: str, *constants: str) -> Program | None:
    bindings = Bindings(wrap(cst.parse_module(dedent(code))))
    (function,) = bindings.wrapper.module.body
    assert isinstance(function, cst.FunctionDef)
    return ReadProgram(bindings, AnnotatedTypes(bindings)).read(function, constants)


def append_of(program: Program | None) -> Append:
    assert program is not None
    (found,) = (s for s in all_statements(program.block) if isinstance(s, Append))
    return found


FILLING = """
def fill(row: list[float], at: int) -> list[float]:
    out: list[float] = []
    for index, number in enumerate(row):
        twice = number * 2
        out.append(twice)
    return out
"""


def test_the_index_of_an_item_is_known_where_a_loop_puts_one_each_time() -> None:
    assert append_of(read(FILLING)).index == "index"


def test_the_index_is_not_known_where_the_list_is_read_while_it_grows() -> None:
    reading = FILLING.replace("number * 2", "number * out[at]")
    assert append_of(read(reading)).index is None


def test_the_index_is_not_known_where_an_item_is_read_from_the_end() -> None:
    reading = FILLING.replace(
        "    return out", "    last = out[-1] * 2\n    return out"
    )
    assert append_of(read(reading)).index is None


def test_only_floats_have_derivatives() -> None:
    assert read("def count(n: int) -> int:\n    m = n + 1\n    return m\n") is None
    assert read(FILLING, "row") is None


def test_what_a_range_has_is_another_index_every_time() -> None:
    code = """
    def pick(places: {}, data: list[float]) -> float:
        total: float = 0.0
        for place in places:
            total += data[place]
        return total
    """
    owned = []
    for kind in ("range", "list[int]"):
        program = read(code.format(kind))
        assert program is not None
        (loop,) = (s for s in program.block.statements if isinstance(s, Loop))
        owned.append("place" in loop.own)
    assert owned == [True, False]


def test_functions_that_only_compute_are_pure() -> None:
    code = """
    def double(n: int) -> int:
        return 2 * n

    def fill(n: int) -> list[int]:
        rows = []
        rows.append(double(n))
        return rows

    def note(rows: list[int]) -> None:
        rows.append(1)

    def show(n: int) -> None:
        print(n)

    def draw() -> float:
        return random.random()

    def both() -> None:
        show(1)
    """
    nodes = cst.parse_module(dedent(code)).body
    functions = {n.name.value: n for n in nodes if isinstance(n, cst.FunctionDef)}
    assert pure_functions(functions) == {"double", "fill"}
