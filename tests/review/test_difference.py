"""Differences: what is paired, what has moved, which words are marked."""

from __future__ import annotations

from codemods.review.difference import Difference, compare

FUNCTION = """\
def add(left, right):
    total = left + right
    print("adding", left)
    return total
"""
OTHER = """\
def scale(numbers, factor):
    scaled = []
    for number in numbers:
        scaled.append(number * factor)
    return scaled
"""


def as_text(difference: Difference) -> str:
    """Rows by kind, marked words in square brackets, moved lines with their number."""
    lines = []
    for row in difference.rows:
        cells = []
        for side in (row.old, row.new):
            text = "" if side is None else side.text
            for start, stop in reversed(side.words if side else ()):
                text = f"{text[:start]}[{text[start:stop]}]{text[stop:]}"
            moved = f" »{side.moved}" if side and side.moved else ""
            cells.append(text + moved)
        lines.append(f"{row.kind}: {' | '.join(cells)}".rstrip())
    return "\n".join(lines)


def test_equal_texts_have_no_difference() -> None:
    difference = compare(FUNCTION, FUNCTION)
    assert {row.kind for row in difference.rows} == {"same"}
    assert (difference.added, difference.removed, difference.moved) == (0, 0, 0)


def test_empty_texts_have_no_rows() -> None:
    assert compare("", "").rows == ()
    assert as_text(compare("", "a\n")) == "added:  | a"
    assert as_text(compare("a\n", "")) == "removed: a |"


def test_a_renamed_line_stands_beside_its_new_form() -> None:
    old = "n_layer = 2\nfor i in range(n_layer):\n    print(i)\n"
    new = "layers = 2\nfor index in range(layers):\n    print(index)\n"
    assert as_text(compare(old, new)) == (
        "changed: [n_layer] = 2 | [layers] = 2\n"
        "changed: for [i] in range([n_layer]): | for [index] in range([layers]):\n"
        "changed:     print([i]) |     print([index])"
    )
