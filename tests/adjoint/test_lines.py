"""What lines read, bind and change, and which of them a name depends on."""

from __future__ import annotations

from textwrap import dedent

import libcst as cst
import pytest

from codemods.adjoint.lines import (
    changed_in,
    names_of,
    read_ahead,
    renamed_text,
    sliced,
    written_in,
)


def lines(code: str) -> list[cst.CSTNode]:
    return list(cst.parse_module(dedent(code).lstrip()).body)


SLICES = {
    "a line that it is computed by, and what that reads": (
        "a = x\nb = a * y\nc = 5\n",
        "b",
        "a = x\nb = a * y\n",
        {"x", "y"},
    ),
    "not what it was bound to before": (
        "b = 1\nb = x\n",
        "b",
        "b = x\n",
        {"x"},
    ),
    "an update, and what it updates": (
        "b = 1\nb += x\n",
        "b",
        "b = 1\nb += x\n",
        {"x"},
    ),
    "the part of a loop that matters, and the value ahead of it": (
        "for i in rows:\n    a = i * b\n    other = i\n    b = a\n",
        "b",
        "for i in rows:\n    a = i * b\n    b = a\n",
        {"b", "rows"},
    ),
    "what a later iteration reads": (
        "for i in rows:\n    b = b + last\n    last = i\n",
        "b",
        "for i in rows:\n    b = b + last\n    last = i\n",
        {"b", "last", "rows"},
    ),
    "a branch, with the value that it may leave": (
        "if x > 0:\n    b = y\n    c = 1\nelse:\n    c = 2\n",
        "b",
        "if x > 0:\n    b = y\nelse:\n    pass\n",
        {"b", "x", "y"},
    ),
    "changes of a list": (
        "row = []\nrow.append(x)\nrow[0] = y\n",
        "row",
        "row = []\nrow.append(x)\nrow[0] = y\n",
        {"x", "y"},
    ),
}


@pytest.mark.parametrize("name", SLICES)
def test_a_slice_has(name: str) -> None:
    code, wanted, kept, read = SLICES[name]
    found, needed = sliced(lines(code), {wanted})
    assert "".join(map(cst.Module([]).code_for_node, found)) == kept
    assert needed == read


def test_names_read_ahead_of_their_binding_are_told() -> None:
    body = lines("a = b\nif a > 0:\n    c = 1\nd = c + a\nfor i in e:\n    f = i\n")
    assert read_ahead(body) == {"b", "c", "e"}


def test_attributes_keywords_and_annotations_are_no_variables() -> None:
    (line,) = lines("a: list[float] = math.exp(b, key=c)\n")
    assert written_in(line) == {"a"}
    assert names_of("math.exp(b, key=c)") == ("math", "b", "c")


def test_a_list_changes_by_its_methods_and_at_its_entries() -> None:
    (line,) = lines(
        "for a in b:\n    c[0][a] = 1\n    d[a].append(2)\n    e.index(3)\n"
    )
    assert changed_in(line) == {"c", "d"}
    assert written_in(line) == {"a", "c", "d"}


def test_variables_are_renamed_and_nothing_else() -> None:
    renamed = renamed_text("f(a=a, b=x.a)[a]", {"a": "former_a"})
    assert renamed == "f(a=former_a, b=x.a)[former_a]"
