"""Write commits as a git repository, or as a branch of one that is there."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from codemods.refusal import Refusal
from codemods.review.history import Commit, as_stream
from codemods.review.run_git import Repository

TIP = "codemods.history"
"""The setting by which a repository is known as one that was written here."""

NOTHING = "0" * 40
"""What git takes for the commit of a branch that is not there."""


def write_history(
    commits: Sequence[Commit], file_name: str, folder: Path, branch: str
) -> str:
    """Make a folder a repository that has the commits, and return the last one's hash.

    What was written here before is replaced at once, when all is done.  Refuses a
    folder that holds anything else.
    """
    folder = folder.resolve()
    _check_replaceable(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        repository = Repository(made)
        tip = _import(repository, commits, file_name, branch)
        # No user's settings of line ends change what is checked out.
        attributes = made / ".git" / "info" / "attributes"
        attributes.parent.mkdir(exist_ok=True)
        attributes.write_text("* -text\n")
        repository.git("config", TIP, tip)
        repository.git("reset", "--hard", "--quiet")
        made.chmod(0o755)
        _replace(folder, made)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return tip


def push_history(
    commits: Sequence[Commit], file_name: str, folder: Path, branch: str
) -> str:
    """Add the commits as a branch to a repository, and return the last one's hash.

    Touches neither its work tree nor its index nor any other branch.  Refuses if the
    branch is checked out or has commits that are not among these.
    """
    if not folder.is_dir():
        raise Refusal(
            "a git repository", "no such folder", file=str(folder), during="history"
        )
    theirs = Repository(folder, foreign=True)
    _check_repository(theirs)
    with tempfile.TemporaryDirectory() as temporary:
        ours = Repository(Path(temporary))
        tip = _import(ours, commits, file_name, branch, "--bare")
        last = _check_branch(theirs, ours, branch, tip)
        pack = ours.git("pack-objects", "--revs", "--stdout", "-q", given=tip.encode())
    theirs.git("unpack-objects", "-q", given=pack)
    theirs.git("update-ref", f"refs/heads/{branch}", tip, last)
    return tip


def _import(
    repository: Repository,
    commits: Sequence[Commit],
    file_name: str,
    branch: str,
    *options: str,
) -> str:
    """Make an empty folder a repository with the commits; the hash of the last one."""
    name = f"refs/heads/{branch}"
    if repository.ask("check-ref-format", name) is None or branch.startswith("-"):
        raise Refusal("the name of a branch", repr(branch), during="history")
    start = f"--initial-branch={branch}"
    repository.git("init", "--quiet", "--template=", start, *options)
    stream = as_stream(commits, file_name, branch)
    repository.git("fast-import", "--quiet", "--date-format=raw", given=stream)
    return repository.git("rev-parse", name).decode().strip()


def _check_replaceable(folder: Path) -> None:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    expected = "no such folder, or a history that was written here"
    if not (folder / ".git").is_dir():
        raise Refusal(expected, "something else", file=str(folder), during="history")
    repository = Repository(folder)
    tip = repository.ask("config", "--local", TIP)
    if tip is None:
        raise Refusal(
            expected, "another repository", file=str(folder), during="history"
        )
    commits = repository.git("for-each-ref", "--format=%(objectname)").decode().split()
    changes = repository.git("status", "--porcelain", "--ignored")
    if commits != [tip] or changes:
        expected = "a history as it was written (remove it to have it anew)"
        raise Refusal(
            expected, "one with changes of its own", file=str(folder), during="history"
        )


def _replace(folder: Path, made: Path) -> None:
    """Put a folder in the place of another; the other stays if that fails."""
    if not folder.exists():
        os.rename(made, folder)
        return
    aside = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    os.rename(folder, aside)
    try:
        os.rename(made, folder)
    except OSError:
        os.rename(aside, folder)
        raise
    shutil.rmtree(aside)


def _check_repository(repository: Repository) -> None:
    repository.git("rev-parse", "--git-dir")
    form = repository.ask("rev-parse", "--show-object-format")
    if form != "sha1":
        found = f"one with {form}"
        expected = "a repository with hashes of SHA-1"
        raise Refusal(expected, found, file=str(repository.folder), during="history")


def _check_branch(theirs: Repository, ours: Repository, branch: str, tip: str) -> str:
    """The commit that the branch has, which must be among ours, or nothing."""
    name = f"refs/heads/{branch}"
    worktrees = theirs.git("worktree", "list", "--porcelain").decode().split("\n")
    if f"branch {name}" in worktrees:
        expected = "a branch that is not checked out (--branch names another)"
        raise Refusal(expected, branch, file=str(theirs.folder), during="history")
    last = theirs.ask("rev-parse", "--verify", "--quiet", name)
    if last is None:
        return NOTHING
    if ours.ask("merge-base", "--is-ancestor", last, tip) is None:
        expected = (
            f"no branch {branch}, or one of this history (--branch names another)"
        )
        raise Refusal(
            expected,
            "one with other commits",
            file=str(theirs.folder),
            during="history",
        )
    return last
