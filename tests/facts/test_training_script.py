"""The parts of a script that trains, found by what they compute and not by names."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst
import pytest

from codemods.facts.bindings import Bindings
from codemods.facts.liveness import Region
from codemods.facts.metadata import parse, wrap
from codemods.facts.training_script import TrainingScript, find_in_training
from codemods.refusal import Refusal

CLASS = """\
class Node:
    def __init__(self, number: float, parts: "tuple[Node, ...]" = ()) -> None:
        self.number: float = number
        self.slope: float = 0
        self.parts: tuple[Node, ...] = parts

    def __add__(self, other: "Node") -> "Node":
        return Node(self.number + other.number, (self, other))

    def __mul__(self, other: "Node") -> "Node":
        return Node(self.number * other.number, (self, other))

    def walk(self) -> None:
        for part in self.parts:
            part.slope += self.slope
"""
SETUP = """\
import random

file = open("lines.txt")
lines: list[str] = file.read().split()
random.shuffle(lines)
print(len(lines))
joined: str = "".join(lines)
letters: list[str] = sorted(set(joined))
print(len(letters))
size: int = 4
table: list[Node] = []
for _ in range(size):
    node = Node(random.gauss(0, 1))
    table.append(node)
print(len(table))
"""
TRAINING = """\
for step in range(3):
    # Take a line.
    line = lines[step % len(lines)]
    marks: list[int] = []
    for letter in line:
        marks.append(letters.index(letter))
    indices: list[int] = marks + [0]
    count = len(indices)
    loss = Node(0)
    for index in range(count):
        loss = loss + table[indices[index] % size]
    loss.walk()
    rate = 0.1
    for node in table:
        node.number -= rate * node.slope
        node.slope = 0
    shown = step + 1
    print(shown, loss.number)
"""
SAMPLING = """\
for sample in range(2):
    picked: list[str] = []
    for position in range(size):
        picked.append(letters[position])
    text = "".join(picked)
    print(text)
"""
UPDATE = TRAINING[TRAINING.index("    rate") : TRAINING.index("    shown")]
SCRIPT = CLASS + SETUP + TRAINING + SAMPLING

PARTS: dict[str, tuple[Callable[[TrainingScript], Region | None], list[str]]] = {
    "loading": (
        TrainingScript.loading,
        [
            'file = open("lines.txt")',
            "lines: list[str] = file.read().split()",
            "random.shuffle(lines)",
        ],
    ),
    "vocabulary": (
        TrainingScript.vocabulary,
        [
            'joined: str = "".join(lines)',
            "letters: list[str] = sorted(set(joined))",
        ],
    ),
    "parameters": (
        TrainingScript.parameters,
        ["table: list[Node] = []", "for _ in range(size):"],
    ),
    "encoding": (
        TrainingScript.encoding,
        [
            "marks: list[int] = []",
            "for letter in line:",
            "indices: list[int] = marks + [0]",
        ],
    ),
    "document-loss": (
        TrainingScript.document_loss,
        ["count = len(indices)", "loss = Node(0)", "for index in range(count):"],
    ),
    "update": (TrainingScript.update, ["rate = 0.1", "for node in table:"]),
    "sampling": (
        TrainingScript.sampling,
        ["picked: list[str] = []", "for position in range(size):"],
    ),
}
NAMED = [pytest.param(*found, id=name) for name, found in PARTS.items()]


def found_in(
    code: str, part: Callable[[TrainingScript], Region | None]
) -> list[str] | None:
    """The first lines of the statements of a part, if the script has it."""
    region = find_in_training(part)(Bindings(wrap(parse(code))))
    if region is None:
        return None
    code_of = cst.Module([]).code_for_node
    lines = [code_of(s).strip().split("\n") for s in region.statements]
    return [next(x for x in text if not x.startswith("#")) for text in lines]


@pytest.mark.parametrize(("part", "lines"), NAMED)
def test_finds(
    part: Callable[[TrainingScript], Region | None], lines: list[str]
) -> None:
    assert found_in(SCRIPT, part) == lines


@pytest.mark.parametrize(("part", "lines"), NAMED[3:])
@pytest.mark.parametrize(
    "call", ["main()\n", 'if __name__ == "__main__":\n    main()\n']
)
def test_finds_in_main(
    part: Callable[[TrainingScript], Region | None], lines: list[str], call: str
) -> None:
    body = "".join(f"    {line}\n" for line in (TRAINING + SAMPLING).splitlines())
    code = f"{CLASS}{SETUP}def main() -> None:\n{body}{call}"
    assert found_in(code, part) == lines


@pytest.mark.parametrize(("part", "lines"), NAMED)
def test_finds_under_other_names(
    part: Callable[[TrainingScript], Region | None], lines: list[str]
) -> None:
    names = ("Node", "lines", "letters", "table", "indices", "loss", "walk", "picked")
    code = SCRIPT
    for name in names:
        code = code.replace(name, f"{name}_x")
        lines = [line.replace(name, f"{name}_x") for line in lines]
    assert found_in(code, part) == lines


@pytest.mark.parametrize(
    ("change", "part", "lines"),
    [
        pytest.param(
            ("print(len(lines))\n", ""), "vocabulary", None, id="no-output-in-between"
        ),
        pytest.param(
            ("    shown = step + 1\n    print(shown, loss.number)\n", ""),
            "update",
            PARTS["update"][1],
            id="training-without-output",
        ),
        pytest.param(
            ('    text = "".join(picked)\n    print(text)\n', ""),
            "sampling",
            None,
            id="sampling-without-output",
        ),
        pytest.param(
            (
                "    count = len(indices)\n",
                "    print(step)\n    count = len(indices)\n",
            ),
            "document-loss",
            PARTS["document-loss"][1],
            id="output-before-the-loss",
        ),
        pytest.param(
            ("    marks: list[int] = []\n", "    marks: list[str] = []\n"),
            "document-loss",
            PARTS["document-loss"][1],
            id="other-types-on-the-way",
        ),
        pytest.param(
            ("    indices: list[int] =", "    indices: list[float] ="),
            "encoding",
            None,
            id="no-integers",
        ),
        pytest.param(
            ("    rate = 0.1\n", ""),
            "update",
            ["for node in table:"],
            id="one-loop",
        ),
        pytest.param(
            (UPDATE, "    update(table)\n"), "update", None, id="one-line-is-too-little"
        ),
        pytest.param(
            ("    print(shown, loss.number)\n", "    print(shown, rate)\n"),
            "update",
            PARTS["update"][1],
            id="output-of-a-result",
        ),
        pytest.param(
            (
                "    print(shown, loss.number)\n",
                "    if step == 1:\n        print(shown, loss.number)\n",
            ),
            "update",
            PARTS["update"][1],
            id="output-now-and-then",
        ),
        pytest.param(
            (
                "        node.slope = 0\n",
                "        node.slope = 0\n        print(step)\n",
            ),
            "update",
            PARTS["update"][1],
            id="output-in-the-update",
        ),
    ],
)
def test_after_a_change(
    change: tuple[str, str], part: str, lines: list[str] | None
) -> None:
    assert change[0] in SCRIPT
    assert found_in(SCRIPT.replace(*change), PARTS[part][0]) == lines


@pytest.mark.parametrize(
    ("code", "message"),
    [
        pytest.param("x = 1\n", "expected one class whose operators", id="no-class"),
        pytest.param(
            SCRIPT.replace("+= self.slope", "== self.slope"),
            "1:1: expected one method that walks the graph, found none",
            id="no-walk",
        ),
        pytest.param(
            SCRIPT.replace(
                "    def walk",
                "    def clear(self) -> None:\n"
                "        for part in self.parts:\n            part.slope = 0\n\n"
                "    def walk",
            ),
            "1:1: expected one method that walks the graph, found `clear` and `walk`",
            id="two-walks",
        ),
        pytest.param(
            SCRIPT.replace("    loss.walk()\n", ""),
            "1:1: expected a loop of the main sequence that trains, "
            "found no call of `walk` in one",
            id="no-training",
        ),
        pytest.param(
            SCRIPT.replace("    loss.walk()\n", "    if loss:\n        loss.walk()\n"),
            "found no call of `walk` in one",
            id="walk-in-a-branch",
        ),
    ],
)
def test_refuses(code: str, message: str) -> None:
    with pytest.raises(Refusal) as refusal:
        found_in(code, TrainingScript.update)
    assert message in str(refusal.value)
