"""What loops walk: lists one by one or side by side, and the index of the turn.

for row in rows                                     `row` walks `rows`
for left, right in zip(lefts, rights)               `left` walks `lefts`, …
for index, (left, right) in enumerate(zip(…))       and `index` counts
for index, left in zip(range(count), lefts)         no further than the count
for index in reversed(range(count))                 `index` counts, nothing is walked
"""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from codemods.facts.bindings import Bindings


@dataclass(frozen=True)
class LoopWalk:
    """The header of a loop."""

    index: str | None
    """The name that counts the turns."""

    counted: cst.Call | None
    """The `range` that it counts in, if the loop says so."""

    is_reversed: bool
    lists: dict[str, str]
    """The list that each element is taken from."""

    limit: cst.BaseExpression | None = None
    """How many turns there are at most, if the loop over lists says so."""


def read_walk(bindings: Bindings, loop: cst.For) -> LoopWalk | None:
    """What a loop walks, if its header is of this form."""
    if loop.asynchronous is not None or loop.orelse is not None:
        return None
    turned = given(bindings, loop.iter, "reversed")
    counted = turned[0] if len(turned) == 1 else loop.iter
    match loop.target, counted:
        case cst.Name(value=index), cst.Call() if given(bindings, counted, "range"):
            return LoopWalk(index, counted, bool(turned), {})
    enumerated = given(bindings, loop.iter, "enumerate")
    match loop.target:
        case cst.Tuple(
            elements=[cst.Element(value=cst.Name(value=index)), cst.Element(value=rest)]
        ) if (len(enumerated) == 1):
            return _paired(bindings, index, rest, enumerated[0])
    return _paired(bindings, None, loop.target, loop.iter)


def _paired(
    bindings: Bindings,
    index: str | None,
    target: cst.BaseExpression,
    over: cst.BaseExpression,
) -> LoopWalk | None:
    """The walk of lists side by side, or of one."""
    targets, lists, limit = [target], [over], None
    if isinstance(target, cst.Tuple):
        targets = [element.value for element in target.elements]
        lists = given(bindings, over, "zip", allowed="strict")
        counted = given(bindings, lists[0], "range") if lists and not index else []
        if len(counted) == 1 and isinstance(targets[0], cst.Name):
            index, limit = targets[0].value, counted[0]
            targets, lists = targets[1:], lists[1:]
    names = [name.value for name in targets if isinstance(name, cst.Name)]
    walked = [name.value for name in lists if isinstance(name, cst.Name)]
    if not lists or not len(targets) == len(lists) == len(names) == len(walked):
        return None
    return LoopWalk(index, None, False, dict(zip(names, walked, strict=True)), limit)


def given(
    bindings: Bindings, node: cst.CSTNode, function: str, allowed: str = ""
) -> list[cst.BaseExpression]:
    """What a call of this builtin is given, one by one; nothing if it is no such call.

    An argument may have the `allowed` keyword, and is left out then.
    """
    if not isinstance(node, cst.Call) or not bindings.is_builtin(node.func, function):
        return []
    plain = [a for a in node.args if a.keyword is None or a.keyword.value != allowed]
    if any(argument.star or argument.keyword is not None for argument in plain):
        return []
    return [argument.value for argument in plain]
