"""Verify the original and every snapshot of a plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from codemods.ledger import Ledger, sha256_of
from codemods.refusal import Refusal
from codemods.verify.find_fault import Fault, Finding
from codemods.verify.interpreter import Interpreter
from codemods.verify.judge import Judge
from codemods.verify.limits import Limits
from codemods.verify.make_runs import Runs
from codemods.verify.observe import Job
from codemods.verify.record import check_ended
from codemods.verify.reference import Reference, find_reference, reference_of
from codemods.verify.row import Candidate, Row


@dataclass(frozen=True)
class Settings:
    """On what scripts are verified, and how.

    `iterations` scales them down for a quick run; None runs them in full.
    `recorded_in` are the folders that may hold what the original is known to print.
    """

    input_file: Path | None
    interpreter: Interpreter
    limits: Limits
    iterations: int | None
    recorded_in: tuple[Path, ...]

    def job(self, candidate: Candidate) -> Job:
        """The run of a script."""
        return Job(
            candidate.path.name,
            read_source(candidate.path),
            self.input_file,
            self.interpreter,
            self.limits,
            self.iterations,
        )

    def recorded(self, job: Job) -> Reference | None:
        """What a script is known to print, if its full run was ever recorded."""
        if job.input_file is None or job.iterations is not None:
            return None
        data = job.input_file.read_bytes()
        return find_reference(self.recorded_in, job.source.encode(), data)


def verify(
    original: Candidate,
    snapshots: Sequence[Candidate],
    settings: Settings,
    ledger: Ledger,
    runs: Runs,
    *,
    run_original: bool = True,
) -> Iterator[Row]:
    """Yield a row for the original and for each of its snapshots, in order.

    What the original prints is what was recorded for it if that is known, and
    otherwise what it prints now.  If it is known, and `run_original` is False, the
    original has a row only if its run is remembered.

    Raises `Refusal` if there is nothing to compare with.
    """
    known = last_seconds(ledger, original)
    job = settings.job(original)
    reference = settings.recorded(job)
    recorded = reference is not None
    if reference is None:
        runs.start([job], known)
        check_ended(job.name, runs.result(job.name))
        reference = reference_of(runs.result(job.name))
    faults = {c: find_stale(c, ledger) for c in snapshots}
    jobs = {c: settings.job(c) for c, finding in faults.items() if finding is None}
    if run_original or not recorded or runs.recall(job):
        jobs[original] = job
    stdout = reference.expected.stdout
    jobs = {c: replace(job, expected=stdout) for c, job in jobs.items()}
    runs.start(jobs.values(), known)
    judge = Judge(runs, reference, None if recorded else job)
    for candidate in (original, *snapshots):
        finding = faults.get(candidate)
        if candidate in jobs:
            yield judge.judge(candidate, jobs[candidate])
        elif finding is not None:
            yield Row(candidate, "", finding)


def find_stale(candidate: Candidate, ledger: Ledger) -> Finding | None:
    """Whether a snapshot is not there, or not what its step makes of the one before."""
    name, made_from = candidate.path.name, candidate.made_from
    if not candidate.path.exists():
        return Finding(Fault.MISSING, "not there: apply its step")
    origin = ledger.origin(name)
    if origin is None:
        return None
    if sha256_of(candidate.path.read_bytes()) != origin.sha256:
        return Finding(Fault.STALE, "edited after it was made")
    if made_from is None or not made_from.exists():
        return None
    if sha256_of(made_from.read_bytes()) != origin.made_from:
        text = f"made from another {made_from.name}: apply its step again"
        return Finding(Fault.STALE, text)
    return None


def last_seconds(ledger: Ledger, original: Candidate) -> dict[str, float]:
    """How long each script ran when it was last verified in full."""
    known = {}
    for verification in ledger.verifications().values():
        known[original.path.name] = verification.original.seconds
        for name, figures in verification.snapshots.items():
            known[name] = figures.seconds
    return known


def read_source(path: Path) -> str:
    """The text of a script, with its line ends as they are."""
    try:
        return path.read_bytes().decode()
    except FileNotFoundError:
        raise Refusal("a script", "no such file", file=str(path)) from None
    except UnicodeDecodeError as error:
        raise Refusal("a script in UTF-8", str(error), file=str(path)) from None
