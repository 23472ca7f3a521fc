"""Say what is wrong with a run, if anything is."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from enum import Enum

from codemods.verify.compare_output import Difference, first_difference
from codemods.verify.limits import Limits, Stop
from codemods.verify.run import RunResult


class Fault(Enum):
    """What can be wrong with a snapshot or its run."""

    MISSING = "missing"
    STALE = "stale"
    TIME = "out of time"
    MEMORY = "out of memory"
    OUTPUT = "prints without end"
    SIGNAL = "died by a signal"
    EXIT_STATUS = "exit status"
    DIFFERS = "differs"
    WHITE_SPACE = "white space"
    ENDS_EARLY = "ends early"
    GOES_ON = "goes on"
    STANDARD_ERROR = "standard error"
    NOT_THE_SAME_TWICE = "not the same twice"
    CLAIM = "not as claimed"

    def may_be_chance(self) -> bool:
        """Whether a second run can tell that the program is not deterministic."""
        return self in (
            Fault.EXIT_STATUS,
            Fault.DIFFERS,
            Fault.WHITE_SPACE,
            Fault.ENDS_EARLY,
            Fault.GOES_ON,
            Fault.STANDARD_ERROR,
            Fault.CLAIM,
        )


@dataclass(frozen=True)
class Finding:
    """A fault in one line, and the lines that show it."""

    fault: Fault
    summary: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class Expected:
    """What a run has to come to."""

    stdout: bytes
    stderr: bytes
    exit_code: int


def find_fault(run: RunResult, expected: Expected, limits: Limits) -> Finding | None:
    """The first thing to be said about a run that is not as expected."""
    difference = first_difference(expected.stdout, run.stdout)
    if run.stopped_because is Stop.CALLER and difference is not None:
        return _describe(difference)
    ended = _find_bad_end(run, expected, limits)
    if ended is not None:
        details = difference.context if difference else ()
        return Finding(ended[0], ended[1], details)
    if difference is not None:
        return _describe(difference)
    wrong = first_difference(expected.stderr, run.stderr)
    if wrong is not None:
        text = f"standard error differs at line {wrong.line}: {_both(wrong)}"
        return Finding(Fault.STANDARD_ERROR, text, wrong.context)
    return None


def _find_bad_end(
    run: RunResult, expected: Expected, limits: Limits
) -> tuple[Fault, str] | None:
    lines = run.stdout.count(b"\n")
    after = f"after line {lines} of its output"
    if run.stopped_because is Stop.TIME or run.signal == signal.SIGXCPU:
        text = f"out of time: still running after {limits.seconds:g} s, {after}"
        return Fault.TIME, text
    if run.stopped_because is Stop.OUTPUT:
        flooded = run.stdout if len(run.stdout) > len(run.stderr) else run.stderr
        where = "standard output" if flooded is run.stdout else "standard error"
        return Fault.OUTPUT, f"prints without end: {len(flooded):,} bytes on {where}"
    said = last_line(run.stderr)
    if run.exit_code and said.startswith("MemoryError"):
        return Fault.MEMORY, f"out of memory: more than {limits.memory_megabytes} MB"
    if run.signal is not None:
        return Fault.SIGNAL, f"died by {_signal_name(run.signal)}, {after}"
    if run.exit_code != expected.exit_code:
        text = f"exit status {run.exit_code} instead of {expected.exit_code}, {after}"
        return Fault.EXIT_STATUS, f"{text}: {said}" if said else text
    return None


def _describe(difference: Difference) -> Finding:
    line, context = difference.line, difference.context
    expected, found = difference.expected, difference.found
    if found is None:
        text = f"ends early: line {line} is missing: {expected!r}"
        return Finding(Fault.ENDS_EARLY, text, context)
    if expected is None:
        text = f"goes on after its end: line {line}: {found!r}"
        return Finding(Fault.GOES_ON, text, context)
    if not (found.strip() and expected.strip()) and expected.strip() != found.strip():
        kind = "a missing" if found.strip() else "an extra"
        text = f"differs in white space: {kind} blank line at line {line}"
        return Finding(Fault.WHITE_SPACE, text, context)
    if difference.only_in_white_space():
        text = f"differs in white space at line {line}: {_both(difference)}"
        return Finding(Fault.WHITE_SPACE, text, context)
    text = f"differs at line {line}: {_both(difference)}"
    return Finding(Fault.DIFFERS, text, context)


def _both(difference: Difference) -> str:
    expected, found = difference.expected, difference.found
    wanted = "nothing" if expected is None else repr(expected)
    given = "nothing" if found is None else repr(found)
    return f"expected {wanted}, found {given}"


def last_line(text: bytes) -> str:
    """The last line of an error message, which is the one that says what it is."""
    lines = text.decode("utf-8", "backslashreplace").strip().splitlines()
    return lines[-1] if lines else ""


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
