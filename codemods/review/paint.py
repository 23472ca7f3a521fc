"""Colour the lines of a script for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pygments.lexers.python import PythonLexer
from pygments.styles import get_style_by_name
from rich.cells import chop_cells
from rich.style import Style
from rich.text import Text

from codemods.review.difference import Side
from codemods.review.visible import visible

Theme = Literal["dark", "light"]
Tint = Literal["removed", "added", "moved"]

SYNTAX = {"dark": "github-dark", "light": "default"}
"""The styles of Pygments whose colours can be read on the tints below."""

TEXT = {"dark": "#e6edf3", "light": "#1f2328"}

LINES: dict[tuple[Theme, Tint], str] = {
    ("dark", "removed"): "#3b181c",
    ("dark", "added"): "#12301d",
    ("dark", "moved"): "#1c2547",
    ("light", "removed"): "#ffebe9",
    ("light", "added"): "#e2fbe8",
    ("light", "moved"): "#e6ecff",
}

WORDS: dict[tuple[Theme, Tint], str] = {
    ("dark", "removed"): "#7a2830",
    ("dark", "added"): "#1d6136",
    ("dark", "moved"): "#3a4a9c",
    ("light", "removed"): "#ffc1bc",
    ("light", "added"): "#a6f0b8",
    ("light", "moved"): "#b9c8ff",
}


FAINT = Style(dim=True)
RANGE = Style(color="cyan")
DEFINITION = Style(color="cyan", bold=True)


def choose_theme(environment: Mapping[str, str]) -> Theme:
    """The theme that fits the terminal: dark, unless COLORFGBG says otherwise."""
    background = environment.get("COLORFGBG", "").rpartition(";")[2]
    return "light" if background in ("7", "15") else "dark"


class Paint:
    """Knows the colours of both texts of a difference."""

    def __init__(self, theme: Theme, old: str, new: str) -> None:
        self.theme = theme
        self.old = _highlight(old, theme)
        self.new = _highlight(new, theme)

    def line(self, side: Side, *, is_old: bool, tint: Tint | None) -> Text:
        """A line in colours, on a tint, with the marked words on a deeper one.

        Those are bold as well, for terminals without colours.
        """
        text = (self.old if is_old else self.new)[side.number - 1].copy()
        if tint is None:
            return text
        text.style = self.ground(tint)
        words = Style(bgcolor=WORDS[self.theme, tint], bold=True)
        for start, stop in side.words:
            shown = (len(visible(side.text[:end])) for end in (start, stop))
            text.stylize(words, *shown)
        return text

    def ground(self, tint: Tint | None) -> Style:
        """What lies below a line: nothing of its own, if the line is the same."""
        if tint is None:
            return Style()
        return Style(color=TEXT[self.theme], bgcolor=LINES[self.theme, tint])


def tint_of(side: Side, *, is_old: bool) -> Tint:
    """The tint of a line that is not the same."""
    if side.moved is not None:
        return "moved"
    return "removed" if is_old else "added"


def moved_note(side: Side, previous: Side | None, *, is_old: bool) -> str:
    """Where a block has moved, beside its first line; nothing beside the others."""
    before = previous.moved if previous else None
    if side.moved is None or before == side.moved - 1:
        return ""
    return f"  » moved {'to' if is_old else 'from'} line {side.moved}"


def heading_line(hunk: str, definition: str) -> Text:
    """What stands above a hunk: its range, and the definition that it is in."""
    name = f" {visible(definition)}" if definition else ""
    return Text.assemble((hunk, RANGE), (name, DEFINITION))


def fold(text: Text, width: int) -> list[Text]:
    """A line cut into pieces that are at most so many columns wide."""
    ends: list[int] = []
    for piece in chop_cells(text.plain, width):
        ends.append((ends[-1] if ends else 0) + len(piece))
    return list(text.divide(ends[:-1]))


def _highlight(text: str, theme: Theme) -> list[Text]:
    """The lines of a text, of which everything is made visible, in colours."""
    shown = "\n".join(visible(line) for line in text.split("\n"))
    pygments_style = get_style_by_name(SYNTAX[theme])
    lines = [Text()]
    for token, value in PythonLexer(stripnl=False, ensurenl=False).get_tokens(shown):
        style = _as_rich(pygments_style.style_for_token(token))
        first, *others = value.split("\n")
        lines[-1].append(first, style)
        lines.extend(Text().append(other, style) for other in others)
    return lines


def _as_rich(look: Mapping[str, object]) -> Style:
    """A style of Pygments, but for its background."""
    colour = f"#{look['color']}" if look["color"] else None
    return Style(color=colour, italic=bool(look["italic"]) or None)
