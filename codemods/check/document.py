"""The documentation of the rules, for README.md.

`python -m codemods rules --document` prints it; a test compares what stands between
the markers `<!-- rules -->` and `<!-- end of rules -->` with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from codemods.check.brief import SECTIONS, Sentence
from codemods.check.check_script import load_rules
from codemods.check.rule import Rule


def to_markdown() -> str:
    """Each sentence of the brief with its rules or its reason; then the rules."""
    rules = load_rules()
    tables = [
        f"### {heading}\n\n{_table(sentences, rules)}"
        for heading, sentences in SECTIONS.items()
    ]
    return "\n\n".join([*tables, "### All rules", *map(_describe, rules)]) + "\n"


def gaps() -> list[str]:
    """What is wrong with the relation of rules and brief; nothing, if all is well."""
    rules = load_rules()
    brief = [sentence for sentences in SECTIONS.values() for sentence in sentences]
    texts = {sentence.text for sentence in brief}
    found = []
    for sentence in brief:
        enforced = bool(_enforcing(sentence, rules))
        if enforced == bool(sentence.reason):
            fault = "both a rule and a reason" if enforced else "no rule and no reason"
            found.append(f"{fault}: {sentence.text}")
    for rule in rules:
        unknown = [quoted for quoted in rule.sentences if quoted not in texts]
        found += [f"{rule.name} quotes what the brief lacks: {q}" for q in unknown]
    return found


def _table(sentences: Iterable[Sentence], rules: Sequence[type[Rule]]) -> str:
    rows = [("The brief says", "Rule"), ("---", "---")]
    for sentence in sentences:
        names = ", ".join(f"`{rule.name}`" for rule in _enforcing(sentence, rules))
        rows.append((_in_cell(sentence.text), names or _in_cell(sentence.reason)))
    return "\n".join(f"| {said} | {rule} |" for said, rule in rows)


def _enforcing(sentence: Sentence, rules: Iterable[type[Rule]]) -> list[type[Rule]]:
    return [rule for rule in rules if sentence.text in rule.sentences]


def _in_cell(text: str) -> str:
    return text.replace("|", "\\|")


def _describe(rule: type[Rule]) -> str:
    return f"#### {rule.title} (`{rule.name}`)\n\n{rule.reading}".rstrip()
