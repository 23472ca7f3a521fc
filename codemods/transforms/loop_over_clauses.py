"""Loops that run over the clauses of a comprehension."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import libcst as cst
from libcst.metadata import MetadataWrapper, ScopeProvider

from codemods.facts.comprehensions import clauses_of
from codemods.facts.evaluation import names_in
from codemods.facts.phrases import phrases, singular
from codemods.facts.scope_names import is_range
from codemods.transforms.hoist_expressions import (
    ExpressionHoister,
    flatten,
    substitute,
)


class ClauseLooper(ExpressionHoister):
    """A hoister of comprehensions, each of which becomes a loop in its scope.

    The variables of the loop are those of the comprehension, but for the ones whose
    names mean something else where the loop is going to stand.
    """

    def __init__(self, wrapper: MetadataWrapper) -> None:
        super().__init__(wrapper)
        self.scopes = wrapper.resolve(ScopeProvider)

    def loop(
        self,
        node: cst.BaseComp,
        iterable: cst.BaseExpression,
        innermost: Callable[[cst.BaseComp], cst.BaseStatement],
    ) -> cst.BaseStatement:
        """Loop as a comprehension does, over what its first iterable was rewritten to.

        `innermost` makes the statement for each element, from the comprehension as its
        variables are called in the loop.
        """
        renamed = substitute(node, self._renamed_variables(node))
        flat, _ = flatten(renamed)
        clauses = list(clauses_of(flat))
        clauses[0] = clauses[0].with_changes(iter=iterable)
        statement = innermost(flat)
        for clause in reversed(clauses):
            for condition in reversed(clause.ifs):
                statement = cst.If(condition.test, cst.IndentedBlock([statement]))
            block = cst.IndentedBlock([statement])
            statement = cst.For(clause.target, clause.iter, block)
        return statement

    def _renamed_variables(self, node: cst.BaseComp) -> dict[cst.CSTNode, cst.CSTNode]:
        """New names for variables that cannot move out of the comprehension."""
        scope = self.scopes[node.for_in.target]
        assert scope is not None  # a comprehension always has one of its own
        changes: dict[cst.CSTNode, cst.CSTNode] = {}
        for variable in sorted({assignment.name for assignment in scope.assignments}):
            is_counter = variable in _counters(node)
            if self.names.may_become_loop_variable(variable, node, is_counter):
                self.names.note_loop_variable(variable, is_counter)
                continue
            element = singular(phrases(node.for_in.iter)[0])
            wanted = [f"{variable}_index"] if is_counter else []
            wanted += [*filter(None, [element]), f"each_{variable}"]
            name = self.names.claim(wanted, node)
            bound = [n for n in _targets(node) if n.value == variable]
            read = [access.node for a in scope[variable] for access in a.references]
            changes |= {occurrence: cst.Name(name) for occurrence in (*bound, *read)}
        return changes


def _counters(node: cst.BaseComp) -> set[str]:
    """The variables of a comprehension that run through a range."""
    return {
        clause.target.value
        for clause in clauses_of(node)
        if isinstance(clause.target, cst.Name) and is_range(clause.iter)
    }


def _targets(node: cst.BaseComp) -> Iterator[cst.Name]:
    for clause in clauses_of(node):
        yield from names_in(clause.target)
