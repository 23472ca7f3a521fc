"""In which order the parts of statements and expressions are evaluated.

Operators, attribute look-ups and subscripts count as reading state, never as changing
it; a call may change anything unless it is known not to.  Operators may create objects,
though, and the order in which objects come into being is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property

import libcst as cst
from libcst.metadata import MetadataWrapper

from codemods.facts.bindings import Bindings
from codemods.facts.find_nodes import find
from codemods.facts.last_name import last_name
from codemods.facts.liveness import Names, Region, liveness_of
from codemods.facts.obvious_types import ObviousTypes
from codemods.facts.reflection import Reflection
from codemods.facts.targets import is_target
from codemods.facts.walk import parents, walk

PURE_FUNCTIONS = frozenset(
    "abs bool chr dict divmod enumerate float frozenset int isinstance len list max "
    "min ord range repr reversed round set sorted str sum tuple type zip".split()
)
PURE_METHODS = frozenset(
    "count endswith format get index isalpha isdigit items join keys lower lstrip "
    "replace rstrip split splitlines startswith strip title upper values".split()
)
# What builtin functions call on an object, if its class defines it.
PROTOCOLS = frozenset(
    "__abs__ __bool__ __eq__ __float__ __format__ __ge__ __getitem__ __gt__ __hash__ "
    "__index__ __int__ __iter__ __le__ __len__ __lt__ __next__ __repr__ __reversed__ "
    "__round__ __str__".split()
)
CONSUMERS = frozenset("dict frozenset join list max min set sorted sum tuple".split())
"""Functions and methods that go through an iterator, and leave nothing of it."""

TAKE_ARGUMENTS = frozenset("count get index join".split())
"""Methods that are pure on a container or text; without arguments, they are others."""

CHANGES_STATE = (cst.Call, cst.Await, cst.Yield, cst.NamedExpr)
CREATES_OBJECTS = (cst.BinaryOperation, cst.UnaryOperation)
READS_STATE = (cst.Attribute, cst.Subscript, cst.Call, cst.BinaryOperation)


def operands(node: cst.CSTNode) -> list[cst.BaseExpression]:
    """The parts of an expression that it always evaluates once, in order."""
    match node:
        case cst.BinaryOperation() | cst.ConcatenatedString():
            return [node.left, node.right]
        case cst.BooleanOperation():
            return [node.left]
        case cst.UnaryOperation() | cst.Await():
            return [node.expression]
        case cst.Comparison():
            return [node.left, node.comparisons[0].comparator]
        case cst.IfExp():
            return [node.test]
        case cst.Attribute() | cst.NamedExpr() | cst.StarredElement():
            return [node.value]
        case cst.Call():
            return [*_callee(node.func), *_arguments(node)]
        case cst.Subscript():
            return [node.value, *_indices(node)]
        case cst.Tuple() | cst.List() | cst.Set():
            return [element.value for element in node.elements]
        case cst.Dict():
            return list(_entries(node))
        case cst.FormattedString():
            return list(_fields(node.parts))
        case cst.BaseComp():
            return [node.for_in.iter]
        case _:
            return []


def target_operands(target: cst.BaseExpression) -> list[cst.BaseExpression]:
    """What is evaluated to find the place that an assignment target stands for."""
    if isinstance(target, (cst.Tuple, cst.List)):
        nested = (target_operands(element.value) for element in target.elements)
        return [operand for found in nested for operand in found]
    return [] if isinstance(target, cst.Name) else operands(target)


def is_constant(node: cst.BaseExpression) -> bool:
    """Whether an expression gives the same value whenever it is evaluated."""
    if isinstance(node, cst.UnaryOperation):
        return is_constant(node.expression)
    return isinstance(node, (cst.BaseNumber, cst.SimpleString, cst.Ellipsis))


def names_in(node: cst.CSTNode) -> list[cst.Name]:
    """Every name in `node`, attributes and keywords among them."""
    return [part for part in walk(node) if isinstance(part, cst.Name)]


class EvaluationOrder:
    """Which expressions of a statement must be evaluated before which others.

    `codemods.facts.effects` answers more strictly, for those who change the order.
    """

    def __init__(self, wrapper: MetadataWrapper) -> None:
        self._wrapper = wrapper
        module = wrapper.module
        self._bound = _bound_names(module)
        self._has_no_protocols = PROTOCOLS.isdisjoint(self._bound)
        self._exchanged = {
            attribute.attr.value
            for attribute in find(module, cst.Attribute)
            if is_target(parents(module), attribute)
        }
        # what other functions, or other parts of an expression, may bind
        self._rebound: set[str] = set()
        for node in walk(module):
            if isinstance(node, cst.Global | cst.Nonlocal):
                self._rebound.update(name.value for name in names_in(node))
            elif isinstance(node, cst.NamedExpr):
                self._rebound.update(name.value for name in names_in(node.target))

    def operands(self, node: cst.BaseExpression) -> list[cst.BaseExpression]:
        """The parts of an expression, as `operands` gives them.

        A function or method that the module may exchange is looked up before what it
        is called with is evaluated.
        """
        match node:
            case cst.Call(func=cst.Name(value=name)) if name in self._rebound:
                return [node.func, *_arguments(node)]
            case cst.Call(func=cst.Attribute(attr=cst.Name(value=name))) if (
                name in self._exchanged
            ):
                return [node.func, *_arguments(node)]
        return operands(node)

    def reads_late(
        self, target: cst.BaseExpression, earlier: Collection[cst.BaseExpression]
    ) -> bool:
        """Whether it makes a difference if `target` is read after `earlier`."""
        changing = any(map(self.may_change_state, earlier))
        return bool(earlier) and (
            self.may_change_state(target) or (changing and self._may_be_changed(target))
        )

    def may_change_state(self, node: cst.BaseExpression) -> bool:
        """Whether evaluating `node` may change what other expressions read."""
        found = (part for part in walk(node) if isinstance(part, CHANGES_STATE))
        return any(not self._is_pure_call(part) for part in found)

    def must_precede(
        self, node: cst.BaseExpression, later: Collection[cst.BaseExpression]
    ) -> bool:
        """Whether `node` has to be evaluated before all of `later`, as it was."""
        later = [expression for expression in later if not self._is_fixed(expression)]
        if not later or is_constant(node):
            return False
        if self.may_change_state(node) or any(
            isinstance(part, CREATES_OBJECTS) for part in walk(node)
        ):
            return True
        if any(map(self.may_change_state, later)) and self._may_be_changed(node):
            return True
        reads_state = any(isinstance(part, READS_STATE) for part in walk(node))
        read = {name.value for name in names_in(node)}
        return reads_state and not read.isdisjoint(self._consumed(later))

    def _is_fixed(self, node: cst.BaseExpression) -> bool:
        """Whether an integer can be computed at any time while its statement runs."""
        if is_constant(node):
            return True
        match node:
            case cst.Name(value=name):
                return name not in self._rebound and self._facts.is_bound_integer(node)
            case cst.BinaryOperation(
                operator=cst.Add() | cst.Subtract() | cst.Multiply()
            ):
                return all(map(self._is_fixed_integer, (node.left, node.right)))
        return False

    def _is_fixed_integer(self, node: cst.BaseExpression) -> bool:
        is_float = isinstance(node, cst.Float | cst.Imaginary | cst.SimpleString)
        return not is_float and self._is_fixed(node)

    @cached_property
    def _facts(self) -> _Facts:
        return _Facts(self._wrapper)

    def _may_be_changed(self, node: cst.BaseExpression) -> bool:
        """Whether what `node` evaluates to may be changed by calls and bindings."""
        read = {name.value for name in names_in(node)}
        return not self._rebound.isdisjoint(read) or any(
            isinstance(part, READS_STATE) for part in walk(node)
        )

    def _consumed(self, expressions: Collection[cst.BaseExpression]) -> set[str]:
        """The names in what expressions go through, of which nothing may be left."""
        given = (
            argument.value
            for each in expressions
            for call in find(each, cst.Call)
            if last_name(call.func) in CONSUMERS
            for argument in call.args
        )
        return {
            name.value
            for value in given
            for name in names_in(value)
            if not self._facts.is_container(name)
        }

    def _is_pure_call(self, node: cst.CSTNode) -> bool:
        if not isinstance(node, cst.Call):
            return False
        match node.func:
            case cst.Name(value=name):
                return name in PURE_FUNCTIONS - self._bound and self._has_no_protocols
            case cst.Attribute(value=cst.Name("math")):
                return "math" not in self._bound
            case cst.Attribute(attr=cst.Name(value=name)):
                is_known = name in PURE_METHODS and name not in self._bound
                return is_known and (bool(node.args) or name not in TAKE_ARGUMENTS)
            case _:
                return False


class _Facts:
    """What the variables of a module hold, where that is obvious."""

    def __init__(self, wrapper: MetadataWrapper) -> None:
        self._bindings = Bindings(wrapper)
        self._types = ObviousTypes(self._bindings)
        self._liveness = liveness_of(self._bindings)
        self._parents = parents(wrapper.module)
        self._is_looked_up = Reflection(self._bindings).every_name is not None

    def is_bound_integer(self, name: cst.Name) -> bool:
        """Whether a variable of the same function or module is one, and is bound."""
        binding = self._bindings.binding_of(name)
        if binding is None or self._is_looked_up:
            return False
        kind = self._types.type_of(name)
        is_integer = kind is not None and kind.kind == "int"
        return is_integer and binding in self._bound_before(name)

    def is_container(self, name: cst.Name) -> bool:
        """Whether one can go through what a variable holds again and again."""
        kind = self._types.type_of(name)
        return kind is not None and kind.is_container

    def _bound_before(self, node: cst.CSTNode) -> Names:
        above = self._parents[node]
        while not isinstance(above, cst.Module | cst.IndentedBlock):
            node, above = above, self._parents[above]
        index = next(i for i, line in enumerate(above.body) if line is node)
        return self._liveness.certain_before(Region(above, index, index))


def _callee(function: cst.BaseExpression) -> list[cst.BaseExpression]:
    """A method's receiver counts as evaluated, looking the method up does not."""
    if isinstance(function, cst.Attribute):
        return [function.value]
    return [] if isinstance(function, cst.Name) else [function]


def _arguments(call: cst.Call) -> list[cst.BaseExpression]:
    """What is passed by place, also with `*`, is evaluated before all keywords."""
    placed = [a for a in call.args if a.keyword is None and a.star != "**"]
    named = [argument for argument in call.args if argument not in placed]
    return [argument.value for argument in (*placed, *named)]


def _indices(node: cst.Subscript) -> Iterator[cst.BaseExpression]:
    for element in node.slice:
        index = element.slice
        parts = (
            [index.lower, index.upper, index.step]
            if isinstance(index, cst.Slice)
            else [cst.ensure_type(index, cst.Index).value]
        )
        yield from (part for part in parts if part is not None)


def _entries(node: cst.Dict) -> Iterator[cst.BaseExpression]:
    for element in node.elements:
        if isinstance(element, cst.DictElement):
            yield element.key
        yield element.value


def _fields(
    parts: Collection[cst.BaseFormattedStringContent],
) -> Iterator[cst.BaseExpression]:
    for part in parts:
        if isinstance(part, cst.FormattedStringExpression):
            if part.equal is None:  # `{x + 1 = }` prints the text of the expression
                yield part.expression
            yield from _fields(part.format_spec or ())


def _bound_names(module: cst.Module) -> set[str]:
    """Every name that a module gives a meaning of its own, in whatever scope."""
    found: set[str] = set()
    for node in walk(module):
        match node:
            case cst.FunctionDef() | cst.ClassDef() | cst.Param():
                found.add(node.name.value)
            case cst.ImportAlias() if node.evaluated_name != "math" or node.asname:
                found.add(node.evaluated_alias or node.evaluated_name.split(".")[0])
            case cst.AssignTarget() | cst.AnnAssign() | cst.AugAssign():
                found |= {name.value for name in names_in(node.target)}
            case cst.For() | cst.CompFor() | cst.NamedExpr():
                found |= {name.value for name in names_in(node.target)}
            case cst.AsName():
                found |= {name.value for name in names_in(node.name)}
    return found
