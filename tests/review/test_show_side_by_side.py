"""Two columns: forms of a line beside each other, and unchanged lines folded."""

from __future__ import annotations

from codemods.review.difference import compare
from codemods.review.paint import Paint
from codemods.review.show_side_by_side import side_by_side


def view(old: str, new: str, width: int = 60, context: int = 1) -> list[str]:
    lines = side_by_side(compare(old, new), Paint("light", old, new), context, width)
    return [line.plain.rstrip() for line in lines]


def test_a_line_stands_beside_its_new_form() -> None:
    lines = view("n_layer = 2\n", "import math\nlayers = 2\n")
    assert [" ".join(line.split()) for line in lines] == [
        "⋯",
        "│ 1 + import math",
        "1 ~ n_layer = 2 │ 2 ~ layers = 2",
    ]


def test_what_is_folded_is_counted() -> None:
    texts = [f"number_{index} = {index}\n" for index in range(9)]
    old = "".join(texts)
    lines = view(old, old.replace("= 4", "= 5"))
    assert (lines[0], lines[-1]) == ("⋯ 3 unchanged lines", "⋯ 3 unchanged lines")
    assert view(old, old.replace("= 2", "= 5"))[0] == "⋯ 1 unchanged line"


def test_both_columns_are_as_wide_whatever_is_in_them() -> None:
    for line in view("total = 1\n", "total = first + second + third + '中中中'\n", 50)[
        1:
    ]:
        assert line.index("│") == 24


def test_a_narrow_terminal_gets_the_narrowest_columns() -> None:
    lines = view("total = 1\n", "total = 2\n", width=10)
    assert lines[1].index("│") == 21
