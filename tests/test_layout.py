"""Comments that do not fit on their lines."""

from __future__ import annotations

import pytest

from codemods.layout import format_once, format_source

LONG = "x" * 60

CASES = [
    pytest.param("x = 1  # short\n", "x = 1  # short\n", id="fits"),
    pytest.param(
        f"self.gradient = 0  # {LONG} y\n",
        f"self.gradient = 0  # {LONG} y\n",
        id="just-fits",
    ),
    pytest.param(
        f"self.gradient = 0  # {LONG} and more\n",
        f"# {LONG} and more\nself.gradient = 0\n",
        id="lifted",
    ),
    pytest.param(
        f"if x:\n    # above\n    gradient = 0  # {LONG} and more\n",
        f"if x:\n    # above\n    # {LONG} and more\n    gradient = 0\n",
        id="lifted-below-what-is-above",
    ),
    pytest.param(
        f"x = [\n    1,  # {LONG}{LONG}\n]\n",
        f"x = [\n    1,  # {LONG}{LONG}\n]\n",
        id="comments-of-elements-stay",
    ),
    pytest.param(
        f"x = '#{LONG}{LONG}'\n", f'x = "#{LONG}{LONG}"\n', id="no-comment-at-all"
    ),
]


@pytest.mark.parametrize(("before", "after"), CASES)
def test_formats(before: str, after: str) -> None:
    assert format_source(before) == after
    assert format_once(before) == after
    assert format_source(after) == after
