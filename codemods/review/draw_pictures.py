"""The pictures of a series: what its figures do from step to step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from codemods.review.draw_chart import (
    BOTTOM,
    HEIGHT,
    LEFT,
    NOT_MEASURED,
    TOP,
    WIDTH,
    Scale,
    drawing,
    element,
    legend,
    line_marks,
    missing_band,
    over_steps,
    picture,
    step_axis,
    upward,
    value_axis,
)
from codemods.review.read_series import Series

MEGABYTE = 1024
"""Kilobytes."""

LINEAR = 4
"""Up to so many times as fast, steps are told apart without a logarithmic scale."""


def draw_pictures(series: Series) -> list[Markup]:
    """Every picture for which there are figures."""
    drawn = []
    if series.main_benchmark is not None:
        drawn.append(_speed(series))
    if series.main_verification is not None:
        drawn.append(_memory(series))
    if any(commit.rules for commit in series.commits):
        drawn.append(_findings(series))
    if series.main_verification is not None:
        drawn.append(_digits(series))
    return [*drawn, _lines(series), _functions(series)]


def _speed(series: Series) -> Markup:
    title = "Times as fast as the original"
    values = {key: {0: 1.0} for key in series.benchmarks}
    for commit in series.commits:
        for key, speed in commit.speeds.items():
            values[key][commit.number] = speed.times_as_fast
    key = str(series.main_benchmark)
    main = values[key]
    last = next(c.speeds[key] for c in reversed(series.commits) if key in c.speeds)
    highest = max(value for line in values.values() for value in line.values())
    lowest = min(value for line in values.values() for value in line.values())
    up = upward(highest)
    text = (
        f"Processor time of an iteration of the original, divided by that of the "
        f"snapshot, the median of {last.rounds} rounds of {last.iterations} "
        f"iterations: {main[max(main)]:.3g} times after step {max(main)}, the last "
        f"one measured."
    )
    if highest > LINEAR:
        up = Scale(min(lowest, 1) / 1.2, highest * 1.3, HEIGHT - BOTTOM, TOP, True)
        text = f"{text} The scale is logarithmic."
    return _over_steps(series, title, text, values, key, up, "×")


def _memory(series: Series) -> Markup:
    title = "Peak memory"
    values = {
        key: {0: verification.original.peak_kilobytes / MEGABYTE}
        for key, verification in series.verifications.items()
    }
    for commit in series.commits:
        for key, figures in commit.figures.items():
            values[key][commit.number] = figures.peak_kilobytes / MEGABYTE
    key = str(series.main_verification)
    main = values[key]
    highest = max(value for line in values.values() for value in line.values())
    text = (
        f"Of the whole process, in full runs: {main[0]:.3g} MB for the original, "
        f"{main[max(main)]:.3g} MB after step {max(main)}, the last one measured."
    )
    return _over_steps(series, title, text, values, key, upward(highest), " MB")


def _over_steps(
    series: Series,
    title: str,
    description: str,
    values: dict[str, dict[int, float]],
    main: str,
    up: Scale,
    unit: str,
) -> Markup:
    last = len(series.commits)
    across = over_steps(last)
    missing = [step for step in range(last + 1) if step not in values[main]]
    marks = [*value_axis(up, unit), *step_axis(across), *missing_band(missing, across)]
    for key in values:
        if key != main:
            marks += line_marks(values[key], across, up, "aside")
    marks += line_marks(values[main], across, up, "main")
    headings = ["Step", *values]
    rows = [
        [step, *(_rounded(values[key].get(step)) for key in values)]
        for step in range(last + 1)
    ]
    entries = [({"class": "main"}, main), ({"class": "aside"}, "the others")]
    drawn = drawing(title, description, marks)
    shown = legend(entries[: len(values)])
    return picture(title, description, drawn, (headings, rows), shown)


def _rounded(value: float | None) -> str:
    return NOT_MEASURED if value is None else f"{value:.2f}"


def _findings(series: Series) -> Markup:
    title = "Rule findings burning down"
    counts = _counts_by_rule(series)
    last = len(series.commits)
    totals = [sum(line[step] for line in counts.values()) for step in range(last + 1)]
    text = (
        f"How often each script breaks a rule of the brief, stacked by rule: "
        f"{totals[0]} findings in the original, {totals[-1]} after step {last}."
    )
    across, up = over_steps(last), upward(max(totals))
    marks = [*value_axis(up), *step_axis(across)]
    colours = {rule: _colour(n, len(counts)) for n, rule in enumerate(counts)}
    width = (across.stop - across.start) / max(last, 1) - 2
    for step in range(last + 1):
        below = 0
        for rule, line in counts.items():
            y, foot = up(below + line[step]), up(below)
            below += line[step]
            if line[step]:
                x = across(step) - width / 2
                box = {"x": x, "y": y, "width": width, "height": max(foot - y, 0.5)}
                marks.append(element("rect", **box, fill=colours[rule]))
    entries = [
        ({"fill": colours[rule]}, f"{rule} {line[0]} → {line[-1]}")
        for rule, line in counts.items()
    ]
    rows = [
        [step, totals[step], *(line[step] for line in counts.values())]
        for step in range(last + 1)
    ]
    drawn = drawing(title, text, marks)
    headings = ["Step", "All", *counts]
    return picture(title, text, drawn, (headings, rows), legend(entries))


def _counts_by_rule(series: Series) -> dict[str, list[int]]:
    """For each rule its findings in every script, the rule with the most first."""
    rules = {rule for commit in series.commits for rule in commit.rules or ()}
    counts = {}
    for rule in rules:
        pairs = [(commit.rules or {}).get(rule, (0, 0)) for commit in series.commits]
        counts[rule] = [pairs[0][0], *(after for _, after in pairs)]
    order = sorted(counts, key=lambda rule: (-max(counts[rule]), rule))
    return {rule: counts[rule] for rule in order}


def _colour(number: int, among: int) -> str:
    """Hues around the circle; neighbours differ in lightness as well."""
    lightness = (0.58, 0.74, 0.66)[number % 3]
    return f"oklch({lightness} 0.115 {(255 + 360 * number / among) % 360:.0f})"


def _lines(series: Series) -> Markup:
    values = [script.number_of_lines for script in series.scripts]
    text = f"From {values[0]:,} in the original to {values[-1]:,}."
    return _bars("Lines", text, values)


def _functions(series: Series) -> Markup:
    values = [script.functions for script in series.scripts]
    text = (
        f"Definitions, methods among them: from {values[0]} in the original to "
        f"{values[-1]}."
    )
    return _bars("Functions", text, values)


def _bars(title: str, text: str, values: Sequence[int]) -> Markup:
    across, up = over_steps(len(values) - 1), upward(max(values))
    width = (across.stop - across.start) / max(len(values) - 1, 1) - 2
    marks = [*value_axis(up), *step_axis(across)]
    for step, value in enumerate(values):
        x = across(step) - width / 2
        box = {"x": x, "y": up(value), "width": width}
        marks.append(element("rect", **box, height=up(0) - up(value), class_="main"))
    drawn = drawing(title, text, marks)
    return picture(title, text, drawn, (["Step", title], list(enumerate(values))))


def _digits(series: Series) -> Markup:
    title = "Where the difference at 17 digits is zero"
    last = len(series.commits)
    differences = {
        key: {
            commit.number: commit.figures[key].largest_difference
            for commit in series.commits
            if key in commit.figures
        }
        for key in series.verifications
    }
    seen = [value for line in differences.values() for value in line.values()]
    more = sum(value > 0 for value in seen)
    text = (
        f"Each snapshot against the one before it, every printed float: {len(seen)} "
        f"comparisons of {last * len(differences)} were made, and {more or 'none'} "
        f"found a difference{f', at most {max(seen):.2g}' if more else ''}."
    )
    marks = list(_matrix(differences, last))
    rows = [
        [step, *(_difference(line.get(step)) for line in differences.values())]
        for step in range(1, last + 1)
    ]
    key = legend(
        [
            ({"class": "zero"}, "zero"),
            ({"class": "not-zero"}, "not zero"),
            ({"class": "blank"}, NOT_MEASURED),
        ]
    )
    height = TOP + 26 * len(differences) + 20
    drawn = drawing(title, text, marks, height)
    return picture(title, text, drawn, (["Step", *differences], rows), key)


def _difference(value: float | None) -> str:
    if value is None:
        return NOT_MEASURED
    return "0" if value == 0 else f"{value:.2g}"


def _matrix(differences: dict[str, dict[int, float]], last: int) -> Iterator[Markup]:
    left = LEFT + 145
    across = over_steps(last, left)
    width = (WIDTH - left) / (last + 1) - 2
    for number, (key, line) in enumerate(differences.items()):
        y = float(TOP + 26 * number)
        yield element("text", key, x=left - 2, y=y + 14, class_="ink end")
        for step in range(1, last + 1):
            value = line.get(step)
            look = "blank" if value is None else "not-zero" if value else "zero"
            x = across(step) - width / 2
            box = {"x": x, "y": y, "width": width, "height": 20}
            yield element("rect", **box, rx=2, class_=look)
    yield from step_axis(across, TOP + 26 * len(differences) - 4)
