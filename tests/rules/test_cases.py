"""The cases beside each rule: the rule alone finds what they say, and nothing else."""

from __future__ import annotations

import pytest

from codemods.check.check_script import load_rules, traverse
from codemods.check.rule import Rule
from codemods.check.script import Script

VALID = [
    pytest.param(rule, code, id=f"{rule.name}-{index}")
    for rule in load_rules()
    for index, code in enumerate(rule.VALID)
]
INVALID = [
    pytest.param(rule, code, count, id=f"{rule.name}-{index}")
    for rule in load_rules()
    for index, (code, count) in enumerate(rule.INVALID)
]


def found(rule: type[Rule], code: str) -> list[str]:
    script = Script(code)
    checker = rule(script)
    traverse(script.module, [checker])
    return [f"{f.line}:{f.column}: {f.message}" for f in checker.findings]


@pytest.mark.parametrize(("rule", "code"), VALID)
def test_valid(rule: type[Rule], code: str) -> None:
    assert found(rule, code) == []


@pytest.mark.parametrize(("rule", "code", "count"), INVALID)
def test_invalid(rule: type[Rule], code: str, count: int) -> None:
    findings = found(rule, code)
    assert len(findings) == count, findings


@pytest.mark.parametrize("rule", load_rules(), ids=lambda rule: rule.name)
def test_every_rule_has_cases_and_a_reason(rule: type[Rule]) -> None:
    assert rule.VALID and rule.INVALID
    assert rule.sentences
    assert rule.title and not rule.title.endswith(".")
