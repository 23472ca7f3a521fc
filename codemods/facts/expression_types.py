"""The types of expressions, by those of the names in them."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from functools import cached_property, partial

import libcst as cst

from codemods.facts.bindings import Binding, Bindings
from codemods.facts.builtin_types import (
    BOOL,
    BYTES,
    CONSTANTS,
    EMPTY,
    FLOAT,
    INT,
    STR,
    elements,
    method_result,
)
from codemods.facts.call_types import Arguments, CallTypes, read_arguments
from codemods.facts.class_members import ClassMembers
from codemods.facts.imported_names import ImportedNames
from codemods.facts.known_types import (
    build,
    concatenate,
    distribute,
    join_known,
    unpack,
)
from codemods.facts.name_narrowing import NameNarrowing
from codemods.facts.scopes import Role, Scope
from codemods.facts.type_arithmetic import (
    BINARY,
    UNARY,
    TypeArithmetic,
    literal_integer,
)
from codemods.facts.type_names import (
    ANY_LENGTH,
    NONE,
    UNOBSERVED,
    Type,
)

LITERALS: dict[type[cst.CSTNode], Type] = {
    cst.Ellipsis: Type("EllipsisType", (), "types"),
    cst.Float: FLOAT,
    cst.FormattedString: STR,
    cst.Imaginary: Type("complex"),
    cst.Integer: INT,
}
CONSTANT_NAMES = {"False": BOOL, "None": NONE, "True": BOOL}
SLICED = frozenset({"bytes", "list", "range", "str"})
"""Types of which a slice is of the same type."""


class ExpressionTypes:
    """Works out types of expressions of one module; remembers none of them."""

    def __init__(
        self,
        bindings: Bindings,
        imports: ImportedNames,
        members: ClassMembers,
        type_of: Callable[[cst.BaseExpression], Type],
        of_binding: Callable[[Binding], Type],
    ) -> None:
        self._bindings = bindings
        self._imports = imports
        self._members = members
        self._type_of = type_of
        self._of_binding = of_binding
        self.narrowing = NameNarrowing(bindings, members, type_of)
        self.arithmetic = TypeArithmetic(members)
        self._calls = CallTypes(self.arithmetic)

    def find(self, node: cst.BaseExpression) -> Type:
        """The type of an expression by the types of its parts."""
        type_of = self._type_of
        match node:
            case cst.Name():
                return self._name(node)
            case cst.Attribute():
                return self._attribute(node)
            case cst.Subscript():
                return self._subscript(node)
            case cst.Call():
                return self._called(
                    node.func, partial(read_arguments, node.args, type_of)
                )
            case cst.UnaryOperation() | cst.BinaryOperation() | cst.Comparison():
                return self._operation(node)
            case cst.BooleanOperation():
                return self._boolean(node)
            case cst.IfExp():
                return join_known([type_of(node.body), type_of(node.orelse)])
            case cst.NamedExpr():
                return type_of(node.value)
            case cst.BaseComp():
                return self._comprehension(node)
        return self._display(node)

    def _name(self, node: cst.Name) -> Type:
        binding = self._bindings.binding_of(node)
        if binding is None:
            return self._builtin(node)
        scope = self._loaded_in.get(node)
        if scope is None:
            return self._of_binding(binding)
        if self._bindings.resolution.find_outside_class(node.value, scope) not in (
            binding,
            None,
        ):
            return UNOBSERVED  # which of the two it is depends on when it is asked
        return self.narrowing.narrow(node, binding, self._of_binding(binding))

    def _builtin(self, node: cst.Name) -> Type:
        if not self._bindings.is_builtin(node, node.value):
            return UNOBSERVED
        is_class = isinstance(getattr(builtins, node.value, None), type)
        class_itself = Type("type", (Type(node.value),))
        return class_itself if is_class else CONSTANT_NAMES.get(node.value, UNOBSERVED)

    def _attribute(self, node: cst.Attribute) -> Type:
        full_name = self._imports.full_name(node)
        if full_name:
            return CONSTANTS.get(full_name, UNOBSERVED)
        name = node.attr.value
        return distribute(
            lambda owner: self._members.attribute(owner, name),
            self._type_of(node.value),
        )

    def _called(
        self, function: cst.BaseExpression, read: Callable[[], Arguments]
    ) -> Type:
        """What a function returns; its arguments are read where they matter."""
        full_name = self._imports.full_name(function)
        if full_name:
            return self._calls.of_library(full_name, read())
        if isinstance(function, cst.Name) and self._bindings.is_builtin(
            function, function.value
        ):
            return self._called_builtin(function.value, read())
        if isinstance(function, cst.Attribute):
            return self._called_method(function, read)
        return distribute(self._result, self._type_of(function))

    def _called_builtin(self, name: str, arguments: Arguments) -> Type:
        plain = [a.value for a in arguments.nodes if not a.star and a.keyword is None]
        if len(plain) == len(arguments.nodes) and len(plain) > 1:
            each = list(map(elements, arguments.positional[1:]))
            if name == "map":
                read = partial(Arguments, each)
                return build(*_iterator(self._called(plain[0], read)))
            if name == "filter":
                return build(*_iterator(each[0]))
        return self._calls.of_builtin(name, arguments)

    def _called_method(
        self, function: cst.Attribute, read: Callable[[], Arguments]
    ) -> Type:
        name = function.attr.value

        def result(owner: Type) -> Type:
            if owner.name == "type" and owner.arguments:
                return self._members.result(owner.arguments[0], name)
            if not self._members.is_class(owner):
                return self._calls.of_method(owner, name, read())
            found = self._members.result(owner, name)
            held = self._members.attribute(owner, name)
            return found if found != UNOBSERVED else distribute(self._result, held)

        return distribute(result, self._type_of(function.value))

    def _result(self, function: Type) -> Type:
        """What calling a value of a type returns."""
        if function.name == "Callable" and function.arguments:
            return function.arguments[-1]
        if function.name == "type" and self._members.makes_instances(
            function.arguments[0]
        ):
            return function.arguments[0]
        return self._members.result(function, "__call__")

    def _subscript(self, node: cst.Subscript) -> Type:
        index = node.slice[0].slice if len(node.slice) == 1 else None
        return distribute(
            lambda owner: self._item(owner, index), self._type_of(node.value)
        )

    def _item(self, owner: Type, index: cst.BaseSlice | None) -> Type:
        """What an item or a slice of a value is; without an index it has several."""
        if self._members.is_class(owner):
            return self._members.result(owner, "__getitem__")
        if isinstance(index, cst.Slice):
            if owner.name == "tuple":
                return build("tuple", (elements(owner), ANY_LENGTH))
            return owner if owner.name in SLICED else UNOBSERVED
        number = literal_integer(index.value) if isinstance(index, cst.Index) else None
        if owner.name == "tuple" and number is not None:
            return unpack(owner, number, elements)
        return method_result(owner, "__getitem__")

    def _operation(
        self, node: cst.UnaryOperation | cst.BinaryOperation | cst.Comparison
    ) -> Type:
        type_of = self._type_of
        match node:
            case cst.UnaryOperation(operator=cst.Not()):
                return BOOL
            case cst.UnaryOperation():
                operation = UNARY[type(node.operator)]
                return self.arithmetic.unary(operation, type_of(node.expression))
            case cst.BinaryOperation():
                operation = BINARY[type(node.operator)]
                left, right = type_of(node.left), type_of(node.right)
                exponent = literal_integer(node.right)
                return self.arithmetic.binary(operation, left, right, exponent)
        operands = [node.left, *(c.comparator for c in node.comparisons)]
        return join_known(
            self.arithmetic.comparison(c.operator, type_of(left), type_of(c.comparator))
            for left, c in zip(operands, node.comparisons, strict=False)
        )

    def _boolean(self, node: cst.BooleanOperation) -> Type:
        """One of the two operands; the left one of `or` is not None."""
        left, right = self._type_of(node.left), self._type_of(node.right)
        if left == UNOBSERVED:
            return UNOBSERVED
        drop = NONE if isinstance(node.operator, cst.Or) else UNOBSERVED
        return join_known([*(m for m in left.members if m != drop), right])

    def _comprehension(self, node: cst.BaseComp) -> Type:
        match node:
            case cst.DictComp():
                return build("dict", map(self._type_of, (node.key, node.value)))
            case cst.GeneratorExp():
                return build(*_iterator(self._type_of(node.elt)))
            case cst.ListComp() | cst.SetComp():
                name = "list" if isinstance(node, cst.ListComp) else "set"
                return build(name, [self._type_of(node.elt)])
        return UNOBSERVED

    def _display(self, node: cst.BaseExpression) -> Type:
        match node:
            case cst.SimpleString():
                return BYTES if "b" in node.prefix.lower() else STR
            case cst.ConcatenatedString():
                return self._type_of(node.left)
            case cst.Tuple():
                parts = [self._items(element) for element in node.elements]
                whole = Type("tuple")
                for part in parts:
                    whole = concatenate(whole.arguments, part.arguments)
                return whole
            case cst.List() | cst.Set():
                name = "list" if isinstance(node, cst.List) else "set"
                items = [elements(self._items(element)) for element in node.elements]
                return _container(name, items)
            case cst.Dict():
                return self._dictionary(node)
        return LITERALS.get(type(node), UNOBSERVED)

    def _items(self, element: cst.BaseElement) -> Type:
        """What an element of a display adds to it, as a tuple."""
        found = self._type_of(element.value)
        if not isinstance(element, cst.StarredElement):
            return Type("tuple", (found,))
        if found.name == "tuple":
            return found
        return Type("tuple", (elements(found), ANY_LENGTH))

    def _dictionary(self, node: cst.Dict) -> Type:
        parts: list[Type] = []
        for element in node.elements:
            found = self._type_of(element.value)
            if isinstance(element, cst.DictElement):
                found = build("dict", (self._type_of(element.key), found))
            parts.append(found if found.name == "dict" else UNOBSERVED)
        return join_known(parts) if parts else EMPTY["dict"]

    @cached_property
    def _loaded_in(self) -> dict[cst.Name, Scope]:
        """The scope of every name that is loaded."""
        return {
            occurrence.node: occurrence.scope
            for occurrence in self._bindings.scopes.occurrences
            if occurrence.role in (Role.LOAD, Role.UPDATE)
        }


def _container(name: str, items: list[Type]) -> Type:
    """A list or set of these; an empty one is open, one with unknown items unknown."""
    return build(name, [join_known(items)]) if items else EMPTY[name]


def _iterator(element: Type) -> tuple[str, Sequence[Type], str]:
    return "Iterator", (element,), "collections.abc"
