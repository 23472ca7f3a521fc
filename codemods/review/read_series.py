"""Read everything that is known of a plan and its snapshots, as the page shows it."""

from __future__ import annotations

import ast
import importlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from textwrap import dedent
from typing import TypeVar

from codemods.check.blame import blame, lines_of
from codemods.ledger import (
    Benchmark,
    Figures,
    Ledger,
    Origin,
    RuleCounts,
    Speed,
    Verification,
    sha256_of,
)
from codemods.phase import Phase, all_steps
from codemods.read_source import read_text
from codemods.refusal import Refusal
from codemods.review.difference import Difference, compare
from codemods.review.visible import visible
from codemods.step import Claim, Step

PROJECT = Path(__file__).parents[2]
TRANSFORMS = "codemods.transforms."

Measured = TypeVar("Measured", Figures, Speed)


@dataclass(frozen=True)
class Script:
    """The original or a snapshot, with every character made visible.

    `origins` says of each line which step wrote it, 0 for the original.
    """

    name: str
    sha256: str
    source: str
    lines: tuple[str, ...]
    origins: tuple[int, ...]
    functions: int

    @property
    def number_of_lines(self) -> int:
        return len(self.lines)


@dataclass(frozen=True)
class Commit:
    """A step of the plan, and what is known of its snapshot.

    `figures` and `speeds` are the last measurements of this very snapshot, in full
    and over a few iterations, by what they were made on; `codemod` and `transforms`
    are paths in the project.  `is_stale` unless the ledger knows the snapshot as made
    by the step from the script before it.
    """

    number: int
    slug: str
    phase: str
    message: str
    explanation: str
    example: str
    claim: Claim
    script: Script
    difference: Difference
    figures: Mapping[str, Figures]
    speeds: Mapping[str, Speed]
    rules: RuleCounts | None
    codemod: str
    transforms: tuple[str, ...]
    is_stale: bool

    @property
    def findings(self) -> tuple[int, int] | None:
        """How many findings of all rules there were before the step, and after."""
        if self.rules is None:
            return None
        before, after = (
            zip(*self.rules.values(), strict=True) if self.rules else ((), ())
        )
        return sum(before), sum(after)


@dataclass(frozen=True)
class Series:
    """A plan that has been carried out: the original, and a commit for each step."""

    original: Script
    phases: Mapping[str, Sequence[Commit]]
    verifications: Mapping[str, Verification]
    benchmarks: Mapping[str, Benchmark]

    @property
    def commits(self) -> list[Commit]:
        """Every commit, in order."""
        return [commit for commits in self.phases.values() for commit in commits]

    @property
    def scripts(self) -> list[Script]:
        """The original, and the snapshots in order."""
        return [self.original, *(commit.script for commit in self.commits)]

    @property
    def main_verification(self) -> str | None:
        """The verification with the most snapshots that are as they were then."""
        return _fullest(commit.figures for commit in self.commits)

    @property
    def main_benchmark(self) -> str | None:
        """The measurement of speed with the most of them."""
        return _fullest(commit.speeds for commit in self.commits)


def _fullest(measured: Iterable[Iterable[str]]) -> str | None:
    """What occurs most often, the first by name if several do."""
    counts = Counter(chain.from_iterable(measured))
    return min(counts, key=lambda key: (-counts[key], key), default=None)


def read_series(phases: Sequence[Phase], original: Path, folder: Path) -> Series:
    """Read a plan's snapshots and ledger; refuses if a snapshot is missing."""
    steps = all_steps(phases)
    paths = [original, *(folder / step.file_name() for step in steps)]
    scripts = _read_scripts(paths)
    ledger = Ledger.load(folder)
    first = scripts[0]
    full = ledger.verifications()
    verifications = {k: full[k] for k in sorted(full) if _is(first, full[k].original)}
    short = ledger.benchmarks()
    benchmarks = {
        key: short[key]
        for key in sorted(short)
        if _is(first, short[key].speeds.get(first.name))
    }
    figures = {key: each.snapshots for key, each in verifications.items()}
    speeds = {key: each.speeds for key, each in benchmarks.items()}
    commits = {
        step: _commit(step, phase.heading, scripts, ledger, figures, speeds)
        for phase in phases
        for step in phase.steps()
    }
    by_phase = {
        phase.heading: [commits[step] for step in phase.steps()] for phase in phases
    }
    return Series(first, by_phase, verifications, benchmarks)


def _read_scripts(paths: Sequence[Path]) -> list[Script]:
    for path in paths:
        if not path.exists():
            raise Refusal("a snapshot", "none", file=str(path), during="review")
    sources = [read_text(path) for path in paths]
    return [
        _script(path, source, blame(sources[: number + 1]))
        for number, (path, source) in enumerate(zip(paths, sources, strict=True))
    ]


def _script(path: Path, source: str, origins: Sequence[int]) -> Script:
    return Script(
        name=path.name,
        sha256=sha256_of(path.read_bytes()),
        source=source,
        lines=tuple(map(visible, lines_of(source))),
        origins=tuple(origins),
        functions=sum(
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            for node in ast.walk(ast.parse(source))
        ),
    )


def _commit(
    step: type[Step],
    phase: str,
    scripts: Sequence[Script],
    ledger: Ledger,
    figures: Mapping[str, Mapping[str, Figures]],
    speeds: Mapping[str, Mapping[str, Speed]],
) -> Commit:
    before, script = scripts[step.number - 1], scripts[step.number]
    return Commit(
        number=step.number,
        slug=step.slug,
        phase=phase,
        message=step.message,
        explanation=step.explanation,
        example=dedent(step.example),
        claim=step.claim,
        script=script,
        difference=compare(_text(before), _text(script)),
        figures=_of(script, figures),
        speeds=_of(script, speeds),
        rules=ledger.rule_counts(script.name),
        codemod=_path_of(step.__module__),
        transforms=tuple(_transforms_of(step)),
        is_stale=ledger.origin(script.name) != Origin(script.sha256, before.sha256),
    )


def _text(script: Script) -> str:
    return "\n".join([*script.lines, ""])


def _of(
    script: Script, measured: Mapping[str, Mapping[str, Measured]]
) -> dict[str, Measured]:
    """What was measured of the script as it is now, by what on."""
    found = {key: by_name.get(script.name) for key, by_name in measured.items()}
    return {key: m for key, m in found.items() if m is not None and _is(script, m)}


def _is(script: Script, measured: Figures | Speed | None) -> bool:
    return measured is not None and measured.sha256 == script.sha256


def _transforms_of(step: type[Step]) -> Iterator[str]:
    """The files of the transforms that a step's module imports."""
    module = importlib.import_module(step.__module__)
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith(TRANSFORMS):
            yield _path_of(str(node.module))


def _path_of(module: str) -> str:
    """Where in the project a module stands."""
    return f"{module.replace('.', '/')}.py"
