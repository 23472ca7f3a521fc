"""Apply steps to a script: one snapshot per step, each made from the one before."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import Enum
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path

from libcst.codemod import CodemodContext

from codemods.background import Background, Batched, Batches
from codemods.facts.metadata import parse
from codemods.ledger import Ledger, Origin, sha256_of
from codemods.memory import Memory, key_of, write_atomically
from codemods.read_source import read_text
from codemods.refusal import Refusal
from codemods.step import Step, UnstableError, find_input
from codemods.stopwatch import STOPWATCH

BATCH = 4
"""So many steps are checked by one process, for to start one takes time."""


class Outcome(Enum):
    """What applying a step meant for its snapshot."""

    NEW = "written"
    SAME = "up to date"
    IDLE = "nothing to do"


@dataclass
class Snapshot:
    """A step's result: its text, and how it compares with what there was."""

    step: type[Step]
    path: Path
    before: str
    after: str
    outcome: Outcome
    made_from: str
    seconds: dict[str, float]
    meanwhile: dict[str, float] = field(default_factory=dict)
    """Seconds that the checks took, by activity, while other things were done."""

    @cached_property
    def size(self) -> tuple[int, int]:
        """The numbers of lines added and removed."""
        old, new = self.before.splitlines(), self.after.splitlines()
        blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
        kept = sum(block.size for block in blocks)
        return len(new) - kept, len(old) - kept


@dataclass
class Workplace:
    """Where snapshots are made: from which script, into which folder, on which data."""

    original: Path
    folder: Path
    input_file: Path | None
    memory: Memory
    fresh: bool = False

    @cached_property
    def data(self) -> Path:
        """What the script reads: the given file, its neighbour, or the embedded one."""
        return find_input(self.original, self.input_file)

    def snapshot(self, step: type[Step]) -> Path:
        """Where the snapshot of a step is kept."""
        return self.folder / step.file_name()


def apply_steps(
    place: Workplace,
    plan: Sequence[type[Step]],
    chosen: Sequence[type[Step]],
    background: Background,
    notice: Callable[[str], None] = lambda code: None,
) -> Iterator[Snapshot]:
    """Apply consecutive steps of the plan, yielding each result; writes nothing.

    The first is applied to the snapshot before it, or to the original.  While one is
    checked in the background, those after it are made; `notice` hears of them first.
    Refuses what the steps refuse, and a snapshot that is not there.
    """
    path = _source_of(place, plan, chosen[0])
    script = _Script(path, read_text(path), sha256_of(path.read_bytes()))
    checks: Batches[None] = Batches(background, BATCH)
    rest, is_stable = list(chosen), False
    while rest:
        ahead = _Ahead(place, background, checks, notice)
        try:
            for snapshot in ahead.apply(tuple(rest), script, is_stable):
                yield snapshot
                script, is_stable = _Script.of(snapshot), False
                rest.pop(0)
        except UnstableError:
            is_stable = True


@dataclass
class _Script:
    """What a step is applied to."""

    path: Path
    code: str
    sha256: str

    @classmethod
    def of(cls, snapshot: Snapshot) -> _Script:
        return cls(snapshot.path, snapshot.after, sha256_of(snapshot.after.encode()))


@dataclass
class _Ahead:
    """Makes snapshots before it is known whether those before them may be used."""

    place: Workplace
    background: Background
    checks: Batches[None]
    notice: Callable[[str], None]
    unchecked: deque[tuple[Snapshot, Batched[None] | None]] = field(
        default_factory=deque
    )

    def apply(
        self, steps: Sequence[type[Step]], script: _Script, is_stable: bool
    ) -> Iterator[Snapshot]:
        """Yield what steps make, in order, each when it has been checked.

        The first result is made stable if that is asked for; for any other one that has
        to be, `UnstableError` is raised in its place.
        """
        for step in steps:
            try:
                script = _Script.of(self._start(step, script, is_stable))
            except Exception:  # that of an earlier step comes first
                yield from self._rest()
                raise
            is_stable = False
            while self.unchecked and self._is_checked():
                yield self._next()
        self.background.spare_this_one()
        yield from self._rest()

    def _start(self, step: type[Step], script: _Script, is_stable: bool) -> Snapshot:
        STOPWATCH.take()
        check = None
        after = _remembered(self.place, step, script.code)
        if after is None:
            after, check = self._make(step, script, is_stable)
        path = self.place.snapshot(step)
        outcome = _compare(path, script.code, after)
        snapshot = Snapshot(
            *(step, path, script.code, after, outcome, script.sha256),
            seconds=STOPWATCH.take(),
        )
        self.unchecked.append((snapshot, check))
        self.notice(after)
        return snapshot

    def _make(
        self, step: type[Step], script: _Script, is_stable: bool
    ) -> tuple[str, Batched[None]]:
        context = CodemodContext(filename=str(script.path))
        context.scratch.update(memory=self.place.memory, input_file=self.place.data)
        codemod = step(context)
        made = codemod.make(parse(script.code), stable=is_stable)
        parse(made.code)  # here, so that it need not be done in the copy as well
        return made.code, self.checks.start(lambda: codemod.check(made))

    def _is_checked(self) -> bool:
        _, check = self.unchecked[0]
        return check is None or check.has_ended()

    def _rest(self) -> Iterator[Snapshot]:
        while self.unchecked:
            yield self._next()

    def _next(self) -> Snapshot:
        """The next snapshot, once it is checked; refuses what its check refuses."""
        snapshot, check = self.unchecked.popleft()
        if check is not None:
            check.result()
            snapshot.meanwhile = check.outcome().seconds
            key = _key(self.place, snapshot.step, snapshot.before)
            self.place.memory.put(key, snapshot.after.encode())
        return snapshot


def write_snapshots(
    place: Workplace,
    plan: Sequence[type[Step]],
    snapshots: Sequence[Snapshot],
    *,
    force: bool,
) -> None:
    """Write snapshots and their origins; remove those of steps that are no more.

    Refuses, before anything is written, to replace or remove a file that was changed
    by hand, unless forced.
    """
    ledger = Ledger.load(place.folder)
    names = {step.file_name() for step in plan}
    leaving = [path for path in _known_files(ledger) if path.name not in names]
    changes = [s for s in snapshots if _text(s.path) != s.after]
    for path in () if force else [*(s.path for s in changes), *leaving]:
        _refuse_edited(path, ledger)
    place.folder.mkdir(parents=True, exist_ok=True)
    for snapshot in changes:
        write_atomically(snapshot.path, snapshot.after.encode())
    for path in leaving:
        path.unlink(missing_ok=True)
    _note_origins(ledger, snapshots, names)


def is_current(ledger: Ledger, snapshot: Snapshot) -> bool:
    """Whether a snapshot's file and origin are what the step makes now."""
    origin = Origin(sha256_of(snapshot.after.encode()), snapshot.made_from)
    noted = ledger.origin(snapshot.path.name)
    return _text(snapshot.path) == snapshot.after and noted == origin


def _source_of(place: Workplace, plan: Sequence[type[Step]], step: type[Step]) -> Path:
    index = list(plan).index(step)
    return place.snapshot(plan[index - 1]) if index else place.original


def _remembered(place: Workplace, step: type[Step], before: str) -> str | None:
    after = None if place.fresh else place.memory.get(_key(place, step, before))
    return None if after is None else after.decode()


def _key(place: Workplace, step: type[Step], before: str) -> str:
    """Everything that the result of a step depends on."""
    data = place.data.read_bytes()
    own = Path(str(sys.modules[step.__module__].__file__)).read_bytes()
    return key_of("apply", before, data, own, _toolkit(), sys.version)


@cache
def _toolkit() -> str:
    """The text of everything that steps may use, and the versions of the libraries."""
    here = Path(__file__).parent
    # what no step but itself depends on
    kept_out = ("check", "review", "rules", "steps")
    files = sorted(f for f in here.rglob("*.py") if f.parent.name not in kept_out)
    versions = (version(library) for library in ("libcst", "black"))
    return key_of(*(file.read_bytes() for file in files), *versions)


def _compare(path: Path, before: str, after: str) -> Outcome:
    if after == before:
        return Outcome.IDLE
    return Outcome.SAME if _text(path) == after else Outcome.NEW


def _text(path: Path) -> str | None:
    return path.read_bytes().decode("utf-8", "replace") if path.exists() else None


def _known_files(ledger: Ledger) -> list[Path]:
    folder = ledger.path.parent
    return [folder / name for name in ledger.content.get("snapshots", {})]


def _refuse_edited(path: Path, ledger: Ledger) -> None:
    noted = ledger.origin(path.name)
    if path.exists() and (
        noted is None or noted.sha256 != sha256_of(path.read_bytes())
    ):
        raise Refusal(
            "a snapshot as a step made it (--force replaces it)",
            "one that was changed by hand",
            file=str(path),
            during="apply",
        )


def _note_origins(
    ledger: Ledger, snapshots: Sequence[Snapshot], names: set[str]
) -> None:
    for snapshot in snapshots:
        digest = sha256_of(snapshot.after.encode())
        ledger.set_origin(snapshot.path.name, Origin(digest, snapshot.made_from))
    ledger.keep_snapshots(names)
    ledger.save()
