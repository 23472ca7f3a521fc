"""Expressions that cannot be objects of a class of the module, and those that may."""

from __future__ import annotations

import libcst as cst
import pytest

from codemods.facts.bindings import Bindings
from codemods.facts.instances import Instances
from codemods.facts.metadata import wrap


def excludes(code: str) -> bool:
    """Whether the expression that a module ends with is excluded."""
    bindings = Bindings(wrap(cst.parse_module(code)))
    line = cst.ensure_type(bindings.wrapper.module.body[-1], cst.SimpleStatementLine)
    return Instances(bindings).excludes(cst.ensure_type(line.body[0], cst.Expr).value)


@pytest.mark.parametrize(
    "code",
    [
        "x",
        "x.y",
        "x[0]",
        "f()",
        "-x",
        "x + 1",
        "(x)",
        "max([x])",
        "sum(x)",
        "def f(x):\n    x\nx",
        "x = 1\nx = f()\nx",
        "x = y = z\ny",
        "x = 1\nx += y\nx",
        "for x in 'ab': pass\nx",
        "x = x\nx",
        "import copy\ncopy.copy(x)",
        "len = f\nlen(x)",
        "class A: pass\nA",
    ],
)
def test_may_be_an_object_of_the_module(code: str) -> None:
    assert not excludes(code)


@pytest.mark.parametrize(
    "code",
    [
        "'a'",
        "f'{x}'",
        "1.5",
        "[x]",
        "{x: x}",
        "(x, x)",
        "[a for a in x]",
        "lambda: x",
        "len(x)",
        "sorted(x)",
        "import math\nmath",
        "import os.path\nos.path.sep",
        "import math\nmath.log(2)",
        "x = [y]\nx",
        "x: list = [y]\nx",
        "import io\nx = io.StringIO('a')\ny = x\ny",
        "import io\nx = io.StringIO('a').read().upper\nx",
    ],
)
def test_is_no_object_of_the_module(code: str) -> None:
    assert excludes(code)
