"""Adjoints in the place of a walk: the lists that they share with what they reverse."""

from __future__ import annotations

import re

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
    compute_loss_backward()
    print(loss, parameter_gradients)
"""

FLAT = (
    (REMEMBERING + LOSS)
    .replace(MADE, "    cache: list[list[float]] = []\n")
    .replace("cache: list[list[list[float]]]", "cache: list[list[float]]")
    .replace("cache[0]", "cache")
)
"""The same with one list instead of as many as something says."""

FILLING = """\
def compute_loss_forward(row: list[int], parameter_data: list[float]) -> float:
    cache: list[float] = []
    loss: float = 0.0
    for number in row:
        product = number * parameter_data[0]
        cache.append(product)
    for kept in cache:
        loss = loss + kept
        loss = loss + kept
    return loss


"""
"""What fills its list itself."""

SQUARING = """\
def square_forward(row: list[float]) -> list[float]:
    squares: list[float] = []
    for entry in row:
        square = entry * entry
        squares.append(square)
    return squares


def raise_forward(number: int, parameter_data: list[float]) -> float:
    product = number * parameter_data[0]
    state: list[float] = []
    state.append(product)
    for _ in range(2):
        state = square_forward(state)
    total: float = 0.0
    for entry in state:
        total = total + entry
    return total


def compute_loss_forward(row: list[int], parameter_data: list[float]) -> float:
    loss: float = 0.0
    for number in row:
        total = raise_forward(number, parameter_data)
        loss = loss + total
    return loss


"""
"""What keeps the lists that it loses, for the adjoint."""

MARK = "    compute_loss_backward()\n"
HELD = "held = compute_loss_forward([2, 2], parameter_data)\n"
KEEPING = "activations: list[list[float]] = []\n"

GRADIENTS = "5.0 [10.0]\n0.5 [11.0]\n"


FOURTH_POWERS = "6.125 [49.0]\n0.0625 [49.5]\n"


def in_main(code: str) -> str:
    """A script whose loop is in a function."""
    head, loop = code.split("for row in [[")
    body = f"for row in [[{loop}".replace("\n", "\n    ").rstrip()
    return f"def main() -> None:\n    {body}\n\n\n{head}main()\n"


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
    after = run(REMEMBERING + LOSS + in_main(MAIN))
    assert outcome(after)[0] == GRADIENTS
    assert f"def main() -> None:\n{MADE}    for row in" in after


def test_one_list_is_made_once() -> None:
    after = run(FLAT + MAIN)
    assert outcome(after)[0] == GRADIENTS
    assert "\ncache: list[list[float]] = []\nfor row in" in after


def test_a_list_that_its_function_fills_stays() -> None:
    after = run(FILLING + MAIN)
    assert outcome(after)[0] == "6.0 [12.0]\n1.0 [14.0]\n"
    assert "    cache: list[float] = []\n    loss: float = 0.0\n" in after
    assert "\ncache:" not in after


UNREVERSED = [
    pytest.param(f"{MAIN}{HELD}", id="behind-the-loop"),
    pytest.param(MAIN.replace("for row", f"{HELD}for row"), id="ahead-of-the-loop"),
    pytest.param(f"{MAIN}    {HELD}", id="behind-the-adjoint"),
    pytest.param(in_main(f"{MAIN}    {HELD}"), id="behind-the-adjoint-in-a-function"),
    pytest.param(
        f"def validate() -> float:\n    {HELD}    return held\n\n\n{MAIN}",
        id="in-another-function",
    ),
    pytest.param(f"{MAIN}again = compute_loss_forward\n", id="by-another-name"),
    *[
        pytest.param(
            MAIN.replace(MARK, f"    if loss > 4:\n        {way}\n{MARK}"), id=way
        )
        for way in ("break", "continue", "raise ValueError")
    ],
    pytest.param(
        in_main(MAIN.replace(MARK, f"    if loss > 4:\n        return\n{MARK}")),
        id="return",
    ),
    pytest.param(
        MAIN.replace("    ", "        ").replace("]]:\n", "]]:\n    try:\n")
        + "    except ValueError:\n        print(row)\n",
        id="try",
    ),
]


@pytest.mark.parametrize("rest", UNREVERSED)
def test_lists_stay_if_the_adjoint_may_not_empty_them(rest: str) -> None:
    with pytest.raises(Refusal, match="a parameter to be filled, found `cache`"):
        run(REMEMBERING + LOSS + rest)


def test_a_loop_that_nothing_goes_on_behind_shares_lists() -> None:
    head, loop = MAIN.split("for row")
    body = f"for row{loop}".replace("\n", "\n    ").rstrip()
    guarded = f"{head}try:\n    {body}\nexcept ValueError:\n    print(head)\n"
    after = run(REMEMBERING + LOSS + guarded)
    assert outcome(after)[0] == GRADIENTS
    assert "\ncache:" in after


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
compute_loss_backward()
print(loss, parameter_gradients)
"""
    with pytest.raises(Refusal, match="derivatives to be collected, found none of `r"):
        run(code)


def test_other_lines_that_do_nothing_stay() -> None:
    idle = "if len(parameter_data) > 0:\n    pass  # nothing to say\n"
    main = MAIN.replace("for row", f"{idle}for row")
    main = main.replace(MARK, f"{MARK}    if loss > 4:\n        pass\n")
    after = run(REMEMBERING + LOSS + main)
    assert outcome(after)[0] == GRADIENTS
    assert idle in after
    assert after.count("    compute_loss_backward(1, row,") == 1


ASTRAY = [
    pytest.param(
        MAIN.replace(MARK, ""),
        "one line with `compute_loss_backward()`, found none",
        id="nowhere",
    ),
    pytest.param(
        MAIN.replace(MARK, 2 * MARK),
        "one line with `compute_loss_backward()`, found 2",
        id="twice",
    ),
    pytest.param(
        MAIN.replace(MARK, f"    if loss > 4:\n    {MARK}"),
        "in its block, that calls `compute_loss_forward`, found none",
        id="in-another-block",
    ),
    pytest.param(
        MAIN.replace(MARK, f"    {HELD}{MARK}"),
        "in its block, that calls `compute_loss_forward`, found 2",
        id="behind-two-calls",
    ),
]


@pytest.mark.parametrize(("main", "expected"), ASTRAY)
def test_refuses_an_adjoint_of_no_one_call(main: str, expected: str) -> None:
    with pytest.raises(Refusal, match=re.escape(expected)):
        run(REMEMBERING + LOSS + main)


def test_what_is_kept_is_in_one_list() -> None:
    after = run(SQUARING + MAIN)
    assert outcome(after)[0] == FOURTH_POWERS
    assert after.count(KEEPING) == 1
    assert f"\n{KEEPING}for row in" in after


def test_what_is_kept_is_in_a_list_of_the_function_with_the_loop() -> None:
    after = run(SQUARING + in_main(MAIN))
    assert outcome(after)[0] == FOURTH_POWERS
    assert after.count(KEEPING) == 1
    assert f"def main() -> None:\n    {KEEPING}    for row in" in after


def test_what_is_kept_elsewhere_is_in_lists_as_well() -> None:
    show = f"def show() -> None:\n    {HELD}    print(held)\n\n\n"
    early = "print(raise_forward(2, parameter_data))\n"
    main = MAIN.replace("for row", f"{early}for row")
    after = run(f"{SQUARING}{show}{main}show()\n")
    assert outcome(after)[0] == f"1.0\n{FOURTH_POWERS}2.0\n"
    assert f"def show() -> None:\n    {KEEPING}" in after
    assert f"\n{KEEPING}print(raise_forward(" in after
    assert after.count(KEEPING) == 2


@pytest.mark.parametrize("main", [MAIN, in_main(MAIN)], ids=["module", "function"])
def test_refuses_a_name_that_what_is_kept_must_have(main: str) -> None:
    taken = main.replace("print(loss", "activations = print(loss")
    with pytest.raises(Refusal, match="the name `activations` to be free"):
        run(SQUARING + taken)


def test_refuses_to_keep_something_else_ahead_of_the_adjoint() -> None:
    between = "    print(raise_forward(2, parameter_data))\n"
    with pytest.raises(Refusal, match="no other forward pass ahead of the backward"):
        run(SQUARING + MAIN.replace(MARK, between + MARK))


def test_gives_the_adjoint_what_the_function_was_given() -> None:
    main = MAIN.replace("for row", "for numbers").replace("(row", "(numbers")
    main = main.replace(MARK, f"    count = len(numbers)\n{MARK}")
    after = run(SQUARING + main)
    assert outcome(after)[0] == FOURTH_POWERS
    assert "    compute_loss_backward(1, numbers, " in after


def test_names_what_the_function_was_given() -> None:
    after = run(SQUARING + MAIN.replace("(row", "(row[:]"))
    assert outcome(after)[0] == FOURTH_POWERS
    assert "    compute_loss_backward(1, row, " not in after


def test_refuses_arguments_that_have_no_names() -> None:
    with pytest.raises(Refusal, match="a name for each parameter"):
        run(SQUARING + MAIN.replace("(row", "(*[row]"))


def test_refuses_arguments_that_have_changed() -> None:
    main = MAIN.replace(MARK, f"    row = [7]\n{MARK}")
    with pytest.raises(Refusal, match="`row` to mean the same to the adjoint"):
        run(SQUARING + main)
