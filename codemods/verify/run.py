"""Run one script in a process, a directory and a network of its own."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from codemods.refusal import Refusal
from codemods.verify.limits import Limits, Stop
from codemods.verify.watch import OnOutput, Watched, watch

HERE = Path(__file__).parent


@dataclass(frozen=True)
class RunResult:
    """How a run ended, what it wrote and what it used.

    Exactly one of `exit_code`, `signal` and `stopped_because` is set.  The figures
    are those of the script's own process; processor time and memory are unknown
    where it was ended from outside.  `reported` is all that the helper reported.
    """

    exit_code: int | None
    signal: int | None
    stopped_because: Stop | None
    seconds: float
    cpu_seconds: float | None
    peak_kilobytes: int | None
    network_isolated: bool | None
    stdout: bytes
    stderr: bytes
    reported: bytes


def run_script(
    source: str,
    *,
    input_file: Path | None = None,
    python: str = sys.executable,
    limits: Limits = Limits(),  # noqa: B008 (it is frozen)
    name: str = "microgpt.py",
    copy: str | None = None,
    helper: str | None = None,
    hash_seed: int = 0,
    on_output: OnOutput | None = None,
) -> RunResult:
    """Run `source` as a script called `name`, beside `input_file` as `input.txt`.

    `copy` is run in its place if given: an instrumented copy with the same lines, so
    that tracebacks still show the script's own.  `helper` is the source of what the
    copy calls.  It is run first, in the interpreter under test (so: standard library
    only), in a namespace that holds `report(data: bytes)`; the names in its `__all__`
    become builtins.  For a summary at the end, report from an `atexit` function.

    `on_output` gets standard output as it comes and returns False to end the run.
    Raises `Refusal` if the interpreter does not start.
    """
    with tempfile.TemporaryDirectory(prefix="run-") as folder:
        place, behind = Path(folder, "script"), Path(folder, "harness")
        texts = {place / name: source, behind / "copy.py": copy or source}
        _write(texts | {behind / "helper.py": helper or "__all__ = []"})
        if input_file is not None:
            (place / "input.txt").write_bytes(input_file.read_bytes())
        try:
            watched = watch(
                partial(_command, python, name, behind, limits),
                folder=place,
                environment=_environment(place, hash_seed),
                limits=limits,
                on_output=on_output,
            )
        except OSError as error:
            raise Refusal("an interpreter that starts", str(error)) from None
    return _result(watched)


def _write(texts: Mapping[Path, str]) -> None:
    for path, text in texts.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")


def _environment(place: Path, hash_seed: int) -> dict[str, str]:
    """The same wherever and by whomever it is run."""
    return {
        "HOME": str(place),
        "LC_ALL": "C.UTF-8",
        "PATH": os.defpath,
        "PYTHONHASHSEED": str(hash_seed),
        "TZ": "UTC",
    }


def _command(
    python: str, name: str, behind: Path, limits: Limits, pipes: Mapping[str, int]
) -> list[str]:
    interpreter = [python, "-s", "-P"]  # and not -I, which ignores PYTHONHASHSEED
    files = [str(behind / "copy.py"), str(behind / "helper.py")]
    runner = [str(HERE / "run_copy.py"), name, *files, str(pipes["reported"])]
    job = {
        "command": [*interpreter, *runner],
        "figures_to": pipes["figures"],
        "limits": limits.of_resources(),
    }
    return [*interpreter, str(HERE / "launch.py"), json.dumps(job)]


def _result(watched: Watched) -> RunResult:
    texts = watched.texts
    figures = json.loads(texts["figures"] or "{}")
    if not figures and watched.stop is None:
        said = texts["stderr"].decode(errors="replace").strip() or "that it was ended"
        raise Refusal("an interpreter that runs the launcher", said.splitlines()[-1])
    ended = {} if watched.stop else figures
    return RunResult(
        exit_code=ended.get("exit_code"),
        signal=ended.get("signal"),
        stopped_because=watched.stop,
        seconds=figures.get("seconds", watched.seconds),
        cpu_seconds=figures.get("cpu_seconds"),
        peak_kilobytes=figures.get("peak_kilobytes"),
        network_isolated=figures.get("network_isolated"),
        stdout=texts["stdout"],
        stderr=texts["stderr"],
        reported=texts["reported"],
    )
