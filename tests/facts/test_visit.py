"""Visiting as LibCST does, with what is the same kept."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest
from libcst import FlattenSentinel, RemovalSentinel

from codemods.facts.find_nodes import find
from codemods.facts.visit import visit
from codemods.facts.walk import walk

SCRIPT = Path(__file__).parents[2] / "original" / "microgpt.py"

EXAMPLE = """\
# above
@decorate
def area(width: int, height=2) -> int:  # beside
    x = 1; y = 2
    if width: return (width * height)

    return x if y else [z for z in (1, 2)]
"""


class Log(cst.CSTVisitor):
    """What happens, in order, at some nodes; nothing below lists is looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[str] = []

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.events.append("into function")

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:
        self.events.append("out of function")

    def visit_ListComp(self, node: cst.ListComp) -> bool:
        self.events.append("list")
        return False

    def visit_Name(self, node: cst.Name) -> None:
        self.events.append(node.value)


class Rename(cst.CSTTransformer):
    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        return updated_node.with_changes(value=f"{updated_node.value}_")


class RenameInComments(Rename):
    def leave_Comment(
        self, original_node: cst.Comment, updated_node: cst.Comment
    ) -> cst.Comment:
        return updated_node.with_changes(value=f"{updated_node.value}!")


class Nothing(cst.CSTTransformer):
    """A class of its own: LibCST's own one poisons metadata."""


class DropOnes(cst.CSTTransformer):
    """Removes what is assigned 1, parameters with defaults and return types."""

    def leave_Assign(
        self, original_node: cst.Assign, updated_node: cst.Assign
    ) -> cst.Assign | RemovalSentinel:
        is_one = isinstance(updated_node.value, cst.Integer)
        return RemovalSentinel.REMOVE if is_one else updated_node

    def leave_Annotation(
        self, original_node: cst.Annotation, updated_node: cst.Annotation
    ) -> RemovalSentinel:
        return RemovalSentinel.REMOVE

    def leave_Param(
        self, original_node: cst.Param, updated_node: cst.Param
    ) -> cst.Param | RemovalSentinel:
        return RemovalSentinel.REMOVE if original_node.default else updated_node


class Repeat(cst.CSTTransformer):
    def leave_Return(
        self, original_node: cst.Return, updated_node: cst.Return
    ) -> FlattenSentinel[cst.BaseSmallStatement]:
        return FlattenSentinel([cst.Pass(), updated_node])


@pytest.mark.parametrize("kind", [Rename, RenameInComments, Nothing, DropOnes, Repeat])
@pytest.mark.parametrize("code", [EXAMPLE, SCRIPT.read_text()], ids=["example", "all"])
def test_does_what_libcst_does(kind: type[cst.CSTTransformer], code: str) -> None:
    module = cst.parse_module(code)
    assert visit(module, kind()).code == module.visit(kind()).code


@pytest.mark.parametrize("code", [EXAMPLE, SCRIPT.read_text()], ids=["example", "all"])
def test_shows_what_libcst_shows(code: str) -> None:
    module, log, expected = cst.parse_module(code), Log(), Log()
    visit(module, log)
    module.visit(expected)
    assert log.events == expected.events


def test_keeps_what_is_the_same() -> None:
    module = cst.parse_module("x = 1\ny = a\n")
    assert visit(module, Nothing()) is module
    changed = visit(module, DropOnes())
    assert changed.body == (module.body[1],)


def test_refuses_to_remove_what_is_needed() -> None:
    class Remove(cst.CSTTransformer):
        def leave_Name(
            self, original_node: cst.Name, updated_node: cst.Name
        ) -> RemovalSentinel:
            return RemovalSentinel.REMOVE

    with pytest.raises(TypeError, match="AssignTarget needs its target"):
        visit(cst.parse_module("x = 1\n"), Remove())


def test_refuses_several_nodes_for_one() -> None:
    class Repeated(cst.CSTTransformer):
        def leave_Name(
            self, original_node: cst.Name, updated_node: cst.Name
        ) -> FlattenSentinel[cst.Name]:
            return FlattenSentinel([updated_node, updated_node])

    with pytest.raises(TypeError, match="several nodes for the one target"):
        visit(cst.parse_module("x = 1\n"), Repeated())


def test_walks_a_part_of_a_module_as_it_walks_the_part_alone() -> None:
    module = cst.parse_module(EXAMPLE)
    (function,) = module.body
    alone = [type(node) for node in walk(function)]
    whole = [type(node) for node in walk(module)]
    assert [type(node) for node in walk(function)] == alone == whole[1:]
    names = [node for node in walk(function) if isinstance(node, cst.Name)]
    assert list(find(function, cst.Name)) == names
