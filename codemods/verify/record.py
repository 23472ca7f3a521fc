"""Record what the original prints, once it is known to print the same twice."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path

from codemods.ledger import sha256_of
from codemods.refusal import Refusal
from codemods.verify.compare_output import first_difference
from codemods.verify.find_fault import last_line
from codemods.verify.observe import TEXT, Job, Observation, harness_version, observe
from codemods.verify.reference import Provenance, reference_of, write_reference


def record(job: Job, folder: Path, executor: Executor) -> Path:
    """Run a script twice and write what it prints to `folder`; return the JSON file.

    The two runs have different hash seeds, and addresses differ by themselves.
    Refuses a script that does not end by itself, or prints something else the second
    time, be it in the 17th digit of a float.
    """
    jobs = [replace(job, hash_seed=seed) for seed in (0, 1)]
    first, second = executor.map(observe, jobs)
    check_same_twice(job.name, first, second)
    if job.input_file is None:
        raise Refusal("an input to record for", "none")
    provenance = Provenance(
        script_sha256=sha256_of(job.source.encode()),
        input_name=job.input_file.name,
        input_sha256=sha256_of(job.input_file.read_bytes()),
        interpreter=job.interpreter.version,
        harness=harness_version(),
        floats=first.floats,
        exit_code=first.run.exit_code or 0,
        standard_error=first.run.stderr.decode(*TEXT),
    )
    path = folder / f"{job.input_file.stem}.json"
    write_reference(path, reference_of(first), provenance)
    return path


def check_same_twice(name: str, first: Observation, second: Observation) -> None:
    """Refuse an original that cannot be a reference for anything."""
    for observation in (first, second):
        check_ended(name, observation)
    texts = [o.widened.encode(*TEXT) for o in (first, second)]
    difference = first_difference(*texts)
    if difference is None and first.run.stderr != second.run.stderr:
        difference = first_difference(first.run.stderr, second.run.stderr)
    if difference is not None:
        found = f"{difference.expected!r}, then {difference.found!r}"
        raise Refusal(
            "a script that prints the same twice", found, difference.line, file=name
        )


def check_ended(name: str, observation: Observation) -> None:
    """Refuse an original that did not end by itself, with exit status 0."""
    run = observation.run
    if run.exit_code == 0:
        return
    if run.stopped_because is not None:
        found = f"that it {run.stopped_because.value}"
    elif run.signal is not None:
        found = f"that it died by signal {run.signal}"
    else:
        found = f"exit status {run.exit_code}: {last_line(run.stderr)}"
    raise Refusal("an original that runs to its end", found, file=name)
