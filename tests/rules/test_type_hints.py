"""What type hints are asked for, and why; each finding stands at the name."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest

from codemods.check.check_script import traverse
from codemods.check.script import Script
from codemods.facts.find_nodes import find
from codemods.rules.type_hints import TypeHints

PROJECT = Path(__file__).parents[2]
ANNOTATED = next(PROJECT.glob("generated/step_*_annotate_bindings.py"))


def found(code: str) -> list[str]:
    script = Script(code)
    rule = TypeHints(script)
    traverse(script.module, [rule])
    return [f"{f.line}:{f.column}: {f.message}" for f in rule.findings]


@pytest.mark.parametrize(
    ("code", "findings"),
    [
        pytest.param("def scale(by):\n    pass\n",
                     ["1:11: annotate the parameter `by`",
                      "1:5: annotate what `scale` returns"], id="signature"),
        pytest.param("size = 1\nsize += 1\n",
                     ["1:1: annotate `size`: the module declares it"], id="module"),
        pytest.param("for row in rows:\n    cells = row.split()\n",
                     ["2:5: annotate `cells`: it is a container"], id="container"),
        pytest.param("for row in rows:\n    size = 0\n    size += 1\n",
                     ["2:5: annotate `size`: its new values are made from its old "
                      "ones"], id="accumulator"),
        pytest.param("class A:\n    def __init__(this) -> None:\n        this.b = 1\n",
                     ["3:9: annotate the attribute `b`"], id="attribute"),
        pytest.param("x: dict[str, list] = {}\n",
                     ["1:14: say what the `list` holds"], id="bare"),
        pytest.param("x: 'dict[str, list]' = {}\n",
                     ["1:4: say what the `list` holds"], id="bare-in-quotes"),
        pytest.param("from typing import Any\nx: dict[str, Any] = f()\n",
                     ["2:14: `Any` says nothing of the type"], id="any"),
        pytest.param("x: list['object'] = []\n",
                     ["1:9: `object` says nothing of the type"], id="object"),
        pytest.param("from collections import abc\nx: int | abc.Sequence = f()\n",
                     ["2:10: say what the `Sequence` holds"], id="bare-imported"),
        pytest.param("from typing import Callable\nx: list[Callable] = []\n",
                     ["2:9: say what the `Callable` takes and returns"],
                     id="bare-callable"),
        pytest.param("x: 'a list' = []\n",
                     ["1:4: `'a list'` says nothing of the type"], id="text"),
        pytest.param("def f(x: 'not Python') -> None:\n    y = x\n",
                     ["1:10: `not Python` says nothing of the type"], id="no-type"),
        pytest.param("import typing\nx: typing.DefaultDict[str, int] = f()\n",
                     ["2:4: use `defaultdict` for `DefaultDict`"], id="outdated"),
    ],
)  # fmt: skip
def test_findings(code: str, findings: list[str]) -> None:
    assert found(code) == findings


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("for values in values:\n    values = values\n", id="itself"),
        pytest.param("for i in j:\n    x = y\n    y = x\n", id="each-other"),
        pytest.param("class A:\n    def __init__() -> None:\n        pass\n",
                     id="initializer-without-parameters"),
    ],
)  # fmt: skip
def test_what_tells_nothing_is_no_finding(code: str) -> None:
    assert found(code) == []


def test_a_variable_that_leads_back_to_itself_is_still_told() -> None:
    code = "for i in j:\n    x = y\n    y = x\n    x = []\n"
    assert sorted(line[:3] for line in found(code)) == ["2:5", "3:5"]


def test_the_rule_agrees_with_the_step() -> None:
    """It asks for nothing more than the step gives, and misses next to nothing.

    What the text does not tell is the type of what a loop takes from a container.
    """
    code = ANNOTATED.read_text()
    assert found(code) == []
    module = cst.parse_module(code)
    given = {_name(annotated.target) for annotated in find(module, cst.AnnAssign)}
    asked = {line.split("`")[1] for line in found(module.visit(_Bare()).code)}
    assert asked <= given
    assert len(asked) > 0.9 * len(given)


class _Bare(cst.CSTTransformer):
    def leave_AnnAssign(
        self, original_node: cst.AnnAssign, updated_node: cst.AnnAssign
    ) -> cst.Assign:
        assert updated_node.value is not None
        return cst.Assign([cst.AssignTarget(updated_node.target)], updated_node.value)


def _name(target: cst.CSTNode) -> str:
    name = target.attr if isinstance(target, cst.Attribute) else target
    return cst.ensure_type(name, cst.Name).value
