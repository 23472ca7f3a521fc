"""Record what the values of a running script are; runs inside the observed process.

Whoever runs this file calls `begin` with the number of sites.  An instrumented copy of
the script then hands every value to one of the functions in `__all__`, with the number
of the site that it came from.  What was seen is reported when the script ends, as JSON:
for each site a list of descriptions.  A description is

    [module, name]                      a value of that class
    [module, name, [d, …], …]           a container, with the descriptions found in each
                                        of its slots: elements, or keys and values, or
                                        every position of a tuple
    ["", "long tuple", [d, …]]          a tuple whose positions do not count
    ["", "class", [d]]                  the class itself
    ["", kind, name, line]              a function, a method or a generator, by its code

Only classes are looked at, and the insides of containers whose class is exactly a
builtin one: no method that the script defines is called, so the script computes what
it would have computed.  A value's class is looked at every time a site runs.  The
inside of a container is looked at when a site first sees it, then at the 2nd, 4th,
8th … time, and once more at the end, which completes those that were empty at first.
Containers are kept for that, so one that a script would have let go lives longer.

Standard library only: the interpreter under test need not have any package.
"""

from __future__ import annotations

import atexit
import collections
import gc
import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import islice
from types import (
    CodeType,
    FunctionType,
    GeneratorType,
    MemberDescriptorType,
    MethodType,
)
from typing import Any

__all__ = ["__observe__", "__observed__", "__observe_attribute__", "__observe_item__"]

report: Callable[[bytes], None]  # given by whoever runs this file

HELD = 256  # containers that a site holds on to, to look at them again at the end
NESTED = 1000  # containers within one container that are looked into
POSITIONS = 16  # the longest tuple whose positions are described one by one
DEPTH = 20  # containers within containers that are still told apart
GARBAGE = 100_000  # objects before garbage is looked for: a graph has many, all in use

Description = tuple[object, ...]


def identities(*classes: type) -> frozenset[int]:
    """Classes by identity, since a script may define how they are hashed."""
    return frozenset(map(id, classes))


SEQUENCES = (tuple, list, set, frozenset, collections.deque, collections.Counter)
VIEWS: tuple[type, ...] = (type({}.keys()), type({}.values()), type({}.items()))
MAPPINGS = identities(dict, collections.defaultdict, collections.OrderedDict)
CONTAINERS = identities(*SEQUENCES, *VIEWS) | MAPPINGS
BY_CODE = identities(FunctionType, MethodType, GeneratorType)
ABSENT = object()
OBJECT = ("builtins", "object")
SAFE_KEYS = identities(int, str, float, bool, bytes, type(None))


class Site:
    """What one place of the script has shown so far."""

    def __init__(self) -> None:
        self.descriptions: set[Description] = set()
        self.settled: set[object] = set()  # shapes, and classes as values, by identity
        self.held: list[Any] = []
        self.visits: dict[int, int] = {}  # of each held container, by identity


sites: list[Site] = []
plain: list[set[int]] = []  # classes that say it all, seen at each site, by identity
latest: list[object] = []  # the last of them
names: dict[int, tuple[type, Description]] = {}  # of classes, by identity


def begin(number_of_sites: int) -> None:
    """Make room for what is seen, and report it when the script ends."""
    sites.extend(Site() for _ in range(number_of_sites))
    plain.extend(set() for _ in range(number_of_sites))
    latest.extend(ABSENT for _ in range(number_of_sites))
    atexit.register(report_sites)
    gc.set_threshold(GARBAGE)


def __observe__(site: int, value: Any) -> Any:
    """Note the value; it is also the result."""
    if type(value) is not latest[site] and id(type(value)) not in plain[site]:
        look(site, value)
    return value


def __observed__(site: int, value: Any) -> bool:
    """Note the value; always true."""
    __observe__(site, value)
    return True


def __observe_attribute__(site: int, owner: Any, name: str) -> None:
    """Note what an object stores under a name, if reading it calls nothing."""
    for kind in type(owner).__mro__:
        stored = kind.__dict__.get(name)
        if type(stored) is MemberDescriptorType:
            with suppress(AttributeError):
                __observe__(site, stored.__get__(owner))
            return
        if stored is not None and hasattr(type(stored), "__get__"):
            return
    try:
        storage = object.__getattribute__(owner, "__dict__")
    except AttributeError:
        return
    if type(storage) is dict and name in storage:
        __observe__(site, storage[name])


def __observe_item__(site: int, owner: Any, index: Any) -> None:
    """Note what a builtin container holds under an index or a plain key."""
    kind, item = id(type(owner)), ABSENT
    if kind == id(list) and type(index) is int and -len(owner) <= index < len(owner):
        item = owner[index]
    elif kind in MAPPINGS and id(type(index)) in SAFE_KEYS:
        item = dict.get(owner, index, ABSENT)
    if item is not ABSENT:
        __observe__(site, item)


def look(number: int, value: Any) -> None:
    """Note a value whose class alone does not tell that it is nothing new."""
    kind, site, identity = type(value), sites[number], id(value)
    if kind is tuple:
        if tuple(map(id, map(type, value))) in site.settled:
            return
    elif identity in site.settled:
        return
    visits = site.visits.get(identity, 0) + 1
    if visits > 1:
        site.visits[identity] = visits
        if visits & (visits - 1):  # not the 2nd, the 4th, the 8th …
            return
    if id(kind) in CONTAINERS:
        look_into(site, value, is_first=visits == 1)
        return
    site.descriptions.add(describe(value))
    if issubclass(kind, type):
        site.settled.add(identity)  # which stays its own: its name was noted
    elif is_plain(value):
        latest[number] = kind
        plain[number].add(id(kind))


def look_into(site: Site, container: Any, is_first: bool) -> None:
    """Note a container, whose inside may have changed since it was seen last."""
    if is_first and type(container) is not tuple:
        hold(site, container)
    shape = shape_of(container)
    if shape in site.settled:
        return
    if holds_only_plain(container):
        site.settled.add(shape)
    elif is_first:
        hold(site, container)
    site.descriptions.add(describe(container))


def hold(site: Site, container: Any) -> None:
    """Keep a container for another look at the end, if there is room."""
    if len(site.held) < HELD and id(container) not in site.visits:
        site.held.append(container)
        site.visits[id(container)] = 1


def shape_of(container: Any) -> object:
    """The classes of what is directly inside, in a form that can be looked up."""
    classes = [map(id, map(type, slot)) for slot in slots_of(container)]
    if type(container) is tuple:
        return tuple(classes[0])
    return (id(type(container)), *map(frozenset, classes))


def slots_of(container: Any) -> list[Iterable[Any]]:
    """The elements, or keys and values, of a container of a builtin class."""
    if id(type(container)) in MAPPINGS:
        return [container, dict.values(container)]
    return [container]


def holds_only_plain(container: Any) -> bool:
    """Whether the shape says it all, now; what is still empty says nothing yet."""
    if not container and type(container) is not tuple:
        return False
    return all(is_plain(v) for slot in slots_of(container) for v in one_of_each(slot))


def one_of_each(values: Iterable[Any]) -> Iterable[Any]:
    """One value of every class that occurs."""
    return {id(type(value)): value for value in values}.values()


def is_plain(value: Any) -> bool:
    """Whether the class of a value says all there is to say about it."""
    kind = type(value)
    special = id(kind) in CONTAINERS or id(kind) in BY_CODE
    return not special and not issubclass(kind, type)


def describe(value: Any, inside: tuple[int, ...] = ()) -> Description:
    """Describe a value that lies in the containers with these identities."""
    kind = type(value)
    if id(kind) in CONTAINERS:
        return describe_container(value, inside)
    if issubclass(kind, type):
        return ("", "class", (name_of(value),))
    if kind is FunctionType:
        return by_code("function", value.__code__)
    if kind is MethodType and type(value.__func__) is FunctionType:
        return by_code("method", value.__func__.__code__)
    if kind is GeneratorType:
        return by_code("generator", value.gi_code)
    return name_of(kind)


def describe_container(value: Any, inside: tuple[int, ...]) -> Description:
    if id(value) in inside or len(inside) == DEPTH:
        return OBJECT
    inside = (*inside, id(value))
    name = name_of(type(value))
    if type(value) is tuple:
        if len(value) > POSITIONS:
            return ("", "long tuple", alternatives(value, inside))
        return (*name, *(alternatives([part], inside) for part in value))
    return (*name, *(alternatives(slot, inside) for slot in slots_of(value)))


def alternatives(values: Iterable[Any], inside: tuple[int, ...]) -> Description:
    """The different descriptions of some values.

    Every value's class counts; of containers, the first `NESTED` are looked into.
    """
    values = list(values)
    found = dict.fromkeys(describe(v) for v in one_of_each(values) if is_plain(v))
    if not all(map(is_plain, one_of_each(values))):
        nested = islice((v for v in values if not is_plain(v)), NESTED)
        found.update(dict.fromkeys(describe(v, inside) for v in nested))
    return tuple(found)


def by_code(kind: str, code: CodeType) -> Description:
    return ("", kind, code.co_name, code.co_firstlineno)


def name_of(kind: type) -> Description:
    """The module and name of a class, which is kept: no other gets its identity."""
    if id(kind) not in names:
        names[id(kind)] = kind, (str(kind.__module__), str(kind.__qualname__))
    return names[id(kind)][1]


def report_sites() -> None:
    """Look at what is held once more and report everything."""
    for site in sites:
        site.descriptions.update(map(describe, site.held))
    found = [sorted(site.descriptions, key=repr) for site in sites]
    report(json.dumps(found).encode())  # noqa: F821
    gc.freeze()  # nobody needs the script's objects to be taken apart one by one
