"""The places where code puts objects into something that was there before it ran.

    history: list[Node] = []
    for step in range(3):
        history.append(make_node(step))         kept: `history` is older than the step
        recent: list[Node] = []
        recent.append(make_node(step))          not kept

Functions that the code calls are followed, and so are their arguments.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

import libcst as cst

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import BINDING_ROLES, Binding, Bindings
from codemods.facts.direct_calls import DirectCalls
from codemods.facts.find_nodes import find
from codemods.facts.scopes import Role, all_parameters
from codemods.facts.type_names import Type
from codemods.facts.walk import parents, walk

KEEPING = frozenset("add append appendleft extend insert setdefault update".split())


class KeptObjects:
    """Finds where objects of one type are kept."""

    def __init__(self, bindings: Bindings, kind: Type) -> None:
        self._bindings = bindings
        self._kind = kind
        self._types = AnnotatedTypes(bindings)
        self._direct = DirectCalls(bindings)
        self._parents = parents(bindings.wrapper.module)

    def find(
        self, bodies: Sequence[cst.CSTNode], bound: Set[Binding]
    ) -> Iterator[cst.CSTNode]:
        """The places in `bodies` that keep objects in what is not `bound` there."""
        for body in bodies:
            for call in find(body, cst.Call):
                if isinstance(call.func, cst.Attribute):
                    is_keeping = call.func.attr.value in KEEPING
                    if is_keeping and any(self._holds(a.value) for a in call.args):
                        yield from self._if_older(call, call.func.value, bound)
            for target, value in _stores(body):
                if self._holds(value) and not self._is_rebound(target):
                    yield from self._if_older(target, target, bound)

    def _holds(self, node: cst.BaseExpression) -> bool:
        return self._kind in self._types.type_of(node).parts()

    def _is_rebound(self, target: cst.BaseExpression) -> bool:
        """Whether a name gets another object, as a list does not by `+=`."""
        if not isinstance(target, cst.Name):
            return False
        is_updated = isinstance(self._parents[target], cst.AugAssign)
        return not is_updated or self._types.type_of(target) == self._kind

    def _if_older(
        self, place: cst.CSTNode, node: cst.BaseExpression, bound: Set[Binding]
    ) -> Iterator[cst.CSTNode]:
        if self._is_older(node, bound, set()):
            yield place

    def _is_older(
        self, node: cst.BaseExpression, bound: Set[Binding], seen: set[Binding]
    ) -> bool:
        """Whether an expression is something, or part of it, that is bound outside."""
        while isinstance(node, cst.Subscript | cst.Attribute):
            node = node.value
        if not isinstance(node, cst.Name):
            return False
        binding = self._bindings.binding_of(node)
        if binding is None or binding in seen or _is_made(binding):
            return False
        seen.add(binding)
        origins = list(self._origins(binding))
        is_local = isinstance(binding.scope.node, cst.FunctionDef) and bool(origins)
        if not is_local and binding not in bound:
            return True
        return any(
            origin is None or self._is_older(origin, bound, seen) for origin in origins
        )

    def _origins(self, binding: Binding) -> Iterator[cst.BaseExpression | None]:
        """What a variable of a function may get its value from; None for a default."""
        for use in self._bindings.occurrences(binding):
            if use.role not in BINDING_ROLES:
                continue
            above = self._parents[use.node]
            if use.role is Role.PARAMETER and isinstance(above, cst.Param):
                yield from self._arguments(above)
                continue
            while isinstance(above, cst.AssignTarget | cst.Element | cst.Tuple):
                above = self._parents[above]
            match above:
                case cst.For(iter=source) | cst.CompFor(iter=source):
                    yield from find(source, cst.Name)
                case cst.Assign(value=value) | (
                    cst.AnnAssign(value=cst.BaseExpression() as value)
                ):
                    yield value

    def _arguments(self, parameter: cst.Param) -> Iterator[cst.BaseExpression | None]:
        function = self._parents[self._parents[parameter]]
        if isinstance(function, cst.FunctionDef):
            for call in self._direct.of(function):
                yield call.passed(parameter)


def _is_made(binding: Binding) -> bool:
    """Whether a variable is the object that `__init__` is called on."""
    function = binding.scope.node
    if not isinstance(function, cst.FunctionDef) or function.name.value != "__init__":
        return False
    return binding.name == all_parameters(function.params)[0].name.value


def _stores(
    body: cst.CSTNode,
) -> Iterator[tuple[cst.BaseExpression, cst.BaseExpression]]:
    """Each target of an assignment, and what is stored there."""
    for line in walk(body):
        match line:
            case cst.Assign(targets=targets, value=value):
                yield from ((target.target, value) for target in targets)
            case cst.AnnAssign(target=target, value=cst.BaseExpression() as value) | (
                cst.AugAssign(target=target, value=value)
            ):
                yield target, value
