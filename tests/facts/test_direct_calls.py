"""What calls of a function pass, each as which parameter."""

from __future__ import annotations

import libcst as cst
import pytest

from codemods.facts.bindings import Bindings
from codemods.facts.direct_calls import DirectCalls
from codemods.facts.find_nodes import find
from codemods.facts.metadata import parse, wrap
from codemods.facts.scopes import all_parameters
from codemods.refusal import Refusal

METHOD = "class A:\n    def f(self, x=1, *, y=2):\n        pass\na = A()\n"


def passed(code: str) -> str:
    """What the one call of `f` passes, parameter by parameter."""
    module = parse(code)
    bindings = Bindings(wrap(module))
    (function,) = [f for f in find(module, cst.FunctionDef) if f.name.value == "f"]
    (call,) = DirectCalls(bindings).of(function)
    values = {
        parameter.name.value: call.passed(parameter)
        for parameter in all_parameters(function.params)
    }
    written = {name: value for name, value in values.items() if value is not None}
    return ", ".join(f"{n}: {module.code_for_node(v)}" for n, v in written.items())


@pytest.mark.parametrize(
    ("code", "found"),
    [
        pytest.param("def f(x):\n    pass\ng = f\n", "`f` as a value", id="value"),
        pytest.param("def f(x):\n    pass\nf(*xs)\n", r"`\*`", id="star"),
        pytest.param("@d\ndef f(x):\n    pass\nf(1)\n", "a decorator", id="decorated"),
        pytest.param(f"{METHOD}b.f(1)\n", "an object of unknown class", id="object"),
    ],
)
def test_refuses(code: str, found: str) -> None:
    with pytest.raises(Refusal, match=found):
        passed(code)


@pytest.mark.parametrize(
    ("code", "values"),
    [
        pytest.param("def f(x, y):\n    pass\nf(1, 2)\n", "x: 1, y: 2", id="places"),
        pytest.param("def f(x, y):\n    pass\nf(y=1, x=2)\n", "x: 2, y: 1", id="names"),
        pytest.param("def f(x, /, y):\n    pass\nf(1, 2)\n", "x: 1, y: 2", id="slash"),
        pytest.param("def f(x, y=0):\n    pass\nf(1)\n", "x: 1", id="default"),
        pytest.param("def f(*, x, y):\n    pass\nf(y=1, x=2)\n", "x: 2, y: 1",
                     id="names-only"),
        pytest.param("def f(x, *y):\n    pass\nf(1, 2)\n", "x: 1", id="the-rest"),
        pytest.param("def f(x, **y):\n    pass\nf(1, y=2)\n", "x: 1", id="other-names"),
        pytest.param(f"{METHOD}a.f(3)\n", "self: a, x: 3", id="method"),
        pytest.param(f"{METHOD}a.f(y=3)\n", "self: a, y: 3", id="method-by-name"),
    ],
)  # fmt: skip
def test_passed(code: str, values: str) -> None:
    assert passed(code) == values
