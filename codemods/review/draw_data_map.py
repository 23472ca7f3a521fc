"""The map of the data: what lives where, how big and how long, form by form."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from markupsafe import Markup

from codemods.memory import Memory
from codemods.refusal import Refusal
from codemods.review.draw_chart import (
    RIGHT,
    TOP,
    WIDTH,
    Scale,
    drawing,
    element,
    legend,
    picture,
)
from codemods.review.measure_data import LIFETIMES, ROUNDS, Holding, measure_data
from codemods.review.read_series import Script, Series

FORMS = (4, 6, 8)
"""The forms in which data is laid out anew, beside the original."""

LABELS = 218
"""Pixels for the names beside the bars."""

FIGURES = 78
"""Pixels for the sizes behind them."""

ROW = 27
MOST_ROWS = 9
LOOKS = dict(zip(LIFETIMES, ("lasting", "passing", "brief"), strict=True))
UNITS = ((1_000_000, "MB"), (1_000, "kB"), (1, "B"))


@dataclass(frozen=True)
class Form:
    """What one of the forms holds at its fullest."""

    heading: str
    holdings: Sequence[Holding]

    @property
    def size(self) -> int:
        """In bytes."""
        return sum(holding.size for holding in self.holdings)

    @property
    def objects(self) -> int:
        return sum(holding.objects for holding in self.holdings)


def draw_data_map(series: Series, input_file: Path, memory: Memory) -> Markup:
    """The map as text and pictures, or why there is none."""
    try:
        forms = _measured(series, input_file, memory)
    except Refusal as refusal:
        return element("p", f"Not measured: {refusal}.", class_="lead")
    lead = (
        f"What the names of each script hold at the moment when it holds the most: "
        f"measured on {input_file.name} with {platform.python_implementation()} "
        f"{platform.python_version()}, in a copy shortened to {ROUNDS} rounds of each "
        f"loop that prints. Each object counts once, under the first name that leads "
        f"to it; the interpreter itself does not count. One round is a training step "
        f"or a sample."
    )
    pictures = [_overview(forms), *map(_form, forms)]
    return element("p", lead, class_="lead") + element(
        "div", *pictures, class_="pictures"
    )


def _measured(series: Series, input_file: Path, memory: Memory) -> list[Form]:
    scripts = dict(_scripts(series))
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as executor:
        measure = partial(measure_data, input_file=input_file, memory=memory)
        sources = [script.source for script in scripts.values()]
        return list(map(Form, scripts, executor.map(measure, sources)))


def _scripts(series: Series) -> Iterator[tuple[str, Script]]:
    """The script of each form with its heading, as far as the plan goes."""
    phases = list(series.phases.items())
    yield "Form 0: the original", series.original
    for number in FORMS:
        if 0 < number <= len(phases):
            name, commits = phases[number - 1]
            heading = f"Form {number}: {name.lower()}, step {commits[-1].number}"
            yield heading, commits[-1].script


def _overview(forms: Sequence[Form]) -> Markup:
    title = "At its fullest, form by form"
    words = [
        f"{form.heading.partition(':')[0].lower()} {_short(form.size)}"
        for form in forms
    ]
    text = f"All that the script's names hold: {', '.join(words)}."
    across = Scale(0, max(form.size for form in forms), LABELS, WIDTH - RIGHT - FIGURES)
    marks: list[Markup] = []
    for number, form in enumerate(forms):
        parts = {
            lifetime: sum(holding.parts.get(lifetime, 0) for holding in form.holdings)
            for lifetime in LIFETIMES
        }
        label = form.heading.rpartition(", step")[0] or form.heading
        marks += _bar(number, label, parts, across)
    rows = [[form.heading, f"{form.size:,}", f"{form.objects:,}"] for form in forms]
    drawn = drawing(title, text, marks, TOP + ROW * len(forms))
    table = (["Form", "Bytes", "Objects"], rows)
    return picture(title, text, drawn, table, _legend())


def _form(form: Form) -> Markup:
    text = f"{_short(form.size)} in {form.objects:,} objects."
    largest = form.holdings[0]
    text += f" The most is in {largest.name}: {largest.entries:,} entries."
    across = Scale(0, largest.size, LABELS, WIDTH - RIGHT - FIGURES)
    shown = list(form.holdings[:MOST_ROWS])
    marks: list[Markup] = []
    for number, holding in enumerate(shown):
        marks += _bar(number, _label(holding), holding.parts, across)
    rest = form.holdings[MOST_ROWS:]
    if rest:
        size = sum(holding.size for holding in rest)
        y = TOP + ROW * len(shown) + 14
        words = f"and {len(rest)} smaller ones, {_short(size)}"
        marks.append(element("text", words, x=LABELS, y=y, class_="tick"))
    rows = [
        [
            holding.name,
            holding.place,
            holding.kind,
            f"{holding.entries:,}",
            f"{holding.objects:,}",
            *(f"{holding.parts.get(lifetime, 0):,}" for lifetime in LIFETIMES),
        ]
        for holding in form.holdings
    ]
    headings = ["Name", "Where", "What", "Entries", "Objects"]
    headings += [f"Bytes for {lifetime}" for lifetime in LIFETIMES]
    drawn = drawing(form.heading, text, marks, TOP + ROW * len(shown) + 20)
    return picture(form.heading, text, drawn, (headings, rows), _legend())


def _label(holding: Holding) -> str:
    inside = "" if holding.place == "module" else f" in {holding.place}"
    return f"{holding.name}{inside}"


def _bar(
    number: int, label: str, parts: Mapping[str, int], across: Scale
) -> Iterator[Markup]:
    y = float(TOP + ROW * number)
    yield element("text", _cut(label), x=LABELS - 10, y=y + 13, class_="ink end")
    start = across.start
    for lifetime, size in parts.items():
        stop = start + across(size) - across.start
        if size:
            box = {"x": start, "y": y, "width": max(stop - start, 1.0)}
            yield element("rect", **box, height=18, class_=LOOKS[lifetime])
        start = stop
    yield element(
        "text", _short(sum(parts.values())), x=start + 8, y=y + 13, class_="tick"
    )


def _cut(label: str) -> str:
    longest = 32
    return label if len(label) <= longest else f"{label[: longest - 1]}…"


def _short(size: int) -> str:
    """A size in the unit that it is read in."""
    unit, name = next((u, n) for u, n in UNITS if size >= u or u == 1)
    return f"{size / unit:.3g} {name}"


def _legend() -> Markup:
    return legend([({"class": LOOKS[lifetime]}, lifetime) for lifetime in LIFETIMES])
