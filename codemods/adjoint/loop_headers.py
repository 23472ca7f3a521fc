"""Loops through lists as loops that count."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NoReturn

import libcst as cst
import libcst.matchers as m

CODE = cst.Module([])
Refuse = Callable[[cst.CSTNode, str, str], NoReturn]


@dataclass(frozen=True)
class Header:
    """A loop as one that counts, and what it reads in the first lines of its body.

    => for index in range(len(rows))          row = rows[index]
    """

    counter: str
    range: str
    counts_from_zero: bool
    loads: Sequence[tuple[str, str]]
    """A name and the list that it is an entry of."""

    @cached_property
    def lines(self) -> list[cst.SimpleStatementLine]:
        texts = [f"{name} = {row}[{self.counter}]" for name, row in self.loads]
        return [line(text) for text in texts]


def header_of(
    node: cst.For, taken: Collection[str], active: Collection[str], refuse: Refuse
) -> Header:
    """How a loop counts; its counter is a name that is not taken."""
    iterable: cst.BaseExpression = node.iter
    target: cst.BaseExpression = node.target
    if m.matches(iterable, m.Call(m.Name("range"))) and isinstance(target, cst.Name):
        counts = len(cst.ensure_type(iterable, cst.Call).args) == 1
        return Header(target.value, CODE.code_for_node(iterable), counts, [])
    counter: str | None = None
    if _called(iterable, "enumerate", 1) and _is_pair(target):
        counter, target = _pair(target)
        (iterable,) = _arguments(iterable)
    targets: Sequence[cst.BaseExpression] = [target]
    rows: Sequence[cst.BaseExpression] = [iterable]
    if isinstance(target, cst.Tuple) and _called(iterable, "zip", None):
        targets, rows = parts_of(target), _arguments(iterable)
    names = [t.value for t in targets if isinstance(t, cst.Name)]
    if len(names) != len(targets) or len(names) != len(rows):
        refuse(node, "a name for each list", "other targets")
    for row in rows:
        if not m.matches(row, m.Name() | m.Subscript()):
            refuse(row, "a list by its name", type(row).__name__)
    first = next((name for name in names if name in active), names[0])
    texts = [CODE.code_for_node(row) for row in rows]
    loads = list(zip(names, texts, strict=True))
    counter = counter or free(f"{first}_index", taken)
    return Header(counter, f"range(len({texts[0]}))", True, loads)


def free(name: str, taken: Collection[str]) -> str:
    """A name that the function does not have; loops may share it."""
    while name in taken:
        name = f"{name}_index"
    return name


def line(text: str) -> cst.SimpleStatementLine:
    return cst.ensure_type(cst.parse_statement(text), cst.SimpleStatementLine)


def parts_of(node: cst.Tuple) -> list[cst.BaseExpression]:
    return [element.value for element in node.elements]


def _called(node: cst.BaseExpression, name: str, number: int | None) -> bool:
    is_call = isinstance(node, cst.Call) and m.matches(node.func, m.Name(name))
    is_plain = is_call and all(
        a.keyword is None and not a.star for a in cst.ensure_type(node, cst.Call).args
    )
    return is_plain and number in (None, len(_arguments(node)))


def _arguments(node: cst.BaseExpression) -> list[cst.BaseExpression]:
    return [a.value for a in cst.ensure_type(node, cst.Call).args]


def _is_pair(node: cst.BaseExpression) -> bool:
    return m.matches(node, m.Tuple([m.Element(m.Name()), m.Element()]))


def _pair(node: cst.BaseExpression) -> tuple[str, cst.BaseExpression]:
    first, second = parts_of(cst.ensure_type(node, cst.Tuple))
    return cst.ensure_type(first, cst.Name).value, second
