from __future__ import annotations

from pathlib import Path

import pytest

from codemods.memory import Memory
from codemods.refusal import Refusal
from codemods.review.measure_data import (
    ONE_CALL,
    ONE_ROUND,
    WHOLE_RUN,
    Holding,
    measure_data,
)

SCRIPT = """
class Node:
    def __init__(self, number):
        self.number = number

def square(numbers):
    squares = [number * number + 0.5 for number in numbers * 2]
    return sum(squares)

kept = [Node(number) for number in range(1000)]
table = [float(number) for number in range(3000)]
tape = []
for step in range(100):
    passing = [number + 0.5 for number in range(2000)]
    tape.extend(passing)
    total = square(tape)
    tape.clear()
    print(step, total)
"""


@pytest.fixture
def input_file(tmp_path: Path) -> Path:
    path = tmp_path / "input.txt"
    path.write_text("")
    return path


def measure(source: str, input_file: Path) -> dict[str, Holding]:
    memory = Memory(input_file.parent / "memory")
    return {found.name: found for found in measure_data(source, input_file, memory)}


def test_refuses_a_script_that_fails(input_file: Path) -> None:
    with pytest.raises(Refusal, match="found ZeroDivisionError"):
        measure("1 / 0\n", input_file)


def test_tells_what_lives_where_how_big_and_how_long(input_file: Path) -> None:
    found = measure(SCRIPT, input_file)
    assert list(found["Node objects"].parts) == [WHOLE_RUN, ONE_ROUND, ONE_CALL]
    assert found["Node objects"].entries == 1000
    assert found["table"].entries == 3000
    assert found["table"].parts[WHOLE_RUN] == found["table"].size
    assert found["tape"].parts[ONE_ROUND] == found["tape"].size
    assert found["passing"].parts[WHOLE_RUN] == 0
    squares = found["squares"]
    assert squares.place == "square"
    assert squares.entries == 4000
    assert squares.parts[ONE_CALL] > 4000 * 24


def test_counts_each_object_once(input_file: Path) -> None:
    found = measure(SCRIPT, input_file)

    assert found["tape"].objects - 1 + found["passing"].objects - 1 == 2000
