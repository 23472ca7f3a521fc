"""Matrices that a table lists: what is refused, what is left, what they print."""

from __future__ import annotations

import pytest
from statement_checks import outcome, rewritten

from codemods.facts.metadata import parse
from codemods.layout import format_source
from codemods.refusal import Refusal
from codemods.transforms.tabulate_calls import tabulate_calls

HEAD = """\
import random

width: int = 3
number_of_layers: int = 2

"""

MAKER = """\

def create_matrix(
    rows: int, columns: int, log: list[str], deviation: float = 0.5
) -> list[list[float]]:
    log.append(f"{rows} {columns} {deviation}")
    return [[random.gauss(0, deviation) for _ in range(columns)] for _ in range(rows)]

"""

FILLING = """\

# what the model knows
def initialize(size: int, log: list[str]) -> dict[str, list[list[float]]]:
    # every matrix
    weights: dict[str, list[list[float]]] = {
        # one row for each letter
        "embedding": create_matrix(size, width, log),  # read first
        "head": create_matrix(size, width, log, deviation=0.1),
    }
    for layer in range(number_of_layers):
        # twice as wide
        hidden = 2 * width
        weights[f"layer{layer}.hidden"] = create_matrix(hidden, width, log)
        weights[f"layer{layer}.output"] = create_matrix(
            columns=hidden, rows=width, log=log, deviation=0
        )
    log.append("done")
    return weights

"""

MAIN = """\

random.seed(1)
log: list[str] = []
weights = initialize(4, log)
print(weights, log)
"""

SCRIPT = HEAD + MAKER + FILLING + MAIN

TABULATED = """\
import random
from typing import TypeAlias

width: int = 3
number_of_layers: int = 2

# name, rows, columns and deviation of every matrix
Layout: TypeAlias = list[tuple[str, int, int, float]]


def create_matrix(
    rows: int, columns: int, log: list[str], deviation: float
) -> list[list[float]]:
    log.append(f"{rows} {columns} {deviation}")
    return [[random.gauss(0, deviation) for _ in range(columns)] for _ in range(rows)]


# every matrix
def list_matrices(size: int) -> Layout:
    layout: Layout = [
        # one row for each letter
        ("embedding", size, width, 0.5),  # read first
        ("head", size, width, 0.1),
    ]
    for layer in range(number_of_layers):
        # twice as wide
        hidden = 2 * width
        layout.append((f"layer{layer}.hidden", hidden, width, 0.5))
        layout.append((f"layer{layer}.output", width, hidden, 0))
    return layout


# what the model knows
def initialize(size: int, log: list[str]) -> dict[str, list[list[float]]]:
    layout: Layout = list_matrices(size)
    weights: dict[str, list[list[float]]] = {}
    for name, rows, columns, deviation in layout:
        weights[name] = create_matrix(rows, columns, log, deviation)
    log.append("done")
    return weights


random.seed(1)
log: list[str] = []
weights = initialize(4, log)
print(weights, log)
"""

OTHER = "expected an entry made by `create_matrix`, as others are, found another value"
MAY_CHANGE = (
    "expected a value that can be listed before the first matrix is made, "
    "found one that may change or do something"
)


def changed(old: str, new: str) -> str:
    """The script with one passage replaced."""
    assert SCRIPT.count(old) == 1
    return SCRIPT.replace(old, new)


REFUSED = [
    pytest.param(
        changed('    log.append("done")\n', '    weights["bias"] = [[0.0]]\n'),
        f"29:23: {OTHER}",
        id="an-entry-made-otherwise",
    ),
    pytest.param(
        changed('    log.append("done")\n', '    weights["tied"] = weights["head"]\n'),
        f"29:23: {OTHER}",
        id="an-entry-that-is-another-one",
    ),
    pytest.param(
        changed("hidden = 2 * width", "hidden = random.randint(2, 3)"),
        f"24:18: {MAY_CHANGE}",
        id="a-size-that-is-drawn",
    ),
    pytest.param(
        changed("hidden = 2 * width", "hidden = 2 + len(log)"),
        f"24:18: {MAY_CHANGE}",
        id="a-size-that-the-calls-change",
    ),
    pytest.param(
        changed("hidden = 2 * width", "hidden = 2 + len(weights)"),
        f"24:18: {MAY_CHANGE}",
        id="a-size-read-from-the-dictionary",
    ),
    pytest.param(
        changed("        hidden = 2", "        print(layer)\n        hidden = 2"),
        "24:9: expected an entry, or a name for what one is made of, "
        "found another statement",
        id="output-between-the-entries",
    ),
    pytest.param(
        changed(
            '"embedding": create_matrix(size, width, log)',
            '"e": create_matrix(1, 1, [])',
        ),
        "19:34: expected one variable as `log` in every call, or a number, "
        "found another value",
        id="another-list",
    ),
    pytest.param(
        changed('log.append("done")', "log.append(str(hidden))"),
        "22:5: expected names that serve the entries only, "
        "found `hidden`, which is read behind them",
        id="a-name-that-is-read-later",
    ),
    pytest.param(
        changed("float = 0.5", "float = random.random()"),
        "8:65: expected a literal as default of `deviation`, found another",
        id="a-default-that-is-drawn",
    ),
    pytest.param(
        changed("size, width, log, deviation=0.1", "*(size, width, log)"),
        "20:31: expected arguments one by one, found `*`",
        id="arguments-that-are-not-told-apart",
    ),
]


@pytest.mark.parametrize(("code", "message"), REFUSED)
def test_refuses(code: str, message: str) -> None:
    with pytest.raises(Refusal) as refusal:
        tabulate_calls(parse(code))
    assert str(refusal.value) == message


UNCHANGED = [
    pytest.param("x = {'a': 1}\n", id="no-function"),
    pytest.param(
        HEAD + MAKER + "def f(log: list[str]) -> None:\n"
        "    w: dict[str, list[list[float]]] = {'a': create_matrix(1, 1, log)}\n"
        "    print(w)\n",
        id="a-single-call",
    ),
    pytest.param(
        HEAD + "def count(n: int) -> int:\n    return n\n\n"
        "def f() -> None:\n"
        "    w: dict[str, int] = {'a': count(1), 'b': count(2)}\n    print(w)\n",
        id="no-matrices",
    ),
]


@pytest.mark.parametrize("code", UNCHANGED)
def test_leaves(code: str) -> None:
    assert rewritten(tabulate_calls, code) == code


def test_lists_what_the_calls_are_given() -> None:
    after = rewritten(tabulate_calls, SCRIPT)
    assert format_source(after) == TABULATED
    assert outcome(after) == outcome(SCRIPT)


def test_keeps_a_default_that_another_call_needs() -> None:
    code = SCRIPT + "print(create_matrix(1, 1, log))\n"
    after = rewritten(tabulate_calls, code)
    assert "deviation: float = 0.5" in after
    assert outcome(after) == outcome(code)


def test_lists_entries_of_a_dictionary_that_is_empty_at_first() -> None:
    display = SCRIPT[
        SCRIPT.index("{\n        # one row") : SCRIPT.index("    for layer")
    ]
    after = rewritten(tabulate_calls, SCRIPT.replace(display, "{}\n"))
    assert "layout: Layout = []\n" in after
    assert outcome(after) == outcome(SCRIPT.replace(display, "{}\n"))


def test_takes_other_names_where_these_are_taken() -> None:
    code = changed('    log.append("done")', "    name = layout\n    log.append(name)")
    code = code.replace(
        "width: int = 3", 'width: int = 3\nlayout: str = "x"\nLayout: int = 3'
    )
    after = rewritten(tabulate_calls, code)
    assert "table: Table = list_matrices(size)" in after
    assert "for key, rows, columns, deviation in table:" in after
    assert outcome(after) == outcome(code)
