"""Move chosen subexpressions of statements to statements of their own before them.

This is the part that unrolling comprehensions and naming intermediate values share:
it walks every statement in evaluation order, asks which expressions are to move, and
keeps the order in which everything that can be observed is evaluated.
"""

from __future__ import annotations

import operator
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import TypeVar, cast

import libcst as cst
from libcst.helpers import parse_template_statement
from libcst.metadata import MetadataWrapper

from codemods.facts.adapters import is_adapter
from codemods.facts.bindings import Bindings
from codemods.facts.evaluation import (
    EvaluationOrder,
    names_in,
    target_operands,
)
from codemods.facts.find_comments import find_comments, lines_of_comments
from codemods.facts.find_nodes import find
from codemods.facts.phrases import phrases
from codemods.facts.reflection import ALWAYS, WITHOUT_ARGUMENTS
from codemods.facts.scope_names import ScopeNames
from codemods.facts.visit import visit
from codemods.facts.walk import parents
from codemods.refusal import Refusal


class Place(Enum):
    """Where in its statement an expression stands."""

    WHOLE = "the whole value, condition or iterable of a statement"
    UPDATE = "the whole value of an augmented assignment"
    ENTRY = "a value on a line of its own in a dictionary display"
    ADAPTED = "an operand of what a loop iterates over"
    OPERAND = "an operand of anything else"


Node = TypeVar("Node", bound=cst.CSTNode)
Slot = tuple[cst.BaseExpression, Place]


class ExpressionHoister(ABC):
    """Rewrites the statements of a module; subclasses choose what to hoist and how.

    Have:    a statement with a chosen expression inside
    Want:    statements that bind its value to a name, then the statement with the name
    Refuses: several statements on one line, an augmented assignment whose target would
             be read later than before, and a module that looks up variables by name

    Assumes that operators, attribute look-ups and subscripts change nothing that the
    rest of their statement reads, and that it makes no difference which of two errors
    in one statement comes first.
    """

    def __init__(self, wrapper: MetadataWrapper) -> None:
        self.wrapper = wrapper
        self.order = EvaluationOrder(wrapper)
        self.names = ScopeNames.of(wrapper, wrapper.module)
        self._before: list[cst.BaseStatement] = []
        self._in_use: set[str] = set()

    @abstractmethod
    def chooses(self, node: cst.BaseExpression, place: Place) -> bool:
        """Whether this expression is to stand in a statement of its own."""

    def reaches(self, owner: cst.FunctionDef | cst.Module) -> bool:
        """Whether the statements directly in a function or the module are rewritten."""
        return True

    def candidates(
        self, node: cst.BaseExpression, original: cst.BaseExpression
    ) -> list[str]:
        """Names for the value of `node`, which `original` became, the best first.

        It may be something not chosen that has to be hoisted to keep its place.
        """
        return phrases(node)

    def bind(
        self, node: cst.BaseExpression, name: str, original: cst.BaseExpression
    ) -> list[cst.BaseStatement]:
        """Statements that give `name` the value of `node`, which `original` became."""
        return [
            parse_template_statement(
                "{name} = {value}", name=cst.Name(name), value=node
            )
        ]

    def replace_line(
        self, line: cst.SimpleStatementLine
    ) -> Sequence[cst.BaseStatement] | None:
        """Statements to stand for a whole line, where a subclass has a better form."""
        return None

    def rewrite(self) -> cst.Module:
        """The module with everything chosen hoisted, itself where nothing was."""
        module = self.wrapper.module
        body = self._statements(module.body, self.reaches(module))
        if _are_same(body, module.body):
            return module
        self._refuse_reflection()
        return module.with_changes(body=body)

    def _statements(
        self, body: Sequence[cst.BaseStatement], active: bool
    ) -> list[cst.BaseStatement]:
        return [s for node in body for s in self._statement(node, active)]

    def _statement(
        self, node: cst.BaseStatement, active: bool
    ) -> Sequence[cst.BaseStatement]:
        if isinstance(node, cst.FunctionDef):
            return [self._function(node)]
        if isinstance(node, cst.ClassDef):
            return [self._with_suites(node, {}, active=False)]
        if not active:
            return [self._with_suites(node, {}, active)]
        if isinstance(node, cst.SimpleStatementLine):
            return self._line(node)
        changes = self._slots(node)
        before = self._take()
        return put_before(before, self._with_suites(node, changes, active))

    def _function(self, node: cst.FunctionDef) -> cst.BaseStatement:
        outer, self.names = self.names, ScopeNames.of(self.wrapper, node.body)
        rewritten = self._with_suites(node, {}, self.reaches(node))
        self.names = outer
        return rewritten

    def _line(self, line: cst.SimpleStatementLine) -> Sequence[cst.BaseStatement]:
        replacement = self.replace_line(line)
        if replacement is not None:
            return replacement
        changes: dict[cst.CSTNode, cst.CSTNode] = {}
        for small in line.body:
            changes |= self._slots(small)
        if self._before and len(line.body) > 1:
            raise Refusal.at(
                self.wrapper,
                line.body[0],
                expected="one statement on a line that has to be taken apart",
                found=f"{len(line.body)} statements",
            )
        return put_before(self._take(), substitute(line, changes))

    def _with_suites(
        self,
        node: cst.BaseStatement,
        changes: dict[cst.CSTNode, cst.CSTNode],
        active: bool,
    ) -> cst.BaseStatement:
        for suite in _suites(node):
            lines = _as_lines(suite)
            rewritten = self._statements(lines, active)
            if not _are_same(rewritten, lines):
                block = cst.IndentedBlock([])
                block = suite if isinstance(suite, cst.IndentedBlock) else block
                changes[suite] = block.with_changes(body=rewritten)
        if isinstance(node, cst.If) and isinstance(node.orelse, cst.If):
            branch = self._statement(node.orelse, active)
            changes[node.orelse] = (
                branch[0] if len(branch) == 1 else cst.Else(cst.IndentedBlock(branch))
            )
        return substitute(node, changes)

    def _slots(self, node: cst.CSTNode) -> dict[cst.CSTNode, cst.CSTNode]:
        """Rewrite the expressions of one statement, in evaluation order."""
        slots = list(statement_slots(node))
        changes: dict[cst.CSTNode, cst.CSTNode] = {}
        for index, (expression, place) in enumerate(slots):
            later = self._all_hoisted(slots[index + 1 :], [])
            changes[expression] = self._expression(expression, place, later)
        if isinstance(node, cst.AugAssign):
            self._refuse_late_reading(node, self._all_hoisted(slots, []))
        return changes

    def _expression(
        self,
        node: cst.BaseExpression,
        place: Place,
        later: list[cst.BaseExpression],
    ) -> cst.BaseExpression:
        """Rewrite one expression, of whose statement `later` is still to be hoisted."""
        parts = self._parts(node, place)
        is_chosen = self.chooses(node, place)
        behind = [] if is_chosen else later  # what is hoisted whole is evaluated before
        changes: dict[cst.CSTNode, cst.CSTNode] = {}
        for index, (part, part_place) in enumerate(parts):
            after = [*self._all_hoisted(parts[index + 1 :], behind), *behind]
            changes[part] = self._expression(part, part_place, after)
        rewritten = _without_trailing_comma(node, substitute(node, changes))
        if is_chosen or self.order.must_precede(rewritten, later):
            return self._hoist(rewritten, node)
        return rewritten

    def _parts(self, node: cst.BaseExpression, place: Place) -> list[Slot]:
        within = Place.OPERAND
        if isinstance(node, cst.BaseComp) or _is_negation(node, place):
            within = Place.WHOLE
        if place in (Place.WHOLE, Place.ADAPTED) and is_adapter(node):
            within = Place.ADAPTED
        elif place is Place.WHOLE and _is_exploded(node):
            within = Place.ENTRY
        return [(part, within) for part in self.order.operands(node)]

    def _all_hoisted(
        self, slots: Sequence[Slot], later: list[cst.BaseExpression]
    ) -> list[cst.BaseExpression]:
        """What is to be hoisted of `slots`, whose statement has `later` still to come.

        That is what is chosen, and what has to be evaluated before it.
        """
        found: list[cst.BaseExpression] = []
        for node, place in reversed(slots):
            after = [*found, *later]
            is_chosen = self.chooses(node, place)
            parts = self._parts(node, place)
            inside = self._all_hoisted(parts, [] if is_chosen else after)
            rest = substitute(node, dict.fromkeys(inside, cst.Name("hoisted")))
            is_hoisted = is_chosen or self.order.must_precede(rest, after)
            found = [*inside, *([node] if is_hoisted else []), *found]
        return found

    def _hoist(
        self, node: cst.BaseExpression, original: cst.BaseExpression
    ) -> cst.Name:
        flat, comments = flatten(node)
        name = self._name(flat, original)
        self._before += put_before(self.bind(flat, name, original), None, comments)
        return cst.Name(name)

    def _name(self, node: cst.BaseExpression, original: cst.BaseExpression) -> str:
        """A name for a value; what is computed again in the scope keeps its name."""
        wanted = self.candidates(node, original)
        text = "".join(cst.Module([]).code_for_node(node).split())
        role = wanted[0] if self.names.is_free(wanted[0], original) else ""
        given = self.names.given
        name = given.get((text, wanted[0])) or given.get((text, role))
        if name is None or name in self._in_use:
            name = self.names.claim(wanted, original)
            given[text, wanted[0]] = name
            given.setdefault((text, ""), name)
        self._in_use.add(name)
        return name

    def _take(self) -> list[cst.BaseStatement]:
        before, self._before = self._before, []
        self._in_use.clear()
        return before

    def _refuse_reflection(self) -> None:
        above = parents(self.wrapper.module)
        bindings = Bindings(self.wrapper)
        for name in find(self.wrapper.module, cst.Name):
            call = above[name]
            has_object = isinstance(call, cst.Call) and call.func is name and call.args
            seen = ALWAYS if has_object else (*ALWAYS, *WITHOUT_ARGUMENTS)
            if bindings.is_builtin(name, *seen):
                raise Refusal.at(
                    self.wrapper,
                    name,
                    expected="a module that does not look its variables up by name",
                    found=f"{name.value}, which would see the new ones",
                )

    def _refuse_late_reading(
        self, node: cst.AugAssign, hoisted: list[cst.BaseExpression]
    ) -> None:
        if self.order.reads_late(node.target, hoisted):
            raise Refusal.at(
                self.wrapper,
                node,
                expected="an update by a value that cannot change its target",
                found="a call that may, evaluated after the target is read",
            )


def named_value(line: cst.SimpleStatementLine) -> tuple[str, cst.BaseExpression] | None:
    """Name and value of a line `name = value` whose value does not mention the name."""
    match line.body:
        case [
            cst.Assign(
                targets=[cst.AssignTarget(target=cst.Name(value=name))], value=value
            )
            | cst.AnnAssign(
                target=cst.Name(value=name), value=cst.BaseExpression() as value
            )
        ] if all(node.value != name for node in names_in(value)):
            return name, value
        case _:
            return None


def substitute(node: Node, changes: Mapping[cst.CSTNode, cst.CSTNode]) -> Node:
    """`node` with the parts that `changes` names exchanged, itself if none is new."""
    new = {old: value for old, value in changes.items() if value is not old}
    if not new:
        return node
    return cast(Node, visit(node, _Substitution(new)))


def put_before(
    before: Sequence[cst.BaseStatement],
    statement: cst.BaseStatement | None,
    comments: Sequence[cst.Comment] = (),
) -> list[cst.BaseStatement]:
    """Statements with the comments above the last one moved above the first one."""
    statements = [*before, *([statement] if statement is not None else [])]
    if not before and not comments:
        return statements
    first, last = statements[0], statements[-1]
    lines = lines_of_comments(comments)
    if first is not last:
        lines += _leading_lines(last)
        statements[-1] = last.with_changes(leading_lines=[])
    lines += _leading_lines(first)
    statements[0] = statements[0].with_changes(leading_lines=lines)
    return statements


def flatten(node: Node) -> tuple[Node, list[cst.Comment]]:
    """An expression on one line, in parentheses only if it needs them; its comments."""
    comments = find_comments(node)
    outer: tuple[list[cst.LeftParen], list[cst.RightParen]] = ([], [])
    if isinstance(node, (cst.GeneratorExp, cst.NamedExpr, cst.Yield)):
        outer = ([cst.LeftParen()], [cst.RightParen()])
    bare = node.with_changes(lpar=outer[0], rpar=outer[1])
    return cast(Node, visit(bare, _Flattening())), comments


class _Substitution(cst.CSTTransformer):
    def __init__(self, changes: Mapping[cst.CSTNode, cst.CSTNode]) -> None:
        super().__init__()
        self.changes = changes

    def on_visit(self, node: cst.CSTNode) -> bool:
        return node not in self.changes

    def on_leave(  # type: ignore[override]
        self, original_node: cst.CSTNode, updated_node: cst.CSTNode
    ) -> cst.CSTNode:
        return self.changes.get(original_node, updated_node)


class _Flattening(cst.CSTTransformer):
    def leave_ParenthesizedWhitespace(
        self,
        original_node: cst.ParenthesizedWhitespace,
        updated_node: cst.ParenthesizedWhitespace,
    ) -> cst.SimpleWhitespace:
        return cst.SimpleWhitespace(" ")


def statement_slots(node: cst.CSTNode) -> Iterator[Slot]:
    """The expressions that a statement evaluates once, before its body, in order."""
    match node:
        case cst.Assign():
            yield node.value, Place.WHOLE
            for target in node.targets:
                for operand in target_operands(target.target):
                    yield operand, Place.OPERAND
        case cst.AugAssign():
            yield node.value, Place.UPDATE
        case cst.AnnAssign(value=cst.BaseExpression() as value):
            yield value, Place.WHOLE
            for operand in target_operands(node.target):
                yield operand, Place.OPERAND
        case cst.Expr(value=value) | cst.Return(value=cst.BaseExpression() as value):
            yield value, Place.WHOLE
        case cst.If() | cst.Assert():
            yield node.test, Place.WHOLE
        case cst.For():
            yield node.iter, Place.WHOLE
        case cst.Raise(exc=cst.BaseExpression() as value):
            yield value, Place.WHOLE
        case cst.With():
            yield node.items[0].item, Place.WHOLE
        case cst.Match():
            yield node.subject, Place.WHOLE


def _suites(node: cst.CSTNode) -> Iterator[cst.BaseSuite]:
    """The blocks that belong to a statement itself."""
    for child in node.children:
        if isinstance(child, cst.BaseSuite):
            yield child
        elif not isinstance(child, (cst.BaseStatement, cst.BaseExpression)):
            yield from _suites(child)


def _as_lines(suite: cst.BaseSuite) -> Sequence[cst.BaseStatement]:
    if isinstance(suite, cst.SimpleStatementSuite):
        return [cst.SimpleStatementLine(suite.body)]
    return cst.ensure_type(suite, cst.IndentedBlock).body


def _are_same(
    left: Sequence[cst.BaseStatement], right: Sequence[cst.BaseStatement]
) -> bool:
    return len(left) == len(right) and all(map(operator.is_, left, right))


def _is_negation(node: cst.BaseExpression, place: Place) -> bool:
    return (
        place is Place.WHOLE
        and isinstance(node, cst.UnaryOperation)
        and isinstance(node.operator, cst.Not)
    )


def _is_exploded(node: cst.BaseExpression) -> bool:
    """Whether black puts each entry of a display on a line of its own."""
    return isinstance(node, cst.Dict) and isinstance(
        node.elements[-1].comma if node.elements else None, cst.Comma
    )


def _without_trailing_comma(before: cst.BaseExpression, node: Node) -> Node:
    """A call that became shorter need not keep each argument on a line of its own."""
    if node is before or not isinstance(node, cst.Call) or not node.args:
        return node
    last = node.args[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    return cast(Node, node.with_changes(args=[*node.args[:-1], last]))


def _leading_lines(node: cst.BaseStatement) -> Sequence[cst.EmptyLine]:
    if isinstance(node, (cst.SimpleStatementLine, cst.BaseCompoundStatement)):
        return node.leading_lines
    return []
