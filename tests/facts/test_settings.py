"""Which variables only literals decide, and what makes a variable more than that."""

from __future__ import annotations

import pytest

from codemods.facts.bindings import Binding, Bindings
from codemods.facts.metadata import parse, wrap
from codemods.facts.settings import Settings

NONE = [
    pytest.param("width = read()\n", id="computed-by-a-call"),
    pytest.param("rows = [1]\nwidth = (rows, 2)\n", id="from-what-may-be-changed"),
    pytest.param("width = [1]\n", id="list"),
    pytest.param('width = {"a": 1}\n', id="dictionary"),
    pytest.param("width = 4\nwidth = 5\n", id="bound-twice"),
    pytest.param("width = 4\nwidth += 1\n", id="updated"),
    pytest.param("width = 4\ndel width\n", id="deleted"),
    pytest.param("width = 4\nfor width in [1]:\n    pass\n", id="of-a-loop-too"),
    pytest.param("width: int\n", id="only-declared"),
    pytest.param("width, height = 4, 5\n", id="one-of-two-targets"),
    pytest.param("if True:\n    width = 4\n", id="in-a-branch"),
    pytest.param("width = width\n", id="from-itself"),
    pytest.param("width = other\nother = width\n", id="in-a-circle"),
    pytest.param("width = True\nTrue_ = width\nwidth = True_\n", id="through-another"),
    pytest.param(
        "width = 4\ndef f():\n    global width\n    width = 5\n", id="through-global"
    ),
    pytest.param("def f():\n    width = 4\n", id="of-a-function"),
    pytest.param("import width\n", id="imported"),
    pytest.param("def width():\n    pass\n", id="function"),
]


def settings_of(code: str) -> set[str]:
    bindings = Bindings(wrap(parse(code)))
    settings = Settings(bindings)
    return {binding.name for binding in bindings if binding in settings}


@pytest.mark.parametrize("code", NONE)
def test_is_no_setting(code: str) -> None:
    assert "width" not in settings_of(code)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        pytest.param("width = 4\n", {"width"}, id="number"),
        pytest.param("width: int = -4\n", {"width"}, id="annotated"),
        pytest.param('name = "a" "b"\nis_on = True\n', {"name", "is_on"}, id="others"),
        pytest.param(
            "width = 4\nhalf = width // 2\n", {"width", "half"}, id="from-another"
        ),
        pytest.param("sizes = 1, (2, 3)\n", {"sizes"}, id="tuple"),
        pytest.param(
            "width = 4\ndef f(width):\n    width = 5\n    return width\n",
            {"width"},
            id="shadowed-by-a-parameter",
        ),
    ],
)
def test_is_a_setting(code: str, found: set[str]) -> None:
    assert settings_of(code) == found


def test_a_shadow_is_none_itself() -> None:
    code = "width = 4\ndef f():\n    width = 5\n    return width\n"
    bindings = Bindings(wrap(parse(code)))
    settings = Settings(bindings)
    known = {b.scope.name: b in settings for b in bindings if b.name == "width"}
    assert known == {"": True, "f": False}
    assert Binding(bindings.scopes.module, "width") in settings
