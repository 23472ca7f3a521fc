"""What the values of a script are, seen by watching a shortened run of it.

No static checker knows the types of a script without annotations.  Its values do: a
copy of the script hands each of them over as it runs, and what is known of their
classes is looked up by the expression, target, parameter or function that they were
seen at.

What did not run is `UNOBSERVED`, and so are the elements of a container that held
nothing as long as the run lasted; different types at one place are joined.  It is for
those who ask to refuse what they cannot use.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import libcst as cst

from codemods.facts.metadata import reparse, wrap
from codemods.facts.observed_sites import Key, Seen, instrument
from codemods.facts.places import Place, find_places, unannotated
from codemods.facts.print_parts import text_of
from codemods.facts.sighting_types import (
    find_functions,
    shows_functions,
    types_of_sightings,
)
from codemods.facts.type_names import UNOBSERVED, Type, from_json, to_json
from codemods.memory import Memory, key_of
from codemods.refusal import Refusal
from codemods.stopwatch import STOPWATCH
from codemods.verify.interpreter import Interpreter, find_interpreter
from codemods.verify.limits import Limits
from codemods.verify.run import RunResult, run_script
from codemods.verify.scale_down import scale_down

ITERATIONS = (1, 4)
"""How often each loop that prints is run; more often if a container stayed empty."""

LIMITS = Limits(seconds=120.0)
RECORDER = Path(__file__).with_name("observe_launch.py")


class UnwantedError(LookupError):
    """Something was asked of a value that was not watched."""


@dataclass(frozen=True)
class ObservedTypes:
    """The types of one program, by what was seen where.

    They hold for every layout of it, with and without annotations; `text` is the
    program without both.  If only some places were `wanted`, the others are not known.
    """

    text: str
    types: Mapping[Key, Type]
    wanted: Collection[Place] | None = None

    def on(self, module: cst.Module) -> NodeTypes:
        """The types of the nodes of a module, which must be of this program."""
        if unannotated(text_of(module)) != self.text:
            raise ValueError("these types were observed in another program")
        return NodeTypes(self.types, find_places(module), self.wanted)

    def to_bytes(self) -> bytes:
        """The types in a form to be remembered."""
        items = self.types.items()
        rows = [[seen.name, place, to_json(type_)] for (seen, place), type_ in items]
        return json.dumps(rows).encode()

    @classmethod
    def from_bytes(
        cls, text: str, data: bytes, wanted: Collection[Place] | None = None
    ) -> ObservedTypes:
        """The types of the program `text` that `to_bytes` was called on."""
        types = {(Seen[s], place): from_json(t) for s, place, t in json.loads(data)}
        return cls(text, types, wanted)


@dataclass(frozen=True)
class NodeTypes:
    """The observed types of the nodes of one module; see `ObservedTypes.on`."""

    types: Mapping[Key, Type]
    places: Mapping[cst.CSTNode, Place]
    wanted: Collection[Place] | None = None

    def loaded(self, node: cst.BaseExpression) -> Type:
        """The values of an expression; of an updated target, before the update.

        Not known are the values of a call that is a statement by itself, and of a
        callee that is an attribute or the name of a function, class or builtin.
        """
        return self._at(Seen.LOADED, node)

    def stored(self, node: cst.CSTNode) -> Type:
        """What a target or the name of a parameter was bound to.

        The name of a `*parameter` is bound to a tuple, of a `**parameter` to a dict.
        """
        return self._at(Seen.STORED, node)

    def returned(self, function: cst.FunctionDef) -> Type:
        """What calls of a function return; an iterator if it is a generator."""
        return self._at(Seen.RETURNED, function.name)

    def _at(self, seen: Seen, node: cst.CSTNode) -> Type:
        place = self.places[node]
        if self.wanted is not None and place not in self.wanted:
            raise UnwantedError(f"nobody wanted to know of {node}")
        return self.types.get((seen, place), UNOBSERVED)


def observe_types(
    module: cst.Module,
    nodes: Collection[cst.CSTNode] | None = None,
    *,
    input_file: Path | None = None,
    python: str = sys.executable,
    memory: Memory | None = None,
) -> ObservedTypes:
    """Run a shortened, instrumented copy of a script and return what it showed.

    One iteration of each loop that prints has to do, such as one training step and one
    sample; a few, if some container held nothing in the whole run.  Where only some
    `nodes` are asked for, the run is the shorter, because only they are watched, and
    only what is found in them makes it longer.
    Refuses a script that cannot be shortened, and one whose shortened run fails.
    """
    text = unannotated(text_of(module))
    interpreter = find_interpreter(python)
    data = b"" if input_file is None else input_file.read_bytes()
    wanted = None if nodes is None else _places(module, nodes)
    asked = json.dumps(None if wanted is None else sorted(wanted))
    key = key_of("observed types", text, asked, data, interpreter.identity, _version())
    remembered = memory.get(key) if memory is not None else None
    if remembered is not None:
        return ObservedTypes.from_bytes(text, remembered, wanted)
    for iterations in ITERATIONS:
        types = _observe(module, iterations, input_file, interpreter, wanted)
        if not any(type_.is_open for type_ in types.values()):
            break
    observed = ObservedTypes(text, types, wanted)
    if memory is not None:
        memory.put(key, observed.to_bytes())
    return observed


def _places(module: cst.Module, nodes: Collection[cst.CSTNode]) -> frozenset[Place]:
    places = find_places(module)
    return frozenset(places[node] for node in nodes)


def _observe(
    module: cst.Module,
    iterations: int,
    input_file: Path | None,
    python: Interpreter,
    wanted: Collection[Place] | None,
) -> dict[Key, Type]:
    scaled = scale_down(module, iterations).module
    instrumented, sites = instrument(wrap(reparse(scaled)), wanted)
    copy = instrumented.code
    recorder = RECORDER.read_text(encoding="utf-8")
    with STOPWATCH.measure("observed run"):
        run = run_script(
            copy,
            input_file=input_file,
            python=python.path,
            limits=LIMITS,
            name="script.py",
            helper=f"{recorder}\nbegin({len(sites.keys)})\n",
        )
    _refuse_failed(run)
    sightings = json.loads(run.reported)
    if wanted is not None and any(map(shows_functions, sightings)):
        # what those take and return tells of them, too
        return _observe(module, iterations, input_file, python, None)
    types = types_of_sightings(sites, sightings, find_functions(module, copy))
    return {key: t for key, t in types.items() if wanted is None or key[1] in wanted}


def _refuse_failed(run: RunResult) -> None:
    if run.exit_code == 0 and run.reported:
        return
    *_, said = run.stderr.decode(errors="replace").splitlines() or ["none"]
    if run.stopped_because is not None:
        said = run.stopped_because.value
    elif run.signal is not None:
        said = f"signal {run.signal}"
    raise Refusal("a shortened run that ends well", said)


@cache
def _version() -> str:
    """What the types depend on besides the script: the text of what finds them."""
    here = Path(__file__).parent
    files = [*sorted(here.glob("*.py")), here.parent / "verify" / "scale_down.py"]
    return key_of(*(file.read_bytes() for file in files))
