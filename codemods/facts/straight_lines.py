"""Loads of names whose value is plain from the lines above them.

    total = first + second
    log(total)

Whenever the second line runs, `total` is what the first line made it: nothing stands
between them that could bind it again, leave, or run one without the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import libcst as cst
import libcst.matchers as m
from libcst.metadata import MetadataWrapper

from codemods.facts.bindings import BINDING_ROLES
from codemods.facts.find_nodes import find
from codemods.facts.scopes import Role, all_parameters, find_scopes
from codemods.facts.walk import walk

Environment = dict[str, cst.Name]
"""The name node that bound each name last."""

Statement = cst.BaseStatement | cst.BaseSmallStatement

LEAVES = (cst.Return, cst.Raise, cst.Break, cst.Continue, cst.Assert)
MAY_SKIP = (cst.Assert, cst.Try, cst.TryStar, cst.With)
NEW_CONTAINER = (
    m.List() | m.Dict() | m.Set() | m.ListComp() | m.SetComp() | m.DictComp()
) | m.Call(args=[])
"""What the lines below may still put something into."""

UNKNOWN = m.Await() | m.Yield()


def find_straight_lines(wrapper: MetadataWrapper) -> dict[cst.CSTNode, cst.Name]:
    """Loaded names, each with the target or parameter that bound it just before."""
    finder = _StraightLines(wrapper)
    finder.walk(wrapper.module.body, {})
    return finder.found


class _StraightLines:
    def __init__(self, wrapper: MetadataWrapper) -> None:
        occurrences = find_scopes(wrapper).occurrences
        shared = {Role.GLOBAL, Role.NONLOCAL}
        self.shared = {o.node.value for o in occurrences if o.role in shared}
        self.binding = {o.node for o in occurrences if o.role in BINDING_ROLES}
        self.found: dict[cst.CSTNode, cst.Name] = {}

    def walk(self, statements: Sequence[Statement], bound: Environment) -> None:
        """Follow statements that run one after the other, all or none."""
        for statement in statements:
            if isinstance(statement, cst.SimpleStatementLine):
                self.walk(statement.body, bound)
                continue
            for expression in _evaluated_first(statement):
                self._load(expression, bound)
            for suite in _suites(statement):
                self.walk(suite.body, self._environment(_bound_at_start(statement)))
            self._bind(statement, bound)

    def _load(self, node: cst.CSTNode, bound: Environment) -> None:
        """Look up the names that evaluating an expression always loads."""
        if isinstance(node, cst.Name) and node not in self.binding:
            if node.value in bound:
                self.found[node] = bound[node.value]
            return
        for part in _always_evaluated(node):
            self._load(part, bound)

    def _bind(self, statement: Statement, bound: Environment) -> None:
        """Bring the environment to where it is after a statement."""
        inside = list(walk(statement))
        is_definition = isinstance(statement, cst.FunctionDef | cst.ClassDef)
        leaves = any(isinstance(node, LEAVES) for node in inside)
        if isinstance(statement, MAY_SKIP) or (leaves and not is_definition):
            bound.clear()
        for node in inside:
            if isinstance(node, cst.Name) and node in self.binding:
                bound.pop(node.value, None)
        bound |= self._environment(_bound_by_line(statement))

    def _environment(self, names: Iterable[cst.Name]) -> Environment:
        return {name.value: name for name in names if name.value not in self.shared}


def _evaluated_first(statement: Statement) -> list[cst.BaseExpression]:
    """The expressions of a statement that are evaluated once whenever it runs."""
    if any(find(statement, cst.NamedExpr)):
        return []
    match statement:
        case cst.Assign():
            return [statement.value, *(target.target for target in statement.targets)]
        case cst.AugAssign():
            return [statement.target, statement.value]
        case cst.AnnAssign() | cst.Expr() | cst.Return():
            return [statement.value] if statement.value is not None else []
        case cst.If():
            return [statement.test]
        case cst.For():
            return [statement.iter]
    return []


def _always_evaluated(node: cst.CSTNode) -> Sequence[cst.CSTNode]:
    match node:
        case cst.Lambda() | cst.BaseComp() | cst.NamedExpr():
            return []
        case cst.IfExp():
            return [node.test]
        case cst.BooleanOperation():
            return [node.left]
        case cst.Comparison():
            return [node.left, node.comparisons[0].comparator]
        case cst.Attribute():
            return [node.value]
        case cst.Arg():
            return [node.value]
    return node.children


def _suites(statement: Statement) -> Iterator[cst.BaseSuite]:
    for child in statement.children:
        if isinstance(child, cst.BaseSuite):
            yield child
        elif isinstance(child, cst.If):
            yield from _suites(child)
        elif isinstance(child, cst.Else | cst.Finally | cst.ExceptHandler):
            yield child.body


def _bound_at_start(statement: Statement) -> Iterable[cst.Name]:
    """The names that are bound, by this statement, where its body begins."""
    match statement:
        case cst.FunctionDef():
            return [parameter.name for parameter in all_parameters(statement.params)]
        case cst.For():
            return _names(statement.target)
    return []


def _bound_by_line(statement: Statement) -> Iterator[cst.Name]:
    """The names that a line binds to values that the lines below see whole."""
    match statement:
        case cst.Assign() if not m.matches(statement.value, NEW_CONTAINER | UNKNOWN):
            for target in statement.targets:
                yield from _names(target.target)
        case cst.AnnAssign() | cst.AugAssign() if statement.value is not None and (
            not m.matches(statement.value, NEW_CONTAINER | UNKNOWN)
        ):
            yield from _names(statement.target)


def _names(target: cst.BaseExpression) -> Iterator[cst.Name]:
    """The names in a target; what is starred is a list, and not told apart."""
    if isinstance(target, cst.Name):
        yield target
    elif isinstance(target, cst.Tuple | cst.List):
        for element in target.elements:
            if isinstance(element, cst.Element):
                yield from _names(element.value)
