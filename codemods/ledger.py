"""The ledger beside the snapshots: where each comes from and what it was measured at.

One JSON file, `ledger.json`, with four sections:

    snapshots      for each snapshot, by file name, the SHA-256 of its bytes and of
                   those it was made from (of the original, for the first)
    rules          for each snapshot, by rule, how many findings there were before the
                   step and how many there are after it, where there were any
    verification   for each input and interpreter, the figures of the last full
                   verification in which every snapshot passed
    benchmark      for each input and interpreter, the last measured speed of scripts

Sections and fields that are not known here survive being loaded and saved.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from codemods.memory import write_atomically
from codemods.refusal import Refusal

FILE_NAME = "ledger.json"

Entry = TypeVar("Entry")

RuleCounts = dict[str, tuple[int, int]]
"""By rule, the numbers of findings before a step and after it."""


def sha256_of(data: bytes) -> str:
    """The hash by which the ledger knows a file."""
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True)
class Origin:
    """The hash of a snapshot, and of what it was made from."""

    sha256: str
    made_from: str


@dataclass(frozen=True)
class Figures:
    """What was measured when a snapshot, or the original, was verified in full."""

    sha256: str
    level: str
    floats_compared: int
    largest_difference: float
    seconds: float
    cpu_seconds: float
    peak_kilobytes: int
    sanity_check: str


@dataclass(frozen=True)
class Verification:
    """A full verification: on what, and what was measured, by snapshot file name."""

    input_name: str
    input_sha256: str
    interpreter: str
    machine: str
    original: Figures
    snapshots: dict[str, Figures]

    def key(self) -> str:
        """What the next verification of the same kind replaces."""
        version = self.interpreter.rpartition(".")[0]
        return f"{self.input_name} on {version}"


@dataclass(frozen=True)
class Speed:
    """How fast a script is: medians of several rounds, in each of which the original
    ran for as many iterations."""

    sha256: str
    iterations: int
    rounds: int
    milliseconds: float
    """Per iteration."""
    times_as_fast: float
    peak_kilobytes: int
    share_of_memory: float


@dataclass(frozen=True)
class Benchmark:
    """Measurements of speed: on what, and by file name, the figures."""

    input_name: str
    interpreter: str
    machine: str
    speeds: dict[str, Speed]

    def key(self) -> str:
        """What the next measurement of the same kind replaces."""
        version = self.interpreter.rpartition(".")[0]
        return f"{self.input_name} on {version}"


@dataclass
class Ledger:
    """The content of the ledger file; save it to change that."""

    path: Path
    content: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path) -> Ledger:
        """The ledger of a folder of snapshots, empty if there is none yet."""
        path = folder / FILE_NAME
        try:
            content = json.loads(path.read_bytes())
        except FileNotFoundError:
            return cls(path)
        except ValueError as error:
            raise Refusal("a ledger in JSON", str(error), file=str(path)) from None
        if not isinstance(content, dict):
            raise Refusal("a JSON object", type(content).__name__, file=str(path))
        return cls(path, content)

    def save(self) -> None:
        """Write the ledger, always in the same layout."""
        text = json.dumps(self.content, indent=2, sort_keys=True, ensure_ascii=False)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(self.path, f"{text}\n".encode())

    def origin(self, snapshot: str) -> Origin | None:
        """Where a snapshot comes from, by its file name."""
        entry = self.content.get("snapshots", {}).get(snapshot)
        return Origin(entry["sha256"], entry["made_from"]) if entry else None

    def set_origin(self, snapshot: str, origin: Origin) -> None:
        """Note where a snapshot comes from."""
        self.content.setdefault("snapshots", {})[snapshot] = asdict(origin)

    def rule_counts(self, snapshot: str) -> RuleCounts | None:
        """How many findings there were before the step of a snapshot, and after."""
        entry = self.content.get("rules", {}).get(snapshot)
        return (
            None if entry is None else {rule: (b, a) for rule, (b, a) in entry.items()}
        )

    def set_rule_counts(self, snapshot: str, counts: RuleCounts) -> None:
        """Note how many findings there were before a step, and after."""
        self.content.setdefault("rules", {})[snapshot] = counts

    def keep_snapshots(self, snapshots: set[str]) -> None:
        """Forget where every snapshot comes from that is not one of these."""
        for section in ("snapshots", "rules"):
            entries = self.content.get(section, {})
            for name in set(entries) - snapshots:
                del entries[name]

    def verifications(self) -> dict[str, Verification]:
        """Every verification, by its key."""
        return self._section("verification", _verification)

    def set_verification(self, verification: Verification) -> None:
        """Note a verification in place of the last one of its kind."""
        section = self.content.setdefault("verification", {})
        section[verification.key()] = asdict(verification)

    def benchmarks(self) -> dict[str, Benchmark]:
        """Every measurement of speed, by its key."""
        return self._section("benchmark", _benchmark)

    def set_benchmark(self, benchmark: Benchmark) -> None:
        """Note measurements, beside those of other scripts made on the same things."""
        known = self.benchmarks().get(benchmark.key(), benchmark)
        if replace(known, speeds={}) == replace(benchmark, speeds={}):
            benchmark = replace(benchmark, speeds=known.speeds | benchmark.speeds)
        section = self.content.setdefault("benchmark", {})
        section[benchmark.key()] = asdict(benchmark)

    def _section(self, name: str, read: Callable[[Any], Entry]) -> dict[str, Entry]:
        entries = self.content.get(name, {})
        try:
            return {key: read(entry) for key, entry in entries.items()}
        except (AttributeError, KeyError, TypeError) as error:
            found = f"{type(error).__name__}: {error}"
            raise Refusal(f"figures of a {name}", found, file=str(self.path)) from None


def _verification(entry: dict[str, Any]) -> Verification:
    original = Figures(**entry["original"])
    snapshots = {name: Figures(**given) for name, given in entry["snapshots"].items()}
    return Verification(**entry | {"original": original, "snapshots": snapshots})


def _benchmark(entry: dict[str, Any]) -> Benchmark:
    speeds = {name: Speed(**given) for name, given in entry["speeds"].items()}
    return Benchmark(**entry | {"speeds": speeds})
