"""Judge scripts in the order of the plan, each by the one before it."""

from __future__ import annotations

from dataclasses import replace

from codemods.ledger import sha256_of
from codemods.refusal import Refusal
from codemods.step import Claim
from codemods.verify.compare_floats import FloatDifference, compare_floats
from codemods.verify.compare_output import Difference, first_difference
from codemods.verify.find_fault import Fault, Finding, find_fault
from codemods.verify.make_runs import Runs
from codemods.verify.observe import TEXT, Job, Observation
from codemods.verify.record import check_same_twice
from codemods.verify.reference import Reference
from codemods.verify.row import Candidate, Row


class Judge:
    """Knows what the original prints, and to 17 digits the last script that passed.

    Standard output is compared with the original's.  The floats of a script are
    compared with those of the script before it, so that a script is not blamed for
    what an earlier one changed.
    """

    def __init__(self, runs: Runs, reference: Reference, original: Job | None) -> None:
        """`original` is the job that gave the reference, unless that was recorded."""
        self.runs = runs
        self.reference = reference
        self.original = original
        self.base = reference.widened
        self.first: Observation | None = None

    def judge(self, candidate: Candidate, job: Job) -> Row:
        """Wait for a script's run and say how it compares."""
        seen = self.runs.result(job.name)
        self._check_scaled_alike(seen, job)
        finding = find_fault(seen.run, self.reference.expected, job.limits)
        level, difference = None, FloatDifference()
        if finding is None:
            difference = compare_floats(self.base, seen.widened)
            level = Claim.PRINTED if difference.count else Claim.EXACT
            finding = _find_broken_claim(candidate, level, difference)
            self.base = seen.widened
        if finding is not None and finding.fault.may_be_chance():
            finding = self._try_again(job, seen) or finding
        if candidate.number == 0:
            self.first = seen
        if finding is None:
            self.runs.remember(job)
        row = self._row(candidate, job, seen)
        return replace(row, finding=finding, level=level, difference=difference)

    def _row(self, candidate: Candidate, job: Job, seen: Observation) -> Row:
        run = seen.run
        ratio = None
        if self.first and self.first.run.cpu_seconds and run.cpu_seconds:
            ratio = self.first.run.cpu_seconds / run.cpu_seconds
        return Row(
            candidate,
            sha256_of(job.source.encode()),
            floats_compared=seen.floats,
            seconds=run.seconds,
            cpu_seconds=run.cpu_seconds,
            peak_kilobytes=run.peak_kilobytes,
            network_isolated=run.network_isolated,
            times_as_fast=ratio,
            same_session=self.first is not None and self.first.session == seen.session,
            remembered=job.name in self.runs.remembered,
        )

    def _check_scaled_alike(self, seen: Observation, job: Job) -> None:
        wanted = [old for old, _ in self.reference.scaled]
        found = [old for old, _ in seen.scaled]
        if job.iterations is not None and wanted != found:
            expected = f"loops that print {wanted} times, as in the original"
            raise Refusal(expected, str(found), file=job.name, during="scale down")

    def _try_again(self, job: Job, seen: Observation) -> Finding | None:
        """A finding that says so if the script prints something else every time."""
        if self.original is not None:
            self._check_original()
        stopped = seen.run.stopped_because is not None
        second = replace(
            job, hash_seed=1, expected=seen.run.stdout, stop_at_end=stopped
        )
        difference = _compare_runs(seen, self.runs.again(second))
        if difference is None:
            return None
        both = f"{difference.expected!r}, then {difference.found!r}"
        text = (
            f"prints something different on every run: line {difference.line}: {both}"
        )
        return Finding(Fault.NOT_THE_SAME_TWICE, text, difference.context)

    def _check_original(self) -> None:
        """Blame the original, once, if it is the one that cannot be relied on."""
        assert self.original is not None
        job, self.original = self.original, None
        second = self.runs.again(replace(job, hash_seed=1))
        check_same_twice(job.name, self.runs.result(job.name), second)


def _find_broken_claim(
    candidate: Candidate, level: Claim, difference: FloatDifference
) -> Finding | None:
    if candidate.claim is Claim.EXACT and level is Claim.PRINTED:
        return Finding(Fault.CLAIM, f"claims to be exact, but {difference}")
    return None


def _compare_runs(first: Observation, second: Observation) -> Difference | None:
    """Where two runs of one script differ, as far as both of them went."""
    if first.run.stopped_because is not None:
        length = len(first.run.stdout)
        return first_difference(first.run.stdout, second.run.stdout[:length])
    texts = [o.widened.encode(*TEXT) for o in (first, second)]
    return first_difference(*texts) or first_difference(
        first.run.stderr, second.run.stderr
    )
