"""One column: numbers of both texts, signs, and nothing that does not fit."""

from __future__ import annotations

from codemods.review.difference import compare
from codemods.review.paint import Paint
from codemods.review.show_unified import unified_view


def view(old: str, new: str, width: int = 40, context: int = 1) -> list[str]:
    lines = unified_view(compare(old, new), Paint("dark", old, new), context, width)
    return [line.plain.rstrip() for line in lines]


def test_lines_have_their_numbers_in_both_texts() -> None:
    old = "import math\n\nfirst = 1\nsecond = 2\n"
    new = "import math\n\nfirst = 3\nsecond = 2\n"
    assert view(old, new) == [
        "@@ -2,3 +2,3 @@",
        "2 2",
        "3   - first = 1",
        "  3 + first = 3",
        "4 4   second = 2",
    ]


def test_a_hunk_is_headed_by_the_definition_around_it() -> None:
    old = "def main():\n    return 1\n"
    assert view(old, old.replace("1", "2"))[0] == "@@ -1,2 +1,2 @@ main"


def test_a_line_that_does_not_fit_goes_on_below() -> None:
    assert view("", "total = first + second\n", width=16)[1:] == [
        "  1 + total = fi",
        "      rst + seco",
        "      nd",
    ]


def test_a_moved_line_has_both_its_numbers() -> None:
    block = "alpha = 1\nbeta = 2\ngamma = 3\n"
    rest = "".join(f"print({index})\n" for index in range(4))
    lines = view(block + rest, rest + block, width=60, context=0)
    assert lines[1:4] == [
        " 1  5 - alpha = 1  » moved to line 5",
        " 2  6 - beta = 2",
        " 3  7 - gamma = 3",
    ]
    assert lines[5] == " 1  5 + alpha = 1  » moved from line 1"
