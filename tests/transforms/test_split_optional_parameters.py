"""Functions that test whether they were given an argument, made two."""

from __future__ import annotations

import pytest
from statement_checks import outcome

from codemods.facts.metadata import parse
from codemods.layout import format_source
from codemods.transforms.split_optional_parameters import split_optional_parameters

SCALE = """\
# Makes it larger.
def scale(row: list[float], by: float | None = None) -> list[float]:
    # the same
    scaled = row
    if by is not None:
        # each number
        scaled = [by * number for number in row]
    return scaled  # at last


"""

SPLIT = """\
# Makes it larger.
def scale(row: list[float]) -> list[float]:
    # the same
    scaled = row
    return scaled  # at last


def scale_with_by(row: list[float], by: float) -> list[float]:
    scaled = row
    # each number
    scaled = [by * number for number in row]
    return scaled


"""

CALLS = "print(scale([1.0]), scale([1.0], 2.0), scale([1.0], by=3.0))\n"
SPLIT_CALLS = (
    "print(scale([1.0]), scale_with_by([1.0], 2.0), scale_with_by([1.0], by=3.0))\n"
)


def after(code: str) -> str:
    module, lost = split_optional_parameters(parse(code))
    assert lost == ()
    split = format_source(module.code)
    assert outcome(split) == outcome(code)
    return split


def test_makes_two_functions_of_one() -> None:
    assert after(SCALE + CALLS) == SPLIT + SPLIT_CALLS


def test_what_is_done_without_an_argument() -> None:
    code = """\
def size(row: list[float], limit: int | None = None) -> int:
    if limit is None:
        length = len(row)
    elif limit > 1:
        length = limit
    else:
        length = 1
    return length


print(size([1.0]), size([], 1), size([], 5))
"""
    wanted = """\
def size(row: list[float]) -> int:
    length = len(row)
    return length


def size_with_limit(row: list[float], limit: int) -> int:
    if limit > 1:
        length = limit
    else:
        length = 1
    return length


print(size([1.0]), size_with_limit([], 1), size_with_limit([], 5))
"""
    assert after(code) == wanted


def test_one_argument_after_the_other() -> None:
    code = """\
def add(x: float, y: float | None = None, z: float | None = None) -> float:
    if y is not None:
        x = x + y
    if z is not None:
        x = x + z
    return x


print(add(1.0), add(1.0, 2.0), add(1.0, 2.0, 3.0), add(1.0, z=4.0))
"""
    changed = after(code)
    assert "add_with_y_with_z(1.0, 2.0, 3.0)," in changed
    assert "add_with_z(1.0, z=4.0)," in changed
    assert "None" not in changed.replace("-> None", "")


def test_a_comment_on_the_test_leaves_with_it() -> None:
    code = SCALE.replace("    if by is", "    # perhaps\n    if by is") + CALLS
    module, lost = split_optional_parameters(parse(code))
    assert lost == ("# perhaps",)
    assert outcome(module.code) == outcome(code)


MAYBE = "maybe: float | None = None\n"


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(f"{SCALE}print(scale([1.0]))\n", id="nobody-passes-it"),
        pytest.param(f"{SCALE}print(scale([1.0], 2.0))\n", id="everybody-passes-it"),
        pytest.param(f"{SCALE}{CALLS}print(scale([1.0], None))\n", id="none-is-passed"),
        pytest.param(f"{MAYBE}{SCALE}{CALLS}scale([1.0], maybe)\n", id="perhaps-none"),
        pytest.param(f"{SCALE}{CALLS}scale(*[[1.0]])\n", id="stars"),
        pytest.param(f"{SCALE}{CALLS}other = scale\n", id="by-another-name"),
        pytest.param(f"scale_with_by = 1\n{SCALE}{CALLS}", id="the-name-is-taken"),
        pytest.param(
            SCALE.replace("row\n", "row\n    print(by)\n") + CALLS, id="also-printed"
        ),
        pytest.param(
            SCALE.replace("row\n", "row\n    by = by or None\n") + CALLS, id="rebound"
        ),
        pytest.param(
            SCALE.replace("by is not None", "by is not None and row") + CALLS,
            id="part-of-a-test",
        ),
        pytest.param(
            SCALE.replace(": float | None", "") + CALLS, id="of-no-known-type"
        ),
        pytest.param(
            SCALE.replace("row: list[float],", "row: list[float] = [1.0],") + CALLS,
            id="behind-another-default",
        ),
        pytest.param(
            f"def same(f):\n    return f\n\n\n@same\n{SCALE[19:]}{CALLS}",
            id="decorated",
        ),
        pytest.param(
            SCALE.replace("return scaled ", "return scaled or scale([1.0], 2.0) ")
            + CALLS,
            id="recursive",
        ),
    ],
)
def test_leaves_the_rest_alone(code: str) -> None:
    module = parse(code)
    assert split_optional_parameters(module) == (module, ())
