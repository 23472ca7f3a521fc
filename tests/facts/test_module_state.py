"""State, and what is none."""

from __future__ import annotations

import pytest

from codemods.facts.bindings import Bindings
from codemods.facts.metadata import parse, wrap
from codemods.facts.module_state import ModuleState


def state_of(code: str) -> set[str]:
    bindings = Bindings(wrap(parse(code)))
    state = ModuleState(bindings)
    return {binding.name for binding in bindings if binding in state}


@pytest.mark.parametrize(
    ("code", "names"),
    [
        pytest.param("a = 1\nb = [a]\n", set(), id="constants"),
        pytest.param("a = 1\na = 2\n", {"a"}, id="bound-again"),
        pytest.param("a = 1\na += 2\n", {"a"}, id="updated"),
        pytest.param("a = 1\ndel a\n", {"a"}, id="deleted"),
        pytest.param("for a in b:\n    c = 1\n", {"a", "c"}, id="bound-in-a-loop"),
        pytest.param("a = []\na.append(1)\n", {"a"}, id="changed-in-place"),
        pytest.param("a = 0\ndef f():\n    global a\n    a = 1\n", {"a"}, id="global"),
        pytest.param("def f():\n    a = 1\n    a = 2\n", set(), id="local"),
        pytest.param("import a\ndef b(): pass\nclass C: pass\na.x = b\n", set(),
                     id="definitions"),
    ],
)  # fmt: skip
def test_finds_state(code: str, names: set[str]) -> None:
    assert state_of(code) == names
