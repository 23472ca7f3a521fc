"""Replace comprehensions by explicit loops."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import libcst as cst
from libcst.helpers import parse_template_expression, parse_template_statement
from libcst.metadata import MetadataWrapper

from codemods.facts.bindings import Bindings
from codemods.facts.comprehensions import clauses_of, elements_of, is_trivial
from codemods.facts.evaluation import EvaluationOrder, operands
from codemods.facts.metadata import reparse, wrap
from codemods.facts.obvious_types import STR, ObviousTypes
from codemods.facts.phrases import element_phrases, phrases
from codemods.facts.walk import parents, walk
from codemods.refusal import Refusal
from codemods.transforms.hoist_expressions import (
    Place,
    flatten,
    put_before,
    statement_slots,
    substitute,
)
from codemods.transforms.loop_over_clauses import ClauseLooper, variable_in_function

# What takes all of a generator before it does anything that could be observed.
EXHAUSTING = frozenset("dict frozenset join list max min set sorted tuple".split())


def unroll_comprehensions(module: cst.Module) -> cst.Module:
    """Turn every comprehension that is not a trivial mapping into a loop.

    Have:    `exps = [(val - top).exp() for val in logits]`
    Want:    `exps = []`, then `for val in logits:`, `exps.append((val - top).exp())`
    Refuses: comprehensions that are not evaluated exactly once where they stand, that
             are in a class body, asynchronous, or make functions that read their
             variables; and generators that something consumes lazily

    A mapping is trivial when it has one `for`, no `if`, and an element in which nothing
    is computed, such as `[p.data for p in params]`.  A generator is unrolled where a
    function that takes all of it at once consumes it (`max`, `"".join`); one given to
    `sum` is left alone, because `sum` computes between one element and the next.
    """
    if any(map(_may_need_unrolling, walk(module))):
        _Selection(Bindings(wrap(module))).refuse_unreachable()
    while any(map(_may_need_unrolling, walk(module))):
        wrapper = wrap(module)
        unrolled = _Unroller(wrapper).rewrite()
        if unrolled is wrapper.module:
            break
        module = reparse(unrolled)
    return module


def _may_need_unrolling(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.GeneratorExp) or (
        isinstance(node, cst.BaseComp) and not is_trivial(node)
    )


class _Unroller(ClauseLooper):
    """One pass: the outermost comprehensions of every statement."""

    def __init__(self, wrapper: MetadataWrapper) -> None:
        super().__init__(wrapper)
        self.parents = parents(wrapper.module)
        self.selection = _Selection(self.bindings)

    def chooses(self, node: cst.BaseExpression, place: Place) -> bool:
        return self.selection.includes(node)

    def candidates(
        self, node: cst.BaseExpression, original: cst.BaseExpression
    ) -> list[str]:
        if isinstance(node, (cst.ListComp, cst.SetComp, cst.GeneratorExp)):
            return [*self._updated(original), *element_phrases(node.elt)]
        return phrases(node)

    def _updated(self, node: cst.BaseExpression) -> list[str]:
        """The name of a list that takes the place of one it is computed from."""
        match self.parents[node]:
            case cst.Assign(
                targets=[cst.AssignTarget(target=cst.Name(value=name))]
            ) | cst.AnnAssign(target=cst.Name(value=name)):
                self.names.release(f"updated_{name}")
                return [f"updated_{name}"]
            case _:
                return []

    def bind(
        self, node: cst.BaseExpression, name: str, original: cst.BaseExpression
    ) -> list[cst.BaseStatement]:
        if not isinstance(node, cst.BaseComp) or not isinstance(original, cst.BaseComp):
            return super().bind(node, name, original)
        start = super().bind(_empty(node), name, original)
        return [*start, self.loop(original, node.for_in.iter, self._adding_to(name))]

    def replace_line(
        self, line: cst.SimpleStatementLine
    ) -> Sequence[cst.BaseStatement] | None:
        """`name = [… for …]` builds the list under its own name where it can."""
        match self.built_value(line):
            case name, cst.BaseComp() as value if self.chooses(value, Place.WHOLE):
                pass
            case _:
                return None
        comments = flatten(value)[1]
        start = substitute(line, {value: _empty(value)})
        loop = self.loop(value, flatten(value.for_in.iter)[0], self._adding_to(name))
        return put_before([start, loop], None, comments)

    def _adding_to(self, name: str) -> Callable[[cst.BaseComp], cst.BaseStatement]:
        return lambda comprehension: self._add(comprehension, name)

    def _add(self, node: cst.BaseComp, name: str) -> cst.BaseStatement:
        collection = cst.Name(name)
        if isinstance(node, cst.DictComp):
            return parse_template_statement(
                "{collection}[{key}] = {value}",
                collection=collection,
                key=node.key,
                value=node.value,
            )
        method = "add" if isinstance(node, cst.SetComp) else "append"
        return parse_template_statement(
            f"{{collection}}.{method}({{element}})",
            collection=collection,
            element=elements_of(node)[0],
        )


def _empty(node: cst.BaseComp) -> cst.BaseExpression:
    empty = {cst.SetComp: "set()", cst.DictComp: "{}"}.get(type(node), "[]")
    return parse_template_expression(empty)


class _Selection:
    """Which comprehensions of a module are to be unrolled, and which cannot be."""

    def __init__(self, bindings: Bindings) -> None:
        self.wrapper = bindings.wrapper
        self.bindings = bindings
        self.types = ObviousTypes(bindings)
        self.order = EvaluationOrder(self.wrapper)
        self.parents = parents(self.wrapper.module)

    def includes(self, node: cst.CSTNode) -> bool:
        """Whether a node is a comprehension that is to become a loop."""
        if isinstance(node, cst.GeneratorExp):
            return self._consumer(node) in EXHAUSTING
        return isinstance(node, cst.BaseComp) and not is_trivial(node)

    def refuse_unreachable(self) -> None:
        """Refuse what no loop can be put before, by its place in the source."""
        for node in walk(self.wrapper.module):
            if isinstance(node, cst.DictComp) and self.order.must_precede(
                node.key, [node.value]
            ):
                expected = "keys and values that can be evaluated in either order"
                self._refuse(node, expected, "calls in both")
            found = self._obstacle(node) if isinstance(node, cst.BaseComp) else None
            if found is not None:
                expected = "a comprehension that a loop can stand before"
                self._refuse(node, expected, found)

    def _refuse(self, node: cst.CSTNode, expected: str, found: str) -> None:
        raise Refusal.at(self.wrapper, node, expected=expected, found=found)

    def _consumer(self, node: cst.GeneratorExp) -> str:
        """The builtin whose argument a generator is, or `join`, that of strings."""
        call = self.parents.get(self.parents[node])
        if not isinstance(self.parents[node], cst.Arg) or not isinstance(
            call, cst.Call
        ):
            return ""
        match call.func:
            case cst.Attribute(value=receiver, attr=cst.Name("join")):
                is_sure = self.types.type_of(receiver) == STR
                return "join" if is_sure or self.types.has_builtin("join") else ""
            case function:
                return self.types.builtin_name(function) or ""

    def _obstacle(self, node: cst.BaseComp) -> str | None:
        """Why a comprehension cannot be unrolled, or None where it can or need not."""
        if isinstance(node, cst.GeneratorExp):
            if self._consumer(node) == "sum":
                return None
            if not self.includes(node):
                return "a generator that may be consumed lazily"
            if self._is_overtaken(node):
                return "a generator that is consumed after what stands behind it"
        if not self.includes(node):
            return None
        if any(clause.asynchronous for clause in clauses_of(node)):
            return "an asynchronous one"
        if variable := variable_in_function(node, self.bindings):
            return f"one that makes a function which reads its `{variable}`"
        if isinstance(node, cst.SetComp) and not self.types.has_builtin("set"):
            return "one of a set, where `set` is something else"
        return self._obstacle_above(node)

    def _is_overtaken(self, node: cst.GeneratorExp) -> bool:
        """Whether its consumer's later arguments are to be evaluated before it is."""
        own = cst.ensure_type(self.parents[node], cst.Arg)
        arguments = cst.ensure_type(self.parents[own], cst.Call).args
        return any(
            self.order.must_precede(later.value, [node])
            for later in arguments[arguments.index(own) + 1 :]
            if not isinstance(later.value, cst.Lambda)
        )

    def _obstacle_above(self, node: cst.BaseExpression) -> str | None:
        expression: cst.BaseExpression = node
        place = self.parents[node]
        while not isinstance(
            place, (cst.BaseSmallStatement, cst.BaseCompoundStatement)
        ):
            if isinstance(place, cst.BaseExpression):
                is_left = isinstance(place, cst.GeneratorExp)
                if is_left and not self.includes(place):
                    return None  # one that `sum` consumes: left alone with all in it
                in_order = any(part is expression for part in operands(place))
                if not in_order and not self.includes(place):
                    return "one that is evaluated on demand"
                expression = place
            place = self.parents[place]
        if all(slot is not expression for slot, _ in statement_slots(place)):
            return "one in a definition's header or a repeated condition"
        if isinstance(self._owner(place), cst.ClassDef):
            return "one in a class body"
        return None

    def _owner(self, node: cst.CSTNode) -> cst.CSTNode:
        while not isinstance(node, (cst.FunctionDef, cst.ClassDef, cst.Module)):
            node = self.parents[node]
        return node
