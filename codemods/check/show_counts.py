"""Tables of what the rules find, in files and over a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from codemods.check.check_script import load_rules
from codemods.check.ratchet import Checked
from codemods.check.rule import Finding
from codemods.step import Step


def show_counts(found: Mapping[Path, Sequence[Finding]]) -> None:
    """Print how many findings each rule has in these files."""
    table = Table(box=None, header_style="bold")
    table.add_column("rule")
    table.add_column("findings", justify="right")
    everything = [finding.rule for findings in found.values() for finding in findings]
    for rule in load_rules():
        if rule.name in everything:
            table.add_row(rule.name, str(everything.count(rule.name)))
    table.add_row("all rules", str(len(everything)))
    Console().print(table)


def show_plan(plan: Sequence[type[Step]], checked: Sequence[Checked]) -> None:
    """Print what each step did to the counts, and where each rule stands."""
    counts = [script.counts() for script in checked]
    table = Table(box=None, header_style="bold")
    for heading in ("step", "commit message"):
        table.add_column(heading)
    table.add_column("findings", justify="right")
    table.add_column("what changed")
    table.add_row("0", "The original", str(counts[0].total()))
    for step, before, after in zip(plan, counts, counts[1:], strict=False):
        changes = [
            f"{rule.name} {after[rule.name] - before[rule.name]:+d}"
            for rule in load_rules()
            if after[rule.name] != before[rule.name]
        ]
        number = f"{step.number:02d}"
        table.add_row(number, step.message, str(after.total()), ", ".join(changes))
    Console().print(table)
    Console().print(_by_rule(plan, checked))


def _by_rule(plan: Sequence[type[Step]], checked: Sequence[Checked]) -> Table:
    first, last = checked[0].counts(), checked[-1].counts()
    reached = {rule: f"{step.number:02d}" for step in plan for rule in step.reaches}
    table = Table(box=None, header_style="bold")
    table.add_column("rule")
    for heading in ("original", "last step", "reached by"):
        table.add_column(heading, justify="right")
    for rule in load_rules():
        row = (str(first[rule.name]), str(last[rule.name]), reached.get(rule.name, ""))
        table.add_row(rule.name, *row)
    return table
