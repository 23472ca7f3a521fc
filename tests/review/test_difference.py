"""Differences: what is paired, what has moved, which words are marked."""

from __future__ import annotations

import itertools
import time
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from codemods.review.difference import Difference, compare

PROJECT = Path(__file__).parents[2]
ORIGINAL = PROJECT / "original" / "microgpt.py"
SNAPSHOTS = PROJECT / "generated"

lines = st.sampled_from(
    ["a = b + c", "    a = b + c", "d = call(a)", "", ")", "# d", "print(a, b)", "ü\r"]
)
texts = st.lists(lines, max_size=30).map("\n".join)

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


def test_lines_with_other_names_throughout_are_paired_by_their_shape() -> None:
    old = "start\nx_residual = x\nx = rmsnorm(x)\nend\n"
    new = "start\nresidual = state\nstate = normalize(state)\nend\n"
    assert as_text(compare(old, new)).splitlines()[1:3] == [
        "changed: [x_residual] = [x] | [residual] = [state]",
        "changed: [x] = [rmsnorm]([x]) | [state] = [normalize]([state])",
    ]


def test_lines_indented_again_are_paired() -> None:
    new = "def main():\n    first = 1\n    print(first)\n"
    assert as_text(compare("first = 1\nprint(first)\n", new)) == (
        "added:  | def main():\n"
        "changed: first = 1 | [    ]first = 1\n"
        "changed: print(first) | [    ]print(first)"
    )


def test_a_line_that_was_split_stands_beside_the_one_with_its_target() -> None:
    old = "size = len(set(text)) + 1\n"
    new = "letters = set(text)\ncount = len(letters)\nsize = count + 1\n"
    assert as_text(compare(old, new)) == (
        "added:  | letters = set(text)\n"
        "added:  | count = len(letters)\n"
        "changed: size = [len(set(text))] + 1 | size = [count] + 1"
    )


def test_what_has_nothing_in_common_is_not_paired() -> None:
    difference = compare(FUNCTION, "import math\n")
    assert [row.kind for row in difference.rows] == ["removed"] * 4 + ["added"]


def test_a_comment_is_never_paired_with_code() -> None:
    kinds = [row.kind for row in compare("# print(total)\n", "print(total)\n").rows]
    assert kinds == ["removed", "added"]


def test_a_function_that_changed_places_has_moved() -> None:
    difference = compare(f"{FUNCTION}\n\n{OTHER}", f"{OTHER}\n\n{FUNCTION}")
    assert difference.moved == 4
    assert "added:  | def add(left, right): »1" in as_text(difference)
    assert "removed: def add(left, right): »8 |" in as_text(difference)


def test_a_moved_block_may_be_indented_and_edited() -> None:
    moved = FUNCTION.replace("print", "log")
    indented = "".join(f"    {line}\n" for line in moved.splitlines())
    difference = compare(f"{FUNCTION}\n\n{OTHER}", f"{OTHER}\n\nclass Sum:\n{indented}")
    assert 'added:  |         [log]("adding", left) »3' in as_text(difference)
    assert difference.moved == 4


def test_blocks_that_change_places_line_by_line_are_not_paired() -> None:
    first, second = "alpha = 1\nbeta = 2\ngamma = 3\n", "one(1)\ntwo(2)\nthree(3)\n"
    kinds = [row.kind for row in compare(first + second, second + first).rows]
    assert sorted(kinds) == ["added"] * 3 + ["removed"] * 3 + ["same"] * 3


def test_two_lines_are_too_few_to_have_moved() -> None:
    old = f"first = 1\nsecond = 2\n{OTHER}"
    difference = compare(old, f"{OTHER}first = 1\nsecond = 2\n")
    assert difference.moved == 0


def test_a_line_that_nothing_else_is_like_has_moved() -> None:
    line = "random.seed(42)  # Let there be order among chaos\n"
    assert compare(line + OTHER, OTHER + line).moved == 1
    assert compare(line + OTHER + line, OTHER + line + line).moved == 0


def test_moved_lines_count_as_neither_added_nor_removed() -> None:
    difference = compare(FUNCTION + OTHER, OTHER + FUNCTION)
    assert (difference.added, difference.removed, difference.moved) == (0, 0, 4)


def test_the_end_of_the_last_line_counts() -> None:
    difference = compare("a = 1", "a = 1\n")
    assert difference.rows[-1].kind == "changed"
    assert difference.ends == (False, True)


def test_a_form_feed_ends_no_line() -> None:
    assert len(compare("a\x0cb\n", "a\x0cb\n").rows) == 1


@given(texts, texts)
def test_both_texts_can_be_read_off_the_rows(old: str, new: str) -> None:
    difference = compare(old, new)
    for text, sides in (
        (old, [row.old for row in difference.rows]),
        (new, [row.new for row in difference.rows]),
    ):
        shown = [side for side in sides if side is not None]
        assert [side.number for side in shown] == list(range(1, len(shown) + 1))
        assert "\n".join(side.text for side in shown) == text.removesuffix("\n")


@given(texts, texts)
def test_moved_lines_point_at_each_other(old: str, new: str) -> None:
    rows = compare(old, new).rows
    assert not any(row.kind == "same" and row.old and row.old.moved for row in rows)
    assert not any(row.kind == "changed" and row.new and row.new.moved for row in rows)
    there = {row.new.number: row.new.moved for row in rows if row.new}
    for row in rows:
        if row.old and row.old.moved:
            assert there[row.old.moved] == row.old.number


def test_the_whole_plan_is_compared_in_time() -> None:
    scripts = [ORIGINAL, *sorted(SNAPSHOTS.glob("step_*.py"))]
    texts = [script.read_text(encoding="utf-8") for script in scripts]
    start = time.process_time()
    for old, new in itertools.pairwise(texts):
        compare(old, new)
    assert time.process_time() - start < 5
