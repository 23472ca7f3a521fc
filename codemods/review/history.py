"""The commits of a plan: the original, and then one for each step.

They depend on nothing but the scripts, the texts of the plan and the ledger: who made
them and when is fixed, so that the hashes are the same wherever they are made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import fill

from codemods.ledger import Ledger, Origin, Verification, sha256_of
from codemods.refusal import Refusal
from codemods.review.read_scripts import Script
from codemods.step import Claim

AUTHOR = "codemods <codemods@example.invalid>"

START = 1767225600
"""When the original is committed, in seconds: the first minute of 2026."""

MINUTE = 60
"""What lies between two commits, so that they sort by time as well."""

CLAIMED = {
    Claim.EXACT: "Output identical. No functional change.",
    Claim.PRINTED: "Output identical as printed.",
}
NOT_VERIFIED = "(Claimed; the ledger has no full verification of this snapshot.)"


@dataclass(frozen=True)
class Commit:
    """The one file as it is from here on, and what is said of the change."""

    subject: str
    paragraphs: tuple[str, ...]
    content: bytes

    def message(self) -> str:
        """The whole message, at most 72 columns wide below its first line."""
        paragraphs = (fill(text, 72) for text in self.paragraphs)
        return "\n\n".join([self.subject, *paragraphs]) + "\n"


def commits_of(scripts: Sequence[Script], ledger: Ledger) -> list[Commit]:
    """A commit for each script of a plan, the first of which is the original.

    Refuses a snapshot that its step did not make from the one before it.
    """
    original, *snapshots = scripts
    name = original.path.name
    before = original.read_bytes()
    verification = _fullest(ledger, snapshots)
    commits = [Commit(f"Start from {name}", ("The script before any step.",), before)]
    for script in snapshots:
        content = script.read_bytes()
        _check_origin(script, before, content, ledger)
        commits.append(_commit(script, content, verification))
        before = content
    return commits


def as_stream(commits: Sequence[Commit], file_name: str, branch: str) -> bytes:
    """What `git fast-import` reads to make the commits, on a branch."""
    return b"".join(_stream(commits, file_name, branch))


def _stream(commits: Sequence[Commit], file_name: str, branch: str) -> Iterator[bytes]:
    for number, commit in enumerate(commits):
        when = f"{AUTHOR} {START + MINUTE * number} +0000"
        yield f"commit refs/heads/{branch}\n".encode()
        yield f"author {when}\ncommitter {when}\n".encode()
        yield _data(commit.message().encode())
        yield f"M 100644 inline {_quoted(file_name)}\n".encode()
        yield _data(commit.content)


def _data(content: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(content), content)


def _quoted(name: str) -> str:
    for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n")):
        name = name.replace(plain, escaped)
    return f'"{name}"'


def _commit(
    script: Script, content: bytes, verification: Verification | None
) -> Commit:
    step = script.step
    assert step is not None
    figures = verification.snapshots.get(script.path.name) if verification else None
    if figures is not None and figures.sha256 == sha256_of(content):
        sanity_check = figures.sanity_check
    else:
        sanity_check = f"{CLAIMED[step.claim]} {NOT_VERIFIED}"
    return Commit(step.message, (step.explanation, sanity_check), content)


def _fullest(ledger: Ledger, snapshots: Sequence[Script]) -> Verification | None:
    """The verification that says something of the most snapshots as they are."""
    hashes = {script.path.name: sha256_of(script.read_bytes()) for script in snapshots}

    def fits(verification: Verification) -> int:
        found = verification.snapshots.items()
        return sum(hashes.get(name) == figures.sha256 for name, figures in found)

    known = ledger.verifications()
    in_order = [known[key] for key in sorted(known)]
    return max(in_order, key=fits, default=None)


def _check_origin(
    script: Script, before: bytes, content: bytes, ledger: Ledger
) -> None:
    made = Origin(sha256_of(content), sha256_of(before))
    if ledger.origin(script.path.name) != made:
        raise Refusal(
            "a snapshot as its step makes it from the script before it",
            "one that is stale, or was changed by hand",
            file=str(script.path),
            during="history",
        )
