"""Floats are put where they were printed and nowhere else."""

from __future__ import annotations

import pytest

from codemods.verify.weave import weave

CASES = (
    pytest.param("loss 3.36\n", "", "loss 3.36\n", 0, id="no notes"),
    pytest.param(
        "loss 3.36\n", "0\t3.363\t3.36\n", "loss 3.363\n", 1, id="where it is printed"
    ),
    pytest.param(
        "3.36\nloss 3.36\n",
        "5\t3.363\t3.36\n",
        "3.36\nloss 3.363\n",
        1,
        id="not before it was formatted",
    ),
    pytest.param(
        "13.36 3.361 0.3.36 3.36\n",
        "0\t3.363\t3.36\n",
        "13.36 3.361 0.3.36 3.363\n",
        1,
        id="not inside another number",
    ),
    pytest.param(
        "1.0 1.0\n",
        "0\t1.01\t1.0\n0\t1.02\t1.0\n",
        "1.01 1.02\n",
        2,
        id="each text once",
    ),
    pytest.param(
        "log 2.0\n",
        "0\t9.01\t9.0\n0\t2.01\t2.0\n",
        "log 2.01\n",
        2,
        id="one that is never printed",
    ),
    pytest.param("|   1.5|\n", "0\t1.51\t   1.5\n", "|   1.51|\n", 1, id="padded text"),
    pytest.param("nothing\n", "0\t1.5\t\n", "nothing\n", 1, id="empty text"),
)


@pytest.mark.parametrize(("output", "notes", "text", "floats"), CASES)
def test_weaves(output, notes, text, floats):
    woven = weave(output, notes)
    assert (woven.text, woven.floats) == (text, floats)
