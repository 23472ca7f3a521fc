from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from codemods.plan import PHASES
from codemods.refusal import Refusal
from codemods.review.review_command import review_command


def test_refuses_a_folder_without_snapshots(tmp_path: Path) -> None:
    page = tmp_path / "review.html"
    with pytest.raises(Refusal, match="expected a snapshot, found none") as refused:
        CliRunner().invoke(
            review_command,
            ["--output", str(tmp_path), "--to", str(page)],
            catch_exceptions=False,
        )
    first = PHASES[0].steps()[0].file_name()
    assert str(refused.value).startswith(f"{tmp_path / first}: review: ")
    assert not page.exists()
