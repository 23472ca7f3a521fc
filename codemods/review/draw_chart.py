"""Draw small charts as SVG: marks over the steps of a plan, with axes and a table.

All numbers in a drawing are in pixels of its own box, which the page scales.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from markupsafe import Markup, escape

from codemods.review.visible import visible

WIDTH, HEIGHT = 600, 260
LEFT, RIGHT, TOP, BOTTOM = 58, 12, 14, 28
MOST_TICKS = 5
NOT_MEASURED = "not measured"

_numbers = count(1)

Table = tuple[Sequence[str], Sequence[Sequence[object]]]
"""Headings, and rows of which the first cell is a heading."""


def element(name: str, /, *children: object, **attributes: object) -> Markup:
    """An element; text in it is escaped, `class_` and `font_size` lose underscores."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_shown(_short(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    inside = Markup("").join(map(_shown, children))
    return Markup(f"<{name}{given}>{inside}</{name}>")


def _shown(value: object) -> Markup:
    return value if isinstance(value, Markup) else escape(visible(str(value)))


def _short(value: object) -> object:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else value


@dataclass(frozen=True)
class Scale:
    """From values to pixels."""

    low: float
    high: float
    start: float
    stop: float
    is_logarithmic: bool = False

    def __call__(self, value: float) -> float:
        low, high = self._measure(self.low), self._measure(self.high)
        share = (self._measure(value) - low) / (high - low)
        return self.start + share * (self.stop - self.start)

    def _measure(self, value: float) -> float:
        return math.log10(value) if self.is_logarithmic else value

    def ticks(self) -> list[float]:
        """A few round values from low to high."""
        round_values = [
            digit * 10.0**power for power in range(-6, 12) for digit in (1, 2, 5)
        ]
        if self.is_logarithmic:
            return [value for value in round_values if self.low <= value <= self.high]
        wide = self.high - self.low
        step = next(value for value in round_values if wide / value <= MOST_TICKS)
        first, last = math.ceil(self.low / step), math.floor(self.high / step)
        return [step * number for number in range(first, last + 1)]


def over_steps(last: int, left: float = LEFT) -> Scale:
    """Where each script stands, from the original, number 0, to the last."""
    half = (WIDTH - RIGHT - left) / (last + 1) / 2
    return Scale(0, max(last, 1), left + half, WIDTH - RIGHT - half)


def upward(high: float, top: float = TOP, bottom: float = HEIGHT - BOTTOM) -> Scale:
    """From zero at the bottom to a little more than the largest value at the top."""
    return Scale(0, high * 1.05 or 1, bottom, top)


def step_axis(across: Scale, bottom: float = HEIGHT - BOTTOM) -> Iterator[Markup]:
    """The numbers of some of the steps, below the chart."""
    every = 5 if across.high > 12 else 1
    for step in range(0, int(across.high) + 1, every):
        words = f"step {step}" if step == 0 else step
        yield element(
            "text", words, x=across(step), y=bottom + 20, class_="tick middle"
        )


def value_axis(up: Scale, unit: str = "", left: float = LEFT) -> Iterator[Markup]:
    """Round values on the left, each with a line across the chart."""
    for tick in up.ticks():
        y = up(tick)
        yield element(
            "line", x1=left, x2=float(WIDTH - RIGHT), y1=y, y2=y, class_="grid"
        )
        text = f"{tick:,g}{unit}"
        yield element("text", text, x=left - 8, y=y + 4, class_="tick end")


def line_marks(
    values: Mapping[int, float], across: Scale, up: Scale, look: str
) -> Iterator[Markup]:
    """A line through values by step, broken where a step has none."""
    path, before = [], None
    for step, value in sorted(values.items()):
        move = "L" if before == step - 1 else "M"
        path.append(f"{move}{across(step):.1f} {up(value):.1f}")
        before = step
    yield element("path", d="".join(path), class_=f"line {look}")
    for step, value in sorted(values.items()):
        yield element("circle", cx=across(step), cy=up(value), r=2.2, class_=look)


def missing_band(
    missing: Sequence[int], across: Scale, bottom: float = HEIGHT - BOTTOM
) -> Iterator[Markup]:
    """A band over steps that nothing is known of, in runs of steps that follow."""
    half = (across.stop - across.start) / max(across.high, 1) / 2
    runs: list[list[int]] = []
    for step in missing:
        if runs and runs[-1][-1] == step - 1:
            runs[-1].append(step)
        else:
            runs.append([step])
    for run in runs:
        start, stop = across(run[0]) - half, across(run[-1]) + half
        box = {"x": start, "y": float(TOP), "width": stop - start}
        yield element("rect", **box, height=bottom - TOP, class_="missing")
        if stop - start > 90:
            middle = (start + stop) / 2
            height = (TOP + bottom) / 2
            yield element(
                "text", NOT_MEASURED, x=middle, y=height, class_="tick middle"
            )


def drawing(
    title: str, description: str, marks: Sequence[Markup], height: float = HEIGHT
) -> Markup:
    """Marks as one image, with a title and a description for who cannot see it."""
    number = next(_numbers)
    names = f"title-{number} description-{number}"
    return element(
        "svg",
        element("title", title, id=f"title-{number}"),
        element("desc", description, id=f"description-{number}"),
        *marks,
        viewBox=f"0 0 {WIDTH} {height:g}",
        role="img",
        aria_labelledby=names,
        class_="chart",
    )


def picture(
    title: str, description: str, drawn: Markup, table: Table, legend: Markup | str = ""
) -> Markup:
    """A drawing under its title, with its numbers in a table behind it."""
    return element(
        "figure",
        element("figcaption", element("h2", title), element("p", description)),
        drawn,
        legend,
        element(
            "details",
            element("summary", "Numbers"),
            element(
                "div",
                number_table(table),
                class_="scrolled",
                tabindex=0,
                role="group",
                aria_label=f"Numbers: {title}",
            ),
        ),
        class_="picture",
    )


def number_table(table: Table) -> Markup:
    """A table of numbers."""
    headings, rows = table
    head = [element("th", heading, scope="col") for heading in headings]
    return element(
        "table",
        element("thead", element("tr", *head)),
        element("tbody", *(_table_row(row) for row in rows)),
        class_="numbers",
    )


def _table_row(row: Sequence[object]) -> Markup:
    first, *others = row
    cells = [element("td", "–" if cell is None else cell) for cell in others]
    return element("tr", element("th", first, scope="row"), *cells)


def legend(entries: Sequence[tuple[Mapping[str, object], str]]) -> Markup:
    """What each colour stands for: the attributes of its marks, and words."""
    items = []
    for attributes, words in entries:
        swatch = element("rect", width=10, height=10, rx=2, **attributes)
        box = element(
            "svg", swatch, viewBox="0 0 10 10", aria_hidden="true", class_="swatch"
        )
        items.append(element("li", box, " ", words))
    return element("ul", *items, class_="legend")
