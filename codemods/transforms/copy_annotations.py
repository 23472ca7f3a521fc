"""Copy the annotations of variables to places where the names in them mean the same."""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst
import libcst.matchers as m

from codemods.facts.bindings import BINDING_ROLES, Binding, Bindings
from codemods.facts.find_nodes import find
from codemods.facts.scopes import Role, Scope
from codemods.facts.surroundings import Places, Surroundings
from codemods.facts.walk import parents
from codemods.refusal import Refusal
from codemods.transforms.write_annotations import is_deferred

COLLECTED = {"*": "tuple[{}, ...]", "**": "dict[str, {}]"}
"""What a parameter with stars is, by the annotation of what it collects."""


class AnnotationCopier:
    """Copies annotations within one module, for functions that move or receive more.

    An annotation is quoted where a name in it may not be bound yet when the function is
    defined, and not quoted elsewhere.  Refuses names that mean something else there.
    """

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._wrapper = bindings.wrapper
        self._surroundings = Surroundings(bindings)
        self._parents = parents(self._wrapper.module)
        self._deferred = is_deferred(self._wrapper.module)

    def of_variable(
        self, binding: Binding, scope: Scope, places: Places
    ) -> cst.Annotation | None:
        """The annotation of a variable for a parameter, if it has one.

        One that is bound to a result has that of the function which gives the result.
        The parameter is that of a function that is defined in `scope`, at `places`.
        """
        for use in self._bindings.occurrences(binding):
            if use.role not in BINDING_ROLES:
                continue
            match self._parents[use.node]:
                case cst.AnnAssign(annotation=cst.Annotation() as declared):
                    return self.at(declared, scope, places)
                case cst.Param(annotation=cst.Annotation() as declared, star=star):
                    copied = self._unquoted(declared)
                    if isinstance(star, str) and star in COLLECTED:
                        text = COLLECTED[star].format(self._code(copied))
                        copied = cst.parse_expression(text)
                    return self._written(declared, copied, scope, places)
        uses = self._bindings.occurrences(binding)
        given = [self._returned(u.node) for u in uses if u.role in BINDING_ROLES]
        found = [result for result in given if result is not None]
        if len({self._code(kind) for _, kind in found}) == 1 and None not in given:
            return self._written(*found[0], scope, places)
        return None

    def _returned(
        self, target: cst.CSTNode
    ) -> tuple[cst.Annotation, cst.BaseExpression] | None:
        """What a function says of the result that a variable is bound to."""
        above, index = self._parents[target], None
        number = 0
        if isinstance(above, cst.Element):
            targets = self._parents[above]
            if not isinstance(targets, cst.Tuple | cst.List):
                return None
            index, number = targets.elements.index(above), len(targets.elements)
            above = self._parents[targets]
        assigned = self._parents[above] if isinstance(above, cst.AssignTarget) else None
        match assigned:
            case cst.Assign(value=cst.Call(func=cst.Name() as function)):
                declared = self._result_of(function)
                if declared is None:
                    return None
                if index is None:
                    return declared, self._unquoted(declared)
                parts = _parts(self._unquoted(declared), number)
                return (declared, parts[index]) if parts else None
        return None

    def _result_of(self, function: cst.Name) -> cst.Annotation | None:
        """What the only definition of a function of the module says of its result."""
        binding = self._bindings.binding_of(function)
        if binding is None or self._bindings.roles(binding) != {Role.FUNCTION}:
            return None
        definitions = [
            use
            for use in self._bindings.occurrences(binding)
            if use.role is Role.FUNCTION
        ]
        node = self._parents[definitions[0].node] if len(definitions) == 1 else None
        if not isinstance(node, cst.FunctionDef) or node.decorators:
            return None
        return None if node.asynchronous is not None else node.returns

    def at(
        self, declared: cst.Annotation, scope: Scope, places: Places
    ) -> cst.Annotation:
        """An annotation as it stands at another place."""
        return self._written(declared, self._unquoted(declared), scope, places)

    def _unquoted(self, declared: cst.Annotation) -> cst.BaseExpression:
        expression = declared.annotation
        if isinstance(expression, cst.SimpleString):
            expression = self._bindings.scopes.annotations.get(expression, expression)
        return expression.deep_clone()

    def _written(
        self,
        declared: cst.Annotation,
        copied: cst.BaseExpression,
        scope: Scope,
        places: Places,
    ) -> cst.Annotation:
        must_wait = False
        for name in _variables(copied):
            meant = self._bindings.resolution.find(
                name.value, self._surroundings.scope(declared)
            )
            if self._bindings.resolution.find(name.value, scope) != meant:
                expected = f"`{name.value}` to mean the same beside the function"
                raise self._refusal(declared, expected, "another meaning")
            must_wait |= meant is not None and not (
                self._surroundings.is_bound_before(meant, places)
            )
        if must_wait and not self._deferred:
            return cst.Annotation(self._quoted(declared, self._code(copied)))
        return cst.Annotation(copied)

    def _quoted(self, declared: cst.Annotation, text: str) -> cst.SimpleString:
        quote = "'" if '"' in text else '"'
        if quote in text or "\n" in text:
            raise self._refusal(declared, "a type that can be quoted", text)
        return cst.SimpleString(f"{quote}{text}{quote}")

    def _code(self, node: cst.CSTNode) -> str:
        return self._wrapper.module.code_for_node(node)

    def _refusal(self, node: cst.CSTNode, expected: str, found: str) -> Refusal:
        return Refusal.at(self._wrapper, node, expected=expected, found=found)


def _parts(result: cst.BaseExpression, number: int) -> list[cst.BaseExpression]:
    """What a tuple is of, by the type of the tuple; nothing if that does not say."""
    if not m.matches(result, m.Subscript(m.Name("tuple"))):
        return []
    elements = cst.ensure_type(result, cst.Subscript).slice
    parts = [cst.ensure_type(e.slice, cst.Index).value for e in elements]
    if isinstance(parts[-1], cst.Ellipsis):
        return parts[:1] * number
    return parts if len(parts) == number else []


def _variables(expression: cst.BaseExpression) -> Iterable[cst.Name]:
    """The names in a type that are looked up, which those behind a dot are not."""
    attributes = find(expression, cst.Attribute)
    behind = {attribute.attr for attribute in attributes}
    return (name for name in find(expression, cst.Name) if name not in behind)
