"""Note what a program's names hold when it holds the most.

Runs in the interpreter under test, as the helper of the program itself.  The program
runs twice: once to find the moment at which the most memory is allocated, and once to
look around at that moment, and whenever a line is printed.
"""

from __future__ import annotations

import atexit
import builtins
import gc
import json
import sys
import types
from collections.abc import Callable, Iterable, Iterator
from typing import Any

__all__ = ["print"]

report: Callable[[bytes], None] = globals()["report"]  # `run_copy.py` put it there

NO_DATA = (
    types.ModuleType,
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    types.FrameType,
    types.CodeType,
    types.GenericAlias,
    type,
)
EVERY = 16
"""Inside calls, memory is asked for at one moment in so many: asking takes long."""

CONTAINERS = (list, tuple, dict, set, frozenset, str, bytes)
print_as_before = builtins.print


class Watch:
    """Follows a program by its lines and returns, which it counts as moments."""

    def __init__(self, name: str, fullest: int, repeated: Iterable[str]) -> None:
        """`fullest` is the moment to look around at, 0 to find it."""
        self.name = name
        self.at = fullest
        self.repeated = frozenset(repeated)
        self.moment = 0
        self.most = (0, 0)
        self.module: types.FrameType | None = None
        self.found: dict[str, Any] = {"fullest": [], "printed": []}

    def trace(self, frame: types.FrameType, event: str, _: object) -> Any:
        """What `sys.settrace` calls for a new frame."""
        name = frame.f_code.co_name
        if frame.f_code.co_filename != self.name or name.startswith("__"):
            return None  # operators hold little, and are very many
        if name == "<module>":
            self.module = frame
        else:
            frame.f_trace_lines = False
        return self.follow

    def follow(self, frame: types.FrameType, event: str, _: object) -> Any:
        """What `sys.settrace` calls for lines of the module, and for returns."""
        self.moment += 1
        is_main = frame is self.module or frame.f_back is self.module
        if self.at == 0 and (is_main or self.moment % EVERY == 0):
            self.most = max(self.most, (sys.getallocatedblocks(), -self.moment))
        elif self.moment == self.at:
            self.found["fullest"] = self.look(frame)
        return self.follow

    def look(self, frame: types.FrameType | None) -> list[dict[str, Any]]:
        """Everything that names hold now, each object under the first that holds it.

        Names of the module come first, those that are bound once before those that a
        loop binds again, and then those of the calls under way, the outermost first.
        """
        seen: set[int] = set()
        found = []
        for scope, name, value in self.names(frame):
            measured = measure(value, seen)
            for item in measured:
                found.append({"scope": scope, "name": name, **item})
        return found

    def names(self, frame: types.FrameType | None) -> Iterator[tuple[str, str, Any]]:
        """Scope, name and value: scope is `once`, `again`, or a function's name."""
        held = dict(self.module.f_globals) if self.module else {}
        data = {n: v for n, v in held.items() if is_data(n, v)}
        yield from (("once", n, v) for n, v in data.items() if n not in self.repeated)
        yield from (("again", n, v) for n, v in data.items() if n in self.repeated)
        calls = []
        while frame is not None and frame is not self.module:
            calls.append(frame)
            frame = frame.f_back
        for call in reversed(calls):
            for name, value in call.f_locals.items():
                if is_data(name, value):
                    yield call.f_code.co_name, name, value


def is_data(name: str, value: object) -> bool:
    """Whether a name holds something that can hold others."""
    if name.startswith("__") or isinstance(value, NO_DATA):
        return False
    return isinstance(value, CONTAINERS) or is_own(value)


def is_own(value: object) -> bool:
    """Whether a value is of a class of the program."""
    return type(value).__module__ == "__main__"


def measure(value: Any, seen: set[int]) -> Iterator[dict[str, Any]]:
    """What a value holds that was not seen: by itself, and by objects of a class."""
    own = {"objects": 0, "bytes": 0}
    graphs: dict[str, dict[str, int]] = {}
    pending = [(value, "")]
    while pending:
        thing, inside = pending.pop()
        if id(thing) in seen or isinstance(thing, NO_DATA) or thing is None:
            continue
        seen.add(id(thing))
        if is_own(thing):
            inside = type(thing).__name__
        empty = {"objects": 0, "bytes": 0, "instances": 0}
        sums = graphs.setdefault(inside, empty) if inside else own
        sums["objects"] += 1
        sums["bytes"] += sys.getsizeof(thing)
        if inside:
            sums["instances"] += is_own(thing)
        pending.extend((inner, inside) for inner in gc.get_referents(thing))
    if own["objects"]:
        yield {"kind": type(value).__name__, "shape": shape_of(value), **own}
    for kind, sums in graphs.items():
        instances = sums.pop("instances")
        yield {"kind": kind, "shape": [instances], **sums}


def shape_of(value: Any) -> list[int]:
    """The length of a container, and of the lists and dictionaries first in it."""
    shape = [len(value)] if isinstance(value, CONTAINERS) else []
    while isinstance(value, (list, dict)):
        elements = value.values() if isinstance(value, dict) else value
        value = next(iter(elements), None)
        if isinstance(value, (list, dict)):
            shape.append(len(value))
    return shape


def print(*values: Any, **options: Any) -> None:
    """Print, and note what there is when the program does."""
    print_as_before(*values, **options)
    if watch.at:
        sys.settrace(None)
        watch.found["printed"].append(watch.look(sys._getframe(1)))
        sys.settrace(watch.trace)


def begin(name: str, fullest: int, repeated: Iterable[str]) -> None:
    """Start to watch the script of this name; the last line of the helper."""
    global watch
    watch = Watch(name, fullest, repeated)
    sys.settrace(watch.trace)
    atexit.register(tell)


def tell() -> None:
    """Report what was found, when the program has ended."""
    sys.settrace(None)
    found = watch.found if watch.at else {"moment": -watch.most[1]}
    report(json.dumps(found).encode())


watch: Watch
