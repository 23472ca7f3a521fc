"""Where the attributes of the instances of a class are stored and loaded."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst
from libcst.metadata import ExpressionContext, ExpressionContextProvider

from codemods.facts.bindings import Bindings
from codemods.facts.class_family import ClassFamily
from codemods.facts.observed_types import NodeTypes
from codemods.facts.type_names import MAIN, UNOBSERVED, Type, complete, join


class AttributeUses:
    """The attributes of one module, told apart by the classes their owners were of."""

    def __init__(self, bindings: Bindings, types: NodeTypes) -> None:
        self._bindings = bindings
        self._types = types
        contexts = bindings.wrapper.resolve(ExpressionContextProvider)
        self._by_context = {
            context: [
                node
                for node, found in contexts.items()
                if found is context and isinstance(node, cst.Attribute)
            ]
            for context in ExpressionContext
        }

    def type_of(self, definition: cst.ClassDef, attribute: str) -> Type:
        """The type of everything that was stored under a name in such an instance."""
        family = self._names_of_family(definition)

        def uses(context: ExpressionContext) -> Sequence[cst.Attribute]:
            return [
                node
                for node in self._by_context[context]
                if node.attr.value == attribute and self._may_belong(node, family)
            ]

        stored = join(map(self._types.stored, uses(ExpressionContext.STORE)))
        if stored.is_complete:
            return stored
        return complete(stored, map(self._types.loaded, uses(ExpressionContext.LOAD)))

    def _names_of_family(self, definition: cst.ClassDef) -> set[str]:
        family = ClassFamily(self._bindings, definition).members
        return {".".join(self._bindings.scopes.by_node[d].path) for d in family}

    def _may_belong(self, node: cst.Attribute, family: set[str]) -> bool:
        owner = self._types.loaded(node.value)
        names = {member.name for member in owner.members if member.module == MAIN}
        return owner == UNOBSERVED or bool(names & family)
