"""Which types hold nothing that can be changed, and what the parts of others are.

int, str, tuple[int, str]     immutable
list[int], dict[str, Row]     plain: changed only by who holds one, never by who reads
Iterator[int], TextIO, ?      neither: reading may change it
"""

from __future__ import annotations

from codemods.facts.builtin_types import INT, elements
from codemods.facts.known_types import join_known
from codemods.facts.type_names import ANY_LENGTH, MAIN, UNOBSERVED, Type

ATOMS = {
    "builtins": "None bool bytes complex float int range str".split(),
    "datetime": "date datetime time timedelta timezone".split(),
    "decimal": ["Decimal"],
    "fractions": ["Fraction"],
    "pathlib": ["Path", "PurePath"],
    "re": ["Pattern"],
    "types": ["EllipsisType"],
}
"""Types of which the values never change, by their modules."""

MAKERS = frozenset(
    {"os.environ.get", "os.getenv", "re.compile"}
    | {f"{module}.{name}" for module, names in ATOMS.items() for name in names}
)
"""What to call, by its full name, for a value that never changes."""

FROZEN = frozenset({"frozenset", "tuple"})
TABLES = frozenset("Mapping MutableMapping OrderedDict dict".split())
READABLE = (
    TABLES
    | FROZEN
    | frozenset(
        "Collection Counter ItemsView KeysView MutableSequence Sequence ValuesView "
        "bytearray deque list set".split()
    )
)
"""Containers that are as they were after anything is read; a defaultdict is not."""


def is_immutable(type_: Type) -> bool:
    """Whether no value of a type can change, nor anything that it holds."""
    return type_ != UNOBSERVED and all(map(_never_changes, type_.members))


def is_plain(type_: Type) -> bool:
    """Whether values of a type are immutable, containers, or objects of the module."""
    return type_ != UNOBSERVED and all(
        member.module == MAIN or is_readable(member) or _never_changes(member)
        for member in type_.members
    )


def is_readable(type_: Type) -> bool:
    """Whether values of a type are containers that reading does not change."""
    return type_ != UNOBSERVED and all(
        member.name in READABLE and member.module != MAIN for member in type_.members
    )


def has_methods(type_: Type) -> bool:
    """Whether operators and methods of a value may be those of a class."""
    return any(member.module == MAIN for member in type_.members)


def item_type(type_: Type) -> Type:
    """What a subscript takes out of a container."""
    return join_known(map(_item, type_.members))


def part_type(type_: Type) -> Type:
    """What a copy of a container holds as well."""
    return join_known([elements(type_), item_type(type_)])


def _never_changes(member: Type) -> bool:
    if member.module == "builtins" and member.name in FROZEN:
        parts = [part for part in member.arguments if part != ANY_LENGTH]
        return all(map(is_immutable, parts))
    return member.name in ATOMS.get(member.module, ())


def _item(member: Type) -> Type:
    if member.module != MAIN and member.name in TABLES and len(member.arguments) == 2:
        return member.arguments[1]
    return INT if member.name == "Counter" else elements(member)
