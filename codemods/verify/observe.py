"""Run a program once and see both what it prints and every float to 17 digits."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import libcst as cst

from codemods.memory import key_of
from codemods.refusal import Refusal
from codemods.verify.compare_output import StreamComparison
from codemods.verify.interpreter import Interpreter
from codemods.verify.limits import Limits
from codemods.verify.run import RunResult, run_script
from codemods.verify.scale_down import scale_down
from codemods.verify.weave import weave
from codemods.verify.widen import widen

HERE = Path(__file__).parent
HELPER = HERE / "observe_floats.py"
TEXT = ("utf-8", "surrogateescape")
"""How output becomes text and bytes again, also where it is not UTF-8."""

LOOSE = "formatted, not found as printed:"

BEYOND = 1 << 20
"""How many bytes more than expected a program may print before it is ended."""

DECIDES_A_RUN = (
    "launch",
    "limits",
    "observe",
    "observe_floats",
    "run",
    "run_copy",
    "scale_down",
    "trace_bindings",
    "watch",
    "weave",
    "widen",
)
"""The modules here on which it depends what a run comes to."""


@dataclass(frozen=True)
class Job:
    """A run to be made, with all that it depends on.

    `iterations` is what its loops are scaled down to, or None for the whole run.
    Output that is known beforehand, `expected`, ends it at the first difference.
    """

    name: str
    source: str
    input_file: Path | None
    interpreter: Interpreter
    limits: Limits
    iterations: int | None = None
    hash_seed: int = 0
    expected: bytes | None = None
    stop_at_end: bool = False

    def key(self) -> str:
        """The name under which what it comes to is remembered."""
        data = self.input_file.read_bytes() if self.input_file else b""
        how = repr((self.limits, self.iterations, self.hash_seed))
        what = (self.source, data, self.interpreter.identity)
        return key_of(*what, how, harness_version())


@dataclass(frozen=True)
class Observation:
    """What a run came to.

    `widened` is standard output with `floats` of its numbers to 17 digits; a line for
    each that was formatted but not found in the output follows.  `scaled` are the
    bounds that were changed for a quick run.  Figures can be compared with each other
    if they were measured in the same `session`.
    """

    run: RunResult
    widened: str
    floats: int
    scaled: tuple[tuple[int, int], ...] = ()
    session: str = ""

    def to_bytes(self) -> bytes:
        """A form to be remembered, for a run that was not ended from outside."""
        content: dict[str, Any] = asdict(self)
        for stream in ("stdout", "stderr", "reported"):
            content["run"][stream] = content["run"][stream].decode(*TEXT)
        return json.dumps(content).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Observation:
        """The observation that `to_bytes` was called on."""
        content = json.loads(data)
        for stream in ("stdout", "stderr", "reported"):
            content["run"][stream] = content["run"][stream].encode(*TEXT)
        scaled = tuple((old, new) for old, new in content["scaled"])
        run = RunResult(**content["run"])
        return cls(**content | {"run": run, "scaled": scaled})


def observe(job: Job) -> Observation:
    """Run a program, once, in a copy that notes every float that it formats.

    Raises `Refusal` if it cannot be parsed or scaled down.
    """
    scaled: tuple[tuple[int, int], ...] = ()
    try:
        module = parse(job.source)
        if job.iterations is not None:
            smaller = scale_down(module, job.iterations)
            module, scaled = smaller.module, smaller.changed
    except Refusal as refusal:
        raise refusal.placed(file=job.name, during="verify") from None
    run = _run(job, module)
    output, notes = run.stdout.decode(*TEXT), run.reported.decode(*TEXT)
    woven = weave(output, notes)
    widened = woven.text + "".join(f"\n{LOOSE} {exact}" for exact in woven.loose)
    return Observation(replace(run, reported=b""), widened, woven.floats, scaled)


def _run(job: Job, module: cst.Module) -> RunResult:
    on_output, limits = None, job.limits
    if job.expected is not None:
        comparison = StreamComparison(job.expected, stop_at_end=job.stop_at_end)
        on_output = comparison.take
        most = min(limits.output_bytes, len(job.expected) + BEYOND)
        limits = replace(limits, output_bytes=most)
    return run_script(
        module.code,
        copy=widen(module).code,
        helper=HELPER.read_text(encoding="utf-8"),
        input_file=job.input_file,
        python=job.interpreter.path,
        limits=limits,
        hash_seed=job.hash_seed,
        on_output=on_output,
    )


def parse(source: str) -> cst.Module:
    """The tree of a program, or a refusal at the place where it has none."""
    try:
        return cst.parse_module(source)
    except cst.ParserSyntaxError as error:
        found = error.message.strip().split("\n")[0]
        raise Refusal("Python", found, error.raw_line, error.raw_column + 1) from None


@cache
def harness_version() -> str:
    """Changes whenever what a run comes to might change with the harness."""
    digest = hashlib.sha256(version("libcst").encode())
    for name in DECIDES_A_RUN:
        digest.update((HERE / f"{name}.py").read_bytes())
    return digest.hexdigest()
