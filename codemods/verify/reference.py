"""What the original prints: recorded beside it, and found again by content."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from codemods.ledger import sha256_of
from codemods.memory import write_atomically
from codemods.verify.find_fault import Expected
from codemods.verify.observe import TEXT, Observation

RECORDED = Path(__file__).parents[2] / "original" / "expected"


@dataclass(frozen=True)
class Reference:
    """What a program has to print, as it prints it and with floats to 17 digits.

    `scaled` are the bounds that were changed, if it is of a quick run.
    """

    expected: Expected
    widened: str
    floats: int
    scaled: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Provenance:
    """Of what, and with what, a reference was recorded."""

    script_sha256: str
    input_name: str
    input_sha256: str
    interpreter: str
    harness: str
    floats: int
    exit_code: int
    standard_error: str


def reference_of(observation: Observation) -> Reference:
    """A run of the original, as what its refactored forms have to come to."""
    run = observation.run
    assert run.exit_code is not None, "only a run that has ended can be a reference"
    expected = Expected(run.stdout, run.stderr, run.exit_code)
    widened, floats = observation.widened, observation.floats
    return Reference(expected, widened, floats, observation.scaled)


def find_reference(
    folders: Iterable[Path], script: bytes, data: bytes
) -> Reference | None:
    """The reference recorded for a script and an input, if there is one."""
    wanted = sha256_of(script), sha256_of(data)
    for path in (path for folder in folders for path in sorted(folder.glob("*.json"))):
        found = Provenance(**json.loads(path.read_text(encoding="utf-8")))
        if (found.script_sha256, found.input_sha256) == wanted:
            printed, exact = _texts(path)
            stderr = found.standard_error.encode(*TEXT)
            expected = Expected(printed.read_bytes(), stderr, found.exit_code)
            widened = exact.read_bytes().decode(*TEXT)
            return Reference(expected, widened, found.floats)
    return None


def write_reference(path: Path, reference: Reference, provenance: Provenance) -> None:
    """Write a reference as `path`, a JSON file, and two texts beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    printed, exact = _texts(path)
    write_atomically(printed, reference.expected.stdout)
    write_atomically(exact, reference.widened.encode(*TEXT))
    text = json.dumps(asdict(provenance), indent=2, sort_keys=True)
    write_atomically(path, f"{text}\n".encode())


def _texts(path: Path) -> tuple[Path, Path]:
    return path.with_suffix(".printed.txt"), path.with_suffix(".exact.txt")
