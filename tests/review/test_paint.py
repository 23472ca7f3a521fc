"""Colours: every character stays, and none of them acts."""

from __future__ import annotations

from rich.text import Text

from codemods.review.difference import Side
from codemods.review.paint import Paint, choose_theme, fold, moved_note


def test_a_terminal_is_dark_unless_it_says_otherwise() -> None:
    assert choose_theme({}) == "dark"
    assert choose_theme({"COLORFGBG": "15;0"}) == "dark"
    assert choose_theme({"COLORFGBG": "0;default;15"}) == "light"


def test_a_line_is_folded_at_its_width_in_columns() -> None:
    pieces = [piece.plain for piece in fold(Text("abcdefg"), 3)]
    assert pieces == ["abc", "def", "g"]
    assert [piece.plain for piece in fold(Text("中中中"), 4)] == ["中中", "中"]
    assert [piece.plain for piece in fold(Text(""), 4)] == [""]


def test_every_line_is_there_whatever_it_holds() -> None:
    text = 'name = """\n\tone\x1b[2J\n"""  # \u202e\n\n'
    paint = Paint("dark", text, text)
    lines = [line.plain for line in paint.new]
    assert lines == ['name = """', "→   one‹U+001B›[2J", '"""  # ‹U+202E›', "", ""]


def test_marked_words_keep_their_place_behind_what_was_spelt() -> None:
    line = Paint("dark", "", "\tx = 2").line(
        Side(1, "\tx = 2", words=((5, 6),)), is_old=False, tint="added"
    )
    bold = [span for span in line.spans if getattr(span.style, "bold", False)]
    assert [line.plain[span.start : span.end] for span in bold] == ["2"]


def test_only_the_first_line_of_a_moved_block_says_so() -> None:
    first, second, other = Side(1, "a", moved=7), Side(2, "b", moved=8), Side(3, "c")
    assert moved_note(first, other, is_old=True) == "  » moved to line 7"
    assert moved_note(first, None, is_old=False) == "  » moved from line 7"
    assert moved_note(second, first, is_old=True) == ""
    assert moved_note(other, second, is_old=True) == ""
