"""The ratchet, on faults planted in the steps of a small plan."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pytest

from codemods.check.blame import blame, hunks
from codemods.check.check_script import check_script
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
MORE = checked("x", "no-lambda: a", "y", "no-lambda: b")


@pytest.mark.parametrize(
    ("planted", "before", "after", "expected"),
    [
        pytest.param(step(), ONE, ONE, [], id="nothing"),
        pytest.param(step(), TWO, CLEAN, [], id="fewer"),
        pytest.param(
            step(),
            ONE,
            MORE,
            [("no-lambda", "1 findings before, 2 after")],
            id="one-more",
        ),
        pytest.param(step(ALLOWED), ONE, MORE, [], id="one-more-declared"),
        pytest.param(
            step(ALLOWED),
            CLEAN,
            ONE,
            [("no-lambda", "was kept by the original")],
            id="the-first-of-all",
        ),
        pytest.param(
            step({}, "no-lambda"),
            ONE,
            MORE,
            [("no-lambda", "is declared as reached, but is not")],
            id="one-more-declared-as-reached",
        ),
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


HEADING = "import random\nprint(0)\n"
MIDDLE = "print(1)\nprint(2)\n"


@pytest.mark.parametrize(
    ("rule", "removed", "inserted", "added"),
    [
        pytest.param(
            "no-lambda",
            "names.sort(key=lambda name: name[0])\n",
            "names.sort()\n",
            "words.sort(key=lambda word: len(word))\n",
            id="lambda",
        ),
        pytest.param(
            "trivial-comprehensions",
            "squares = [number * number for number in range(3)]\n",
            "squares = []\nfor number in range(3):\n"
            "    squares.append(number * number)\n",
            "halves = [number / 2 for number in range(3)]\n",
            id="comprehension",
        ),
        pytest.param(
            "no-context-manager",
            "with open('input.txt') as file:\n    text = file.read()\n",
            "file = open('input.txt')\ntext = file.read()\n",
            "with open('names.txt') as file:\n    names = file.read()\n",
            id="with",
        ),
    ],
)
def test_one_cannot_be_exchanged_for_another(
    rule: str, removed: str, inserted: str, added: str
) -> None:
    before = really_checked(HEADING + removed + MIDDLE)
    after = really_checked(HEADING + inserted + MIDDLE + added)
    reason = f"{before.counts()[rule]} findings before, {after.counts()[rule]} after"
    assert (rule, reason) in reasons([step()], before, after)


def test_one_may_move_however_it_is_indented_and_laid_out() -> None:
    call = "squares = [number * number for number in range(3)]\n"
    moved = (
        "if squares == 0:\n    squares = [\n"
        "        number * number for number in range(3)\n    ]\n"
    )
    before = really_checked(HEADING + call + MIDDLE)
    after = really_checked(HEADING + MIDDLE + moved)
    assert "trivial-comprehensions" not in dict(reasons([step()], before, after))


def really_checked(source: str) -> Checked:
    return Checked(source, tuple(check_script(source)))


def test_what_was_reached_stays_so_even_where_a_rise_is_declared() -> None:
    steps = [step({}, "no-lambda"), step(), step(ALLOWED)]
    assert reasons(steps, ONE, CLEAN, CLEAN, ONE) == [
        ("no-lambda", "was reached by step 01 format_source")
    ]


def test_what_the_original_keeps_is_not_known_later_in_the_plan() -> None:
    assert find_violations([step(ALLOWED)], [CLEAN, ONE], [step()]) == []


def test_one_wrong_is_told_once() -> None:
    (violation,) = find_violations([step()], [CLEAN, MORE])
    assert violation.findings == MORE.findings


def test_what_was_reached_before_the_first_of_these_steps() -> None:
    (violation,) = find_violations([step()], [CLEAN, ONE], [step({}, "no-lambda")])
    assert violation.reason == "was reached by step 01 format_source"
    assert violation.findings == ONE.findings


def test_what_was_never_reached_is_not_lost_by_later_steps() -> None:
    steps = [step({}, "no-lambda"), step(), step()]
    (violation,) = find_violations(steps, [ONE, ONE, ONE, ONE])
    assert violation.step is steps[0]
    assert violation.reason == "is declared as reached, but is not"


def test_a_rise_without_a_changed_line_shows_every_finding() -> None:
    one, two = (Finding(line, 1, "no-class", "a") for line in (1, 2))
    before, after = (Checked(CLEAN.source, found) for found in ((one,), (one, two)))
    (violation,) = find_violations([step()], [before, after])
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


def test_only_line_feeds_end_lines() -> None:
    before, after = "a\x0c\u2028b\nc\n", "a\x0c\u2028b\nd\n"
    assert hunks(before, after) == ((range(2, 3), range(2, 3)),)
    assert blame([before, after]) == [0, 1]
