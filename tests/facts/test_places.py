"""Places that do not depend on annotations and layout."""

from __future__ import annotations

import libcst as cst
import pytest

from codemods.facts.places import find_places, unannotated

PLAIN = "def f(a, b=1):\n    c = a + b\n    return c\n\n\nx = f(1, 2)\n"


def names_in_order(code: str) -> list[str]:
    places = find_places(cst.parse_module(code))
    names = [node for node in places if isinstance(node, cst.Name)]
    return [f"{places[name]} {name.value}" for name in names]


@pytest.mark.parametrize(
    "same",
    [
        pytest.param(
            'def f(a: "X | int", b: int = 1) -> list[int]:\n'
            "    c: dict[str, int] = a + b\n    return c\n\n\nx: int = f(1, 2)\n",
            id="annotated",
        ),
        pytest.param(
            "def f(a,\n      b=1):  # twice\n    c = (a + b)\n    return c\n"
            "x = f(\n1, 2)\n",
            id="laid-out-anew",
        ),
    ],
)
def test_places_stay_the_same(same: str) -> None:
    assert unannotated(same) == unannotated(PLAIN)
    assert names_in_order(same) == names_in_order(PLAIN)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(PLAIN.replace("a + b", "b + a"), id="other-order"),
        pytest.param(PLAIN.replace("b=1", "b=2"), id="other-number"),
        pytest.param(PLAIN.replace("    return c\n", "    d: int\n    return c\n"),
                     id="declaration-without-a-value"),
    ],
)  # fmt: skip
def test_another_program_has_another_text(other: str) -> None:
    assert unannotated(other) != unannotated(PLAIN)
