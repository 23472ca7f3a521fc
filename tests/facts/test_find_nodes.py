"""Finding nodes of one class."""

from __future__ import annotations

import libcst as cst

from codemods.facts.find_nodes import find


def test_finds_every_node_of_a_class_wherever_it_is() -> None:
    module = cst.parse_module(
        "@a\ndef f(b=c):\n    return (d.e)[g:h] if i else {j: k}\n"
    )
    names = {name.value for name in find(module, cst.Name)}
    assert names == set("abcdefghijk")


def test_finds_the_node_itself() -> None:
    node = cst.Name("a")
    assert list(find(node, cst.BaseExpression)) == [node]  # type: ignore[type-abstract]
