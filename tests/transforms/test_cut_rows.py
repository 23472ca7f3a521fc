"""Rows in the place of ranges: what is refused, left, and printed."""

from __future__ import annotations

import libcst as cst
import pytest
from statement_checks import outcome, rewritten

from codemods.facts.metadata import parse
from codemods.layout import format_source
from codemods.refusal import Refusal
from codemods.transforms.cut_rows import cut_rows

HEAD = """\
from typing import TypeAlias

Layout: TypeAlias = list[tuple[str, int, int]]


def locate_rows(layout: Layout) -> tuple[dict[str, list[range]], int]:
    weights: dict[str, list[range]] = {}
    start = 0
    for name, height, width in layout:
        rows: list[range] = []
        for _ in range(height):
            stop = start + width
            row = range(start, stop)
            rows.append(row)
            start = stop
        weights[name] = rows
    return weights, start


layout: Layout = [("embedding", 4, 3), ("head", 2, 3)]
weights, number_of_numbers = locate_rows(layout)
data: list[float] = [0.1] * number_of_numbers
data_gradients: list[float] = [0.0] * number_of_numbers
"""

KERNELS = """\


def linear_forward(
    numbers: list[float], matrix: list[range], data: list[float]
) -> list[float]:
    sums: list[float] = []
    for row in matrix:
        total: float = 0.0
        for weight, number in zip(row, numbers):
            total = total + data[weight] * number
        sums.append(total)
    return sums


def linear_backward(
    sums_gradient: list[float],
    numbers: list[float],
    matrix: list[range],
    data: list[float],
    data_gradients: list[float],
) -> None:
    for row_index in reversed(range(len(matrix))):
        total_gradient = sums_gradient[row_index]
        # the row that was walked
        row = matrix[row_index]
        for index in range(len(row)):
            # total = total + data[weight] * number
            weight = row[index]
            share = data[weight] * total_gradient
            data_gradients[weight] += numbers[index] * share
"""

MODEL = """\


def model_forward(
    token: int, weights: dict[str, list[range]], data: list[float]
) -> list[float]:
    # embedding
    embedding: range = weights["embedding"][token]
    hidden: list[float] = []
    for place in embedding:
        hidden.append(data[place])
    scores: list[float] = linear_forward(hidden, weights["head"], data)
    # tied
    return linear_forward(scores, weights["embedding"], data)


def model_backward(
    token: int,
    hidden: list[float],
    weights: dict[str, list[range]],
    data: list[float],
    data_gradients: list[float],
) -> None:
    linear_backward(
        hidden, hidden, matrix=weights["embedding"], data=data,
        data_gradients=data_gradients,
    )
    linear_backward(hidden, hidden, weights["head"], data, data_gradients)
    embedding: range = weights["embedding"][token]
    for index in reversed(range(len(embedding))):
        # what hidden was
        place = embedding[index]
        data_gradients[place] += hidden[index]
"""

UPDATE = """\


def update(count: int, data: list[float], data_gradients: list[float]) -> None:
    for place in range(count):
        data[place] -= 0.1 * data_gradients[place]
        data_gradients[place] = 0
"""

MAIN = """\


for step in range(3):
    # forward
    hidden: list[float] = model_forward(step, weights, data)
    print(hidden)
    # backward
    model_backward(step, hidden, weights, data, data_gradients)
    update(number_of_numbers, data, data_gradients)

for token in range(4):
    print(token)
    scores: list[float] = model_forward(token, weights, data)
    print(scores)
print(data)
"""

SCRIPT = HEAD + KERNELS + MODEL + UPDATE + MAIN

CUT = """\
from typing import TypeAlias

Layout: TypeAlias = list[tuple[str, int, int]]

# the numbers of every matrix, row by row
Rows: TypeAlias = dict[str, list[list[float]]]


def locate_rows(layout: Layout) -> tuple[dict[str, list[range]], int]:
    weights: dict[str, list[range]] = {}
    start = 0
    for name, height, width in layout:
        rows: list[range] = []
        for _ in range(height):
            stop = start + width
            row = range(start, stop)
            rows.append(row)
            start = stop
        weights[name] = rows
    return weights, start


def cut_rows(places: dict[str, list[range]], numbers: list[float]) -> Rows:
    rows: Rows = {}
    for name, matrix_places in places.items():
        matrix: list[list[float]] = []
        for place in matrix_places:
            row: list[float] = numbers[place.start : place.stop]
            matrix.append(row)
        rows[name] = matrix
    return rows


def store_rows(
    rows: Rows, places: dict[str, list[range]], numbers: list[float]
) -> None:
    for name, matrix_places in places.items():
        for place, row in zip(matrix_places, rows[name]):
            numbers[place.start : place.stop] = row


layout: Layout = [("embedding", 4, 3), ("head", 2, 3)]
weights, number_of_numbers = locate_rows(layout)
data: list[float] = [0.1] * number_of_numbers
data_gradients: list[float] = [0.0] * number_of_numbers


def linear_forward(numbers: list[float], matrix: list[list[float]]) -> list[float]:
    sums: list[float] = []
    for row in matrix:
        total: float = 0.0
        for weight, number in zip(row, numbers):
            total = total + weight * number
        sums.append(total)
    return sums


def linear_backward(
    sums_gradient: list[float],
    numbers: list[float],
    matrix: list[list[float]],
    matrix_gradient: list[list[float]],
) -> None:
    for row_index in reversed(range(len(matrix))):
        total_gradient = sums_gradient[row_index]
        # the row that was walked
        row: list[float] = matrix[row_index]
        row_gradient: list[float] = matrix_gradient[row_index]
        for index in range(len(row)):
            # total = total + weight * number
            weight = row[index]
            share = weight * total_gradient
            row_gradient[index] += numbers[index] * share


def model_forward(token: int, weights: Rows) -> list[float]:
    # embedding
    embedding: list[float] = weights["embedding"][token]
    hidden: list[float] = []
    for place in embedding:
        hidden.append(place)
    scores: list[float] = linear_forward(hidden, weights["head"])
    # tied
    return linear_forward(scores, weights["embedding"])


def model_backward(
    token: int, hidden: list[float], weights: Rows, weights_gradient: Rows
) -> None:
    linear_backward(
        hidden,
        hidden,
        matrix=weights["embedding"],
        matrix_gradient=weights_gradient["embedding"],
    )
    linear_backward(hidden, hidden, weights["head"], weights_gradient["head"])
    embedding_gradient: list[float] = weights_gradient["embedding"][token]
    for index in reversed(range(len(embedding_gradient))):
        # what hidden was
        embedding_gradient[index] += hidden[index]


def update(count: int, data: list[float], data_gradients: list[float]) -> None:
    for place in range(count):
        data[place] -= 0.1 * data_gradients[place]
        data_gradients[place] = 0


for step in range(3):
    # forward
    data_rows: Rows = cut_rows(weights, data)
    hidden: list[float] = model_forward(step, data_rows)
    print(hidden)
    # backward
    data_gradient_rows: Rows = cut_rows(weights, data_gradients)
    model_backward(step, hidden, data_rows, data_gradient_rows)
    store_rows(data_gradient_rows, weights, data_gradients)
    update(number_of_numbers, data, data_gradients)

data_rows = cut_rows(weights, data)
for token in range(4):
    print(token)
    scores: list[float] = model_forward(token, data_rows)
    print(scores)
print(data)
"""


def cut(module: cst.Module) -> cst.Module:
    return cut_rows(module)[0]


def changed(*changes: tuple[str, str]) -> str:
    """The script with passages replaced."""
    code = SCRIPT
    for old, new in changes:
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


OTHER_USE = "expected ranges whose numbers index lists, found another use"
TWICE = "expected ranges that certainly have no number twice, found some that may"
PLACE = "expected a place that a line above takes out of a row, found another place"
LOOP = "expected rows to be changed that are found by an index, found a loop over them"
PRINTED = "    hidden: list[float] = []\n    for place in embedding:\n"
STORED = "        weights[name] = rows\n"
TAKEN = "        place = embedding[index]\n"
ADDED = "data_gradients[place] += hidden[index]\n"

REFUSED = [
    # Ranges are used otherwise.
    pytest.param(
        changed((PRINTED, f"    print(embedding)\n{PRINTED}")),
        f"61:11: {OTHER_USE}",
        id="a-printed-range",
    ),
    pytest.param(
        changed(
            ("        hidden.append(data[place])\n", "        hidden.append(place)\n")
        ),
        f"63:23: {OTHER_USE}",
        id="a-number-that-is-kept",
    ),
    pytest.param(
        changed((PRINTED, f"    embedding = embedding[1:]\n{PRINTED}")),
        f"61:17: {OTHER_USE}",
        id="a-part-of-a-range",
    ),
    pytest.param(
        changed((PRINTED, f"    embedding = range(3)\n{PRINTED}")),
        f"61:5: {OTHER_USE}",
        id="another-range",
    ),
    pytest.param(
        changed(('scores, weights["embedding"], data)', "scores, [range(3)], data)")),
        f"66:35: {OTHER_USE}",
        id="other-ranges-in-a-call",
    ),
    # A number may belong to two rows.
    pytest.param(
        changed((STORED, f'{STORED}        weights["again"] = rows\n')),
        f"22:1: {TWICE}",
        id="one-matrix-by-two-names",
    ),
    pytest.param(
        changed(("            start = stop\n", "            start = start + 1\n")),
        f"21:1: {TWICE}",
        id="rows-that-overlap",
    ),
    pytest.param(
        changed(
            ("    start = 0\n", ""),
            ("        rows: list", "        start = 0\n        rows: list"),
        ),
        f"21:1: {TWICE}",
        id="matrices-that-overlap",
    ),
    pytest.param(
        changed(
            (
                "data: list[float] = [0.1]",
                'weights["x"] = []\ndata: list[float] = [0.1]',
            )
        ),
        f"21:1: {TWICE}",
        id="another-matrix-later",
    ),
    # The lists of numbers are not what they seem.
    pytest.param(
        changed(
            (
                "data_gradients: list[float] = [0.0] * number_of_numbers",
                "data_gradients: list[float] = data",
            )
        ),
        "23:1: expected a list that is called `data_gradients` and nothing else, "
        "found what may give it another name",
        id="one-list-by-two-names",
    ),
    pytest.param(
        changed(("for step in", "later = (number for number in data)\nfor step in")),
        "94:31: expected a list that is called `data` and nothing else, "
        "found what may give it another name",
        id="a-generator-that-may-run-at-any-time",
    ),
    pytest.param(
        changed(
            (
                "model_forward(step, weights, data)",
                "model_forward(step, weights, [0.1] * 18)",
            )
        ),
        "96:56: expected a list of numbers in a variable, found another expression",
        id="a-list-without-a-name",
    ),
    pytest.param(
        changed((PRINTED, f"    data[0] = 1.0\n{PRINTED}")),
        "61:5: expected `data` to be indexed by the numbers of places, "
        "found another use",
        id="a-list-that-is-changed-meanwhile",
    ),
    pytest.param(
        changed(("share = data[weight]", "share = data_gradients[weight]")),
        "52:21: expected a list to be read or changed, found both",
        id="a-list-that-is-read-and-changed",
    ),
    pytest.param(
        changed(
            (
                "    token: int, weights: dict[str, list[range]], data: list[float]\n",
                "    token: int, weights: dict[str, list[range]], data: list[float], "
                "other: list[float]\n",
            ),
            (
                "model_forward(step, weights, data)",
                "model_forward(step, weights, data, data_gradients)",
            ),
            (
                "model_forward(token, weights, data)",
                "model_forward(token, weights, data, [])",
            ),
        ),
        "96:62: expected `data_gradients` to be passed once, found the same list again",
        id="a-list-that-is-passed-beside-its-rows",
    ),
    # What is changed cannot be found.
    pytest.param(
        changed((TAKEN, f"{TAKEN}        index = 0\n")),
        f"86:9: {PLACE}",
        id="an-index-bound-again",
    ),
    pytest.param(
        changed(
            (
                "    for index in reversed(range(len(embedding))):",
                "    for place in embedding:",
            ),
            (f"{TAKEN}        {ADDED}", "        data_gradients[place] += 1.0\n"),
        ),
        f"84:9: {PLACE}",
        id="a-loop-over-what-is-changed",
    ),
    pytest.param(
        changed(
            (
                "    for row_index in reversed(range(len(matrix))):",
                "    for row_index, row in enumerate(matrix):",
            ),
            ("        row = matrix[row_index]\n", ""),
        ),
        f"50:22: {LOOP}",
        id="a-loop-over-rows-that-are-changed",
    ),
    # The call is part of something else.
    pytest.param(
        changed(("print(scores)\n", "print(model_forward(token, weights, data))\n")),
        "105:11: expected a call that has a line of its own, found one that has none",
        id="a-call-inside-a-call",
    ),
]


@pytest.mark.parametrize(("code", "message"), REFUSED)
def test_refuses(code: str, message: str) -> None:
    with pytest.raises(Refusal) as refusal:
        cut_rows(parse(code))
    assert str(refusal.value) == message


UNCHANGED = [
    pytest.param("places = {}\nprint(places)\n", id="no-ranges"),
    pytest.param(HEAD + "print(weights)\n", id="ranges-that-are-not-passed"),
    pytest.param(
        HEAD + UPDATE + "update(number_of_numbers, data, data_gradients)\n",
        id="one-range-of-all-numbers",
    ),
    pytest.param(
        HEAD
        + "def count(weights: dict[str, list[range]]) -> int:\n"
        + "    return len(weights)\nprint(count(weights))\n",
        id="a-function-that-does-not-index",
    ),
]


@pytest.mark.parametrize("code", UNCHANGED)
def test_leaves(code: str) -> None:
    assert rewritten(cut, code) == code


def test_cuts_rows() -> None:
    assert format_source(rewritten(cut, SCRIPT)) == CUT
    assert outcome(CUT) == outcome(SCRIPT)


def test_declares_the_type_of_rows_ahead_of_all_functions_that_take_them() -> None:
    start, end = HEAD.split("Layout: TypeAlias", 1)
    script = f"{start}{KERNELS}{MODEL}\n\nLayout: TypeAlias{end}{UPDATE}{MAIN}"
    after = rewritten(cut, script)
    assert after.index("Rows: TypeAlias") < after.index("matrix: list[list[float]]")
    assert outcome(after) == outcome(script)


def test_says_which_comments_quote_what_changes() -> None:
    _, requoted = cut_rows(parse(SCRIPT))
    assert requoted == ("# total = total + data[weight] * number",)


def test_cuts_again_where_the_list_changed() -> None:
    code = changed(("    print(token)\n", "    data[token] += 1.0\n"))
    after = rewritten(cut, code)
    assert "    data[token] += 1.0\n    data_rows = cut_rows(weights, data)\n" in after
    assert outcome(after) == outcome(code)


READ = [
    "sum(data[place] for place in range(9))",
    "[number + 1 for number in data]",
    "max(abs(number) for number in data)",
]


@pytest.mark.parametrize("value", READ)
def test_numbers_may_be_read_in_comprehensions_as_well(value: str) -> None:
    code = changed(("print(data)\n", f"print({value})\n"))
    after = rewritten(cut, code)
    assert "cut_rows(weights, data)" in after
    assert outcome(after) == outcome(code)


def test_cuts_only_what_is_read_where_nothing_is_changed() -> None:
    head, _ = MODEL.split("\n\n\ndef model_backward")
    forward, _ = KERNELS.split("\n\n\ndef linear_backward")
    main = "\n\nprint(1)\nscores = model_forward(1, weights, data)\nprint(scores)\n"
    after = rewritten(cut, HEAD + forward + head + main)
    assert "store_rows" not in after
    assert outcome(after) == outcome(HEAD + forward + head + main)


def test_a_row_that_was_walked_before_may_be_found_by_an_index() -> None:
    walked = "    for row in matrix:\n        print(len(row))\n"
    line = "    for row_index in reversed(range(len(matrix))):\n"
    code = changed((line, walked + line))
    after = rewritten(cut, code)
    assert "row_gradient: list[float] = matrix_gradient[row_index]" in after
    assert outcome(after) == outcome(code)


def test_renames_what_is_taken() -> None:
    code = changed(("def update(", "def cut_rows("), ("    update(", "    cut_rows("))
    after = rewritten(cut, "rows = 0\n" + code)
    assert "def cut_number_rows(" in after
    assert outcome(after) == outcome("rows = 0\n" + code)
