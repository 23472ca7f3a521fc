"""Run every rule over a script in one traversal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from typing import Any

import libcst as cst

from codemods.check.rule import Finding, Rule
from codemods.check.script import Script
from codemods.facts.walk import walk
from codemods.refusal import Refusal
from codemods.rules import SUITE


def check_script(source: str) -> list[Finding]:
    """What the rules find in a script, in the order of the source.

    Raises `Refusal` if the source is not Python or nested too deep, and if a rule
    cannot be imported.
    """
    try:
        script = Script(source)
        rules = [rule(script) for rule in load_rules()]
        traverse(script.module, rules)
    except cst.ParserSyntaxError as error:
        found = error.message.strip().split("\n")[0]
        line, column = error.raw_line, error.raw_column + 1
        raise Refusal("Python", found, line, column) from None
    except RecursionError:
        raise Refusal("less nesting", "more than Python's stack holds") from None
    return sorted(finding for rule in rules for finding in rule.findings)


def traverse(module: cst.Module, rules: Sequence[Rule]) -> None:
    """Show a script to rules, to each what it wants to be shown."""
    methods: dict[type[cst.CSTNode], list[Callable[[Any], None]]] = {}
    for rule in rules:
        for kind, name in rule.visited.items():
            methods.setdefault(kind, []).append(getattr(rule, name))
    for node in walk(module):
        for visit in methods.get(type(node), ()):
            visit(node)
    for rule in rules:
        rule.leave_module()


@cache
def load_rules() -> tuple[type[Rule], ...]:
    """Every rule of the suite, in its order.

    A rule that cannot be imported ends the run: a rule that does not run finds nothing.
    """
    return tuple(map(_load, SUITE))


def _load(name: str) -> type[Rule]:
    try:
        module = import_module(f"codemods.rules.{name}")
    except Exception as error:
        found = f"{type(error).__name__}: {error}"
        raise Refusal("a rule that can be imported", found, file=name) from error
    class_name = "".join(word.capitalize() for word in name.split("_"))
    rule = getattr(module, class_name, None)
    if not isinstance(rule, type) or not issubclass(rule, Rule):
        found = f"no `Rule` named {class_name}"
        raise Refusal("a rule named after its file", found, file=name)
    return rule
