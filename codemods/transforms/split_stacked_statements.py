"""Take apart statements that do several things at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import libcst as cst
from libcst.helpers import parse_template_statement
from libcst.metadata import MetadataWrapper

from codemods.facts.effects import Effects, is_literal, mentions
from codemods.facts.find_nodes import find
from codemods.facts.metadata import wrap
from codemods.facts.scope_names import FreshNames
from codemods.facts.visit import visit
from codemods.facts.walk import walk
from codemods.refusal import Refusal
from codemods.transforms.put_statements_on_lines import put_statements_on_lines
from codemods.transforms.replace_statement import replacement, standalone


def split_stacked_statements(module: cst.Module) -> cst.Module:
    """Leave one statement on a line, and one binding in an assignment.

    Have:    left = right = make()          low, high = 0, 1
             small, large = large, small    import math, random
    Want:    left = make()                  low = 0
             right = left                   high = 1
             next_small = large             import math
             large = small                  import random
             small = next_small
    Refuses: an assignment that needs a temporary variable in a class body, or in a
             module that looks at its own variables as a dictionary

    Values are evaluated in the order in which they were, and everything is bound
    before anything can tell: a binding waits in a temporary variable for a later value
    that might observe it.  Unpacking is one operation and stays one.
    """
    module = put_statements_on_lines(module)
    if not any(map(_is_stacked, walk(module))):
        return module
    wrapper = wrap(module)
    return visit(wrapper.module, _Splitting(wrapper))


@dataclass(frozen=True)
class Pair:
    """A target, the value it gets, and the comment beside them."""

    target: cst.BaseAssignTargetExpression
    value: cst.BaseExpression
    comment: cst.Comment | None = None


class _Splitting(cst.CSTTransformer):
    def __init__(self, wrapper: MetadataWrapper) -> None:
        super().__init__()
        self.wrapper = wrapper
        self.effects = Effects(wrapper)
        self.names = FreshNames(wrapper)

    def leave_SimpleStatementLine(
        self,
        original_node: cst.SimpleStatementLine,
        updated_node: cst.SimpleStatementLine,
    ) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement]:
        statement = original_node.body[0]
        parts = list(self._parts(statement))
        return replacement(original_node, parts) if len(parts) > 1 else updated_node

    def _parts(self, statement: cst.BaseSmallStatement) -> Iterator[cst.BaseStatement]:
        match statement:
            case cst.Import():
                for alias in statement.names:
                    alias = alias.with_changes(comma=cst.MaybeSentinel.DEFAULT)
                    yield _line(cst.Import([alias]))
            case cst.Del():
                for target in _leaves(statement.target):
                    assert isinstance(target, cst.BaseDelTargetExpression)
                    yield _line(cst.Del(target))
            case cst.Expr(value=cst.Tuple()):
                for value in _leaves(statement.value):
                    yield _line(cst.Expr(standalone(value)))
            case cst.Assign() if len(statement.targets) > 1:
                yield from self._split_chain(statement)
            case cst.Assign():
                yield from self._split_parallel(statement)

    def _split_chain(self, statement: cst.Assign) -> Iterator[cst.BaseStatement]:
        """Bind one target to the value and the others to what it then holds."""
        targets = [target.target for target in statement.targets]
        source = self._source(statement, targets)
        if source is None:
            source = self._temporary(targets[0], "shared")
            yield _assignment(Pair(source, statement.value))
        elif any(source is target for target in targets):
            targets.remove(source)  # type: ignore[arg-type]
            yield _assignment(Pair(source, statement.value))  # type: ignore[arg-type]
        for target in targets:
            yield _assignment(Pair(target, source))

    def _source(
        self, statement: cst.Assign, targets: Sequence[cst.BaseAssignTargetExpression]
    ) -> cst.BaseExpression | None:
        """What holds the value while it is bound: itself, a target, or nothing yet."""
        value = statement.value
        if is_literal(value):
            return value
        if isinstance(value, cst.Name) and self._is_stable(value, targets):
            return value
        for index, target in enumerate(targets):
            others = [*targets[:index], *targets[index + 1 :]]
            if (
                isinstance(target, cst.Name)
                and self._is_stable(target, others)
                and (index == 0 or self._may_be_first(target, targets[:index]))
            ):
                return target
        return None

    def _is_stable(
        self, name: cst.Name, targets: Sequence[cst.BaseAssignTargetExpression]
    ) -> bool:
        """Whether binding `targets` leaves a variable alone."""
        if any(name.value in _bound(target) for target in targets):
            return False
        are_plain = all(isinstance(target, cst.Name) for target in targets)
        return are_plain or not self.effects.may_be_rebound(name)

    def _may_be_first(
        self, name: cst.Name, earlier: Sequence[cst.BaseAssignTargetExpression]
    ) -> bool:
        """Whether a variable may be bound before the targets to the left of it."""
        if all(isinstance(target, cst.Name) for target in earlier):
            return True
        if any(name.value in mentions(target) for target in earlier):
            return False
        return not self.effects.is_shared(name) and not self.effects.is_guarded(name)

    def _split_parallel(self, statement: cst.Assign) -> Iterator[cst.BaseStatement]:
        pairs = list(_pairs(statement.targets[0].target, statement.value))
        waiting: list[Pair] = []
        for index, pair in enumerate(pairs):
            values = [later.value for later in pairs[index + 1 :]]
            if self._may_be_bound(pair.target, values, waiting):
                yield _assignment(pair)
            elif is_literal(pair.value):
                waiting.append(pair)
            else:
                name = self._temporary(pair.target, "next")
                waiting.append(Pair(pair.target, name))
                yield _assignment(Pair(name, pair.value, pair.comment))
        yield from map(_assignment, waiting)

    def _may_be_bound(
        self,
        target: cst.BaseAssignTargetExpression,
        values: Sequence[cst.BaseExpression],
        waiting: Sequence[Pair],
    ) -> bool:
        """Whether a target may be bound before `values` and before what is waiting."""
        if self.effects.is_guarded(target) and any(map(self.effects.may_raise, values)):
            return False
        if not isinstance(target, cst.Name):
            return not waiting and all(self._is_settled(v, target) for v in values)
        if any(_is_place_of(target, pair.target) for pair in waiting):
            return False
        if any(target.value in mentions(value) for value in values):
            return False
        may_look = any(map(self.effects.may_call, values))
        return not may_look or not self.effects.is_shared(target)

    def _is_settled(self, value: cst.BaseExpression, target: cst.CSTNode) -> bool:
        """Whether nothing that binding `target` runs can change a value."""
        names = find(value, cst.Name)
        return not self.effects.may_call(value) and not any(
            name.value in _bound(target) or self.effects.may_be_rebound(name)
            for name in names
            if not is_literal(name)
        )

    def _temporary(self, target: cst.CSTNode, kind: str) -> cst.Name:
        in_class = self.effects.is_in_class_body(target)
        if in_class or self.effects.is_dynamic:
            raise Refusal.at(
                self.wrapper,
                target,
                expected="a place where a temporary variable makes no difference",
                found="a class body" if in_class else "a dictionary of the variables",
            )
        return cst.Name(
            self.names.at(target).claim([f"{kind}_{_word(target)}"], target)
        )


def _is_stacked(statement: cst.CSTNode) -> bool:
    match statement:
        case cst.Import():
            return len(statement.names) > 1
        case cst.Del():
            return len(list(_leaves(statement.target))) > 1
        case cst.Expr():
            return len(list(_leaves(statement.value))) > 1
        case cst.Assign():
            pairs = _pairs(statement.targets[0].target, statement.value)
            return len(statement.targets) > 1 or len(list(pairs)) > 1
        case _:
            return False


def _pairs(
    target: cst.BaseExpression,
    value: cst.BaseExpression,
    comment: cst.Comment | None = None,
) -> Iterator[Pair]:
    """Which target gets which value, as far as a display says so."""
    if isinstance(target, (cst.Tuple, cst.List)) and _is_display_for(target, value):
        for left, right in zip(target.elements, _elements(value), strict=True):
            yield from _pairs(left.value, right.value, _comment_beside(value, right))
    else:
        assert isinstance(target, cst.BaseAssignTargetExpression)
        yield Pair(target, value, comment)


def _is_display_for(target: cst.Tuple | cst.List, value: cst.BaseExpression) -> bool:
    elements = [*target.elements, *_elements(value)]
    is_plain = all(isinstance(element, cst.Element) for element in elements)
    return is_plain and len(elements) == 2 * len(target.elements) > 0


def _elements(node: cst.BaseExpression) -> Sequence[cst.BaseElement]:
    return node.elements if isinstance(node, (cst.Tuple, cst.List)) else ()


def _comment_beside(
    display: cst.BaseExpression, element: cst.BaseElement
) -> cst.Comment | None:
    """The comment at the end of the line that an element ends on."""
    after: cst.CSTNode | cst.MaybeSentinel = element.comma
    if element is _elements(display)[-1]:
        closing = display.rbracket if isinstance(display, cst.List) else None
        after = closing or (display.rpar[-1] if display.rpar else element)
    match after:
        case cst.Comma(whitespace_after=cst.ParenthesizedWhitespace(first_line=line)):
            return line.comment
        case cst.RightParen(
            whitespace_before=cst.ParenthesizedWhitespace() as space
        ) | cst.RightSquareBracket(
            whitespace_before=cst.ParenthesizedWhitespace() as space
        ):
            return space.first_line.comment
        case _:
            return None


def _leaves(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """The parts of a tuple that is taken apart, and of the tuples in it."""
    elements = _elements(node)
    if not elements or any(isinstance(e, cst.StarredElement) for e in elements):
        yield node
    for element in elements:
        yield from _leaves(element.value)


def _bound(target: cst.CSTNode) -> set[str]:
    """The variables that binding a target binds."""
    if isinstance(target, cst.Name):
        return {target.value}
    if isinstance(target, (cst.Tuple, cst.List)):
        return set().union(*(_bound(element.value) for element in target.elements))
    found = find(target, cst.NamedExpr)
    return {name for binding in found for name in mentions(binding.target)}


def _is_place_of(name: cst.Name, target: cst.CSTNode) -> bool:
    """Whether binding `name` early might show once the waiting `target` is bound."""
    return not isinstance(target, cst.Name) or target.value == name.value


def _assignment(pair: Pair) -> cst.SimpleStatementLine:
    target = pair.target
    if isinstance(target, cst.Tuple):
        target = standalone(target.with_changes(lpar=[], rpar=[]))
    line = parse_template_statement(
        "{target} = {value}", target=target, value=standalone(pair.value)
    )
    assert isinstance(line, cst.SimpleStatementLine)
    if pair.comment is None:
        return line
    return line.with_changes(
        trailing_whitespace=cst.TrailingWhitespace(
            cst.SimpleWhitespace("  "), pair.comment
        )
    )


def _line(statement: cst.BaseSmallStatement) -> cst.SimpleStatementLine:
    return cst.SimpleStatementLine([statement])


def _word(target: cst.CSTNode) -> str:
    """The last word of what a target is called."""
    match target:
        case cst.Name(name) | cst.Attribute(attr=cst.Name(name)):
            return name.strip("_") or "value"
        case cst.Subscript(value=inner):
            return _word(inner)
        case _:
            return "value"
