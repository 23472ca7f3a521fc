"""The ratchet, on faults planted in the steps of a small plan."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pytest

from codemods.check.blame import blame, hunks
from codemods.check.ratchet import Checked, find_violations, introduced
from codemods.check.rule import Finding
from codemods.step import Step
from codemods.steps.step_01_format_source import FormatSource

ALLOWED: Mapping[str, str] = {"no-lambda": "a later step makes functions of them"}


def step(raises: Mapping[str, str] = MappingProxyType({}), *reaches: str) -> type[Step]:
    """A step with these declarations."""

    class Planted(FormatSource):
        __module__ = "codemods.steps.step_01_format_source"

    Planted.raises, Planted.reaches = raises, reaches
    return Planted


def checked(*lines: str) -> Checked:
    """A script in which every line `rule: message` breaks that rule."""
    found = []
    for number, line in enumerate(lines, 1):
        rule, separator, message = line.partition(": ")
        if separator:
            found.append(Finding(number, 1, rule, message))
    return Checked("".join(f"{line}\n" for line in lines), tuple(found))


def reasons(steps: list[type[Step]], *scripts: Checked) -> list[tuple[str, str]]:
    return [(v.rule, v.reason) for v in find_violations(steps, scripts)]


CLEAN = checked("x", "y")
ONE = checked("x", "no-lambda: a", "y")
TWO = checked("no-lambda: a", "no-lambda: b")


@pytest.mark.parametrize(
    ("planted", "before", "after", "expected"),
    [
        pytest.param(step(), ONE, ONE, [], id="nothing"),
        pytest.param(step(), TWO, CLEAN, [], id="fewer"),
        pytest.param(
            step(),
            CLEAN,
            ONE,
            [("no-lambda", "0 findings before, 1 after")],
            id="one-more",
        ),
        pytest.param(step(ALLOWED), CLEAN, ONE, [], id="one-more-declared"),
        pytest.param(
            step(ALLOWED),
            ONE,
            ONE,
            [("no-lambda", "is declared to be broken, but is not")],
            id="declared-for-nothing",
        ),
        pytest.param(
            step(),
            checked("no-lambda: a", "x", "y", "z"),
            checked("x", "y", "no-lambda: b", "z"),
            [("no-lambda", "1 findings before, 1 after")],
            id="one-elsewhere-for-another",
        ),
        pytest.param(
            step(),
            checked("no-lambda: a", "x", "y"),
            checked("x", "y", "no-lambda: a"),
            [],
            id="moved",
        ),
        pytest.param(
            step(),
            checked("x", "no-lambda: a", "y"),
            checked("x", "no-lambda: renamed", "y"),
            [],
            id="rewritten-in-place",
        ),
        pytest.param(
            step(),
            checked("x", "no-lambda: a", "y"),
            checked("x", "no-lambda: c", "no-lambda: d", "y"),
            [("no-lambda", "1 findings before, 2 after")],
            id="two-for-one",
        ),
        pytest.param(step({}, "no-lambda"), ONE, CLEAN, [], id="reached"),
        pytest.param(
            step({}, "no-lambda"),
            TWO,
            ONE,
            [("no-lambda", "is declared as reached, but is not")],
            id="not-quite-reached",
        ),
        pytest.param(
            step({}, "no-lambda"),
            CLEAN,
            CLEAN,
            [("no-lambda", "is declared as reached, but was before")],
            id="reached-by-another",
        ),
    ],
)
def test_one_step(
    planted: type[Step],
    before: Checked,
    after: Checked,
    expected: list[tuple[str, str]],
) -> None:
    assert reasons([planted], before, after) == expected


def test_what_was_reached_stays_so_even_where_a_rise_is_declared() -> None:
    steps = [step({}, "no-lambda"), step(), step(ALLOWED)]
    assert reasons(steps, ONE, CLEAN, CLEAN, ONE) == [
        ("no-lambda", "was reached by step 01 format_source")
    ]


def test_what_was_reached_before_the_first_of_these_steps() -> None:
    (violation,) = find_violations([step()], [ONE, ONE], [step({}, "no-lambda")])
    assert violation.reason == "was reached by step 01 format_source"
    assert violation.findings == ONE.findings


def test_a_rise_without_a_changed_line_shows_every_finding() -> None:
    after = Checked(CLEAN.source, (Finding(1, 1, "no-class", "a"),))
    (violation,) = find_violations([step()], [CLEAN, after])
    assert violation.findings == after.findings


def test_shows_what_was_introduced() -> None:
    before = checked("x", "no-class: a", "y", "z")
    after = checked("x", "no-class: a", "y", "no-class: a", "z", "no-lambda: b")
    assert [(f.line, f.rule) for f in introduced(before, after)] == [
        (4, "no-class"),
        (6, "no-lambda"),
    ]


def test_blame() -> None:
    series = ["a\nb\nc\n", "a\nB\nc\n", "new\na\nB\nC\n"]
    assert blame(series[:1]) == [0, 0, 0]
    assert blame(series[:2]) == [0, 1, 0]
    assert blame(series) == [2, 0, 1, 2]


def test_hunks_count_lines_from_one() -> None:
    assert hunks("a\nb\n", "a\nx\ny\n") == ((range(2, 3), range(2, 4)),)
    assert hunks("a\n", "a\n") == ()
