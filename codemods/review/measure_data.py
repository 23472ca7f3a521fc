"""Measure where a script keeps its data: what lives where, how big, and how long.

A copy that is shortened to two rounds of each loop that prints is run and watched.  At
the moment at which it holds the most memory, every object is counted under the first
name that leads to it; `sys.getsizeof` gives its size, which leaves out what the
interpreter keeps of an object elsewhere, such as the store of its attributes.
"""

from __future__ import annotations

import ast
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from codemods.facts.metadata import parse
from codemods.memory import Memory, key_of
from codemods.refusal import Refusal
from codemods.verify.interpreter import find_interpreter
from codemods.verify.limits import Limits
from codemods.verify.run import run_script
from codemods.verify.scale_down import scale_down

HELPER = Path(__file__).with_name("watch_data.py")
ROUNDS = 2
NAME = "script.py"
LIMITS = Limits(seconds=300.0)

WHOLE_RUN, ONE_ROUND, ONE_CALL = "the whole run", "one round", "one call"
LIFETIMES = (WHOLE_RUN, ONE_ROUND, ONE_CALL)
"""How long data lives: for good, for a round of the main loop, or for a call."""


BUILT_IN = frozenset(("list", "tuple", "dict", "set", "frozenset", "str", "bytes"))


@dataclass(frozen=True)
class Holding:
    """What one name holds, or all objects of a class of the script.

    `place` is the module or a function; `entries` are a container's own, or the
    instances of the class.  `parts` are the bytes by how long they live.
    """

    name: str
    place: str
    kind: str
    entries: int
    objects: int
    parts: Mapping[str, int]

    @property
    def size(self) -> int:
        """In bytes."""
        return sum(self.parts.values())


PARSING = Lock()
"""CPython 3.11 may fail when two threads parse at once; they watch runs at once."""


def measure_data(source: str, input_file: Path, memory: Memory) -> list[Holding]:
    """What a script holds when it holds the most, the largest first.

    Raises `Refusal` if it cannot be shortened or fails.
    """
    helper = HELPER.read_text(encoding="utf-8")
    data = input_file.read_bytes()
    identity = find_interpreter().identity
    key = key_of("data", source, helper, data, identity, str(ROUNDS))
    known = memory.get(key)
    if known is None:
        known = _watch(source, input_file, helper)
        memory.put(key, known)
    found = json.loads(known)
    return _holdings(found["fullest"], found["printed"])


def _watch(source: str, input_file: Path, helper: str) -> bytes:
    with PARSING:
        text = scale_down(parse(source), ROUNDS).module.code
        repeated = sorted(_bound_in_loops(text))
    moment = 0
    reported = b""
    for _ in ("find the moment", "look around"):
        run = run_script(
            text,
            input_file=input_file,
            limits=LIMITS,
            name=NAME,
            helper=f"{helper}\nbegin({NAME!r}, {moment}, {repeated!r})\n",
        )
        reported = run.reported
        if run.exit_code != 0 or not reported:
            *_, said = run.stderr.decode(errors="replace").splitlines() or ["none"]
            raise Refusal("a run to its end", said, during="measure data")
        moment = json.loads(reported).get("moment", 0)
    return reported


def _bound_in_loops(source: str) -> set[str]:
    """Names of the module that a loop of the module binds."""
    loops = [n for n in ast.parse(source).body if isinstance(n, ast.For | ast.While)]
    return {
        node.id
        for loop in loops
        for node in ast.walk(loop)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


Item = dict[str, Any]
"""What `watch_data.py` says of one name: scope, name, kind, shape, objects, bytes."""


def _holdings(
    fullest: Sequence[Item], printed: Sequence[Sequence[Item]]
) -> list[Holding]:
    """`printed` is what there was whenever a line was printed, between the rounds."""
    between = [_grouped(items) for items in printed]
    holdings = []
    for group, items in _grouped(fullest).items():
        others = [_places(one[group]) for one in between if group in one]
        kept = min(others, default=0) / max(_places(items), 1)
        holdings.append(_holding(group, items, min(kept, 1.0)))
    return sorted(holdings, key=lambda holding: -holding.size)


Group = tuple[str, str, str]
"""Where it is, its name and kind; objects of the script's classes have no name."""


def _grouped(items: Sequence[Item]) -> dict[Group, list[Item]]:
    groups: dict[Group, list[Item]] = {}
    for item in items:
        name = item["name"] if item["kind"] in BUILT_IN else ""
        place = "module" if item["scope"] in ("once", "again") else item["scope"]
        groups.setdefault((place, name, item["kind"]), []).append(item)
    return groups


def _places(items: Sequence[Item]) -> int:
    """How many elements there are, those of inner lists counted by the first."""
    return sum(math.prod(item["shape"]) for item in items)


def _holding(group: Group, items: Sequence[Item], kept: float) -> Holding:
    """`kept` is the share of it that is there between rounds as well."""
    place, name, kind = group
    parts = dict.fromkeys(LIFETIMES, 0)
    for item in items:
        if item["scope"] == "once":
            share = kept if name else 1.0
            lasting = round(item["bytes"] * share)
            parts[WHOLE_RUN] += lasting
            parts[ONE_ROUND] += item["bytes"] - lasting
        else:
            parts[ONE_ROUND if place == "module" else ONE_CALL] += item["bytes"]
    return Holding(
        name=name or f"{kind} objects",
        place=place,
        kind=kind,
        entries=sum(item["shape"][0] for item in items if item["shape"]),
        objects=sum(item["objects"] for item in items),
        parts=parts,
    )
