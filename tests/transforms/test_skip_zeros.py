"""Products with zeros that are left out: what stays, and what becomes of kernels."""

from __future__ import annotations

import libcst as cst
import pytest
from statement_checks import outcome, rewritten

from codemods.layout import format_source
from codemods.transforms.skip_zeros import skip_zeros

KERNELS = """\
def multiply_forward(numbers: list[float], rows: list[list[float]]) -> list[float]:
    totals: list[float] = []
    for row in rows:
        total: float = 0.0
        for factor, number in zip(row, numbers):
            product = factor * number
            total = total + product
        totals.append(total)
    return totals


def multiply_backward(
    totals_gradient: list[float],
    numbers: list[float],
    numbers_gradient: list[float],
    rows: list[list[float]],
    rows_gradient: list[list[float]],
) -> None:
    number_of_rows = len(rows)
    # the last row first
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

MODEL = """\
def model_forward(
    numbers: list[float],
    first: list[list[float]],
    second: list[list[float]],
    kept: list[list[float]],
) -> list[float]:
    kept.append(numbers)
    signals: list[float] = multiply_forward(numbers, first)
    units: list[float] = []
    for signal in signals:
        rectified = max(0, signal)
        squared = rectified**2
        units.append(squared)
    kept.append(signals)
    signals = units
    kept.append(signals)
    results = multiply_forward(signals, second)
    return results


def model_backward(
    results_gradient: list[float],
    first: list[list[float]],
    first_gradient: list[list[float]],
    second: list[list[float]],
    second_gradient: list[list[float]],
    kept: list[list[float]],
) -> None:
    units = kept.pop()
    units_gradient: list[float] = [0.0] * len(units)
    multiply_backward(results_gradient, units, units_gradient, second, second_gradient)
    unit_gradients = units_gradient
    signals = kept.pop()
    signals_gradient: list[float] = [0.0] * len(signals)
    for signal_index in range(len(signals)):
        unit_gradient = unit_gradients[signal_index]
        signal = signals[signal_index]
        rectified = max(0, signal)
        slope = 2 * rectified
        rectified_gradient = slope * unit_gradient
        if signal > 0:
            signals_gradient[signal_index] += rectified_gradient
    numbers = kept.pop()
    numbers_gradient: list[float] = [0.0] * len(numbers)
    multiply_backward(
        signals_gradient, numbers, numbers_gradient, first, first_gradient
    )
    print(numbers_gradient)


"""

MAIN = """\
first: list[list[float]] = [[0.1, 0.7], [1.3, -2.2], [-1.0, 0.2], [3.3, 0.3]]
second: list[list[float]] = [[1.1, 0.3, 1.0, 3.0], [1e16, -0.3, 0.1, 0.5]]


def train(numbers: list[float]) -> None:
    kept: list[list[float]] = []
    first_gradient: list[list[float]] = [[0.0, 0.0] for _ in first]
    second_gradient: list[list[float]] = [[0.0] * 4 for _ in second]
    results = model_forward(numbers, first, second, kept)
    print(results)
    model_backward(results, first, first_gradient, second, second_gradient, kept)
    print(first_gradient, second_gradient)


train([0.3, 1.1])
train([-0.3, -1.1])
train([0.0, 0.0])
"""

SCRIPT = KERNELS + MODEL + MAIN

FORWARD = """\
def multiply_skipping_zeros_forward(
    numbers: list[float], rows: list[list[float]]
) -> list[float]:
    totals: list[float] = []
    # products with 0.0 add nothing: only what is not zero is walked
    nonzero_indices: list[int] = []
    for number_index, number in enumerate(numbers):
        if number != 0.0:
            nonzero_indices.append(number_index)
    for row in rows:
        total: float = 0.0
        for number_index in nonzero_indices:
            product = row[number_index] * numbers[number_index]
            total = total + product
        totals.append(total)
    return totals


"""

BACKWARD = """\
def multiply_backward(
    totals_gradient: list[float],
    numbers: list[float],
    numbers_gradient: list[float],
    rows: list[list[float]],
    rows_gradient: list[list[float]],
) -> None:
    number_of_rows = len(rows)
    # the last row first
    # products with 0.0 add nothing: only what is not zero is walked
    active_row_indices: list[int] = []
    for row_index in reversed(range(number_of_rows)):
        if totals_gradient[row_index] != 0.0:
            active_row_indices.append(row_index)
    for row_index in active_row_indices:
        total_gradient = totals_gradient[row_index]
        row = rows[row_index]
        row_gradient = rows_gradient[row_index]
        for number_index, (factor, number) in enumerate(zip(row, numbers)):
            factor_contribution = number * total_gradient
            number_contribution = factor * total_gradient
            row_gradient[number_index] += factor_contribution
            numbers_gradient[number_index] += number_contribution


def multiply_skipping_zeros_backward(
    totals_gradient: list[float],
    numbers: list[float],
    numbers_gradient: list[float],
    rows: list[list[float]],
    rows_gradient: list[list[float]],
) -> None:
    number_of_rows = len(rows)
    # products with 0.0 add nothing: only what is not zero is walked
    nonzero_indices: list[int] = []
    for number_index, number in enumerate(numbers):
        if number != 0.0:
            nonzero_indices.append(number_index)
    # the last row first
    for row_index in reversed(range(number_of_rows)):
        total_gradient = totals_gradient[row_index]
        row = rows[row_index]
        row_gradient = rows_gradient[row_index]
        for number_index in nonzero_indices:
            factor_contribution = numbers[number_index] * total_gradient
            number_contribution = row[number_index] * total_gradient
            row_gradient[number_index] += factor_contribution
            numbers_gradient[number_index] += number_contribution


"""

SPARSE = "multiply_skipping_zeros"
FORWARD_CALL = f"results = {SPARSE}_forward(signals, second)"
BACKWARD_CALL = f"    {SPARSE}_backward("


def skipped(code: str) -> str:
    def transform(module: cst.Module) -> cst.Module:
        return cst.parse_module(format_source(skip_zeros(module).code))

    return rewritten(transform, code)


def changed(*changes: tuple[str, str]) -> str:
    code = SCRIPT
    for old, new in changes:
        assert old in code, old
        code = code.replace(old, new)
    return format_source(code)


# What stays as it is.


STAYING = {
    "another activation": [
        ("rectified = max(0, signal)", "rectified = abs(signal)"),
        ("        if signal > 0:\n            signals_grad", "        signals_grad"),
    ],
    "a leak where the rectifier is off": [
        ("rectified = max(0, signal)", "rectified = max(0.01, signal)"),
        ("        if signal > 0:\n            signals_grad", "        signals_grad"),
    ],
    "a kernel that does more for each number": [
        (
            "            product = factor",
            "            print(factor)\n            product = factor",
        ),
        ("contribution = number * total", "contribution = 1 * total"),
        ("        if signal > 0:\n            signals_grad", "        signals_grad"),
    ],
}


@pytest.mark.parametrize("name", STAYING)
def test_kernels_stay(name: str) -> None:
    code = changed(*STAYING[name])
    assert skipped(code) == code


FORWARD_ONLY = {
    "a product with something else that may be zero": (
        "        squared = rectified**2",
        "        squared = rectified * numbers[0]",
    ),
    "a gradient that is read in every turn": (
        "        if signal > 0:\n",
        "        print(unit_gradient)\n        if signal > 0:\n",
    ),
    "a gradient that is read under another condition": (
        "        if signal > 0:\n",
        "        if signal > -1:\n",
    ),
    "a gradient that the turns sum up": (
        "        if signal > 0:\n"
        "            signals_gradient[signal_index] += rectified",
        "        slope = slope + rectified_gradient\n"
        "        if signal > 0:\n"
        "            signals_gradient[signal_index] += rectified",
    ),
    "a gradient of another unit": (
        "        if signal > 0:\n"
        "            signals_gradient[signal_index] += rectified",
        "        if signal > 0:\n"
        "            signals_gradient[signal_index] += unit_gradients[0]\n"
        "            signals_gradient[signal_index] += rectified",
    ),
    "a gradient that is read behind the loop": (
        "    print(numbers_gradient)\n",
        "    print(numbers_gradient, units_gradient)\n",
    ),
    "signals of something else": (
        "    kept.append(signals)\n    signals = units\n",
        "    kept.append(units)\n    signals = units\n",
    ),
    "something else that is kept": (
        "    kept.append(numbers)\n",
        "    kept.append(numbers)\n    kept.append(numbers)\n",
    ),
    "a number that is looked up too late": (
        "        for number_index, (factor, number) in enumerate(zip(row, numbers)):\n"
        "            factor_contribution = number * total_gradient\n",
        "        number = 1.0\n"
        "        for number_index in range(len(row)):\n"
        "            factor_contribution = number * total_gradient\n"
        "            number = numbers[number_index]\n"
        "            factor = row[number_index]\n",
    ),
    "a stack that something else is put on": (
        "    print(results)\n",
        "    print(results)\n    kept.append(kept[-1])\n",
    ),
}


@pytest.mark.parametrize("name", FORWARD_ONLY)
def test_only_the_forward_kernel_changes(name: str) -> None:
    code = changed(FORWARD_ONLY[name])
    after = skipped(code)
    assert FORWARD_CALL in after
    assert BACKWARD_CALL not in after
    assert outcome(after) == outcome(code)


@pytest.mark.parametrize("start", ["0.5", "-0.0 - 0.0", "numbers[0]", "0"])
def test_sums_that_do_not_start_from_zero_stay(start: str) -> None:
    code = changed(("total: float = 0.0", f"total: float = {start}"))
    after = skipped(code)
    assert FORWARD_CALL not in after
    assert BACKWARD_CALL in after
    assert outcome(after) == outcome(code)


def test_a_list_that_is_changed_once_more() -> None:
    code = changed(
        ("    signals = units\n", "    units[0] = 0.5\n    signals = units\n")
    )
    assert SPARSE not in skipped(code)


def test_gradients_that_others_know_stay() -> None:
    code = changed(
        (
            "    multiply_backward(r",
            "    kept.append(units_gradient)\n    multiply_backward(r",
        )
    )
    assert BACKWARD_CALL not in skipped(code)


# What changes.


def test_all_kernels() -> None:
    forward, _ = KERNELS.split("def multiply_backward")
    model = MODEL.replace("= multiply_forward(signals", f"= {SPARSE}_forward(signals")
    model = model.replace("multiply_backward(results", f"{SPARSE}_backward(results")
    expected = forward + FORWARD + BACKWARD + model + MAIN
    assert skipped(SCRIPT) == format_source(expected)


def test_a_kernel_that_nothing_else_calls_is_replaced() -> None:
    code = changed(
        (
            "    signals: list[float] = multiply_forward(numbers, first)\n",
            "    signals: list[float] = []\n"
            "    for row in first:\n"
            "        product = row[0] * numbers[0]\n"
            "        signals.append(product)\n",
        ),
        ("def multiply_forward(", "# numbers times rows\ndef multiply_forward("),
    )
    after = skipped(code)
    assert f"# numbers times rows\ndef {SPARSE}_forward(" in after
    assert "multiply_forward" not in after.replace(SPARSE, "")
    assert "def multiply_backward(" in after
    assert outcome(after) == outcome(code)


SAME = {
    "as it is": [],
    "a rectifier alone": [
        ("        squared = rectified**2\n", "        squared = rectified\n"),
        ("slope = 2 * rectified", "slope = 1"),
    ],
    "a square that is a product": [("rectified**2", "rectified * rectified")],
    "a rectifier the other way round": [("max(0, signal)", "max(signal, 0.0)")],
    "lists that are walked": [
        (
            "    for signal_index in range(len(signals)):\n"
            "        unit_gradient = unit_gradients[signal_index]\n"
            "        signal = signals[signal_index]\n",
            "    for signal_index, (unit_gradient, signal) in enumerate(\n"
            "        zip(unit_gradients, signals)\n    ):\n",
        )
    ],
    "elements that are looked up": [
        (
            "        for number_index, (factor, number) in enumerate("
            "zip(row, numbers)):\n",
            "        length_of_row = len(row)\n"
            "        for number_index in range(length_of_row):\n"
            "            factor = row[number_index]\n"
            "            number = numbers[number_index]\n",
        ),
    ],
    "lists that are walked as far as a length": [
        (
            "        for number_index, (factor, number) in enumerate("
            "zip(row, numbers)):\n",
            "        length_of_row = len(row)\n"
            "        for number_index, factor, number in zip(\n"
            "            range(length_of_row), row, numbers\n        ):\n",
        ),
    ],
}


@pytest.mark.parametrize("name", SAME)
def test_prints_the_same(name: str) -> None:
    code = changed(*SAME[name])
    after = skipped(code)
    assert FORWARD_CALL in after
    assert BACKWARD_CALL in after
    assert "for row_index in active_row_indices:" in after
    assert outcome(after) == outcome(code)
    assert outcome(code)[1] == "well"


def test_layers_in_a_loop() -> None:
    code = changed(
        (
            "    kept.append(numbers)\n"
            "    signals: list[float] = multiply_forward(numbers, first)\n",
            "    signals: list[float] = numbers\n"
            "    for _ in range(2):\n"
            "        kept.append(signals)\n"
            "        signals = signals\n"
            "    signals = multiply_forward(numbers, first)\n",
        ),
        (
            "    numbers = kept.pop()\n",
            "    for _ in reversed(range(2)):\n        numbers = kept.pop()\n",
        ),
    )
    after = skipped(code)
    assert BACKWARD_CALL in after
    assert outcome(after) == outcome(code)


def test_loops_of_other_lengths_do_not_mirror_each_other() -> None:
    code = changed(
        (
            "    kept.append(numbers)\n",
            "    for _ in range(2):\n        kept.append(numbers)\n",
        ),
        (
            "    numbers = kept.pop()\n",
            "    for _ in reversed(range(1)):\n        numbers = kept.pop()\n",
        ),
    )
    after = skipped(code)
    assert BACKWARD_CALL not in after
    assert outcome(after) == outcome(code)


def test_a_factor_that_is_changed_is_no_item_of_the_row() -> None:
    code = changed(
        (
            "            product = factor * number\n",
            "            product = number * 3\n            factor = number * 2\n",
        )
    )
    after = skipped(code)
    assert FORWARD_CALL in after
    assert outcome(after) == outcome(code)


def test_names_that_are_taken_stay() -> None:
    code = changed(
        (
            "    number_of_rows = len(rows)\n",
            "    number_of_rows = len(rows)\n"
            "    nonzero_indices = [1]\n"
            "    print(nonzero_indices)\n",
        )
    )
    assert outcome(skipped(code)) == outcome(code)
