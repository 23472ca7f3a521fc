"""Hold the steps of a plan to the rules: no count may rise, no rule be lost again.

a count rises                  the step fails, unless it declares that with a reason
a step's own lines             break a rule where the lines that they replace did
                               not: the step fails, unless it declares that
a rule is declared as reached  nothing may break it in this snapshot, nor again later
a rule is kept by the original so it is by every snapshot
a declaration                  that is not true fails as well
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from codemods.check.blame import hunks, lines_of
from codemods.check.rule import Finding
from codemods.step import Step

KEPT = "was kept by the original"


@dataclass(frozen=True)
class Checked:
    """A script, and what the rules find in it."""

    source: str
    findings: tuple[Finding, ...]

    def counts(self) -> Counter[str]:
        """The number of findings of each rule that has any."""
        return Counter(finding.rule for finding in self.findings)


@dataclass(frozen=True)
class Violation:
    """Why a step fails, and the findings in its snapshot that show it, if any do."""

    step: type[Step]
    rule: str
    reason: str
    findings: tuple[Finding, ...] = ()


def find_violations(
    steps: Sequence[type[Step]],
    checked: Sequence[Checked],
    earlier: Sequence[type[Step]] = (),
) -> list[Violation]:
    """What consecutive steps of a plan do wrong.

    `checked` is what the first of them was made from and the snapshot of each, and
    `earlier` are the steps before them, for what these have reached.  Without any, the
    first script is the original, and what it keeps is to be kept by all.  Of what a
    step does wrong to one rule, only the first is told.
    """
    violations: list[Violation] = []
    reached = {} if earlier else dict.fromkeys(_kept_by_first(checked), KEPT)
    reached |= {rule: _since(step) for step in earlier for rule in step.reaches}
    for step, before, after in zip(steps, checked, checked[1:], strict=False):
        wrongs: dict[str, Violation] = {}
        for wrong in (
            *_lost(step, before, after, reached),
            *_falsely_reached(step, before, after),
            *_rises(step, before, after),
        ):
            wrongs.setdefault(wrong.rule, wrong)
        violations += wrongs.values()
        reached |= dict.fromkeys(step.reaches, _since(step))
    return violations


def _kept_by_first(checked: Sequence[Checked]) -> set[str]:
    """The rules that are broken somewhere, but not in the first script."""
    broken = {rule for script in checked for rule in script.counts()}
    return broken - checked[0].counts().keys()


def _since(step: type[Step]) -> str:
    return f"was reached by {step.title()}"


def introduced(before: Checked, after: Checked) -> list[Finding]:
    """The findings in changed lines that were not in what these lines replaced.

    One that has only moved is not new, wherever its text stood before; nor is one that
    takes the place of another of its rule in the same hunk.
    """
    changes = hunks(before.source, after.source)
    old_at = {line: hunk for hunk in changes for line in hunk.old}
    new_at = {line: hunk for hunk in changes for line in hunk.new}
    gone = [finding for finding in before.findings if finding.line in old_at]
    written = [finding for finding in after.findings if finding.line in new_at]
    gone_kind, written_kind = _kind_in(before), _kind_in(after)
    new = _surplus(written, written_kind, map(gone_kind, gone))
    spare = _surplus(gone, gone_kind, map(written_kind, written))
    return _surplus(
        new,
        lambda finding: (finding.rule, new_at[finding.line]),
        ((finding.rule, old_at[finding.line]) for finding in spare),
    )


def _surplus(
    findings: Iterable[Finding],
    key: Callable[[Finding], Hashable],
    matched: Iterable[Hashable],
) -> list[Finding]:
    """The findings that remain when each of `matched` has taken one with its key."""
    left = Counter(matched)
    remaining = []
    for finding in findings:
        if left[key(finding)] > 0:
            left[key(finding)] -= 1
        else:
            remaining.append(finding)
    return remaining


def _kind_in(script: Checked) -> Callable[[Finding], Hashable]:
    """What tells whether two findings are the same, were it not for their places.

    That is what they say, and of which text, however it is indented and laid out.
    """
    lines = lines_of(script.source)

    def kind(finding: Finding) -> Hashable:
        text = "".join(lines[finding.line - 1 : max(finding.line, finding.end_line)])
        return finding.rule, finding.message, "".join(text.split())

    return kind


def _rises(step: type[Step], before: Checked, after: Checked) -> Iterator[Violation]:
    old, now, new = before.counts(), after.counts(), introduced(before, after)
    rules = {finding.rule for finding in new} | {r for r in now if now[r] > old[r]}
    for rule in sorted(rules - step.raises.keys()):
        shown = tuple(f for f in new if f.rule == rule)
        shown = shown or tuple(f for f in after.findings if f.rule == rule)
        reason = f"{old[rule]} findings before, {now[rule]} after"
        yield Violation(step, rule, reason, shown)
    for rule in sorted(step.raises.keys() - rules):
        yield Violation(step, rule, "is declared to be broken, but is not")


def _lost(
    step: type[Step], before: Checked, after: Checked, reached: Mapping[str, str]
) -> Iterator[Violation]:
    """What a step breaks again; what was broken already is told of where that began."""
    for rule in sorted(reached.keys() & (after.counts().keys() - before.counts())):
        findings = tuple(f for f in after.findings if f.rule == rule)
        yield Violation(step, rule, reached[rule], findings)


def _falsely_reached(
    step: type[Step], before: Checked, after: Checked
) -> Iterator[Violation]:
    old, now = before.counts(), after.counts()
    for rule in step.reaches:
        if now[rule]:
            findings = tuple(f for f in after.findings if f.rule == rule)
            reason = "is declared as reached, but is not"
            yield Violation(step, rule, reason, findings)
        elif not old[rule]:
            yield Violation(step, rule, "is declared as reached, but was before")
