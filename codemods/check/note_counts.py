"""Keep how many findings there were before and after each step in the ledger."""

from __future__ import annotations

from collections.abc import Sequence

from codemods.check.ratchet import Checked
from codemods.ledger import Ledger, RuleCounts
from codemods.step import Step


def note_counts(
    ledger: Ledger, steps: Sequence[type[Step]], checked: Sequence[Checked]
) -> bool:
    """Note the counts of consecutive steps; whether that changed anything.

    `checked` is what the first of them was made from and the snapshot of each.
    """
    changed = False
    for step, before, after in zip(steps, checked, checked[1:], strict=False):
        counts = _counts(before, after)
        changed |= ledger.rule_counts(step.file_name()) != counts
        ledger.set_rule_counts(step.file_name(), counts)
    return changed


def _counts(before: Checked, after: Checked) -> RuleCounts:
    old, new = before.counts(), after.counts()
    return {rule: (old[rule], new[rule]) for rule in sorted(old.keys() | new.keys())}
