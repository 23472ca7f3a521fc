"""What explicit control flow says, and where: each finding stands at its operand."""

from __future__ import annotations

import pytest

from codemods.check.check_script import traverse
from codemods.check.script import Script
from codemods.rules.explicit_control_flow import ExplicitControlFlow

CHOOSE = "choose this value by an `if` statement"
COMPARE = "compare this: only what is a `bool` is a test"
NEST = (
    "nest this in an `if` of its own: whether it is evaluated depends on what is left "
    "of it"
)


def found(code: str) -> list[str]:
    script = Script(code)
    rule = ExplicitControlFlow(script)
    traverse(script.module, [rule])
    return [f"{f.column}-{f.end_column}: {f.message}" for f in rule.findings]


@pytest.mark.parametrize(
    ("code", "findings"),
    [
        pytest.param("x = 1 if y > 2 else 3\n", [f"5-22: {CHOOSE}"], id="conditional"),
        pytest.param("x = y or z\n", [f"5-11: {CHOOSE}"], id="or-as-value"),
        pytest.param("assert not (x > 1 and xs)\n", [f"23-25: {COMPARE}"], id="truth"),
        pytest.param("assert x > 1 and f(x) > 1\n", [f"18-26: {NEST}"], id="call"),
        pytest.param("assert xs and xs[0] == 1\n",
                     [f"8-10: {COMPARE}", f"15-25: {NEST}"], id="truth-and-guard"),
        pytest.param("assert i < n and (j < n and xs[i] > 1)\n", [f"29-38: {NEST}"],
                     id="guard-further-left"),
        pytest.param("assert table[i] > 0 and xs[i] > 0\n", [], id="same-index"),
        pytest.param("assert pair[0] > 0 and pair[1] > 0\n", [], id="same-container"),
        pytest.param("assert a.b is None or a.b > 1\n", [f"23-30: {NEST}"],
                     id="kind-of-attribute"),
        pytest.param("assert a is None or b > 1\n", [], id="kind-of-something-else"),
    ],
)  # fmt: skip
def test_findings(code: str, findings: list[str]) -> None:
    assert found(code) == findings


def test_other_annotations_under_the_same_name_cast_doubt() -> None:
    said = "def f(seen: bool) -> None:\n    assert node.seen\n"
    assert found(said) == []
    assert found("seen: int = 1\n" + said) == [f"12-21: {COMPARE}"]
