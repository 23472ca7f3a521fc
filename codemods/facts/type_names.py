"""Types as annotations spell them: how two are put together, and how one is written.

A type is what values of a running program were seen to be, not what a checker proves.
The union of nothing, `UNOBSERVED`, stands for what was never seen: an expression that
did not run, the elements of a list that stayed empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Any

CONTAINERS = frozenset(
    "Counter OrderedDict defaultdict deque dict frozenset list set tuple".split()
)

NO_DATA = frozenset(
    "BinaryIO Callable EllipsisType Iterator ModuleType TextIO type".split()
)
"""What can be bound to a name, but is not data."""

MAIN = "__main__"
"""The module that classes of the observed script itself are from."""

NUMBERS = ("bool", "int", "float", "complex")
"""Each stands for those before it as well, as PEP 484 has it."""


@dataclass(frozen=True)
class Type:
    """A name, the module it is from, and its arguments.

    A union has the name `|` and its members for arguments, `tuple[int, ...]` has the
    arguments `int` and `ANY_LENGTH`, and a `Callable` has its parameters and, last, its
    result; the parameters are `ANY_LENGTH` alone where they are not known.
    """

    name: str
    arguments: tuple[Type, ...] = ()
    module: str = "builtins"

    @property
    def is_complete(self) -> bool:
        """Whether everything about the type was seen."""
        return self != UNOBSERVED and all(a.is_complete for a in self.arguments)

    @property
    def is_open(self) -> bool:
        """Whether a container in it was empty whenever it was looked at."""
        return any(
            part.name in CONTAINERS and UNOBSERVED in part.arguments
            for part in self.parts()
        )

    @property
    def members(self) -> tuple[Type, ...]:
        """What a union is made of; any other type is made of itself."""
        return self.arguments if self.name == "|" else (self,)

    def parts(self) -> Iterator[Type]:
        """The type and every type inside it."""
        yield self
        for argument in self.arguments:
            yield from argument.parts()

    def __str__(self) -> str:
        return spell(self)


UNOBSERVED = Type("|")
ANY_LENGTH = Type("...")
NONE = Type("None")
OBJECT = Type("object")


def callable_type(parameters: Iterable[Type], result: Type) -> Type:
    """The type of functions from `parameters` to `result`."""
    return Type("Callable", (*parameters, result), "collections.abc")


def iterator_type(element: Type) -> Type:
    """The type of iterators over elements of one type."""
    return Type("Iterator", (element,), "collections.abc")


FUNCTION = callable_type([ANY_LENGTH], UNOBSERVED)
ITERATOR = iterator_type(UNOBSERVED)

SPELLINGS = {
    ("builtins", "NoneType"): NONE,
    ("builtins", "ellipsis"): Type("EllipsisType", (), "types"),
    ("builtins", "module"): Type("ModuleType", (), "types"),
    ("io", "TextIOWrapper"): Type("TextIO", (), "typing"),
    ("io", "BufferedReader"): Type("BinaryIO", (), "typing"),
    ("io", "BufferedWriter"): Type("BinaryIO", (), "typing"),
    **dict.fromkeys(
        [
            ("builtins", kind)
            for kind in (
                "builtin_function_or_method function method method-wrapper "
                "method_descriptor wrapper_descriptor"
            ).split()
        ],
        FUNCTION,
    ),
    **dict.fromkeys(
        [
            ("builtins", kind)
            for kind in (
                "bytes_iterator dict_itemiterator dict_keyiterator dict_valueiterator "
                "enumerate filter generator list_iterator list_reverseiterator map "
                "range_iterator reversed set_iterator str_ascii_iterator str_iterator "
                "tuple_iterator zip"
            ).split()
        ],
        ITERATOR,
    ),
}
"""Classes that annotations spell otherwise than they call themselves."""


def join(types: Iterable[Type]) -> Type:
    """The type of a place where values of each of these types were seen.

    Numbers widen (`int` and `float` are `float`), containers of one kind are joined
    element by element, tuples of different lengths become `tuple[element, ...]`, and
    what is left is a union.
    """
    members: list[Type] = []
    for type_ in types:
        for member in type_.members:
            _add(members, member)
    if len(members) == 1:
        return members[0]
    return Type("|", tuple(sorted(members, key=_rank)))


def complete(type_: Type, evidence: Iterable[Type]) -> Type:
    """Fill in what a type leaves open from others of the same names.

    Nothing is looked at if it leaves all open.
    """
    if type_ == UNOBSERVED:
        return type_
    names = {(member.name, member.module) for member in type_.members}
    others = (member for other in evidence for member in other.members)
    return join([type_, *(o for o in others if (o.name, o.module) in names)])


def spell(type_: Type) -> str:
    """The type as the text of an annotation."""
    if type_ == UNOBSERVED:
        return "?"
    arguments = [spell(argument) for argument in type_.arguments]
    if type_.name == "|":
        return " | ".join(arguments)
    if type_.name == "Callable" and arguments:
        *parameters, result = arguments
        listed = "..." if parameters == ["..."] else f"[{', '.join(parameters)}]"
        return f"Callable[{listed}, {result}]"
    if type_ == Type("tuple"):
        return "tuple[()]"
    return f"{type_.name}[{', '.join(arguments)}]" if arguments else type_.name


def to_json(type_: Type) -> list[Any]:
    """The type as lists and strings."""
    return [type_.name, type_.module, list(map(to_json, type_.arguments))]


def from_json(rows: list[Any]) -> Type:
    """The type that `to_json` was called on."""
    name, module, arguments = rows
    return Type(name, tuple(map(from_json, arguments)), module)


def named_class(module: str, name: str) -> Type:
    """The type that instances of a class have, by the name it is to be written with."""
    module = "io" if module == "_io" else module
    return SPELLINGS.get((module, name)) or Type(name, (), module)


def view_type(kind: str, elements: Type) -> Type:
    """The type of one of the views of a dictionary, such as `dict_keys`."""
    name = {"dict_keys": "KeysView", "dict_values": "ValuesView"}.get(kind, "ItemsView")
    pair = elements.arguments or (UNOBSERVED, UNOBSERVED)
    arguments = pair if name == "ItemsView" else (elements,)
    return Type(name, arguments, "collections.abc")


def element_type(type_: Type) -> Type:
    """What iterating over values of this type yields, as far as its name says so."""
    return join(_elements(member) for member in type_.members)


def _elements(type_: Type) -> Type:
    if type_.name == "tuple":
        return join(a for a in type_.arguments if a != ANY_LENGTH)
    if type_.name in {"str", "bytes"}:
        return type_ if type_.name == "str" else Type("int")
    if type_.name == "range":
        return Type("int")
    if type_.name == "ItemsView":
        return Type("tuple", type_.arguments)
    return type_.arguments[0] if type_.arguments else UNOBSERVED


def _add(members: list[Type], new: Type) -> None:
    """Put `new` among the members, into the one that it can be joined with."""
    for index, old in enumerate(members):
        joined = _join_two(old, new)
        if joined is not None:
            members[index] = joined
            return
    members.append(new)


def _join_two(left: Type, right: Type) -> Type | None:
    """One type that is not a union for both, where there is one."""
    if left == right:
        return left
    if left.name in NUMBERS and right.name in NUMBERS:
        return max(left, right, key=lambda number: NUMBERS.index(number.name))
    if (left.name, left.module) != (right.name, right.module):
        return None
    if left.name == "tuple":
        return _join_tuples(left, right)
    if left.name == "Callable":
        return _join_callables(left, right)
    if len(left.arguments) != len(right.arguments):
        return None
    return Type(left.name, _join_pairwise(left, right), left.module)


def _join_tuples(left: Type, right: Type) -> Type:
    both = (*left.arguments, *right.arguments)
    if ANY_LENGTH not in both and len(left.arguments) == len(right.arguments):
        return Type("tuple", _join_pairwise(left, right))
    return Type("tuple", (join(a for a in both if a != ANY_LENGTH), ANY_LENGTH))


def _join_callables(left: Type, right: Type) -> Type:
    result = join([left.arguments[-1], right.arguments[-1]])
    if len(left.arguments) != len(right.arguments):
        return callable_type([ANY_LENGTH], result)
    *parameters, _ = _join_pairwise(left, right)
    unknown = ANY_LENGTH in (left.arguments[0], right.arguments[0])
    return callable_type([ANY_LENGTH] if unknown else parameters, result)


def _join_pairwise(left: Type, right: Type) -> tuple[Type, ...]:
    pairs = zip(left.arguments, right.arguments, strict=True)
    return tuple(reduce(lambda a, b: join([a, b]), pair) for pair in pairs)


def _rank(member: Type) -> tuple[bool, bool, str]:
    """The script's own classes first, None last, the rest by the alphabet."""
    return (member == NONE, member.module != MAIN, spell(member))
