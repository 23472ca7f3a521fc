"""Where scripts find the names that they read."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def some_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An input of three names in the current directory."""
    (tmp_path / "input.txt").write_text("ada\ngrace\n\nbarbara\n")
    monkeypatch.chdir(tmp_path)
