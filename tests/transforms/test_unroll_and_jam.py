"""Loops over rows that are made in one pass: what stays, and what becomes of others."""

from __future__ import annotations

import libcst as cst
import pytest
from statement_checks import outcome, rewritten

from codemods.layout import format_source
from codemods.transforms.unroll_and_jam import unroll_and_jam

FORWARD = """\
def multiply(numbers: list[float], rows: list[list[float]]) -> list[float]:
    totals: list[float] = []
    # every row
    for row in rows:
        total: float = 0.0
        for factor, number in zip(row, numbers):
            product = factor * number  # times
            total = total + product
        totals.append(total)
    return totals


"""

FORWARD_JAMMED = """\
def multiply(numbers: list[float], rows: list[list[float]]) -> list[float]:
    totals: list[float] = []
    # every row
    number_of_rows = len(rows)
    number_of_remaining_rows = number_of_rows % 2
    number_of_grouped_rows = number_of_rows - number_of_remaining_rows
    # two rows in one pass
    for first_row_index in range(0, number_of_grouped_rows, 2):
        first_row: list[float] = rows[first_row_index]
        first_total: float = 0.0
        second_row_index = first_row_index + 1
        second_row: list[float] = rows[second_row_index]
        second_total: float = 0.0
        for first_factor, second_factor, number in zip(
            first_row, second_row, numbers, strict=True
        ):
            first_product = first_factor * number
            first_total = first_total + first_product
            second_product = second_factor * number
            second_total = second_total + second_product
        totals.append(first_total)
        totals.append(second_total)
    remaining_rows: list[list[float]] = rows[number_of_grouped_rows:]
    for row in remaining_rows:
        total: float = 0.0
        for factor, number in zip(row, numbers):
            product = factor * number  # times
            total = total + product
        totals.append(total)
    return totals


"""

BACKWARD = """\
def spread(
    totals_gradient: list[float],
    numbers: list[float],
    numbers_gradient: list[float],
    rows: list[list[float]],
    rows_gradient: list[list[float]],
) -> None:
    number_of_rows = len(rows)
    for row_index in reversed(range(number_of_rows)):
        total_gradient = totals_gradient[row_index]
        row = rows[row_index]
        row_gradient = rows_gradient[row_index]
        for number_index, (factor, number) in enumerate(zip(row, numbers)):
            factor_contribution = number * total_gradient
            number_contribution = factor * total_gradient
            row_gradient[number_index] += factor_contribution
            numbers_gradient[number_index] += number_contribution


"""

BACKWARD_JAMMED = """\
def spread(
    totals_gradient: list[float],
    numbers: list[float],
    numbers_gradient: list[float],
    rows: list[list[float]],
    rows_gradient: list[list[float]],
) -> None:
    number_of_rows = len(rows)
    number_of_remaining_rows = number_of_rows % 2
    last_row_index = number_of_rows - 1
    last_remaining_row_index = number_of_remaining_rows - 1
    # two rows in one pass
    for first_row_index in range(last_row_index, last_remaining_row_index, -2):
        first_total_gradient = totals_gradient[first_row_index]
        first_row = rows[first_row_index]
        first_row_gradient = rows_gradient[first_row_index]
        second_row_index = first_row_index - 1
        second_total_gradient = totals_gradient[second_row_index]
        second_row = rows[second_row_index]
        second_row_gradient = rows_gradient[second_row_index]
        for number_index, (
            first_factor,
            second_factor,
            number,
            numbers_gradient_entry,
        ) in enumerate(
            zip(first_row, second_row, numbers, numbers_gradient, strict=True)
        ):
            first_factor_contribution = number * first_total_gradient
            first_number_contribution = first_factor * first_total_gradient
            first_row_gradient[number_index] += first_factor_contribution
            numbers_gradient_entry += first_number_contribution
            second_factor_contribution = number * second_total_gradient
            second_number_contribution = second_factor * second_total_gradient
            second_row_gradient[number_index] += second_factor_contribution
            numbers_gradient_entry += second_number_contribution
            numbers_gradient[number_index] = numbers_gradient_entry
    for row_index in reversed(range(number_of_remaining_rows)):
        total_gradient = totals_gradient[row_index]
        row = rows[row_index]
        row_gradient = rows_gradient[row_index]
        for number_index, (factor, number) in enumerate(zip(row, numbers)):
            factor_contribution = number * total_gradient
            number_contribution = factor * total_gradient
            row_gradient[number_index] += factor_contribution
            numbers_gradient[number_index] += number_contribution


"""

MAIN = """\
rows: list[list[float]] = [[0.1, 0.7], [1.3, -0.2], [1e16, 1.0], [3.3, 0.3], [7.7, 0.9]]


def train(rows: list[list[float]]) -> None:
    numbers: list[float] = [0.3, 1.1]
    rows_gradient: list[list[float]] = [[0.0] * 2 for _ in rows]
    totals = multiply(numbers, rows)
    print(totals)
    numbers_gradient: list[float] = [0.0] * len(numbers)
    spread(totals, numbers, numbers_gradient, rows, rows_gradient)
    spread(totals, numbers, numbers_gradient, rows, rows_gradient)
    print(numbers_gradient, rows_gradient)


for number_of_rows in range(6):
    train(rows[:number_of_rows])
"""

SCRIPT = FORWARD + BACKWARD + MAIN
INNER = "        for number_index, (factor, number) in enumerate(zip(row, numbers)):\n"
COUNTED = """\
        length_of_row = len(row)
        for number_index, factor, number in zip(range(length_of_row), row, numbers):
"""


def jammed(code: str, turns: int = 2) -> str:
    def transform(module: cst.Module) -> cst.Module:
        return cst.parse_module(format_source(unroll_and_jam(module, turns).code))

    return rewritten(transform, code)


def changed(*changes: tuple[str, str]) -> str:
    code = SCRIPT
    for old, new in changes:
        assert old in code, old
        code = code.replace(old, new)
    return code


# What stays as it is.


STAYING = {
    "a total that one row leaves to the next": [
        (
            "    totals: list[float] = []\n",
            "    totals: list[float] = []\n    total = 0.0\n",
        ),
        ("        total: float = 0.0\n", ""),
    ],
    "what is read behind the loop": [("    return totals\n", "    return [total]\n")],
    "other work in the inner loop": [("  # times\n", "\n            print(product)\n")],
    "a loop that may end early": [
        ("  # times\n", "\n            if product > 2.0:\n                break\n")
    ],
    "a row that is given to somebody": [
        (
            "        totals.append(total)\n",
            "        print(row)\n        totals.append(total)\n",
        )
    ],
    "totals that are read": [
        (
            "            product = factor * number  # times\n",
            "            product = factor * totals[0]\n",
        ),
        ("    totals: list[float] = []\n", "    totals: list[float] = [0.5]\n"),
    ],
    "an inner loop that multiplies nothing": [
        ("factor * number  # times", "factor + number")
    ],
    "a number that the inner loop changes": [
        (
            "            total = total + product\n",
            "            total = total + product\n            number = number * 2\n"
            "            total = total + number\n",
        )
    ],
    "turns of different numbers": [
        (
            "        for factor, number in zip(row, numbers):\n"
            "            product = factor",
            "        length = len(row)\n        for index in range(length):\n"
            "            number = numbers[index]\n            product = row[index]",
        )
    ],
}


@pytest.mark.parametrize("name", STAYING)
def test_a_forward_kernel_stays(name: str) -> None:
    code = FORWARD + MAIN
    for old, new in STAYING[name]:
        assert old in code, old
        code = code.replace(old, new)
    code = format_source(code)
    assert jammed(code) == code


STAYING_BACKWARD = {
    "gradients that have a second name": [
        (
            "    spread(totals, numbers, numbers_gradient, rows, rows_gradient)\n",
            "    kept = numbers_gradient\n"
            "    spread(totals, kept, numbers_gradient, rows, rows_gradient)\n",
        )
    ],
    "gradients of unknown origin": [
        (
            "numbers_gradient: list[float] = [0.0] * len(numbers)",
            "numbers_gradient: list[float] = make(numbers)",
        ),
        (
            "rows: list[list[float]] = [[0.1",
            "make = list\nrows: list[list[float]] = [[0.1",
        ),
    ],
    "the same list as two arguments": [
        ("(totals, numbers, numbers_gradient,", "(totals, totals, totals,")
    ],
    "one container for values and gradients": [
        ("numbers_gradient, rows, rows_gradient)", "numbers_gradient, rows, rows)")
    ],
    "a kernel that is a value": [
        (
            "rows: list[list[float]] = [[0.1",
            "f = spread\nrows: list[list[float]] = [[0.1",
        )
    ],
    "gradients that the kernel reads": [
        (
            "contribution = number * total",
            "contribution = numbers_gradient[number_index] * total",
        )
    ],
    "an index that is the same in several turns": [
        ("row_gradient[number_index] +=", "row_gradient[row_index] +=")
    ],
    "a sum over the rows": [
        (
            "    number_of_rows = len(rows)\n",
            "    number_of_rows = len(rows)\n    all = 0.0\n",
        ),
        (
            "            row_gradient[number_index] += factor_contribution\n",
            "            row_gradient[number_index] += factor_contribution\n"
            "            all += factor_contribution\n",
        ),
    ],
}


@pytest.mark.parametrize("name", STAYING_BACKWARD)
def test_a_backward_kernel_stays(name: str) -> None:
    code = BACKWARD + MAIN
    for old, new in STAYING_BACKWARD[name]:
        assert old in code, old
        code = code.replace(old, new)
    code = format_source(code)
    assert jammed(code) == code


@pytest.mark.parametrize("kernel", [FORWARD, BACKWARD])
def test_nothing_else_is_the_reason(kernel: str) -> None:
    code = format_source(kernel + MAIN)
    assert jammed(code) != code


# What changes.


def test_forward_and_backward() -> None:
    expected = FORWARD_JAMMED + BACKWARD_JAMMED + MAIN
    assert jammed(SCRIPT) == format_source(expected)


@pytest.mark.parametrize("turns", [2, 3, 4, 8])
def test_prints_the_same_for_every_number_of_rows(turns: int) -> None:
    after = jammed(SCRIPT, turns)
    assert after != SCRIPT
    assert outcome(after) == outcome(SCRIPT)
    assert outcome(SCRIPT)[1] == "well"


def test_a_count_of_a_row_that_is_walked_is_not_needed() -> None:
    code = changed((INNER, COUNTED))
    after = jammed(code)
    assert "first_length" not in after
    assert outcome(after) == outcome(code)
    assert after.replace(COUNTED, INNER) == jammed(SCRIPT)


def test_rows_by_index_from_the_first_on() -> None:
    code = changed(("reversed(range(number_of_rows))", "range(number_of_rows)"))
    after = jammed(code)
    assert "for first_row_index in range(0, number_of_grouped_rows, 2):" in after
    assert "for row_index in range(number_of_grouped_rows, number_of_rows):" in after
    assert outcome(after) == outcome(code)


def test_rows_with_a_bias() -> None:
    code = changed(
        (
            "numbers: list[float], rows: list[list[float]]) ->",
            "numbers: list[float], rows: list[list[float]], biases: list[float]) ->",
        ),
        ("    for row in rows:\n", "    for row, bias in zip(rows, biases):\n"),
        (
            "        totals.append(total)\n",
            "        total = total + bias\n        totals.append(total)\n",
        ),
        (
            "multiply(numbers, rows)",
            "multiply(numbers, rows, [0.1, 0.2, 0.3, 0.4, 0.5])",
        ),
    )
    after = jammed(format_source(code))
    assert "second_bias = biases[second_row_index]" in after
    assert "for row, bias in zip(remaining_rows, remaining_biases):" in after
    assert outcome(after) == outcome(code)


def test_indices_of_rows_and_of_numbers() -> None:
    code = changed(
        (
            "    for row_index in reversed(range(number_of_rows)):\n",
            "    used: list[int] = []\n"
            "    for number_index, number in enumerate(numbers):\n"
            "        if number != 0.0:\n            used.append(number_index)\n"
            "    row_indices: list[int] = []\n"
            "    for row_index in reversed(range(number_of_rows)):\n"
            "        row_indices.append(row_index)\n"
            "    for row_index in row_indices:\n",
        ),
        (
            INNER,
            "        for number_index in used:\n"
            "            number = numbers[number_index]\n",
        ),
        ("= factor * total", "= row[number_index] * total"),
    )
    after = jammed(code)
    assert "first_row_index = row_indices[first_row_place]" in after
    assert "numbers_gradient_entry: float = numbers_gradient[number_index]" in after
    assert outcome(after) == outcome(code)


def test_names_that_are_taken_stay() -> None:
    code = changed(
        (
            "    totals: list[float] = []\n",
            "    totals: list[float] = []\n    first_row = 1\n    print(first_row)\n",
        )
    )
    after = jammed(code)
    assert outcome(after) == outcome(code)


def test_rows_of_other_lengths_are_not_cut_short() -> None:
    code = changed(("[0.1, 0.7],", "[0.1],"))
    assert "ValueError" in outcome(jammed(code))[1]
