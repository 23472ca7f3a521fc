"""Positions that are found out statement by statement."""

from __future__ import annotations

from pathlib import Path

import pytest
from libcst.metadata import MetadataWrapper, PositionProvider

from codemods.facts.metadata import parse
from codemods.facts.positions import Positions
from codemods.facts.walk import walk

SNAPSHOTS = Path(__file__).parents[2] / "generated"

CASES = [
    pytest.param("# above\n\nx = 1\n\n# between\ny = 2\n# below\n\n", id="comments"),
    pytest.param("if x:\n  y = 1\nelse:\n  y = 2\n", id="two-spaces"),
    pytest.param("x = 1\r\ny = 2\r\n", id="carriage-returns"),
    pytest.param("x = '''\n\n'''; y = 1\nz = 1\n", id="long-string"),
    pytest.param("@a\n# why\n@b(1)\ndef f(): pass\n\n@c\nclass C: pass\n", id="blocks"),
]


@pytest.mark.parametrize("code", CASES)
def test_finds_the_positions_that_libcst_finds(code: str) -> None:
    _compare_positions(code)


@pytest.mark.parametrize("number", [1, 19, 29])
def test_finds_positions_in_snapshots(number: int) -> None:
    _compare_positions(next(SNAPSHOTS.glob(f"step_{number:02d}_*.py")).read_text())


def _compare_positions(code: str) -> None:
    module = parse(code)
    expected = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)
    found = Positions(module)
    for node in walk(module):
        assert found[node] == expected[node]
