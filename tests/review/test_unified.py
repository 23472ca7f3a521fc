"""Patches: `patch` makes the new text of the old one, whatever is in them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codemods.review.difference import compare
from codemods.review.unified import as_patch, unified_lines

lines = st.sampled_from(["total = 1", "    total = 1", "", "\x1b[2J", "ü\r", "--- x"])
texts = st.tuples(st.lists(lines, max_size=12), st.sampled_from(["", "\n"])).map(
    lambda given: "\n".join(given[0]) + (given[1] if given[0] else "")
)


def patched(folder: Path, old: str, patch: str) -> str:
    """What git makes of a text by a patch."""
    (folder / "old").write_bytes(old.encode())
    (folder / "patch").write_bytes(patch.encode())
    command = ["git", "apply", "--unidiff-zero", "--unsafe-paths", "-p0", "patch"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return (folder / "old").read_bytes().decode() if (folder / "old").exists() else ""


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(texts, texts, st.integers(0, 3))
def test_a_patch_makes_the_new_text(
    tmp_path: Path, old: str, new: str, context: int
) -> None:
    patch = as_patch(compare(old, new), "old", "old", context)
    assert (patched(tmp_path, old, patch) if patch else old) == new


def test_equal_texts_have_no_patch() -> None:
    assert as_patch(compare("a\n", "a\n"), "old", "new", 3) == ""


def test_a_patch_names_the_files_and_the_definition_around_a_hunk() -> None:
    old = "def main():\n    first = 1\n    return first\n"
    patch = as_patch(compare(old, old.replace("1", "2")), "old.py", "new.py", 0)
    assert patch == (
        "--- old.py\n"
        "+++ new.py\n"
        "@@ -2 +2 @@ main\n"
        "-    first = 1\n"
        "+    first = 2\n"
    )


def test_a_missing_line_end_is_told() -> None:
    assert as_patch(compare("a = 1", "a = 1\n"), "old", "new", 3) == (
        "--- old\n+++ new\n@@ -1 +1 @@\n"
        "-a = 1\n\\ No newline at end of file\n"
        "+a = 1\n"
    )


def test_old_lines_stand_above_new_ones() -> None:
    rows = compare("a = 1\nb = 2\n", "a = 3\nb = 4\n").rows
    signs = [line.sign + line.side.text for line in unified_lines(rows)]
    assert signs == ["-a = 1", "-b = 2", "+a = 3", "+b = 4"]
