"""Extend lists by the method that says so."""

from __future__ import annotations

import libcst as cst
from libcst.helpers import parse_template_expression

from codemods.facts.bindings import BINDING_ROLES, Bindings
from codemods.facts.evaluation import names_in
from codemods.facts.find_nodes import find
from codemods.facts.metadata import reparse, wrap
from codemods.facts.obvious_types import ObviousTypes
from codemods.facts.visit import visit


def extend_lists(module: cst.Module) -> cst.Module:
    """Replace the operator that extends a list in place.

    Have:    outputs = []
             outputs += parts
    Want:    outputs = []
             outputs.extend(parts)
    Refuses: nothing: a variable that may hold anything but a list stays as it is, and
             so does one that another function, or the value itself, may bind
    """
    bindings = Bindings(wrap(module))
    extending = _Extending(bindings)
    if not extending.extended:
        return module
    return reparse(visit(bindings.wrapper.module, extending))


class _Extending(cst.CSTTransformer):
    def __init__(self, bindings: Bindings) -> None:
        super().__init__()
        self.bindings = bindings
        self.types = ObviousTypes(bindings)
        updates = find(bindings.wrapper.module, cst.AugAssign)
        self.extended = {update for update in updates if self._extends(update)}

    def _extends(self, update: cst.AugAssign) -> bool:
        match update:
            case cst.AugAssign(target=cst.Name() as name, operator=cst.AddAssign()):
                kind = self.types.type_of(name)
                is_list = kind is not None and kind.kind == "list"
                return is_list and self._keeps(name, update.value)
        return False

    def _keeps(self, name: cst.Name, value: cst.BaseExpression) -> bool:
        """Whether a variable holds the same list behind the value as ahead of it."""
        binding = self.bindings.binding_of(name)
        inside = {
            self.bindings.binding_of(target)
            for named in find(value, cst.NamedExpr)
            for target in names_in(named.target)
        }
        return (
            binding is not None
            and not binding.scope.is_class
            and binding not in inside
            and all(
                use.scope is binding.scope
                for use in self.bindings.occurrences(binding)
                if use.role in BINDING_ROLES
            )
        )

    def leave_AugAssign(
        self, original_node: cst.AugAssign, updated_node: cst.AugAssign
    ) -> cst.AugAssign | cst.Expr:
        if original_node not in self.extended:
            return updated_node
        call = parse_template_expression(
            "{target}.extend({value})",
            target=updated_node.target,
            value=updated_node.value,
        )
        return cst.Expr(call, semicolon=updated_node.semicolon)
