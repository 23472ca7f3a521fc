"""Every sentence of the brief has a rule or a reason, and README.md says which."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from codemods.check import document
from codemods.check.brief import Sentence

README = Path(__file__).parents[2] / "README.md"
START, END = "<!-- rules -->\n", "<!-- end of rules -->\n"


def rule(name, *sentences, title="No classes", reading=""):
    return SimpleNamespace(name=name, sentences=sentences, title=title, reading=reading)


@pytest.fixture
def given(monkeypatch):
    """Put a small brief and small rules in the place of the real ones."""

    def give(sentences, rules):
        monkeypatch.setattr(document, "SECTIONS", {"Style": sentences})
        monkeypatch.setattr(document, "load_rules", lambda: tuple(rules))

    return give


# The real rules


def test_every_sentence_has_a_rule_or_a_reason():
    assert document.gaps() == []


def test_readme_documents_the_rules():
    text = README.read_text(encoding="utf-8")
    assert text.count(START) == text.count(END) == 1
    documented = text.partition(START)[2].partition(END)[0].strip("\n")
    assert documented == document.to_markdown().strip("\n")


# Planted faults


def test_a_sentence_with_a_rule_and_one_with_a_reason_are_in_order(given):
    brief = [Sentence("No classes."), Sentence("Be nice.", "For a reader to say.")]
    given(brief, [rule("no-class", "No classes."), rule("no-type", "No classes.")])
    assert document.gaps() == []


def test_a_sentence_without_rule_and_reason_is_a_gap(given):
    given([Sentence("No classes.")], [])
    assert document.gaps() == ["no rule and no reason: No classes."]


def test_a_sentence_with_a_rule_and_a_reason_is_a_gap(given):
    given([Sentence("No classes.", "Why not.")], [rule("no-class", "No classes.")])
    assert document.gaps() == ["both a rule and a reason: No classes."]


def test_a_rule_that_quotes_something_else_is_a_gap(given):
    sentences = ("No classes.", "No class.")
    given([Sentence("No classes.")], [rule("no-class", *sentences)])
    assert document.gaps() == ["no-class quotes what the brief lacks: No class."]


# The form


def test_the_document(given):
    brief = [
        Sentence("No classes."),
        Sentence("No `a | b`."),
        Sentence("Be nice.", "For `x | y` a reader."),
    ]
    rules = [
        rule("no-class", "No classes.", "No `a | b`.", reading="Of any kind.\n\nNone."),
        rule("no-type", "No classes.", title="No types"),
    ]
    given(brief, rules)
    assert document.to_markdown() == """\
### Style

| The brief says | Rule |
| --- | --- |
| No classes. | `no-class`, `no-type` |
| No `a \\| b`. | `no-class` |
| Be nice. | For `x \\| y` a reader. |

### All rules

#### No classes (`no-class`)

Of any kind.

None.

#### No types (`no-type`)
"""
