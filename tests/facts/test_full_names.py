"""What names are called where they come from."""

from __future__ import annotations

import libcst as cst
import pytest

from codemods.facts.bindings import Bindings
from codemods.facts.full_names import FullNames
from codemods.facts.library import is_function
from codemods.facts.metadata import parse, wrap


@pytest.mark.parametrize(
    ("code", "names"),
    [
        pytest.param("len(x)\n", ["builtins.len", "x"], id="builtin"),
        pytest.param("import math\nmath.exp(1)\n", ["math.exp"], id="attribute"),
        pytest.param("import os.path as p\np.exists\n", ["os.path.exists"], id="as"),
        pytest.param("import os.path\nos.path.exists\n", ["os.path.exists"], id="dots"),
        pytest.param("from a.b import c as d\nd.e\n", ["a.b.c.e"], id="from"),
        pytest.param("from . import c\nc()\n", [".c"], id="relative"),
        pytest.param("from math import *\nexp(1)\n", ["exp"], id="star"),
        pytest.param("def len(x):\n    return 1\nlen(2)\n", [], id="own"),
        pytest.param("import math\nmath = 1\nmath.exp\n", [], id="rebound"),
        pytest.param("f(len=1).map\n", ["f"], id="keyword-and-attribute"),
        pytest.param("x: 'len' = 1\n", [], id="text"),
    ],
)
def test_uses(code: str, names: list[str]) -> None:
    full_names = FullNames(Bindings(wrap(parse(code))))
    assert [name for _, name in full_names.uses()] == names


def test_a_use_is_the_whole_of_a_dotted_name() -> None:
    module = parse("import os\nos.path.exists(name)\n")
    use, _ = next(FullNames(Bindings(wrap(module))).uses())
    assert cst.Module([]).code_for_node(use) == "os.path.exists"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("math.exp", True),
        ("builtins.len", True),
        ("builtins.int", True),
        ("sys.stdout.write", True),
        ("os.path.exists", True),
        ("math.pi", False),
        ("math.nothing", False),
        ("builtins.True", False),
        ("builtins.ValueError", False),
        ("shapes.area", False),
        ("math", False),
    ],
)
def test_is_function(name: str, expected: bool) -> None:
    assert is_function(name) is expected
