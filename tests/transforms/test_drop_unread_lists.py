"""Lists that are filled for nobody: who loses them, who keeps them, what is refused."""

from __future__ import annotations

import pytest
from statement_checks import outcome, rewritten

from codemods.facts.metadata import parse
from codemods.layout import format_source
from codemods.refusal import Refusal
from codemods.transforms.drop_unread_lists import drop_unread_lists

SCRIPT = '''\
def scale(row: list[float], kept: list[list[float]]) -> list[float]:
    """Twice a row."""
    doubled: list[float] = []
    # one by one
    for number in row:
        double = number * 2
        doubled.append(double)
    kept.append(row)
    return doubled


def run(row: list[float], kept: list[list[float]], times: int) -> list[float]:
    for _ in range(times):
        kept.append(row)
        row = scale(row, kept=kept)
    return row


def learn(row: list[float]) -> None:
    kept: list[list[float]] = []
    print(run(row, kept, 2))
    while len(kept) > 0:
        print(kept.pop())


def show(row: list[float]) -> None:
    kept: list[list[float]] = []
    print(run(row, kept, 3))


learn([1.0])
show([2.0])
'''

DROPPED = '''\
def scale(row: list[float], kept: list[list[float]]) -> list[float]:
    """Twice a row."""
    doubled: list[float] = []
    # one by one
    for number in row:
        double = number * 2
        doubled.append(double)
    kept.append(row)
    return doubled


def scale_without_kept(row: list[float]) -> list[float]:
    doubled: list[float] = []
    for number in row:
        double = number * 2
        doubled.append(double)
    return doubled


def run(row: list[float], kept: list[list[float]], times: int) -> list[float]:
    for _ in range(times):
        kept.append(row)
        row = scale(row, kept=kept)
    return row


def run_without_kept(row: list[float], times: int) -> list[float]:
    for _ in range(times):
        row = scale_without_kept(row)
    return row


def learn(row: list[float]) -> None:
    kept: list[list[float]] = []
    print(run(row, kept, 2))
    while len(kept) > 0:
        print(kept.pop())


def show(row: list[float]) -> None:
    print(run_without_kept(row, 3))


learn([1.0])
show([2.0])
'''


def dropped(code: str) -> str:
    after = format_source(rewritten(drop_unread_lists, code))
    assert outcome(after) == outcome(code)
    return after


def changed(*changes: tuple[str, str]) -> str:
    code = SCRIPT
    for old, new in changes:
        assert old in code
        code = code.replace(old, new)
    return code


def test_functions_get_versions_that_keep_nothing() -> None:
    assert dropped(SCRIPT) == DROPPED


def test_a_function_that_is_called_for_nothing_else_changes_in_its_place() -> None:
    after = dropped(changed(("learn([1.0])\n", ""), ("def learn", "def lost")))
    assert "_without_" in after  # `lost` is there, though nobody calls it
    alone = SCRIPT[: SCRIPT.index("def learn")] + SCRIPT[SCRIPT.index("def show") :]
    after = dropped(alone.replace("learn([1.0])\n", ""))
    assert "kept" not in after
    assert "    # one by one\n" in after
    assert '    """Twice a row."""\n' in after
    assert "def scale(row: list[float]) -> list[float]:" in after


def test_recursion() -> None:
    code = (
        "def count(left: int, kept: list[int]) -> int:\n"
        "    if left == 0:\n"
        "        return 0\n"
        "    kept.append(left)\n"
        "    less = left - 1\n"
        "    return count(less, kept)\n"
        "\n\n"
        "seen: list[int] = []\n"
        "kept: list[int] = []\n"
        "print(count(3, kept), count(2, seen), seen)\n"
    )
    after = dropped(code)
    assert "    return count_without_kept(less)\n" in after
    assert "print(count_without_kept(3), count(2, seen), seen)" in after
    assert "\nkept: list[int] = []\n" not in after


def test_two_lists() -> None:
    code = (
        "def split(row: list[int], odd: list[int], even: list[int]) -> int:\n"
        "    for number in row:\n"
        "        if number % 2 == 1:\n"
        "            total = number\n"
        "            odd.append(number)\n"
        "        even.append(number)\n"
        "        print(number)\n"
        "    return len(row)\n"
        "\n\n"
        "def show(row: list[int]) -> None:\n"
        "    first: list[int] = []\n"
        "    second: list[int] = []\n"
        "    third: list[int] = []\n"
        "    print(split(row, first, second), split(row, odd=first, even=third))\n"
        "    print(third)\n"
        "\n\n"
        "show([1, 2])\n"
    )
    after = dropped(code)
    assert "print(split_without_odd_and_even(row), split(row, even=third))" in after
    assert "def split(row: list[int], even: list[int]) -> int:" in after


STAYING = {
    "read": ("    print(run(row, kept, 3))", "    print(run(row, kept, 3), kept)"),
    "read in a function": (
        "    kept.append(row)\n    return",
        "    kept.append(kept)\n    print(len(kept))\n    return",
    ),
    "not empty": (
        "[]\n    print(run(row, kept, 3))",
        "[row]\n    print(run(row, kept, 3))",
    ),
    "two names": (
        "[]\n    print(run(row, kept, 3))",
        "[]\n    other = kept\n    print(run(row, kept, 3), other)",
    ),
    "bound twice": (
        "[]\n    print(run(row, kept, 3))",
        "[]\n    kept = []\n    print(run(row, kept, 3))",
    ),
    "appends what may fail": (
        "        kept.append(row)\n",
        "        kept.append(row[0:])\n",
    ),
    "appends what may have no value": (
        "    kept.append(row)\n    return doubled",
        "    kept.append(double)\n    return doubled",
    ),
    "nothing else in a block": (
        "        kept.append(row)\n",
        "        if times > 0:\n            kept.append(row)\n",
    ),
    "a default": (
        "kept: list[list[float]], times: int",
        "kept: list[list[float]] = [], times: int = 2",
    ),
    "looked up by name": ("show([2.0])", "show([2.0])\nprint(len(globals()) > 3)"),
    "a function as a value": ("show([2.0])", "show([2.0])\nprint(callable(run))"),
    "a function inside": (
        "    print(run(row, kept, 3))",
        "    def inside() -> int:\n        return len(kept)\n\n"
        "    print(run(row, kept, 3), inside())",
    ),
}


@pytest.mark.parametrize("name", STAYING)
def test_lists_stay(name: str) -> None:
    code = changed(STAYING[name])
    assert outcome(code)[1] == "well"
    assert drop_unread_lists(parse(code)).code == code


def test_refuses_a_name_that_is_taken() -> None:
    code = changed(("learn([1.0])", "scale_without_kept = 1\nlearn([1.0])"))
    with pytest.raises(Refusal) as refusal:
        drop_unread_lists(parse(code))
    assert str(refusal.value.placed(file="a.py", during="step")) == (
        "a.py:1:5: step: expected the name `scale_without_kept` to be free, "
        "found it taken"
    )
