"""Compare what a program prints with what it should print."""

from __future__ import annotations

import re
from dataclasses import dataclass

LINES_OF_CONTEXT = 3


class StreamComparison:
    """Compares output as it comes; `take` is False once the program can be ended.

    Output that goes on after the end of what is expected is let through, to see
    whether it ends, unless `stop_at_end`.
    """

    def __init__(self, expected: bytes, *, stop_at_end: bool = False) -> None:
        self.expected = expected
        self.stop_at_end = stop_at_end
        self.position = 0

    def take(self, chunk: bytes) -> bool:
        """Compare the next bytes of output."""
        part = self.expected[self.position :][: len(chunk)]
        self.position += len(chunk)
        if self.stop_at_end and self.position >= len(self.expected):
            return False
        return chunk.startswith(part)


@dataclass(frozen=True)
class Difference:
    """The first line that differs, counted from 1; None where an output has ended.

    The ends of the two lines are left out, unless one of them has none.
    """

    line: int
    expected: str | None
    found: str | None
    context: tuple[str, ...]

    def only_in_white_space(self) -> bool:
        """Whether the two lines are the same but for blanks."""
        if self.expected is None or self.found is None:
            return False
        return "".join(self.expected.split()) == "".join(self.found.split())


def first_difference(expected: bytes, found: bytes) -> Difference | None:
    """Where two outputs differ first, with the lines before that place."""
    if expected == found:
        return None
    left, right = _lines(expected), _lines(found)
    same = 0
    while same < min(len(left), len(right)) and left[same] == right[same]:
        same += 1
    wanted = left[same] if same < len(left) else None
    given = right[same] if same < len(right) else None
    first = max(0, same - LINES_OF_CONTEXT)
    context = [_shown(" ", number, left[number]) for number in range(first, same)]
    context += [_shown("-", same, wanted)] if wanted is not None else []
    context += [_shown("+", same, given)] if given is not None else []
    if all(line is None or line.endswith(b"\n") for line in (wanted, given)):
        wanted, given = (line and line[:-1] for line in (wanted, given))
    return Difference(same + 1, _text(wanted), _text(given), tuple(context))


def _lines(text: bytes) -> list[bytes]:
    """The lines of an output, with their ends."""
    return re.findall(rb"[^\n]*\n|[^\n]+", text)


def _shown(mark: str, number: int, line: bytes) -> str:
    text = _text(line.removesuffix(b"\n"))
    return f"{mark} {number + 1:5} {text}"


def _text(line: bytes | None) -> str | None:
    """A line as text; what is not UTF-8 is escaped."""
    return None if line is None else line.decode("utf-8", "backslashreplace")
