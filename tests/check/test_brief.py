"""The sentences are those of the brief, word for word and in its order."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest

from codemods.check.brief import SECTIONS

BRIEF = Path(__file__).parents[3] / "shared" / "brief.md"

# Of the two sections as the brief has them, without markup: it holds the sentences to
# the brief where that is not at hand.
SHA256 = "ffc98e765b4e034af488dfc541b5a6527690ed73575f18f7616e8d5aa6559d31"


def joined(heading):
    return " ".join(sentence.text for sentence in SECTIONS[heading])


def section(text, heading):
    """A section of a Markdown text as one line, without emphasis and bullets."""
    (body,) = re.findall(
        rf"^## {heading}\n(.*?)^(?:## |---$)", text, flags=re.MULTILINE | re.DOTALL
    )
    plain = re.sub(r"^- |\*\*", "", body, flags=re.MULTILINE)
    return " ".join(plain.split())


def test_sentences_are_the_pinned_ones():
    text = "\n".join(map(joined, SECTIONS))
    assert sha256(text.encode()).hexdigest() == SHA256


@pytest.mark.skipif(not BRIEF.exists(), reason="the brief is not beside the project")
@pytest.mark.parametrize("heading", SECTIONS)
def test_sentences_are_the_ones_of_the_brief(heading):
    assert joined(heading) == section(BRIEF.read_text(encoding="utf-8"), heading)


def test_sections_are_read_without_markup():
    text = "## A\n\nNot *this*.\n\n## B\n\n- **Say `x`.** Or\n  so.\n- So\n\n---\nNo.\n"
    assert section(text, "B") == "Say `x`. Or so. So"


def test_every_sentence_stands_once():
    texts = [sentence.text for part in SECTIONS.values() for sentence in part]
    assert len(texts) == len(set(texts))
