"""What calls of builtins and of the standard library return, by their arguments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import libcst as cst

from codemods.facts.builtin_types import (
    BINARY_FILE,
    EMPTY,
    FUNCTIONS,
    INT,
    LIBRARY,
    TEXT_FILE,
    elements,
    fill,
    method_result,
    needs,
)
from codemods.facts.known_types import build, join_known
from codemods.facts.type_arithmetic import WHOLE, TypeArithmetic
from codemods.facts.type_names import (
    NUMBERS,
    UNOBSERVED,
    Type,
    iterator_type,
)


@dataclass(frozen=True)
class Arguments:
    """The types of what a function is called with."""

    positional: Sequence[Type]
    keywords: dict[str, Type] = field(default_factory=dict)
    nodes: Sequence[cst.Arg] = ()
    is_spread: bool = False
    """Whether there are others, from `*arguments` or `**keywords`."""

    @property
    def first(self) -> Type:
        return self.positional[0] if self.positional else UNOBSERVED

    @property
    def default(self) -> list[Type]:
        """What is returned instead, if there is nothing to be found."""
        keyword = self.keywords.get("default")
        return [*self.positional[1:2], *([keyword] if keyword is not None else [])]


def read_arguments(
    nodes: Sequence[cst.Arg], type_of: Callable[[cst.BaseExpression], Type]
) -> Arguments:
    """The arguments of a call."""
    plain = [node for node in nodes if not node.star]
    return Arguments(
        [type_of(node.value) for node in plain if node.keyword is None],
        {node.keyword.value: type_of(node.value) for node in plain if node.keyword},
        nodes,
        len(plain) < len(nodes),
    )


class CallTypes:
    """The calls of functions that the module did not define."""

    def __init__(self, arithmetic: TypeArithmetic) -> None:
        self._arithmetic = arithmetic
        self._rules: dict[str, Callable[[Arguments], Type]] = {
            "abs": self._abs,
            "dict": self._dict,
            "divmod": self._divmod,
            "max": self._extreme,
            "min": self._extreme,
            "next": self._next,
            "open": self._open,
            "round": self._round,
            "sum": self._sum,
            "type": self._type,
            "zip": self._zip,
        }

    def of_builtin(self, name: str, arguments: Arguments) -> Type:
        """What a builtin function or type returns."""
        if name in EMPTY and not (arguments.nodes or arguments.positional):
            return EMPTY[name]
        if name in self._rules:
            return UNOBSERVED if arguments.is_spread else self._rules[name](arguments)
        return _from_table(FUNCTIONS.get(name, UNOBSERVED), arguments)

    def of_library(self, full_name: str, arguments: Arguments) -> Type:
        """What a function of a module returns."""
        return _from_table(LIBRARY.get(full_name, UNOBSERVED), arguments)

    def of_method(self, receiver: Type, method: str, arguments: Arguments) -> Type:
        """What a method of a built-in type returns; `get` may return a default."""
        found = method_result(receiver, method)
        if receiver.name in ("dict", "OrderedDict", "defaultdict", "Mapping") and (
            method in ("get", "pop") and len(arguments.positional) > 1
        ):
            return join_known([receiver.arguments[1], *arguments.positional[1:]])
        return found

    def _abs(self, arguments: Arguments) -> Type:
        number = arguments.first
        if number.name == "complex":
            return Type("float")
        return self._arithmetic.unary(
            "pos" if number.name in NUMBERS else "abs", number
        )

    def _divmod(self, arguments: Arguments) -> Type:
        if len(arguments.positional) != 2:
            return UNOBSERVED
        left, right = arguments.positional
        binary = self._arithmetic.binary
        return Type(
            "tuple",
            tuple(binary(name, left, right) for name in ("floordiv", "mod")),
        )

    def _round(self, arguments: Arguments) -> Type:
        number = arguments.first
        if number.name not in ("bool", "int", "float"):
            return UNOBSERVED
        if len(arguments.nodes) == 1 or number.name in WHOLE:
            return INT
        return number if arguments.positional[1:] == [INT] else UNOBSERVED

    def _extreme(self, arguments: Arguments) -> Type:
        """`min` and `max`, of several arguments or of the elements of one."""
        if len(arguments.positional) > 1:
            return join_known(arguments.positional)
        return join_known([elements(arguments.first), *arguments.default])

    def _sum(self, arguments: Arguments) -> Type:
        """Of the start, of the start and an element, and of that and an element."""
        start = (*arguments.positional[1:], *arguments.keywords.values(), INT)[0]
        element, add = elements(arguments.first), self._arithmetic.binary
        once = add("add", start, element)
        return join_known([start, once, add("add", once, element)])

    def _next(self, arguments: Arguments) -> Type:
        return join_known([elements(arguments.first), *arguments.default])

    def _zip(self, arguments: Arguments) -> Type:
        items = tuple(map(elements, arguments.positional))
        return iterator_type(Type("tuple", items)) if items else UNOBSERVED

    def _dict(self, arguments: Arguments) -> Type:
        """A copy of a dictionary, or made of pairs, or of keywords."""
        whole = arguments.first
        if arguments.keywords or len(arguments.positional) != 1:
            values = () if arguments.positional else arguments.keywords.values()
            return build("dict", (Type("str"), join_known(values)))
        if whole.name in ("dict", "OrderedDict", "defaultdict"):
            return Type("dict", whole.arguments)
        pair = elements(whole)
        is_pair = pair.name == "tuple" and len(pair.arguments) == 2
        return build("dict", pair.arguments) if is_pair else UNOBSERVED

    def _open(self, arguments: Arguments) -> Type:
        """A file for text, unless the mode says otherwise or is not written out."""
        modes = [
            node.value
            for index, node in enumerate(arguments.nodes)
            if (index == 1 and node.keyword is None)
            or (node.keyword is not None and node.keyword.value == "mode")
        ]
        mode = modes[0] if modes else cst.SimpleString("'r'")
        if not isinstance(mode, cst.SimpleString):
            return UNOBSERVED
        return BINARY_FILE if "b" in str(mode.evaluated_value) else TEXT_FILE

    def _type(self, arguments: Arguments) -> Type:
        return build("type", [arguments.first] if len(arguments.nodes) == 1 else [])


def _from_table(pattern: Type, arguments: Arguments) -> Type:
    letters = needs(pattern)
    if not letters:
        return pattern
    if arguments.is_spread:
        return UNOBSERVED
    return fill(pattern, {"T": elements(arguments.first), "SAME": arguments.first})
