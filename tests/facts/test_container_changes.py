"""Which containers a piece of code may change."""

from __future__ import annotations

import libcst as cst
import pytest

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import Bindings
from codemods.facts.container_changes import ContainerChanges
from codemods.facts.metadata import parse, wrap
from codemods.facts.type_names import Type

FLOATS = Type("list", (Type("float"),))
WORDS = Type("list", (Type("str"),))
HEAD = """\
import random

row: list[float] = [1.0]
words: list[str] = ["a"]
table: dict[str, float] = {}
unknown = open("a")


def extend(numbers: list[float]) -> None:
    append(numbers)


def append(numbers: list[float]) -> None:
    numbers.append(1.0)


"""

CHANGES = [
    pytest.param("row[0] = 1.0\n", FLOATS, False, id="an-item"),
    pytest.param("row[0] += 1.0\n", FLOATS, False, id="an-item-that-is-updated"),
    pytest.param("row.append(1.0)\n", FLOATS, True, id="a-method"),
    pytest.param("row[:] = []\n", FLOATS, True, id="a-slice"),
    pytest.param("del row[0]\n", FLOATS, True, id="a-deletion"),
    pytest.param("row += [1.0]\n", FLOATS, True, id="an-update"),
    pytest.param("extend(row)\n", FLOATS, True, id="what-a-function-calls"),
    pytest.param("random.shuffle(row)\n", FLOATS, False, id="a-function-of-a-library"),
    pytest.param("for row[0] in [1.0]:\n    pass\n", FLOATS, False, id="a-target"),
    pytest.param("row[0], x = 1.0, 2\n", FLOATS, False, id="a-part-of-a-target"),
    pytest.param("unknown.change()\n", WORDS, True, id="a-method-of-anything"),
    pytest.param("missing(row)\n", WORDS, True, id="a-function-of-elsewhere"),
    pytest.param("import elsewhere\n", WORDS, True, id="an-import"),
    pytest.param("unknown.name = 1\n", WORDS, True, id="an-attribute"),
    pytest.param(
        "table['a'] = 1.0\n",
        Type("dict", (Type("str"), Type("float"))),
        True,
        id="a-key",
    ),
    pytest.param("row.append(1.0)\n", Type("list", (Type("int"),)), True, id="numbers"),
    pytest.param(
        "row.append(1.0)\n", Type("Sequence", (Type("float"),)), True, id="a-sequence"
    ),
]

KEEPS = [
    pytest.param("row[0] = 1.0\n", FLOATS, True, id="the-length"),
    pytest.param("row.append(1.0)\n", WORDS, False, id="another-list"),
    pytest.param("extend(row)\n", WORDS, False, id="another-list-than-a-function-gets"),
    pytest.param("x = sorted(row)\n", FLOATS, False, id="a-copy"),
    pytest.param("x = row.index(1.0)\n", FLOATS, False, id="a-question"),
    pytest.param("x = random.choices(row)\n", FLOATS, False, id="a-choice"),
    pytest.param("print(len(row))\n", FLOATS, False, id="output"),
    pytest.param("row.append(1.0)\n", Type("str"), True, id="what-never-changes"),
    pytest.param(
        "def later() -> None:\n    row.append(1.0)\n", FLOATS, True, id="a-definition"
    ),
]


def may_change(code: str, kind: Type, *, of_length: bool) -> bool:
    bindings = Bindings(wrap(parse(HEAD + code)))
    changes = ContainerChanges(bindings, AnnotatedTypes(bindings))
    last: cst.CSTNode = bindings.wrapper.module.body[-1]
    return changes.may_change([last], kind, of_length=of_length)


@pytest.mark.parametrize(("code", "kind", "of_length"), CHANGES)
def test_may_change(code: str, kind: Type, of_length: bool) -> None:
    assert may_change(code, kind, of_length=of_length)


@pytest.mark.parametrize(("code", "kind", "of_length"), KEEPS)
def test_does_not_change(code: str, kind: Type, of_length: bool) -> None:
    assert not may_change(code, kind, of_length=of_length)


def test_operators_of_a_class_may_change_anything() -> None:
    code = "class Box:\n    pass\n\n\nx = 1 + 1\n"
    assert may_change(code, WORDS, of_length=True)
