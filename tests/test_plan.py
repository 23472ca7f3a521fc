"""PLAN.md keeps the form the brief asks for, and says what the steps say.

The document is read by the small parser below, which is tried on documents with one
planted fault each, so that a green test means something.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from codemods.check.check_script import check_script
from codemods.phase import all_steps
from codemods.plan import PHASES

PLAN = Path(__file__).parents[1] / "PLAN.md"
SNAPSHOTS = Path(__file__).parents[1] / "generated"

PHASE_HEADINGS = (
    "Phase 1: Establish the DOD Lens",
    "Phase 2: Analyze the Script Through That Lens",
    "Phase 3: Generate the Transformation Plan",
    "Phase 4: Expert Review and Refinement",
)
REVIEWERS = ("Mike Acton", "John Carmack", "Casey Muratori")

ITEM = re.compile(
    r"(?P<number>\d+)\. \*\*(?P<message>[^*]+)\.\*\* (?P<explanation>[^*]+?)"
    r"(?: \*\((?P<annotation>[^*]+)\)\*)?"
)
NAME = re.compile(r"[\w./]+(\(\))?")
# A capital, and no ending of another form of the verb; "Pass" and "Address" are fine.
IMPERATIVE = re.compile(r"[A-Z]\w+(?<!ed)(?<!ing)(?<![^s]s)")


@dataclass(frozen=True)
class Item:
    """One numbered step of a plan, as the document has it."""

    number: int
    message: str
    explanation: str
    annotation: str


@dataclass(frozen=True)
class Group:
    """A heading and the steps under it, whether the document or the toolkit says so."""

    heading: str
    items: tuple[Item, ...]


# Reading


def read_sections(text: str, level: int) -> dict[str, str]:
    """The text under each heading of a level, by heading, in order."""
    parts = re.split(rf"^{'#' * level} (.+)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def read_plan(text: str, title: str) -> list[Group]:
    """The plan that stands under the third-level heading `title`."""
    phases = read_sections(text, 2).values()
    plans = [read_sections(phase, 3).get(title, "") for phase in phases]
    groups = read_sections("".join(plans), 4)
    return [Group(heading, read_items(body)) for heading, body in groups.items()]


def read_items(body: str) -> tuple[Item, ...]:
    """The numbered items of a section; what has no item's form is item 0."""
    texts = re.split(r"\n(?=\d+\. )", "\n" + body.strip())[1:]
    return tuple(read_item(" ".join(text.split())) for text in texts)


def read_item(text: str) -> Item:
    found = ITEM.fullmatch(text)
    if found is None:
        return Item(0, text, "", "")
    return Item(
        int(found["number"]),
        found["message"],
        found["explanation"],
        found["annotation"] or "",
    )


def implemented_plan() -> list[Group]:
    """The plan as the toolkit has it, so far."""
    return [
        Group(
            phase.heading,
            tuple(
                Item(step.number, step.message, step.explanation, "")
                for step in phase.steps()
            ),
        )
        for phase in PHASES
    ]


def items_of(groups: Sequence[Group]) -> list[Item]:
    return [item for group in groups for item in group.items]


# Judging


def complaints(text: str) -> list[str]:
    """What is wrong with the document as such."""
    initial, revised = read_plan(text, "Initial plan"), read_plan(text, "Revised plan")
    return [
        *complaints_about_headings(text),
        *complaints_about_code(text),
        *complaints_about_steps(initial),
        *complaints_about_steps(revised),
        *complaints_about_revision(initial, revised),
    ]


def complaints_about_headings(text: str) -> list[str]:
    phases = read_sections(text, 2)
    if tuple(phases) != PHASE_HEADINGS:
        return [f"phase headings: {list(phases)}"]
    generated, reviewed = (read_sections(phases[h], 3) for h in PHASE_HEADINGS[2:])
    found = []
    if "Initial plan" not in generated:
        found.append("no initial plan in phase 3")
    if tuple(reviewed)[:3] != REVIEWERS or [*reviewed][-1:] != ["Revised plan"]:
        found.append(f"reviews: {list(reviewed)}")
    return found


def complaints_about_code(text: str) -> list[str]:
    fences = re.findall(r"^\s*(?:```|~~~).*", text, flags=re.MULTILINE)
    indented = re.findall(r"\n\s*\n((?: {4}|\t).*)", text)
    quoted = re.findall(r"(?<!`)`([^`]+)`(?!`)", text)
    expressions = [code for code in quoted if NAME.fullmatch(code) is None]
    return [f"code: {code}" for code in (*fences, *indented, *expressions)]


def complaints_about_steps(groups: Sequence[Group]) -> list[str]:
    items = items_of(groups)
    found = [f"empty group: {g.heading}" for g in groups if not g.items]
    if [item.number for item in items] != list(range(1, len(items) + 1)):
        found.append(f"numbers: {[item.number for item in items]}")
    return found + [c for item in items for c in complaints_about_step(item)]


def complaints_about_step(item: Item) -> list[str]:
    first_word = item.message.split()[0]
    faults = {
        "not an item": item.number == 0,
        "message too long": len(item.message) > 72,
        "full stop in message": "." in item.message,
        "not imperative": IMPERATIVE.fullmatch(first_word) is None,
        "not one or two sentences": count_sentences(item.explanation) not in (1, 2),
    }
    return [f"{fault}: {item.message}" for fault, present in faults.items() if present]


def count_sentences(text: str) -> int:
    """How many sentences a text has; 0 if it does not end with one."""
    plain = re.sub(r"`[^`]*`", "name", text)
    ends = re.findall(r"[.!?](?=\s|$)", plain)
    return len(ends) if re.search(r"[.!?]$", plain) else 0


def complaints_about_revision(
    initial: Sequence[Group], revised: Sequence[Group]
) -> list[str]:
    items = items_of(revised)
    notes = [item.annotation for item in items if item.annotation]
    names = [reviewer.split()[-1] for reviewer in REVIEWERS]
    found = [n for n in notes if not n.startswith(tuple(f"{x}: " for x in names))]
    found = [f"annotation without reviewer: {note}" for note in found]
    found += [f"nothing moved by {n}" for n in names if f"{n}: " not in " ".join(notes)]
    if not 25 <= len(items) <= 40:
        found.append(f"number of steps: {len(items)}")
    if [group.heading for group in revised][:1] != ["Plain form"]:
        found.append("first heading of the revised plan")
    if [i.message for i in items] == [i.message for i in items_of(initial)]:
        found.append("the reviews changed nothing")
    return found


def differences(document: Sequence[Group], toolkit: Sequence[Group]) -> list[str]:
    """Where the steps that exist say something else than the revised plan."""
    planned = [(g.heading, i) for g in document for i in g.items]
    existing = [(g.heading, i) for g in toolkit for i in g.items]
    found = [f"not in the plan: {i.message}" for _, i in existing[len(planned) :]]
    for (heading, item), (step_heading, step) in zip(planned, existing, strict=False):
        facts = {
            "heading": (heading, step_heading),
            "number": (item.number, step.number),
            "message": (item.message, step.message),
            "explanation": (item.explanation, step.explanation),
        }
        found += [
            f"{fact} of step {step.number}: plan {left!r}, step {right!r}"
            for fact, (left, right) in facts.items()
            if left != right
        ]
    return found


# The real document


def test_plan_has_the_form_the_brief_asks_for() -> None:
    assert complaints(PLAN.read_text(encoding="utf-8")) == []


def test_plan_says_what_the_steps_say() -> None:
    revised = read_plan(PLAN.read_text(encoding="utf-8"), "Revised plan")
    assert differences(revised, implemented_plan()) == []


def test_the_last_snapshot_breaks_no_rule() -> None:
    last = SNAPSHOTS / all_steps(PHASES)[-1].file_name()
    assert check_script(last.read_text(encoding="utf-8")) == []


# Planted faults


def write_document(steps: int = 25) -> str:
    """The smallest document that nobody complains about."""
    revised = [
        f"{n}. **Flatten list {n}.** Replace\n   `rows` by one list. "
        f"*({REVIEWERS[n % 3].split()[-1]}: moved.)*\n"
        for n in range(1, steps + 1)
    ]
    opening, analysis, generation, review = PHASE_HEADINGS
    reviews = "".join(f"### {reviewer}\n\nMove it.\n\n" for reviewer in REVIEWERS)
    return (
        f"# Plan\n\n## {opening}\n\nData.\n\n## {analysis}\n\n- Regions.\n\n"
        f"## {generation}\n\n### Initial plan\n\n#### All\n\n"
        f"1. **Flatten all lists.** Replace rows by lists. They are read in order.\n\n"
        f"## {review}\n\n{reviews}### Revised plan\n\n#### Plain form\n\n"
        f"{''.join(revised[:2])}\n#### Rest\n\n{''.join(revised[2:])}"
    )


def test_smallest_document_is_accepted() -> None:
    assert complaints(write_document()) == []


@pytest.mark.parametrize("steps", [24, 41])
def test_too_few_or_too_many_steps_are_refused(steps: int) -> None:
    assert f"number of steps: {steps}" in complaints(write_document(steps))


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        pytest.param("## Phase 2", "## Part 2", "phase headings", id="heading"),
        pytest.param("### Initial plan", "### Plan", "no initial", id="no-initial"),
        pytest.param("### John Carmack", "### J. C.", "reviews", id="reviewer-lost"),
        pytest.param("### Mike", "### Revised\n\n### Mike", "reviews", id="too-early"),
        pytest.param("Data.", "```\nx = 1\n```", "code: ```", id="fence"),
        pytest.param("Data.", "Data.\n\n    x = 1", "code:     x = 1", id="indented"),
        pytest.param("Data.", "Data.\n\n\tx = 1", "code: \tx = 1", id="tab"),
        pytest.param("`rows`", "`rows[0] + 1`", "code: rows[0] + 1", id="expression"),
        pytest.param("#### Rest", "#### Void\n\n#### Rest", "empty group", id="void"),
        pytest.param("4. **", "5. **", "numbers", id="number-twice"),
        pytest.param("4. **Flatten", "4. Flatten", "not an item", id="no-message"),
        pytest.param("list 4.**", "list 4**", "not an item", id="no-full-stop"),
        pytest.param("list 4.", "l. 4.", "full stop in message", id="abbreviation"),
        pytest.param("list 4", "list " * 14, "message too long", id="too-long"),
        pytest.param("Flatten list 4", "Flattens list", "not imperative", id="third"),
        pytest.param("Flatten list 4", "Flattened list", "not imperative", id="past"),
        pytest.param("Flatten list 4", "Flattening it", "not imperative", id="ing"),
        pytest.param("Flatten list 4", "flatten list", "not imperative", id="small"),
        pytest.param("in order.", "in order", "sentences", id="unfinished"),
        pytest.param("in order.", "so. Or so. Yes.", "sentences", id="four-sentences"),
        pytest.param("(Acton: moved", "(moved", "without reviewer", id="anonymous"),
        pytest.param("(Acton: ", "(Carmack: ", "nothing moved by Acton", id="silent"),
        pytest.param("#### Plain form", "#### Form", "first heading", id="first"),
    ],
)
def test_planted_fault_is_found(old: str, new: str, complaint: str) -> None:
    good = write_document()
    assert old in good
    found = complaints(good.replace(old, new))
    assert any(complaint in sentence for sentence in found), found


def test_a_revision_that_changes_nothing_is_refused() -> None:
    plan = [Group("Plain form", (Item(1, "Flatten", "It is read in order.", ""),))]
    assert "the reviews changed nothing" in complaints_about_revision(plan, plan)


@pytest.mark.parametrize(
    ("toolkit", "difference"),
    [
        pytest.param(Item(1, "Flatten list", "It is one.", ""), "message", id="other"),
        pytest.param(Item(1, "Flatten", "It is two.", ""), "explanation", id="why"),
        pytest.param(Item(2, "Flatten", "It is one.", ""), "number", id="number"),
    ],
)
def test_a_step_that_says_something_else_is_found(
    toolkit: Item, difference: str
) -> None:
    document = [Group("Plain form", (Item(1, "Flatten", "It is one.", "Acton: so."),))]
    found = differences(document, [Group("Plain form", (toolkit,))])
    assert [sentence.split()[0] for sentence in found] == [difference]


def test_an_annotation_is_no_part_of_what_a_step_says() -> None:
    item, step = (Item(1, "Flatten", "It is one.", note) for note in ("Acton: so.", ""))
    assert differences([Group("A", (item,))], [Group("A", (step,))]) == []


def test_a_step_under_another_heading_is_found() -> None:
    step = Item(1, "Flatten", "It is one.", "")
    found = differences([Group("A", (step,))], [Group("B", (step,))])
    assert found == ["heading of step 1: plan 'A', step 'B'"]


def test_a_step_that_is_not_planned_is_found() -> None:
    step = Item(1, "Flatten", "It is one.", "")
    assert differences([], [Group("A", (step,))]) == ["not in the plan: Flatten"]
