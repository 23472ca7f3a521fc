"""Every rule fires on a fault planted in a real snapshot, and not on its twin."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from codemods.check.check_script import check_script, load_rules
from codemods.phase import all_steps
from codemods.plan import PHASES

LAST = all_steps(PHASES)[-1].file_name()
SNAPSHOT = Path(__file__).parents[2] / "generated" / LAST

# In the hot path, for the rule that looks only there.
LOOP = "for planted_index in range(2):\n    for other_index in range(2):\n"

PLANTED = {
    "no-class": ("class Planted:\n    pass\n", "planted: dict[str, int] = {}\n"),
    "no-hidden-state": (
        "def plant() -> None:\n    first_moment_buffer[0] = 1.0\n",
        "def plant(first_moment_buffer: list[float]) -> None:\n"
        "    first_moment_buffer[0] = 1.0\n",
    ),
    "no-nested-function": (
        "def plant() -> None:\n    def grow() -> None:\n        return\n",
        "def plant() -> None:\n    return\ndef grow() -> None:\n    return\n",
    ),
    "no-method-dispatch": ("parameters[0].backward()\n", "backward(parameters[0])\n"),
    "no-operator-overloading": (
        "class Planted:\n    def __add__(self, other):\n        return self\n",
        "class Planted:\n    def add(self, other):\n        return self\n",
    ),
    "no-polymorphism": (
        "planted = isinstance(parameters, list)\n",
        "planted = len(parameters)\n",
    ),
    "separate-data-and-functions": (
        "planted: int = 0\ndef plant() -> None:\n    return\n",
        "planted: int = len(parameters)\n",
    ),
    "descriptive-names": ("tok_emb: int = 0\n", "token_embedding: int = 0\n"),
    "type-hints": (
        "def plant(seed):\n    return\n",
        "def plant(seed: int) -> None:\n    return\n",
    ),
    "trivial-comprehensions": (
        "planted: list[float] = [x.data * 2 for x in parameters]\n",
        "planted: list[float] = [x.data for x in parameters]\n",
    ),
    "one-operation-per-line": (
        LOOP + "        planted = planted_index * 2 + other_index\n",
        LOOP + "        planted = planted_index * other_index\n",
    ),
    "one-statement-per-line": (
        "planted: int = 0; grown: int = 1\n",
        "planted: int = 0\ngrown: int = 1\n",
    ),
    "no-chained-calls": (
        "planted: str = str(1).strip().lower()\n",
        "planted: str = str(1)\n",
    ),
    "no-clever-tricks": (
        "planted: list[Value] = parameters[::-1]\n",
        "planted: list[Value] = parameters[1:]\n",
    ),
    "explicit-control-flow": (
        "planted: int = 1 if parameters else 0\n",
        "planted: int = 0\nif len(parameters) > 0:\n    planted = 1\n",
    ),
    "no-lambda": (
        "plant = lambda seed: seed\n",
        "def plant(seed: int) -> int:\n    return seed\n",
    ),
    "no-generator": (
        "planted: float = max(x.data for x in parameters)\n",
        "planted: float = max([x.data for x in parameters])\n",
    ),
    "no-context-manager": (
        "with open('input.txt') as planted:\n    pass\n",
        "planted = open('input.txt')\n",
    ),
    "no-decorator": (
        "@planted\ndef plant() -> None:\n    return\n",
        "def plant() -> None:\n    return\n",
    ),
    "no-dunder": ("print(__name__)\n", "print('__name__')\n"),
    "no-suppression-comments": (
        "planted: int = 0  # type: ignore\n",
        "planted: int = 0  # a type to ignore\n",
    ),
}


@cache
def count(rule: str, planted: str = "") -> int:
    """How often a rule is broken in the last snapshot with something appended."""
    source = SNAPSHOT.read_text(encoding="utf-8") + planted
    return [finding.rule for finding in check_script(source)].count(rule)


def test_there_is_a_fault_for_every_rule() -> None:
    assert list(PLANTED) == [rule.name for rule in load_rules()]


@pytest.mark.parametrize("rule", PLANTED)
def test_fires_on_the_fault_and_not_on_its_twin(rule: str) -> None:
    fault, twin = PLANTED[rule]
    assert count(rule, fault) > count(rule)
    assert count(rule, twin) == count(rule)
