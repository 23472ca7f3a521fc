"""What is read of a plan of one step, in a folder with a ledger."""

from __future__ import annotations

from pathlib import Path

import pytest

from codemods.ledger import (
    Benchmark,
    Figures,
    Ledger,
    Origin,
    Speed,
    Verification,
    sha256_of,
)
from codemods.phase import Phase
from codemods.refusal import Refusal
from codemods.review.read_series import Series, read_series

PLAN = (Phase("Plain form", "step_01_format_source"),)
BEFORE = "number = 1\nprint( number )  # turned: \u202e\n"
AFTER = "number = 1\nprint(number)  # turned: \u202e\n"
SNAPSHOT = "step_01_format_source.py"


def figures(text: str, seconds: float) -> Figures:
    line = "Output identical. No functional change."
    digest = sha256_of(text.encode())
    return Figures(digest, "exact", 0, 0.0, seconds, seconds, 2048, line)


def speed(text: str, times_as_fast: float) -> Speed:
    return Speed(sha256_of(text.encode()), 12, 3, 6.5, times_as_fast, 2048, 0.5)


def read(folder: Path, verified: str = AFTER, original: str = BEFORE) -> Series:
    """The series of a folder, whose ledger tells of a verification of these texts."""
    (folder / "script.py").write_text(BEFORE)
    (folder / SNAPSHOT).write_text(AFTER)
    ledger = Ledger.load(folder)
    snapshots = {SNAPSHOT: figures(verified, 3.0)}
    verification = Verification(
        "input.txt", "", "CPython 3.11.7", "", figures(original, 4.0), snapshots
    )
    ledger.set_verification(verification)
    speeds = {"script.py": speed(original, 1.0), SNAPSHOT: speed(verified, 4.5)}
    ledger.set_benchmark(Benchmark("input.txt", "CPython 3.11.7", "", speeds))
    ledger.set_rule_counts(SNAPSHOT, {"no-class": (3, 1), "no-lambda": (1, 1)})
    ledger.save()
    return read_series(PLAN, folder / "script.py", folder)


def test_refuses_a_missing_snapshot(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(BEFORE)
    with pytest.raises(Refusal, match="expected a snapshot"):
        read_series(PLAN, tmp_path / "script.py", tmp_path)


def test_has_no_figures_of_another_snapshot(tmp_path: Path) -> None:
    series = read(tmp_path, verified=BEFORE)
    assert series.commits[0].figures == series.commits[0].speeds == {}
    assert series.main_verification is series.main_benchmark is None


def test_tells_what_the_ledger_does_not_know_as_made(tmp_path: Path) -> None:
    assert read(tmp_path).commits[0].is_stale
    ledger = Ledger.load(tmp_path)
    made, before = sha256_of(AFTER.encode()), sha256_of(BEFORE.encode())
    ledger.set_origin(SNAPSHOT, Origin(made, made_from=before))
    ledger.save()
    assert not read(tmp_path).commits[0].is_stale
    ledger.set_origin(SNAPSHOT, Origin(made, made_from=made))
    ledger.save()
    assert read(tmp_path).commits[0].is_stale


def test_has_no_figures_of_another_original(tmp_path: Path) -> None:
    series = read(tmp_path, original=AFTER)
    assert series.verifications == series.benchmarks == {}


def test_reads_what_is_known_of_a_step(tmp_path: Path) -> None:
    series = read(tmp_path)
    (commit,) = series.commits
    assert commit.phase == "Plain form"
    assert commit.message == PLAN[0].steps()[0].message
    assert commit.findings == (4, 2)
    assert commit.codemod == "codemods/steps/step_01_format_source.py"
    assert series.main_verification == "input.txt on CPython 3.11"
    assert commit.figures[series.main_verification].seconds == 3.0
    assert commit.speeds[str(series.main_benchmark)].times_as_fast == 4.5


def test_tells_which_step_wrote_each_line(tmp_path: Path) -> None:
    original, snapshot = read(tmp_path).scripts
    assert original.origins == (0, 0)
    assert snapshot.origins == (0, 1)


def test_spells_what_would_act_on_the_screen(tmp_path: Path) -> None:
    series = read(tmp_path)
    assert series.original.lines[1] == "print( number )  # turned: ‹U+202E›"
    shown = series.commits[0].difference.rows[1].new
    assert shown is not None
    assert shown.text == "print(number)  # turned: ‹U+202E›"
