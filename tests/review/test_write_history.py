"""Repositories: real ones, always the same, and never in the way of others."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from codemods.refusal import Refusal
from codemods.review.history import Commit
from codemods.review.write_history import push_history, write_history

BRANCH = "data-oriented"
CONTENTS = (
    b"total = 1\r\nprint(total)\r\n",
    b"total = 1\nprint(total)\n",
    b"sum = 1\nprint(sum)\n",
    b"sum = 1\nprint(sum)\nraise SystemExit(1)\n",  # the planted fault
    b"sum_of_all = 1\nprint(sum_of_all)\nraise SystemExit(1)\n",
    b"sum_of_all = 1\nprint(sum_of_all)\n\n\nraise SystemExit(1)",
)
COMMITS = [
    Commit(
        f"Do number {number}", ("Because of \N{LATIN SMALL LETTER E WITH ACUTE}.",), c
    )
    for number, c in enumerate(CONTENTS)
]

EXPECTED_TIP = "83a8e696e47fe484f708c8a861bd547d1830365b"
"""The hash of the last commit: a fact about the texts above, on every machine."""

HOSTILE = """\
[user]
    name = Somebody Else
    email = else@example.invalid
[commit]
    gpgSign = true
[gpg]
    program = /bin/false
[core]
    autocrlf = true
    eol = crlf
    hooksPath = {hooks}
    attributesFile = {attributes}
    fileMode = false
[init]
    defaultBranch = other
    templateDir = {template}
    defaultObjectFormat = sha256
[i18n]
    commitEncoding = latin1
[filter "shout"]
    clean = tr a-z A-Z
    smudge = tr a-z A-Z
    required = true
[safe]
    directory = *
"""


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "safe.directory=*", *arguments]
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    ended = subprocess.run(
        command, cwd=folder, env=kept | quiet, check=True, capture_output=True
    )
    return ended.stdout.decode().strip()


def commit(folder: Path, content: str) -> None:
    (folder / "kept.txt").write_text(content)
    git(folder, "add", "kept.txt")
    git(folder, "-c", "user.name=A", "-c", "user.email=a@b.invalid", "commit", "-qmA")


@pytest.fixture
def history(tmp_path: Path) -> Path:
    write_history(COMMITS, "script.py", tmp_path / "history", BRANCH)
    return tmp_path / "history"


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """A repository of others, with changes in its index and in its work tree."""
    folder = tmp_path / "theirs"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    commit(folder, "first\n")
    (folder / "kept.txt").write_text("staged\n")
    git(folder, "add", "kept.txt")
    (folder / "kept.txt").write_text("changed\n")
    return folder


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings of a user that would change every hash; returns what hooks write to."""
    home, trace = tmp_path / "home", tmp_path / "hooks-ran"
    for name in ("hooks", "template/hooks"):
        (home / name).mkdir(parents=True)
        for hook in ("reference-transaction", "post-checkout", "post-commit"):
            path = home / name / hook
            path.write_text(f"#!/bin/sh\necho ran >> {trace}\n")
            path.chmod(0o755)
    attributes = home / "attributes"
    attributes.write_text("* text eol=crlf filter=shout\n")
    settings = {name: home / name for name in ("hooks", "template", "attributes")}
    (home / ".gitconfig").write_text(HOSTILE.format(**settings))
    for name, value in {
        "HOME": str(home),
        "GIT_DIR": str(tmp_path / "elsewhere"),
        "GIT_WORK_TREE": str(tmp_path),
        "GIT_INDEX_FILE": str(tmp_path / "index"),
        "GIT_AUTHOR_NAME": "Somebody Else",
        "GIT_COMMITTER_DATE": "2001-01-01T00:00:00",
        "GIT_DEFAULT_HASH": "sha256",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "commit.gpgsign",
        "GIT_CONFIG_VALUE_0": "true",
        "LC_ALL": "C",
        "TZ": "Asia/Tokyo",
    }.items():
        monkeypatch.setenv(name, value)
    return trace


# Refusals


def test_without_git_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Refusal, match="expected git to be installed"):
        write_history(COMMITS, "script.py", tmp_path / "history", BRANCH)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["", "-d", "a..b", "two words", "a.lock"])
def test_what_is_no_name_of_a_branch_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refusal, match="expected the name of a branch"):
        write_history(COMMITS, "script.py", tmp_path / "history", name)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_else_is_kept(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(Refusal, match="no such folder, or a history that was written"):
        write_history(COMMITS, "script.py", tmp_path, BRANCH)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_is_kept(tmp_path: Path) -> None:
    (tmp_path / "history").write_text("a file")
    with pytest.raises(Refusal, match="found something else"):
        write_history(COMMITS, "script.py", tmp_path / "history", BRANCH)


def test_a_repository_of_others_is_kept(theirs: Path) -> None:
    with pytest.raises(Refusal, match="found another repository"):
        write_history(COMMITS, "script.py", theirs, BRANCH)
    assert (theirs / "kept.txt").read_text() == "changed\n"


@pytest.mark.parametrize("change", ["file", "edit", "branch", "commit"])
def test_a_history_with_changes_of_its_own_is_kept(history: Path, change: str) -> None:
    if change == "file":
        (history / "notes.txt").write_text("notes")
    elif change == "edit":
        (history / "script.py").write_text("edited = True\n")
    elif change == "branch":
        git(history, "branch", "mine", "HEAD~1")
    else:
        commit(history, "mine\n")
    with pytest.raises(Refusal, match="remove it to have it anew"):
        write_history(COMMITS[:3], "script.py", history, BRANCH)
    assert len(git(history, "log", "--format=%h", BRANCH).split()) >= len(COMMITS)


# The repository


def test_there_is_a_commit_for_each(history: Path) -> None:
    subjects = git(history, "log", "--reverse", "--format=%s|%an|%aI").split("\n")
    assert subjects[1] == "Do number 1|codemods|2026-01-01T00:01:00+00:00"
    assert len(subjects) == len(COMMITS)
    assert git(history, "show", "-s", "--format=%b", "HEAD") == "Because of é."
    assert git(history, "ls-tree", "--name-only", "-r", "HEAD") == "script.py"


def test_the_last_commit_is_checked_out(history: Path) -> None:
    assert (history / "script.py").read_bytes() == CONTENTS[-1]
    assert git(history, "status", "--porcelain") == ""
    assert git(history, "branch", "--show-current") == BRANCH


def test_git_finds_nothing_wrong(history: Path) -> None:
    assert git(history, "fsck", "--strict") == ""


def test_line_ends_are_kept_for_users_who_convert_them(history: Path) -> None:
    git(history, "config", "core.autocrlf", "true")
    git(history, "checkout", "-q", "HEAD~4")
    assert (history / "script.py").read_bytes() == CONTENTS[1]
    git(history, "checkout", "-q", "HEAD~1")
    assert (history / "script.py").read_bytes() == CONTENTS[0]
    assert git(history, "status", "--porcelain") == ""


def test_hashes_are_the_same_whatever_the_settings(
    tmp_path: Path, hostile: Path
) -> None:
    tip = write_history(COMMITS, "script.py", tmp_path / "history", BRANCH)
    assert tip == EXPECTED_TIP
    assert (tmp_path / "history" / "script.py").read_bytes() == CONTENTS[-1]
    assert not hostile.exists()
    assert not (tmp_path / "elsewhere").exists()


def test_what_was_written_is_replaced_at_once(history: Path) -> None:
    write_history(COMMITS[:3], "script.py", history, BRANCH)
    assert len(git(history, "log", "--format=%h").split()) == 3
    assert [path.name for path in history.parent.iterdir()] == ["history"]


def test_blame_names_the_commit_that_wrote_a_line(history: Path) -> None:
    lines = git(history, "blame", "--porcelain", "script.py").split("\n")
    subjects = [line for line in lines if line.startswith("summary ")]
    assert subjects == ["summary Do number 4", "summary Do number 5"]


def test_bisect_finds_a_planted_fault(history: Path) -> None:
    git(history, "bisect", "start", "HEAD", "HEAD~5")
    found = git(history, "bisect", "run", sys.executable, "script.py")
    assert "is the first bad commit" in found
    assert "Do number 3" in found
    git(history, "bisect", "reset")
    write_history(COMMITS, "script.py", history, BRANCH)


def test_range_diff_compares_two_histories(history: Path) -> None:
    other = [*COMMITS]
    other[4] = replace(other[4], content=other[4].content.replace(b"_all", b"_them"))
    push_history(other, "script.py", history, "other")
    text = git(history, "range-diff", f"{BRANCH}~5..{BRANCH}", "other~5..other")
    signs = [line.split()[2] for line in text.split("\n") if "Do number" in line]
    assert signs[:3] == ["=", "=", "="]
    assert "=" not in signs[3:]


# A branch of another repository


def test_pushing_needs_a_repository(tmp_path: Path, theirs: Path) -> None:
    with pytest.raises(Refusal, match="found no such folder"):
        push_history(COMMITS, "script.py", tmp_path / "nowhere", BRANCH)
    (theirs / "inside").mkdir()
    for folder in (tmp_path, theirs / "inside"):
        with pytest.raises(Refusal, match="not a git repository"):
            push_history(COMMITS, "script.py", folder, BRANCH)


def test_a_branch_that_is_checked_out_is_kept(theirs: Path) -> None:
    git(theirs, "worktree", "add", "-q", "../beside", "-b", BRANCH)
    for branch in ("main", BRANCH):
        with pytest.raises(Refusal, match="expected a branch that is not checked out"):
            push_history(COMMITS, "script.py", theirs, branch)


def test_a_branch_that_is_about_to_have_its_first_commit_is_kept(
    tmp_path: Path,
) -> None:
    git(tmp_path, "init", "-q", "-b", BRANCH)
    with pytest.raises(Refusal, match="expected a branch that is not checked out"):
        push_history(COMMITS, "script.py", tmp_path, BRANCH)


def test_a_branch_with_other_commits_is_kept(theirs: Path) -> None:
    git(theirs, "branch", BRANCH)
    before = git(theirs, "rev-parse", BRANCH)
    with pytest.raises(Refusal, match="found one with other commits"):
        push_history(COMMITS, "script.py", theirs, BRANCH)
    assert git(theirs, "rev-parse", BRANCH) == before


def test_pushing_touches_nothing_but_the_branch(theirs: Path, hostile: Path) -> None:
    def state() -> tuple[str, ...]:
        staged = git(theirs, "diff", "--cached")
        return git(theirs, "status", "--porcelain=2", "--branch"), staged

    before, index = state(), (theirs / ".git" / "index").read_bytes()
    assert push_history(COMMITS, "script.py", theirs, BRANCH) == EXPECTED_TIP
    assert (theirs / ".git" / "index").read_bytes() == index
    assert state() == before
    assert (theirs / "kept.txt").read_text() == "changed\n"
    assert git(theirs, "rev-parse", BRANCH) == EXPECTED_TIP
    assert not hostile.exists()


def test_pushing_again_adds_what_is_new(theirs: Path) -> None:
    push_history(COMMITS[:3], "script.py", theirs, BRANCH)
    push_history(COMMITS, "script.py", theirs, BRANCH)
    assert push_history(COMMITS, "script.py", theirs, BRANCH) == EXPECTED_TIP
    assert git(theirs, "fsck", "--strict") == ""


def test_a_bare_repository_gets_a_branch_too(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--bare", "bare.git")
    tip = push_history(COMMITS, "script.py", tmp_path / "bare.git", BRANCH)
    assert git(tmp_path / "bare.git", "rev-parse", BRANCH) == tip


def test_a_repository_with_other_hashes_is_refused(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--object-format=sha256")
    with pytest.raises(Refusal, match="expected a repository with hashes of SHA-1"):
        push_history(COMMITS, "script.py", tmp_path, BRANCH)
