"""Findings as a SARIF 2.1.0 log, for tools that show them in a code review.

The format: Static Analysis Results Interchange Format 2.1.0, an OASIS standard.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from codemods.check.brief import SECTIONS
from codemods.check.rule import Finding, Rule
from codemods.memory import key_of

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
    "sarif-schema-2.1.0.json"
)

BASE = "%SRCROOT%"
"""What relative addresses start from; it has no address itself, so that the log is the
same on every machine.
"""

FINGERPRINT = "ruleAndMessage/v1"

Findings = Sequence[Finding]


def to_sarif(
    found: Mapping[Path, Findings] | Mapping[str, Findings],
    rules: Sequence[type[Rule]],
) -> dict[str, object]:
    """A log of what the rules found, by file; `rules` are all that were asked.

    Raises `KeyError` if a finding is of another rule.
    """
    indices = {rule.name: index for index, rule in enumerate(rules)}
    results = [
        _result(file, finding, indices[finding.rule], fingerprint)
        for file, findings in found.items()
        for finding, fingerprint in _fingerprinted(findings)
    ]
    run = {
        "tool": {"driver": {"name": "codemods", "rules": [*map(_rule, rules)]}},
        # Python and LibCST count characters; without this, half of a surrogate pair
        # would count as a column.
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {BASE: {"description": _text("The current directory.")}},
        "results": results,
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: type[Rule]) -> dict[str, object]:
    quoted = " ".join(f"“{sentence}”" for sentence in rule.sentences)
    reading = "\n\n".join(" ".join(part.split()) for part in rule.reading.split("\n\n"))
    return {
        "id": rule.name,
        "shortDescription": _text(f"{rule.title}."),
        "fullDescription": _text(reading or f"{rule.title}."),
        "help": _text(f"The brief says: {quoted}"),
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": _tags(rule)},
    }


def _tags(rule: type[Rule]) -> list[str]:
    """The sections of the brief that the rule quotes."""
    return [
        heading.lower().replace(" ", "-")
        for heading, sentences in SECTIONS.items()
        if any(sentence.text in rule.sentences for sentence in sentences)
    ]


def _result(
    file: Path | str, finding: Finding, rule_index: int, fingerprint: str
) -> dict[str, object]:
    place = {"artifactLocation": _address(file), "region": _region(finding)}
    return {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": "error",
        "message": _text(finding.message),
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {FINGERPRINT: fingerprint},
    }


def _fingerprinted(findings: Findings) -> list[tuple[Finding, str]]:
    """The findings in a file, in order, with what tells them from one another.

    Places are no part of it, so that a finding is known again after lines have moved;
    equal ones are numbered from the top.
    """
    seen: Counter[tuple[str, str]] = Counter()
    result = []
    for finding in sorted(findings):
        kind = (finding.rule, finding.message)
        result.append((finding, key_of(*kind, str(seen[kind]))))
        seen[kind] += 1
    return result


def _address(file: Path | str) -> dict[str, str]:
    """Where a file is: below the current directory if it is, else in full."""
    path = Path(os.path.abspath(file))
    if not path.is_relative_to(Path.cwd()):
        return {"uri": path.as_uri()}
    relative = path.relative_to(Path.cwd()).as_posix()
    return {"uri": quote(os.fsencode(relative)), "uriBaseId": BASE}


def _region(finding: Finding) -> dict[str, int]:
    region = {"startLine": finding.line, "startColumn": finding.column}
    if finding.end_line:
        region |= {"endLine": finding.end_line, "endColumn": finding.end_column}
    return region


def _text(text: str) -> dict[str, str]:
    """A message that is shown as it is: without placeholders `{0}` and `[links](0)`."""
    literal = text.replace("{", "{{").replace("}", "}}")
    return {"text": literal.replace("](", "\\](")}
