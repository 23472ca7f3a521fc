"""What imports bind, and what that is called where it comes from."""

from __future__ import annotations

import libcst as cst
import pytest

from codemods.facts.bindings import Bindings
from codemods.facts.find_imports import find_imports
from codemods.facts.find_nodes import find
from codemods.facts.imported_names import ImportedNames
from codemods.facts.metadata import parse, wrap

IMPORTS = [
    pytest.param("x = 1\n", {}, id="none"),
    pytest.param("from math import *\n", {}, id="star"),
    pytest.param("import math, os\n", {"math": "math", "os": "os"}, id="modules"),
    pytest.param("import os.path\n", {"os": "os"}, id="dots"),
    pytest.param("import os.path as p\n", {"p": "os.path"}, id="dots-as"),
    pytest.param("def f():\n    import re\n", {"re": "re"}, id="in-a-function"),
    pytest.param("from a.b import c, d as e\n", {"c": "a.b.c", "e": "a.b.d"},
                 id="from"),
    pytest.param("from . import x\n", {"x": ".x"}, id="from-the-package"),
    pytest.param("from ..a import x\n", {"x": "..a.x"}, id="from-a-neighbour"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "names"), IMPORTS)
def test_full_names(code: str, names: dict[str, str]) -> None:
    found = find_imports(Bindings(wrap(parse(code))))
    assert {name.value: what.full_name for name, what in found.items()} == names
    modules = {what.full_name for what in found.values() if what.is_module}
    assert modules == (set() if "from" in code else set(names.values()))


@pytest.mark.parametrize(
    ("code", "name"),
    [
        pytest.param("x = 1\nprobe(x)\n", "", id="not-imported"),
        pytest.param("import a\na = 1\nprobe(a)\n", "", id="bound-again"),
        pytest.param("import a as c\nimport b as c\nprobe(c)\n", "", id="two-modules"),
        pytest.param("from . import x\nprobe(x)\n", ".x", id="from-the-package"),
        pytest.param("import a.b\nprobe(a.b.c)\n", "a.b.c", id="attribute"),
    ],
)
def test_the_name_of_an_expression(code: str, name: str) -> None:
    wrapper = wrap(parse(code))
    *_, call = find(wrapper.module, cst.Call)
    names = ImportedNames(Bindings(wrapper))
    assert names.full_name(call.args[0].value) == name
