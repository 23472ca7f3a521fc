"""Names that nothing around a place uses."""

from __future__ import annotations

import libcst as cst
from libcst.metadata import ParentNodeProvider

from codemods.facts.find_nodes import find
from codemods.facts.fresh_names import FreshNames
from codemods.facts.metadata import wrap

WRAPPER = wrap(
    cst.parse_module(
        "top = 1\n"
        "def first(a):\n    def inside():\n        return deep\n    return a\n"
        "def second(b):\n    return b\n"
    )
)


def names_in(*functions: str) -> tuple[FreshNames, list[cst.CSTNode]]:
    definitions = {d.name.value: d for d in find(WRAPPER.module, cst.FunctionDef)}
    parents = WRAPPER.resolve(ParentNodeProvider)
    places = [definitions[f].body for f in functions]
    return FreshNames(WRAPPER.module, parents), places


def test_a_new_name_is_taken_as_it_is() -> None:
    names, (place,) = names_in("first")
    assert names.take("b", place) == "b"


def test_names_of_the_function_the_module_and_python_are_used() -> None:
    names, (place,) = names_in("inside")
    for used in ("a", "deep", "top", "second", "len", "class"):
        assert names.take(used, place) == f"second_{used}"


def test_no_name_is_given_twice_in_a_function() -> None:
    names, (outer, inner) = names_in("first", "inside")
    taken = [names.take("x", place) for place in [outer, inner] * 5]
    assert taken[:3] == ["x", "second_x", "third_x"]
    assert len(set(taken)) == 10


def test_functions_side_by_side_may_have_the_same_name() -> None:
    names, (first, second) = names_in("first", "second")
    assert names.take("x", first) == names.take("x", second) == "x"


def test_a_name_for_the_module_is_new_to_all_of_it() -> None:
    names, _ = names_in()
    assert names.take("deep", WRAPPER.module.body[0]) == "second_deep"
