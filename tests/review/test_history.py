"""The commits of a plan: what they say, and which snapshots they are not made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from codemods.ledger import Figures, Ledger, Origin, Verification, sha256_of
from codemods.phase import all_steps
from codemods.plan import PHASES
from codemods.refusal import Refusal
from codemods.review.history import Commit, as_stream, commits_of
from codemods.review.read_scripts import Script, scripts_of
from codemods.step import Claim

STEPS = all_steps(PHASES)
PRINTED = next(step for step in STEPS if step.claim is Claim.PRINTED)
FIRST = STEPS[0]


@pytest.fixture
def scripts(tmp_path: Path) -> list[Script]:
    """An original and the snapshots of all steps, as the ledger knows them."""
    scripts = scripts_of(tmp_path / "script.py", tmp_path)
    ledger = Ledger.load(tmp_path)
    for script in scripts:
        script.path.write_text(f"step = {script.number}\n")
    for before, script in zip(scripts, scripts[1:], strict=False):
        made = sha256_of(script.read_bytes()), sha256_of(before.read_bytes())
        ledger.set_origin(script.path.name, Origin(*made))
    ledger.save()
    return scripts


def commits(scripts: list[Script]) -> list[Commit]:
    return commits_of(scripts, Ledger.load(scripts[0].path.parent))


def verified(script: Script, line: str, sha256: str | None = None) -> Verification:
    digest = sha256 or sha256_of(script.read_bytes())
    figures = Figures(digest, "exact", 500, 0.0, 1.0, 1.0, 1000, line)
    snapshots = {script.path.name: figures}
    given = "input.txt", "0" * 64, "CPython 3.11.7", "2 cores"
    return Verification(*given, figures, snapshots)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_changed_script_is_refused(scripts: list[Script], number: int) -> None:
    scripts[number].path.write_text("changed = True\n")
    with pytest.raises(Refusal, match="stale, or was changed by hand"):
        commits(scripts)


def test_a_missing_snapshot_is_refused(scripts: list[Script]) -> None:
    scripts[3].path.unlink()
    with pytest.raises(Refusal, match="expected a snapshot, found none"):
        commits(scripts)


def test_the_original_comes_first(scripts: list[Script]) -> None:
    first = commits(scripts)[0]
    assert first.subject == "Start from script.py"
    assert first.content == b"step = 0\n"


def test_a_commit_says_what_the_plan_says(scripts: list[Script]) -> None:
    subject, _, body = commits(scripts)[1].message().partition("\n\n")
    assert subject == FIRST.message
    assert " ".join(body.split()).startswith(FIRST.explanation)
    assert max(map(len, body.splitlines())) <= 72


def test_a_claim_that_was_not_verified_is_told_as_such(scripts: list[Script]) -> None:
    made = commits(scripts)
    assert made[1].paragraphs[1] == (
        "Output identical. No functional change. "
        "(Claimed; the ledger has no full verification of this snapshot.)"
    )
    printed = made[PRINTED.number].paragraphs[1]
    assert printed.startswith("Output identical as printed. (Claimed;")


def test_the_line_of_the_last_verification_is_quoted(scripts: list[Script]) -> None:
    ledger = Ledger.load(scripts[0].path.parent)
    ledger.set_verification(verified(scripts[1], "Output identical as measured."))
    ledger.save()
    assert commits(scripts)[1].paragraphs[1] == "Output identical as measured."


def test_a_verification_of_another_snapshot_is_not_quoted(
    scripts: list[Script],
) -> None:
    ledger = Ledger.load(scripts[0].path.parent)
    ledger.set_verification(verified(scripts[1], "Output of another.", "f" * 64))
    ledger.save()
    assert "(Claimed;" in commits(scripts)[1].paragraphs[1]


def test_the_stream_fixes_who_and_when() -> None:
    given = [Commit("Start", ("Why.",), b"a = 1\n"), Commit("Go on", (), b"a = 2")]
    assert as_stream(given, 'odd "name".py', "main").decode() == (
        "commit refs/heads/main\n"
        "author codemods <codemods@example.invalid> 1767225600 +0000\n"
        "committer codemods <codemods@example.invalid> 1767225600 +0000\n"
        "data 12\nStart\n\nWhy.\n\n"
        'M 100644 inline "odd \\"name\\".py"\n'
        "data 6\na = 1\n\n"
        "commit refs/heads/main\n"
        "author codemods <codemods@example.invalid> 1767225660 +0000\n"
        "committer codemods <codemods@example.invalid> 1767225660 +0000\n"
        "data 6\nGo on\n\n"
        'M 100644 inline "odd \\"name\\".py"\n'
        "data 5\na = 2\n"
    )
