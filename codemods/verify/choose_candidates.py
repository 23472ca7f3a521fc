"""Which scripts there are to verify."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from codemods.refusal import Refusal
from codemods.step import Claim, Step
from codemods.verify.row import Candidate


def original_candidate(path: Path) -> Candidate:
    """The original, which has to print what was recorded for it.

    Where the system computes a logarithm differently in the last bit, the original
    itself differs from the recording at 17 digits, and so does every snapshot.
    """
    return Candidate(0, path, "The original", Claim.PRINTED)


def choose_candidates(
    steps: Sequence[type[Step]], original: Path, folder: Path, only: int | None
) -> list[Candidate]:
    """The snapshots of a plan: all, or that of one step and what it is compared with.

    The floats of a snapshot are those of the last one before it that claims no more
    than the printed text; with only the original before it, that is not needed.
    """
    candidates = []
    made_from = original
    for step in steps:
        path = folder / step.file_name()
        candidates.append(
            Candidate(step.number, path, step.message, step.claim, made_from)
        )
        made_from = path
    if only is None:
        return candidates
    chosen = [c for c in candidates if c.number == only]
    if not chosen:
        raise Refusal(f"a step from 1 to {len(candidates)}", str(only))
    before = [c for c in candidates if c.number < only and c.claim is Claim.PRINTED]
    return [*before[-1:], *chosen]
