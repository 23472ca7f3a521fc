"""Putting types together so that what is not known stays not known.

`join` of `type_names` says what was seen at a place: there, a type that was not seen
adds nothing.  Here, a type that is not known may be any type, and so may what is made
of it: `agree([int, UNOBSERVED])` is `UNOBSERVED`.

    list[?]         a list that is empty as far as this expression says: it goes with
                    every other list
    tuple[int, ?]   a pair whose second element is not known: it goes with no other
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from codemods.facts.type_names import (
    ANY_LENGTH,
    CONTAINERS,
    NONE,
    UNOBSERVED,
    Type,
    join,
)


def join_known(types: Iterable[Type]) -> Type:
    """The type of a place where a value has one of these types."""
    found = list(dict.fromkeys(types))
    if len(found) == 1:
        return found[0]
    return UNOBSERVED if any(map(_is_vague, found)) else join(found)


def agree(types: Iterable[Type]) -> Type:
    """The type that these have in common but for numbers; unknown if there is none."""
    found = list(types)
    joined = join_known(found)
    most = max((len(type_.members) for type_ in found), default=0)
    return joined if len(joined.members) <= most else UNOBSERVED


def build(name: str, arguments: Iterable[Type], module: str = "builtins") -> Type:
    """The type of a name with arguments; unknown if one is, but for a tuple's."""
    found = tuple(arguments)
    if name == "|":
        return join_known(found)
    if name == "tuple" and ANY_LENGTH not in found:
        return Type(name, found, module)
    return UNOBSERVED if UNOBSERVED in found else Type(name, found, module)


def distribute(combine: Callable[..., Type], *types: Type) -> Type:
    """What is true of every combination of members of these types."""
    combinations: list[tuple[Type, ...]] = [()]
    for type_ in types:
        combinations = [(*c, member) for c in combinations for member in type_.members]
    return join_known(combine(*combination) for combination in combinations)


def without_none(type_: Type) -> Type:
    """The type of those of its values that are not None."""
    return join_known(member for member in type_.members if member != NONE)


def unpack(whole: Type, index: int, elements: Callable[[Type], Type]) -> Type:
    """The type of an item of a tuple by its index, or of any element of others."""
    if whole.name != "tuple" or ANY_LENGTH in whole.arguments:
        return elements(whole)
    inside = -len(whole.arguments) <= index < len(whole.arguments)
    return whole.arguments[index] if inside else UNOBSERVED


def number_of_items(whole: Type) -> int | None:
    """How many items a tuple has, where its type says so."""
    fixed = whole.name == "tuple" and ANY_LENGTH not in whole.arguments
    return len(whole.arguments) if fixed else None


def concatenate(left: Sequence[Type], right: Sequence[Type]) -> Type:
    """The type of two tuples with items of these types, one after the other."""
    both = (*left, *right)
    if ANY_LENGTH not in both:
        return Type("tuple", both)
    return build("tuple", (join_known(t for t in both if t != ANY_LENGTH), ANY_LENGTH))


def _is_vague(type_: Type) -> bool:
    """Whether something about a type is not known, other than that it is empty."""
    return type_ == UNOBSERVED or any(
        UNOBSERVED in part.arguments
        for part in type_.parts()
        if part.name not in CONTAINERS - {"tuple"}
    )
