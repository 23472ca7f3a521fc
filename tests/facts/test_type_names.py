"""Types: how they are written, joined and completed."""

from __future__ import annotations

import pytest

from codemods.facts.type_names import (
    ANY_LENGTH,
    MAIN,
    NONE,
    UNOBSERVED,
    Type,
    callable_type,
    complete,
    element_type,
    from_json,
    iterator_type,
    join,
    named_class,
    spell,
    to_json,
)

INT, FLOAT, STR, BOOL = Type("int"), Type("float"), Type("str"), Type("bool")
NODE = Type("Node", (), MAIN)


def list_of(element: Type) -> Type:
    return Type("list", (element,))


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        pytest.param(INT, "int", id="plain"),
        pytest.param(UNOBSERVED, "?", id="unobserved"),
        pytest.param(list_of(UNOBSERVED), "list[?]", id="elements-unobserved"),
        pytest.param(Type("dict", (STR, list_of(NODE))), "dict[str, list[Node]]",
                     id="nested"),
        pytest.param(Type("tuple"), "tuple[()]", id="empty-tuple"),
        pytest.param(Type("tuple", (INT, ANY_LENGTH)), "tuple[int, ...]",
                     id="tuple-of-any-length"),
        pytest.param(callable_type([INT, STR], NONE), "Callable[[int, str], None]",
                     id="callable"),
        pytest.param(callable_type([], INT), "Callable[[], int]",
                     id="callable-without-parameters"),
        pytest.param(callable_type([ANY_LENGTH], INT), "Callable[..., int]",
                     id="callable-with-unknown-parameters"),
        pytest.param(Type("type", (NODE,)), "type[Node]", id="class"),
    ],
)  # fmt: skip
def test_a_type_is_spelt_as_an_annotation(type_: Type, text: str) -> None:
    assert spell(type_) == text
    assert from_json(to_json(type_)) == type_


@pytest.mark.parametrize(
    ("types", "text"),
    [
        pytest.param([], "?", id="nothing"),
        pytest.param([INT], "int", id="one"),
        pytest.param([INT, INT], "int", id="the-same"),
        pytest.param([INT, UNOBSERVED], "int", id="unobserved-adds-nothing"),
        pytest.param([BOOL, INT], "int", id="bool-and-int"),
        pytest.param([FLOAT, BOOL], "float", id="bool-and-float"),
        pytest.param([INT, FLOAT, INT], "float", id="int-and-float"),
        pytest.param([FLOAT, NODE], "Node | float", id="own-classes-first"),
        pytest.param([NONE, STR, INT], "int | str | None", id="none-last"),
        pytest.param([NODE, INT, FLOAT], "Node | float", id="numbers-in-a-union"),
        pytest.param([list_of(INT), list_of(FLOAT)], "list[float]", id="elementwise"),
        pytest.param([list_of(UNOBSERVED), list_of(STR)], "list[str]",
                     id="empty-container"),
        pytest.param([list_of(INT), list_of(STR)], "list[int | str]",
                     id="mixed-elements"),
        pytest.param([Type("set", (INT,)), list_of(INT)], "list[int] | set[int]",
                     id="different-containers"),
        pytest.param([Type("tuple", (INT, NODE)), Type("tuple", (FLOAT, NODE))],
                     "tuple[float, Node]", id="tuples-of-one-length"),
        pytest.param([Type("tuple"), Type("tuple", (NODE,)),
                      Type("tuple", (NODE, NODE))],
                     "tuple[Node, ...]", id="tuples-of-any-length"),
        pytest.param([Type("tuple", (INT, ANY_LENGTH)), Type("tuple", (FLOAT,))],
                     "tuple[float, ...]", id="tuple-of-known-and-any-length"),
        pytest.param([callable_type([INT], STR), callable_type([FLOAT], STR)],
                     "Callable[[float], str]", id="callables"),
        pytest.param([callable_type([INT], STR), callable_type([], STR)],
                     "Callable[..., str]", id="callables-with-other-parameters"),
        pytest.param([Type("Node", (), MAIN), Type("Node", (), "other")],
                     "Node | Node", id="one-name-in-two-modules"),
    ],
)  # fmt: skip
def test_types_seen_at_one_place_are_joined(types: list[Type], text: str) -> None:
    assert spell(join(types)) == text
    assert {t.name for t in join(reversed(types)).members} == {
        t.name for t in join(types).members
    }


def test_a_type_is_complete_when_all_of_it_was_seen() -> None:
    assert Type("dict", (STR, list_of(INT))).is_complete
    assert not UNOBSERVED.is_complete
    assert not Type("dict", (STR, list_of(UNOBSERVED))).is_complete


def test_a_type_is_open_when_a_container_was_empty() -> None:
    assert Type("dict", (STR, list_of(UNOBSERVED))).is_open
    assert not list_of(INT).is_open
    assert not list_of(iterator_type(UNOBSERVED)).is_open


def test_what_is_open_is_completed_from_types_of_the_same_name() -> None:
    open_ = join([list_of(UNOBSERVED), NONE])
    assert spell(complete(open_, [STR, list_of(INT)])) == "list[int] | None"
    assert complete(open_, [Type("set", (INT,))]) == open_


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        pytest.param(list_of(INT), "int", id="list"),
        pytest.param(Type("dict", (STR, INT)), "str", id="keys-of-a-dict"),
        pytest.param(Type("tuple", (INT, STR)), "int | str", id="tuple"),
        pytest.param(Type("tuple", (INT, ANY_LENGTH)), "int", id="any-length"),
        pytest.param(Type("range"), "int", id="range"),
        pytest.param(STR, "str", id="characters"),
        pytest.param(Type("ItemsView", (STR, INT)), "tuple[str, int]", id="items"),
        pytest.param(iterator_type(NODE), "Node", id="iterator"),
        pytest.param(join([list_of(INT), list_of(STR)]), "int | str", id="union"),
        pytest.param(NODE, "?", id="own-class"),
    ],
)
def test_iterating_yields_elements(type_: Type, text: str) -> None:
    assert spell(element_type(type_)) == text


@pytest.mark.parametrize(
    ("module", "name", "text"),
    [
        pytest.param("builtins", "NoneType", "None", id="none"),
        pytest.param("builtins", "zip", "Iterator[?]", id="iterator"),
        pytest.param("builtins", "function", "Callable[..., ?]", id="function"),
        pytest.param("_io", "TextIOWrapper", "TextIO", id="open-file"),
        pytest.param(MAIN, "zip", "zip", id="own-class-with-such-a-name"),
    ],
)
def test_classes_that_annotations_spell_otherwise(
    module: str, name: str, text: str
) -> None:
    assert spell(named_class(module, name)) == text
