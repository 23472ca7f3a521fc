"""Comments that do not fit on their lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from codemods.layout import format_once, format_source

GENERATED = Path(__file__).parents[1] / "generated"

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


FUNCTION = "def f(a):\n    return a\n"

NEIGHBOURS = [
    pytest.param("x = 1\n", "x = 1\n" + FUNCTION, id="function-below"),
    pytest.param(FUNCTION, FUNCTION + "x  = 1\n", id="statement-below"),
    pytest.param(
        f"x = 1\n\n\n{FUNCTION}",
        f"x = 1\n\n\n{FUNCTION}# why\ny  = 1\n",
        id="below-function",
    ),
    pytest.param(
        f"x = 1\n\n\n{FUNCTION}",
        f"x = 1\n\n\n{FUNCTION}@g\ndef g(): ...\n",
        id="function-below-function",
    ),
    pytest.param(
        "x = 1\n\n\ndef f(): ...\n",
        "x = 1\n\n\ndef f(): ...\ndef g(): ...\n",
        id="short-function-above",
    ),
    pytest.param(
        "x = 1\nif x:\n    y = 1\n",
        "x = 1\nif x:\n    y = 1\nz  = 1\n",
        id="block-above",
    ),
    pytest.param('"""Say."""\n\nx = 1\n', '"""Say."""\nx = 2\n', id="below-docstring"),
    pytest.param("import a\n\nx = 1\n", "import a\nimport  b\nx = 1\n", id="imports"),
    pytest.param("import a\n\nx = 1\n", "\n\nx = 1\n", id="first-has-gone"),
    pytest.param("x = 1\ny = 2\n", "x = 1\n\n\n\n\n\n# why\n\n\n\ny = 2\n", id="gaps"),
    pytest.param("x = 1\n", "x = 1\n\n\n# below\n\n\n\n", id="only-layout-below"),
    pytest.param("x = 1\ny = 2\n", "# fmt: off\nx  = 1\ny = 2\n", id="black-off"),
    pytest.param("# fmt: off\nx = 1\ny   = 2\n", "x = 1\ny   = 2\n", id="black-on"),
    pytest.param("x = 1\ny = 2\n", "x = 1;y = 2\n", id="shared-line"),
    pytest.param(
        f"x = 1\n\n\ndef h():\n    def k(): ...\n{FUNCTION}",
        f"x = 1\n\n\ndef h():\n    return 1\n{FUNCTION}",
        id="short-function-at-the-end-above",
    ),
    pytest.param(
        f"x = 1\n\n\ndef h():\n    return 1\n\n\n{FUNCTION}",
        f"x = 1\n\n\ndef h():\n    class K: ...\n{FUNCTION}",
        id="short-class-at-the-end-above",
    ),
]


@pytest.mark.parametrize(("beside", "code"), NEIGHBOURS)
def test_lays_out_changes_as_it_does_whole_texts(beside: str, code: str) -> None:
    assert format_source(beside) == beside
    assert format_source(code, beside) == format_source(code)
    assert format_once(code, beside) == format_once(code)


@pytest.mark.parametrize("number", [1, 8, 14, 16, 23, 29, 35])
@pytest.mark.parametrize("mess", ["\n\n", ",\n", " = ", "    return"])
def test_lays_out_changes_of_snapshots(number: int, mess: str) -> None:
    beside, code = (
        next(GENERATED.glob(f"step_{n:02d}_*.py")).read_text()
        for n in (max(number - 1, 1), number)
    )
    tidy = {"\n\n": "\n", ",\n": "\n", " = ": "=", "    return": "\n    return"}
    messy = code.replace(mess, tidy[mess])
    for text in (code, messy if _is_python(messy) else code):
        assert format_source(text, beside) == format_source(text)


def _is_python(text: str) -> bool:
    try:
        compile(text, "script.py", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True
