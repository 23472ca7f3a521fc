"""What tests and assignments say about the type of one variable."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from codemods.facts.bindings import Bindings
from codemods.facts.class_members import ClassMembers
from codemods.facts.known_types import join_known, without_none
from codemods.facts.type_names import MAIN, NONE, NUMBERS, UNOBSERVED, Type, join

TypeOf = Callable[[cst.BaseExpression], Type]

NEVER = Type("never", (), "")
"""The type of a variable at a place that is not reached."""


class VariableTests:
    """What tests and assignments say about one variable, known by its occurrences."""

    def __init__(
        self,
        bindings: Bindings,
        members: ClassMembers,
        type_of: TypeOf,
        names: set[cst.Name],
    ) -> None:
        self._bindings = bindings
        self._members = members
        self._type_of = type_of
        self._names = names

    def assume(self, test: cst.BaseExpression, holds: bool, type_: Type) -> Type:
        """The type of the variable where a test is known to hold, or not to hold."""
        match test:
            case _ if type_ == NEVER:
                return NEVER
            case cst.UnaryOperation(operator=cst.Not()):
                return self.assume(test.expression, not holds, type_)
            case cst.BooleanOperation():
                return self._assume_both(test, holds, type_)
            case cst.Comparison(comparisons=[comparison]):
                return self._assume_none(test.left, comparison, holds, type_)
            case cst.Call(args=[subject, classes]) if (
                self._bindings.is_builtin(test.func, "isinstance")
                and subject.value in self._names
            ):
                return self._assume_class(classes.value, holds, type_)
            case cst.Name() if holds and test in self._names:
                return _possible(without_none(type_))
        return type_

    def assigned(self, value: cst.BaseExpression, declared: Type) -> Type:
        """What the variable is of its declared type after an assignment."""
        given = self._type_of(value)
        if not self._members.fits(given, declared):
            return declared
        return join_known(self._closest(one, declared) for one in given.members)

    def _closest(self, given: Type, declared: Type) -> Type:
        """The member of a union that values of a type are taken to be of."""
        if given in declared.members:
            return given
        return next(m for m in declared.members if self._members.fits(given, m))

    def _assume_both(
        self, test: cst.BooleanOperation, holds: bool, type_: Type
    ) -> Type:
        left = self.assume(test.left, holds, type_)
        if isinstance(test.operator, cst.And) == holds:
            return self.assume(test.right, holds, left)
        second = self.assume(test.left, not holds, type_)
        return either(left, self.assume(test.right, holds, second))

    def _assume_none(
        self,
        left: cst.BaseExpression,
        comparison: cst.ComparisonTarget,
        holds: bool,
        type_: Type,
    ) -> Type:
        """What `x is None` and `x is not None` say."""
        operator, right = comparison.operator, comparison.comparator
        is_none = isinstance(right, cst.Name) and right.value == "None"
        if left not in self._names or not is_none:
            return type_
        if not isinstance(operator, cst.Is | cst.IsNot):
            return type_
        if isinstance(operator, cst.Is) == holds:
            return NONE if NONE in type_.members else type_
        return _possible(without_none(type_))

    def _assume_class(
        self, classes: cst.BaseExpression, holds: bool, type_: Type
    ) -> Type:
        found = [self._class_named(node) for node in _listed(classes)]
        known = [c for c in found if c is not None]
        if len(known) < len(found):
            return type_
        members = [self._narrowed(m, known, holds) for m in type_.members]
        possible = [m for m in members if m is not None]
        return _possible(join(possible)) if len(possible) == len(members) else type_

    def _class_named(self, node: cst.BaseExpression) -> Type | None:
        named = self._type_of(node)
        return named.arguments[0] if named.name == "type" and named.arguments else None

    def _narrowed(self, member: Type, classes: list[Type], holds: bool) -> Type | None:
        """A member of a union by a test; the union of nothing if it cannot be."""
        if not all(_is_plain(one) for one in (member, *classes)):
            return None
        if holds:
            return join(self._common(member, one) for one in classes)
        return self._rest(member, classes)

    def _common(self, member: Type, other: Type) -> Type:
        """What is of both types."""
        if member.name in NUMBERS and other.name in NUMBERS:
            return join(_values(member) & _instances(other))
        if _same_name(member, other) or self._members.derives(member, other):
            return member
        return other if self._members.derives(other, member) else UNOBSERVED

    def _rest(self, member: Type, classes: list[Type]) -> Type:
        """What is of one type and an instance of none of these classes."""
        if member.name in NUMBERS:
            gone = {kind for one in classes for kind in _instances(one)}
            return join(_values(member) - gone)
        is_gone = any(
            _same_name(member, one) or self._members.derives(member, one)
            for one in classes
        )
        return UNOBSERVED if is_gone else member


def either(one: Type, other: Type) -> Type:
    """The type of a variable that has come one way or the other."""
    reached = [type_ for type_ in (one, other) if type_ != NEVER]
    return join_known(reached) if reached else NEVER


def _listed(classes: cst.BaseExpression) -> list[cst.BaseExpression]:
    if isinstance(classes, cst.Tuple):
        return [element.value for element in classes.elements]
    return [classes]


def _values(annotated: Type) -> set[Type]:
    """The classes that a number may be of that is annotated with one."""
    return set(map(Type, NUMBERS[: NUMBERS.index(annotated.name) + 1]))


def _instances(number: Type) -> set[Type]:
    """The classes whose instances `isinstance` takes to be of one."""
    return {number, Type("bool")} if number == Type("int") else {number}


def _possible(type_: Type) -> Type:
    return NEVER if type_ == UNOBSERVED else type_


def _is_plain(type_: Type) -> bool:
    """Whether it is known what a type is a subclass of."""
    return type_.module in ("builtins", MAIN) and type_.name != "object"


def _same_name(one: Type, other: Type) -> bool:
    return (one.name, one.module) == (other.name, other.module)
