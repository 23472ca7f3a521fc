"""Step 16 on a small script; on the whole one in `test_explicit_steps`."""

from __future__ import annotations

from textwrap import dedent

import libcst as cst
import pytest
from libcst.codemod import CodemodContext
from script_variants import printed
from small_training import SETUP, SMALL, in_module

from codemods.facts.places import unannotated
from codemods.layout import format_source
from codemods.refusal import Refusal
from codemods.steps.step_16_extract_setup import ExtractSetup

AFTER = """\
# The letters of all words, and a mark that ends a word.
def load_documents() -> list[str]:
    file = open("input.txt")
    words: list[str] = file.read().split()
    random.shuffle(words)
    return words


words: list[str] = load_documents()
print(len(words))


def build_vocabulary(words: list[str]) -> tuple[list[str], int]:
    joined: str = "".join(words)
    letters: list[str] = sorted(set(joined))
    mark = len(letters)
    return letters, mark


letters, mark = build_vocabulary(words)
print(mark)
size: int = 2  # how many numbers there are for a letter


def initialize_parameters(mark: int) -> list[Node]:
    table: list[Node] = []
    for _ in range(size * (mark + 1)):
        # They start at random.
        table.append(Node(random.gauss(0, 1)))
    return table


table: list[Node] = initialize_parameters(mark)
print(len(table))


def encode_document(word: str, letters: list[str], mark: int) -> list[int]:
    indices: list[int] = []
    for letter in word:
        indices.append(letters.index(letter))
    tokens: list[int] = indices + [mark]
    return tokens


for step in range(2):
    word = words[step % len(words)]
    tokens: list[int] = encode_document(word, letters, mark)
"""


def applied(code: str) -> str:
    step = ExtractSetup(CodemodContext(filename="script.py"))
    return step.transform_module(cst.parse_module(code)).code


@pytest.mark.usefixtures("some_words")
def test_the_set_up_becomes_functions() -> None:
    after = applied(SMALL)
    body = after[after.index("# The letters") : after.index("    total = Node(0)")]
    assert body == AFTER
    assert printed(after) == printed(SMALL)
    assert applied(after) == after


def test_the_example_is_true() -> None:
    before, after = dedent(ExtractSetup.example + "\n").split("=>\n")
    training = "for step in range(3):\n    Node(0).backward()\n"
    found = applied(in_module(before + training))
    assert unannotated(found) == unannotated(in_module(after + training))


def test_a_refusal_names_step_and_place() -> None:
    seen = "def show() -> None:\n    print(size, mark)\n\n\n"
    code = SMALL.replace("print(mark)\n", "print(mark)\n\n").replace(
        "file = open", f"{seen}mark = 0\nshow()\nfile = open"
    )
    with pytest.raises(Refusal) as refusal:
        applied(format_source(code.replace("joined: str", "show()\njoined: str", 1)))
    assert "script.py:" in str(refusal.value)
    assert (
        "step 16 extract_setup: expected `mark` to be passed to this function, "
        "found a variable that it reads by itself" in str(refusal.value)
    )


def test_a_part_that_is_not_there_is_left_out() -> None:
    code = SMALL.replace(
        SETUP[SETUP.index("joined") : SETUP.index("size")], "mark = 1\n"
    )
    code = code.replace("letters.index(letter)", "len(letter)")
    assert "def build_vocabulary" not in applied(format_source(code))
