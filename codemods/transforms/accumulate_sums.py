"""Replace sums by loops that add term by term."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

import libcst as cst
import libcst.matchers as m
from libcst.helpers import parse_template_statement
from libcst.metadata import MetadataWrapper

from codemods.facts.bindings import BINDING_ROLES, Bindings
from codemods.facts.comprehensions import elements_of
from codemods.facts.graph_class import adds_numbers_as_objects, find_graph_classes
from codemods.facts.metadata import reparse, wrap
from codemods.facts.observed_types import NodeTypes, ObservedTypes
from codemods.facts.phrases import phrases, singular
from codemods.facts.surroundings import Surroundings
from codemods.facts.type_names import MAIN, Type, element_type
from codemods.facts.walk import walk
from codemods.refusal import Refusal
from codemods.transforms.hoist_expressions import (
    Place,
    flatten,
    put_before,
    substitute,
)
from codemods.transforms.loop_over_clauses import ClauseLooper, variable_in_function
from codemods.transforms.replace_statement import in_parentheses

TERMS = m.Arg(star="", keyword=None)
START = m.Arg(star="", keyword=None) | m.Arg(keyword=m.Name("start"))
SUM = m.Call(func=m.Name("sum"), args=[TERMS, m.AtMostN(START, n=1)])
PRODUCT = (
    cst.Divide,
    cst.FloorDivide,
    cst.MatrixMultiply,
    cst.Modulo,
    cst.Multiply,
    cst.Power,
)
LITERALS: dict[type[cst.BaseExpression], Type] = {
    cst.Integer: Type("int"),
    cst.Float: Type("float"),
}
LOOSE = (cst.BooleanOperation, cst.Comparison, cst.IfExp, cst.Lambda, cst.NamedExpr)


def accumulate_sums(
    module: cst.Module,
    observe: Callable[[cst.Module, Collection[cst.CSTNode]], ObservedTypes],
) -> cst.Module:
    """Turn every sum of objects or integers into a loop.

    Have:    `loss = sum(losses) / n`
    Want:    `sum_of_losses = Value(0)`, then `for loss_term in losses:` adding each
    Refuses: sums whose terms were not seen in a shortened run, or mix floating-point
             numbers with objects; sums that make functions which read the variables of
             their terms; sums evaluated on demand; and sums whose start cannot be
             evaluated ahead of what they go through

    Sums of floating-point numbers are left alone: from CPython 3.12 on `sum` carries a
    correction along that a loop of additions does not.

    `sum` starts from the number 0, or what it is told to.  So does a loop, unless the
    class of the objects turns a number into an object before it adds it: then the loop
    starts from that object, and its total is of one type throughout.
    """
    while any(map(is_sum, walk(module))):
        wrapper = wrap(module)
        asked = list(_sums_and_terms(wrapper.module))
        types = observe(wrapper.module, asked).on(wrapper.module)
        rewritten = _Accumulator(wrapper, types).rewrite()
        if rewritten is wrapper.module:
            break
        module = reparse(rewritten)
    return module


def _sums_and_terms(module: cst.Module) -> Iterator[cst.BaseExpression]:
    """Every sum, and the expression that shows what its terms are."""
    for node in walk(module):
        if isinstance(node, cst.Call) and is_sum(node):
            yield from (node, _terms(node), *_starts(node))


def _starts(node: cst.Call) -> list[cst.BaseExpression]:
    """What a sum is told to start from, if it is."""
    return [argument.value for argument in node.args[1:]]


def _terms(node: cst.Call) -> cst.BaseExpression:
    """A term of a sum, if it is written as one, or else all of them together."""
    terms = node.args[0].value
    return terms.elt if isinstance(terms, cst.BaseSimpleComp) else terms


def is_sum(node: cst.CSTNode) -> bool:
    """Whether a node is a call of `sum` on one collection."""
    return m.matches(node, SUM)


class _Accumulator(ClauseLooper):
    def __init__(self, wrapper: MetadataWrapper, types: NodeTypes) -> None:
        super().__init__(wrapper)
        self.types = types
        self.bindings = Bindings(wrapper)
        self.surroundings = Surroundings(self.bindings)
        self.adders = [
            definition
            for definition in find_graph_classes(wrapper.module)
            if adds_numbers_as_objects(definition)
        ]

    def chooses(self, node: cst.BaseExpression, place: Place) -> bool:
        if not isinstance(node, cst.Call) or not is_sum(node):
            return False
        if not self.bindings.is_builtin(node.func, "sum"):
            return False
        if not self._adds_exactly(node):
            return False
        self._refuse_functions(node.args[0].value)
        self._refuse_late_start(node)
        return True

    def candidates(
        self, node: cst.BaseExpression, original: cst.BaseExpression
    ) -> list[str]:
        names = [*phrases(node), "total"]
        if names[0] not in self._in_use:
            self.names.release(names[0])  # a statement has used up the sums before it
        return names

    def bind(
        self, node: cst.BaseExpression, name: str, original: cst.BaseExpression
    ) -> list[cst.BaseStatement]:
        if not isinstance(node, cst.Call) or not self.chooses(original, Place.WHOLE):
            return super().bind(node, name, original)
        original = cst.ensure_type(original, cst.Call)
        start = parse_template_statement(
            f"{name} = {{start}}", start=self._start(node, original)
        )
        return [start, self._addition(node, original, name)]

    def replace_line(
        self, line: cst.SimpleStatementLine
    ) -> Sequence[cst.BaseStatement] | None:
        """`name = sum(…)` accumulates under its own name where it can."""
        match self.built_value(line):
            case name, cst.Call() as value if self.chooses(value, Place.WHOLE):
                pass
            case _:
                return None
        flat, comments = flatten(value)
        start = substitute(line, {value: self._start(flat, value)})
        return put_before([start, self._addition(flat, value, name)], None, comments)

    def _addition(
        self, node: cst.Call, original: cst.Call, name: str
    ) -> cst.BaseStatement:
        """The loop that adds the terms of a sum to `name`, in order."""
        terms, written = node.args[0].value, original.args[0].value
        if isinstance(terms, cst.BaseSimpleComp) and isinstance(written, cst.BaseComp):
            return self.loop(written, terms.for_in.iter, lambda c: _add(name, c))
        wanted = filter(None, [singular(phrases(terms)[0])])
        term = self.names.claim([*wanted, "term"], original)
        self.names.release(term)
        return parse_template_statement(
            f"for {term} in {{terms}}:\n    {name} = {name} + {term}", terms=terms
        )

    def _start(self, node: cst.Call, original: cst.Call) -> cst.BaseExpression:
        """What the total of a sum is before anything has been added to it."""
        start = next(iter(_starts(node)), cst.Integer("0"))
        if not isinstance(start, cst.Integer | cst.Float):
            return start
        for definition in self.adders:
            name = definition.name.value
            is_total = self.types.loaded(original) == Type(name, (), MAIN)
            if is_total and self._is_only(definition, original):
                return cst.parse_expression(f"{name}({start.value})")
        return start

    def _is_only(self, definition: cst.ClassDef, place: cst.BaseExpression) -> bool:
        """Whether the name of a class means it at a place, and never anything else."""
        scope = self.surroundings.scope(place)
        meant = self.bindings.resolution.find(definition.name.value, scope)
        uses = [] if meant is None else self.bindings.occurrences(meant)
        bound = [use.node for use in uses if use.role in BINDING_ROLES]
        return bound == [definition.name]

    def _adds_exactly(self, node: cst.Call) -> bool:
        """Whether a loop adds the terms of a sum as `sum` itself does."""
        term = self._term_type(node)
        starts = [self._start_type(start) for start in _starts(node)]
        if not term.is_complete:
            if starts:  # may be of anything
                return False
            self._refuse(node, "a sum that did not run, or of nothing")
        if any(member.module == MAIN for member in term.members):
            if any(member.name in ("float", "complex") for member in term.members):
                self._refuse(node, f"a sum of {term}")
            return all(_is_number_or_object(start) for start in starts)
        integers = [*term.members, *starts]
        return all(member.name in ("bool", "int") for member in integers)

    def _start_type(self, start: cst.BaseExpression) -> Type:
        return LITERALS.get(type(start)) or self.types.loaded(start)

    def _refuse_functions(self, terms: cst.BaseExpression) -> None:
        if isinstance(terms, cst.BaseComp) and (
            variable := variable_in_function(terms, self.bindings)
        ):
            expected = "a sum that a loop can stand for"
            found = f"one that makes a function which reads its `{variable}`"
            raise Refusal.at(self.wrapper, terms, expected=expected, found=found)

    def _refuse_late_start(self, node: cst.Call) -> None:
        terms = node.args[0].value
        walked = terms.for_in.iter if isinstance(terms, cst.BaseComp) else terms
        if self.order.must_precede(walked, _starts(node)):
            expected = "a start that can be evaluated before what is added"
            raise Refusal.at(self.wrapper, node, expected=expected, found="another")

    def _term_type(self, node: cst.Call) -> Type:
        terms = _terms(node)
        seen = self.types.loaded(terms)
        return element_type(seen) if terms is node.args[0].value else seen

    def _refuse(self, node: cst.Call, found: str) -> None:
        expected = "a sum of terms of one kind, seen in a shortened run"
        raise Refusal.at(self.wrapper, node, expected=expected, found=found)


def _is_number_or_object(start: Type) -> bool:
    return start.module == MAIN or start.name in ("int", "float")


def _add(name: str, node: cst.BaseComp) -> cst.BaseStatement:
    return parse_template_statement(
        f"{name} = {name} + {{term}}", term=_operand(elements_of(node)[0])
    )


def _operand(node: cst.BaseExpression) -> cst.BaseExpression:
    """An expression as it may stand behind `+`."""
    match node:
        case cst.BinaryOperation():
            binds_tighter = isinstance(node.operator, PRODUCT)
        case cst.UnaryOperation():
            binds_tighter = not isinstance(node.operator, cst.Not)
        case _:
            binds_tighter = not isinstance(node, LOOSE)
    return node if binds_tighter else in_parentheses(node)
