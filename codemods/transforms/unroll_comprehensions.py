"""Replace comprehensions by explicit loops."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import libcst as cst
import libcst.matchers as m
from libcst.helpers import parse_template_expression, parse_template_statement
from libcst.metadata import MetadataWrapper, ParentNodeProvider, ScopeProvider

from codemods.facts.evaluation import names_in, operands
from codemods.facts.metadata import wrap
from codemods.facts.phrases import element_phrases, phrases, singular
from codemods.refusal import Refusal
from codemods.transforms.hoist_expressions import (
    ExpressionHoister,
    Place,
    flatten,
    put_before,
    statement_slots,
    substitute,
)

OPERATION = (
    m.Call()
    | m.BinaryOperation()
    | m.BooleanOperation()
    | m.Comparison()
    | m.UnaryOperation(expression=~(m.Integer() | m.Float()))
    | m.IfExp()
    | m.Lambda()
    | m.NamedExpr()
    | m.Await()
    | m.FormattedString()
    | m.Slice()
    | m.ListComp()
    | m.SetComp()
    | m.DictComp()
    | m.GeneratorExp()
)
# What takes all of a generator before it does anything that could be observed.
EXHAUSTING = frozenset("dict frozenset join list max min set sorted tuple".split())


def unroll_comprehensions(module: cst.Module) -> cst.Module:
    """Turn every comprehension that is not a trivial mapping into a loop.

    Have:    `exps = [(val - top).exp() for val in logits]`
    Want:    `exps = []`, then `for val in logits:`, `exps.append((val - top).exp())`
    Refuses: comprehensions that are not evaluated exactly once where they stand, that
             are in a class body, asynchronous, or bind names by `:=`; and generators
             that something consumes lazily

    A mapping is trivial when it has one `for`, no `if`, and an element in which nothing
    is computed, such as `[p.data for p in params]`.  A generator is unrolled where a
    function that takes all of it at once consumes it (`max`, `"".join`); one given to
    `sum` is left alone, because `sum` computes between one element and the next.
    """
    wrapper = wrap(module)
    _refuse_unreachable(wrapper)
    while (unrolled := _Unroller(wrapper).rewrite()) is not wrapper.module:
        wrapper = wrap(cst.parse_module(unrolled.code))
    return unrolled


def is_trivial(node: cst.BaseComp) -> bool:
    """Whether a comprehension is a one-line mapping that computes nothing."""
    one_clause = not node.for_in.ifs and node.for_in.inner_for_in is None
    return one_clause and not any(m.findall(e, OPERATION) for e in _elements(node))


class _Unroller(ExpressionHoister):
    """One pass: the outermost comprehensions of every statement."""

    def __init__(self, wrapper: MetadataWrapper) -> None:
        super().__init__(wrapper)
        self.parents = wrapper.resolve(ParentNodeProvider)
        self.scopes = wrapper.resolve(ScopeProvider)

    def chooses(self, node: cst.BaseExpression, place: Place) -> bool:
        return _is_to_unroll(node, self.parents)

    def candidates(
        self, node: cst.BaseExpression, original: cst.BaseExpression
    ) -> list[str]:
        if isinstance(node, (cst.ListComp, cst.SetComp, cst.GeneratorExp)):
            return [*self._updated(original), *element_phrases(node.elt)]
        return phrases(node)

    def _updated(self, node: cst.BaseExpression) -> list[str]:
        """The name of a list that takes the place of one it is computed from."""
        match self.parents[node]:
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))]):
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
        return [*start, self._loop(original, node.for_in.iter, name)]

    def replace_line(
        self, line: cst.SimpleStatementLine
    ) -> Sequence[cst.BaseStatement] | None:
        """`name = [… for …]` builds the list under its own name where it can."""
        match line.body[0]:
            case cst.Assign(
                targets=[cst.AssignTarget(target=cst.Name(value=name))],
                value=cst.BaseComp() as value,
            ) if len(line.body) == 1 and self.chooses(value, Place.WHOLE):
                pass
            case _:
                return None
        if any(node.value == name for node in names_in(value)):
            return None
        comments = flatten(value)[1]
        start = substitute(line, {value: _empty(value)})
        loop = self._loop(value, flatten(value.for_in.iter)[0], name)
        return put_before([start, loop], None, comments)

    def _loop(
        self, node: cst.BaseComp, iterable: cst.BaseExpression, name: str
    ) -> cst.BaseStatement:
        """The loop that fills `name`; its variables are those of the comprehension."""
        renamed = substitute(node, self._renamed_variables(node))
        flat, _ = flatten(renamed)
        clauses = list(_clauses(flat))
        clauses[0] = clauses[0].with_changes(iter=iterable)
        statement = self._add(flat, name)
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
            if self.names.may_become_loop_variable(variable, node):
                continue
            element = singular(phrases(node.for_in.iter)[0])
            name = self.names.claim(
                [*filter(None, [element]), f"each_{variable}"], node
            )
            bound = [n for n in _targets(node) if n.value == variable]
            read = [access.node for a in scope[variable] for access in a.references]
            changes |= {occurrence: cst.Name(name) for occurrence in (*bound, *read)}
        return changes

    def _add(self, node: cst.BaseComp, name: str) -> cst.BaseStatement:
        collection = cst.Name(name)
        if isinstance(node, cst.DictComp):
            if self.effects.must_precede(node.key, [node.value]):
                raise Refusal.at(
                    self.wrapper,
                    node,
                    expected="keys and values that can be evaluated in either order",
                    found="calls in both",
                )
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
            element=_elements(node)[0],
        )


def _empty(node: cst.BaseComp) -> cst.BaseExpression:
    empty = {cst.SetComp: "set()", cst.DictComp: "{}"}.get(type(node), "[]")
    return parse_template_expression(empty)


def _elements(node: cst.BaseComp) -> list[cst.BaseExpression]:
    """What a comprehension evaluates for every member, in order."""
    match node:
        case cst.DictComp():
            return [node.key, node.value]
        case cst.ListComp() | cst.SetComp() | cst.GeneratorExp():
            return [node.elt]
        case _:
            raise TypeError(f"not a comprehension: {type(node)}")


def _clauses(node: cst.BaseComp) -> Iterator[cst.CompFor]:
    clause: cst.CompFor | None = node.for_in
    while clause is not None:
        yield clause
        clause = clause.inner_for_in


def _targets(node: cst.BaseComp) -> Iterator[cst.Name]:
    for clause in _clauses(node):
        yield from names_in(clause.target)


def _is_to_unroll(
    node: cst.CSTNode, parents: Mapping[cst.CSTNode, cst.CSTNode]
) -> bool:
    if isinstance(node, cst.GeneratorExp):
        return _consumer(node, parents) in EXHAUSTING
    return isinstance(node, cst.BaseComp) and not is_trivial(node)


def _consumer(
    node: cst.GeneratorExp, parents: Mapping[cst.CSTNode, cst.CSTNode]
) -> str:
    """The name of the function whose argument a generator is, if it is one."""
    call = parents.get(parents[node])
    if not isinstance(parents[node], cst.Arg) or not isinstance(call, cst.Call):
        return ""
    callee = call.func.attr if isinstance(call.func, cst.Attribute) else call.func
    return callee.value if isinstance(callee, cst.Name) else ""


def _refuse_unreachable(wrapper: MetadataWrapper) -> None:
    """Refuse what no loop can be put before, by its place in the source."""
    parents = wrapper.resolve(ParentNodeProvider)
    for node in m.findall(wrapper.module, m.MatchIfTrue(_is_comprehension)):
        found = _obstacle(node, parents) if isinstance(node, cst.BaseComp) else None
        if found is not None:
            expected = "a comprehension that a loop can stand before"
            raise Refusal.at(wrapper, node, expected=expected, found=found)


def _is_comprehension(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.BaseComp)


def _obstacle(
    node: cst.BaseComp, parents: Mapping[cst.CSTNode, cst.CSTNode]
) -> str | None:
    """Why a comprehension cannot be unrolled, or None where it can or need not be."""
    if isinstance(node, cst.GeneratorExp):
        if _consumer(node, parents) == "sum":
            return None
        if not _is_to_unroll(node, parents):
            return "a generator that may be consumed lazily"
    if not _is_to_unroll(node, parents):
        return None
    if any(clause.asynchronous for clause in _clauses(node)):
        return "an asynchronous one"
    return _obstacle_above(node, parents)


def _obstacle_above(
    node: cst.BaseExpression, parents: Mapping[cst.CSTNode, cst.CSTNode]
) -> str | None:
    expression: cst.BaseExpression = node
    place = parents[node]
    while not isinstance(place, (cst.BaseSmallStatement, cst.BaseCompoundStatement)):
        if isinstance(place, cst.BaseExpression):
            if isinstance(place, cst.GeneratorExp) and not _is_to_unroll(
                place, parents
            ):
                return None  # one that `sum` consumes: left alone with all it holds
            in_order = any(part is expression for part in operands(place))
            if not in_order and not _is_to_unroll(place, parents):
                return "one that is evaluated on demand"
            expression = place
        place = parents[place]
    if all(slot is not expression for slot, _ in statement_slots(place)):
        return "one in a definition's header or a repeated condition"
    if isinstance(_owner(place, parents), cst.ClassDef):
        return "one in a class body"
    return None


def _owner(
    node: cst.CSTNode, parents: Mapping[cst.CSTNode, cst.CSTNode]
) -> cst.CSTNode:
    while not isinstance(node, (cst.FunctionDef, cst.ClassDef, cst.Module)):
        node = parents[node]
    return node
