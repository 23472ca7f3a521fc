"""How speeds are measured: what counts as an iteration, and what is refused."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from codemods.__main__ import main
from codemods.refusal import Refusal
from codemods.verify.bench import Conditions, bench, seconds_per_iteration
from codemods.verify.limits import Limits

SLOW = """\
print("start")
for step in range(50):
    total = 0
    for number in range({work}):
        total += number
    print(f"step {{step}} | loss {{step * 0.5:.4f}}")
for name in range(2):
    print(f"name {{name}}: a")
"""

LINES = [
    pytest.param([], None, id="nothing"),
    pytest.param([(0.0, "a 1")], None, id="one-line"),
    pytest.param([(0.0, "a 1"), (5.0, "b 2")], None, id="different-lines"),
    pytest.param([(1.0, "a 1"), (3.0, "a 2"), (5.0, "a 10")], 2.0, id="numbers"),
    pytest.param([(0.0, "step    9 1.5"), (2.0, "step   10 12")], 2.0, id="padding"),
    pytest.param(
        [(0.0, "a 1"), (1.0, "a 2"), (1.0, "b 1"), (9.0, "b 2")], 8.0, id="the-longest"
    ),
]


@pytest.mark.parametrize(("lines", "expected"), LINES)
def test_time_of_an_iteration(
    lines: list[tuple[float, str]], expected: float | None
) -> None:
    assert seconds_per_iteration(lines) == expected


def script(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


CONDITIONS = Conditions(None, sys.executable, iterations=5, rounds=2, limits=Limits())


def test_compares_within_each_round(tmp_path: Path) -> None:
    slow = script(tmp_path, "slow.py", SLOW.format(work=400_000))
    fast = script(tmp_path, "fast.py", SLOW.format(work=100_000))
    first, second = bench([slow, fast], CONDITIONS)
    assert (first.times_as_fast, first.share_of_memory) == (1.0, 1.0)
    assert first.milliseconds > 1
    assert 2 < second.times_as_fast < 8
    assert second.peak_kilobytes > 1000


REFUSED = [
    pytest.param("print(1)\n", "a loop that prints a line each time", id="no-loop"),
    pytest.param(
        "for step in range(9):\n    print(step)\nraise ValueError(3)\n",
        "expected a run to its end, found ValueError: 3",
        id="a-failure",
    ),
    pytest.param(
        "step = 0\nwhile step < 9:\n    step += 1\n    print(step)\n",
        "a for loop over a range around what prints",
        id="another-loop",
    ),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_refuses(text: str, message: str, tmp_path: Path) -> None:
    path = script(tmp_path, "script.py", text)
    with pytest.raises(Refusal) as refusal:
        bench([path], CONDITIONS)
    assert message in str(refusal.value)
    assert str(path) in str(refusal.value)


def test_notes_the_figures_in_the_ledger(tmp_path: Path) -> None:
    original = script(tmp_path, "original.py", SLOW.format(work=400_000))
    folder = tmp_path / "snapshots"
    folder.mkdir()
    script(folder, "step_01_format_source.py", SLOW.format(work=200_000))
    (tmp_path / "input.txt").write_text("a\n", encoding="utf-8")
    command = ["bench", "--original", str(original), "--output", str(folder)]
    options = ["--step", "1", "--rounds", "1", "--iterations", "4"]
    result = CliRunner().invoke(main, [*command, *options], catch_exceptions=False)
    assert result.exit_code == 0
    ((key, noted),) = json.loads((folder / "ledger.json").read_text())[
        "benchmark"
    ].items()
    assert key.startswith("input.txt on CPython 3.")
    assert list(noted["speeds"]) == ["original.py", "step_01_format_source.py"]
    speed = noted["speeds"]["step_01_format_source.py"]
    assert (speed["rounds"], speed["iterations"]) == (1, 4)
