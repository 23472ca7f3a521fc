"""Adjoints in the place of a walk: the lists that they share with what they reverse."""

from __future__ import annotations

import pytest
from statement_checks import outcome

from codemods.facts.metadata import parse
from codemods.layout import format_source
from codemods.refusal import Refusal
from codemods.transforms.run_adjoint import run_adjoint

REMEMBERING = """\
def remember_forward(
    number: int, cache: list[list[list[float]]], parameter_data: list[float]
) -> float:
    product = number * parameter_data[0]
    items: list[float] = []
    items.append(product)
    cache[0].append(items)
    total: float = 0.0
    number_of_items = len(cache[0])
    for position in range(number_of_items):
        remembered: list[float] = cache[0][position]
        total = total + remembered[0]
    return total


"""

MADE = "    cache: list[list[list[float]]] = [[] for _ in range(1)]\n"

LOSS = f"""\
def compute_loss_forward(row: list[int], parameter_data: list[float]) -> float:
    # all so far
{MADE}    loss: float = 0.0
    for number in row:
        total = remember_forward(number, cache, parameter_data)
        loss = loss + total
    return loss


"""

INSIDE = LOSS.replace("compute_", "get_") + """\
def compute_loss_forward(row: list[int], parameter_data: list[float]) -> float:
    loss = get_loss_forward(row, parameter_data)
    return loss


"""

MAIN = """\
parameter_data: list[float] = [0.5]
parameter_gradients: list[float] = [0.0]
for row in [[1, 2, 3], [1]]:
    loss = compute_loss_forward(row, parameter_data)
    pass
    print(loss, parameter_gradients)
"""

FLAT = (
    (REMEMBERING + LOSS)
    .replace(MADE, "    cache: list[list[float]] = []\n")
    .replace("cache: list[list[list[float]]]", "cache: list[list[float]]")
    .replace("cache[0]", "cache")
)
"""The same with one list instead of as many as something says."""

GRADIENTS = "5.0 [10.0]\n0.5 [11.0]\n"


def run(code: str) -> str:
    lists = {"parameter_data": "parameter_gradients"}
    done = run_adjoint(parse(code), "compute_loss_forward", "1", lists, {})
    return format_source(done.code)


@pytest.mark.parametrize(
    "functions",
    [pytest.param(LOSS, id="its-own"), pytest.param(INSIDE, id="of-one-it-calls")],
)
def test_lists_are_made_once(functions: str) -> None:
    after = run(REMEMBERING + functions + MAIN)
    assert outcome(after)[0] == GRADIENTS
    assert after.count("[[] for _ in range(1)]") == 1
    assert f"\n{MADE.strip()}\nfor row in" in after
    assert "    # all so far\n    for number in row:\n" in after


def test_refuses_a_loss_that_two_functions_compute() -> None:
    twice = "".join(
        f"def {name}(row: list[int]) -> float:\n"
        "    return compute_loss_forward(row, parameter_data)\n\n\n"
        for name in ("train", "test")
    )
    with pytest.raises(Refusal, match="one function that calls `compute_loss_forward`"):
        run(REMEMBERING + LOSS + twice)


def test_lists_of_other_things_than_numbers_stay() -> None:
    """Nothing would empty them."""
    seen = "    seen: list[int] = []\n"
    remembering = REMEMBERING.replace(
        "cache: list[list[list[float]]]",
        "cache: list[list[list[float]]], seen: list[int]",
    ).replace("    items:", "    seen.append(number)\n    items:")
    loss = LOSS.replace(MADE, MADE + seen).replace("cache, par", "cache, seen, par")
    after = run(remembering + loss + MAIN)
    assert outcome(after)[0] == GRADIENTS
    assert after.count(seen) == 1


def test_lists_are_made_in_the_function_with_the_loop() -> None:
    head, loop = MAIN.split("for row")
    body = f"for row{loop}".replace("\n", "\n    ").rstrip()
    main = f"def main() -> None:\n    {body}\n\n\n{head}main()\n"
    after = run(REMEMBERING + LOSS + main)
    assert outcome(after)[0] == GRADIENTS
    assert f"def main() -> None:\n{MADE}    for row in" in after


def test_one_list_is_made_once() -> None:
    after = run(FLAT + MAIN)
    assert outcome(after)[0] == GRADIENTS
    assert "\ncache: list[list[float]] = []\nfor row in" in after


def test_lists_of_a_function_that_is_called_elsewhere_stay() -> None:
    elsewhere = "print(get_loss_forward([2], parameter_data))\n"
    with pytest.raises(Refusal, match="expected a parameter to be filled"):
        run(REMEMBERING + INSIDE + MAIN + elsewhere)


def test_refuses_a_name_that_the_caller_has() -> None:
    taken = INSIDE.replace(
        "    loss = get_loss", "    cache = len(row)\n    loss = get_loss"
    )
    with pytest.raises(Refusal, match="expected the name `cache` to be free in `comp"):
        run(REMEMBERING + taken + MAIN)


def test_refuses_derivatives_that_nothing_collects() -> None:
    code = """\
def compute_loss_forward(row: list[float], parameter_data: list[float]) -> float:
    loss: float = 0.0
    for number in row:
        product = number * parameter_data[0]
        loss = loss + product
    return loss


parameter_data: list[float] = [0.5]
parameter_gradients: list[float] = [0.0]
row: list[float] = [1.0, 2.0]
loss = compute_loss_forward(row, parameter_data)
pass
print(loss, parameter_gradients)
"""
    with pytest.raises(Refusal, match="derivatives to be collected, found none of `r"):
        run(code)
