"""Loops that run over the clauses of a comprehension."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from itertools import takewhile

import libcst as cst

from codemods.facts.bindings import Binding, Bindings
from codemods.facts.comprehensions import clauses_of
from codemods.facts.effects import Effects
from codemods.facts.evaluation import names_in
from codemods.facts.phrases import phrases, singular
from codemods.facts.scope_names import is_range
from codemods.facts.webs import is_deferred
from codemods.transforms.hoist_expressions import (
    ExpressionHoister,
    Place,
    Slot,
    flatten,
    named_value,
    substitute,
)


class ClauseLooper(ExpressionHoister):
    """A hoister of comprehensions, each of which becomes a loop in its scope.

    The variables of the loop are those of the comprehension, but for the ones whose
    names mean something else where the loop is going to stand.
    """

    @cached_property
    def bindings(self) -> Bindings:
        """What the names of the module mean."""
        return Bindings(self.wrapper)

    @cached_property
    def _effects(self) -> Effects:
        return Effects(self.wrapper)

    def _parts(self, node: cst.BaseExpression, place: Place) -> list[Slot]:
        """A generator that `sum` takes stays with it: apart, it would be a lazy one."""
        match node:
            case cst.Call(
                func=cst.Name("sum"),
                args=[cst.Arg(value=cst.GeneratorExp() as terms), *others],
            ):
                starts = [(argument.value, Place.OPERAND) for argument in others]
                return [(terms.for_in.iter, Place.WHOLE), *starts]
            case _:
                return super()._parts(node, place)

    def built_value(
        self, line: cst.SimpleStatementLine
    ) -> tuple[str, cst.BaseExpression] | None:
        """Name and value of a line `name = value`, if the name may have it in part.

        It may not where something could still see what the name meant before: what runs
        while the value is computed, or what goes on after a failure to compute it.
        """
        named = named_value(line)
        if named is None or self._effects.is_guarded(line):
            return None
        target = next(name for name in names_in(line) if name.value == named[0])
        binding = self.bindings.binding_of(target)
        assert binding is not None  # it is bound here
        uses = self.bindings.occurrences(binding)
        return None if any(is_deferred(self.bindings, use) for use in uses) else named

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
        changes: dict[cst.CSTNode, cst.CSTNode] = {}
        for variable, binding in sorted(_variables(node, self.bindings).items()):
            is_counter = variable in _counters(node)
            if self.names.may_become_loop_variable(variable, node, is_counter):
                self.names.note_loop_variable(variable, is_counter)
                continue
            element = singular(phrases(node.for_in.iter)[0])
            wanted = [f"{variable}_index"] if is_counter else []
            wanted += [*filter(None, [element]), f"each_{variable}"]
            name = self.names.claim(wanted, node)
            uses = self.bindings.occurrences(binding)
            changes |= {use.node: cst.Name(name) for use in uses}
        return changes


def _counters(node: cst.BaseComp) -> set[str]:
    """The variables of a comprehension that run through a range."""
    return {
        clause.target.value
        for clause in clauses_of(node)
        if isinstance(clause.target, cst.Name) and is_range(clause.iter)
    }


def variable_in_function(node: cst.BaseComp, bindings: Bindings) -> str | None:
    """A variable of a comprehension that a function reads which is made in it.

    It would read the variable of a loop even after another loop has bound that anew.
    """
    own = bindings.scopes.by_node[node]
    for variable, binding in sorted(_variables(node, bindings).items()):
        for use in bindings.occurrences(binding):
            inner = takewhile(lambda scope: scope is not own, use.scope.enclosing())
            if any(isinstance(scope.node, cst.Lambda) for scope in inner):
                return variable
    return None


def _variables(node: cst.BaseComp, bindings: Bindings) -> dict[str, Binding]:
    """The variables of a comprehension by their names."""
    scope = bindings.scopes.by_node[node]
    targets = (name for clause in clauses_of(node) for name in names_in(clause.target))
    found = map(bindings.binding_of, targets)
    return {b.name: b for b in found if b is not None and b.scope is scope}
