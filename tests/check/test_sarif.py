"""SARIF logs: what code-review tools need, by hand, as the 2.1.0 schema has it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codemods.check.rule import Finding
from codemods.check.sarif import to_sarif
from codemods.rules.no_class import NoClass
from codemods.rules.no_lambda import NoLambda

RULES = (NoClass, NoLambda)
CLASS = Finding(3, 7, "no-class", "no class", 3, 12)
LAMBDA = Finding(1, 5, "no-lambda", "define a function with a name", 2, 9)

ALLOWED = {
    "log": {"$schema", "version", "runs"},
    "run": {"tool", "columnKind", "originalUriBaseIds", "results"},
    "rule": {
        "id",
        "shortDescription",
        "fullDescription",
        "help",
        "defaultConfiguration",
        "properties",
    },
    "result": {
        "ruleId",
        "ruleIndex",
        "level",
        "message",
        "locations",
        "partialFingerprints",
    },
}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Each test has a current directory of its own."""
    monkeypatch.chdir(tmp_path)
    return Path.cwd()


def run_of(found, rules=RULES):
    return to_sarif(found, rules)["runs"][0]


def results_of(*findings, file="script.py"):
    return run_of({file: findings})["results"]


def address_of(file):
    (result,) = run_of({file: [CLASS]})["results"]
    return result["locations"][0]["physicalLocation"]["artifactLocation"]


def fingerprints_of(*findings, file="script.py"):
    results = results_of(*findings, file=file)
    return [result["partialFingerprints"]["ruleAndMessage/v1"] for result in results]


def test_a_finding_of_a_rule_that_was_not_asked_is_an_error():
    with pytest.raises(KeyError):
        run_of({"script.py": [CLASS]}, [NoLambda])


def test_nothing_found_is_a_run_without_results():
    assert run_of({})["results"] == run_of({"script.py": []})["results"] == []


def test_a_log_has_what_the_schema_knows_and_nothing_else():
    log = to_sarif({Path("script.py"): [CLASS, LAMBDA]}, RULES)
    (run,) = log["runs"]
    assert log.keys() == ALLOWED["log"] and log["version"] == "2.1.0"
    assert run.keys() == ALLOWED["run"]
    assert run["tool"]["driver"].keys() == {"name", "rules"}
    for rule in run["tool"]["driver"]["rules"]:
        assert rule.keys() == ALLOWED["rule"]
    for result in run["results"]:
        assert result.keys() == ALLOWED["result"]
    assert json.loads(json.dumps(log)) == log


def test_rules_say_what_they_are_and_quote_the_brief():
    first, second = run_of({})["tool"]["driver"]["rules"]
    assert first["id"] == "no-class"
    assert first["shortDescription"] == {"text": "No classes."}
    assert first["fullDescription"] == {"text": " ".join(NoClass.reading.split())}
    for sentence in NoClass.sentences:
        assert f"“{sentence}”" in first["help"]["text"]
    assert first["defaultConfiguration"] == {"level": "error"}
    assert first["properties"] == {"tags": ["programming-paradigm"]}
    assert second["properties"] == {"tags": ["code-style-invariants"]}


def test_a_rule_that_needs_no_reading_is_described_by_its_title():
    class Plain(NoLambda):
        """Named after this file, like every rule."""

    Plain.title, Plain.reading = "No lambdas", ""
    (rule,) = run_of({}, [Plain])["tool"]["driver"]["rules"]
    assert rule["fullDescription"] == {"text": "No lambdas."}


def test_paragraphs_of_a_reading_stay_apart():
    class Long(NoLambda):
        """Named after this file, like every rule."""

    Long.title, Long.reading = "No lambdas", "One\nline.\n\nAnother."
    (rule,) = run_of({}, [Long])["tool"]["driver"]["rules"]
    assert rule["fullDescription"] == {"text": "One line.\n\nAnother."}


def test_results_stand_in_the_order_of_the_source_and_refer_to_their_rules():
    first, second = results_of(CLASS, LAMBDA)
    assert (first["ruleId"], first["ruleIndex"]) == ("no-lambda", 1)
    assert (second["ruleId"], second["ruleIndex"]) == ("no-class", 0)
    assert first["level"] == "error"
    assert first["message"] == {"text": "define a function with a name"}


def test_columns_count_characters_from_1_and_the_end_is_behind_the_last():
    assert run_of({})["columnKind"] == "unicodeCodePoints"
    (result,) = results_of(CLASS)
    assert result["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 3,
        "startColumn": 7,
        "endLine": 3,
        "endColumn": 12,
    }


def test_an_unknown_end_is_left_out():
    (result,) = results_of(Finding(3, 7, "no-class", "no class"))
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 3, "startColumn": 7}


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        pytest.param("script.py", "script.py", id="here"),
        pytest.param("out/../out/a b.py", "out/a%20b.py", id="space"),
        pytest.param("größe#1?.py", "gr%C3%B6%C3%9Fe%231%3F.py", id="letters"),
        pytest.param("c:d.py", "c%3Ad.py", id="not a scheme"),
    ],
)
def test_files_below_the_current_directory_have_relative_addresses(folder, file, uri):
    expected = {"uri": uri, "uriBaseId": "%SRCROOT%"}
    assert address_of(file) == address_of(Path(file)) == expected
    assert address_of(folder / file) == expected


def test_the_base_of_relative_addresses_names_no_machine():
    bases = run_of({})["originalUriBaseIds"]
    assert bases == {"%SRCROOT%": {"description": {"text": "The current directory."}}}


def test_other_files_have_absolute_addresses(folder):
    assert address_of("../a b.py") == {"uri": f"{folder.parent.as_uri()}/a%20b.py"}


def test_fingerprints_survive_moved_lines():
    moved = Finding(30, 1, CLASS.rule, CLASS.message, 31, 2)
    assert fingerprints_of(CLASS) == fingerprints_of(moved)
    assert fingerprints_of(CLASS, LAMBDA)[1:] == fingerprints_of(CLASS)


def test_fingerprints_tell_findings_in_a_file_from_one_another():
    again = Finding(9, 1, CLASS.rule, CLASS.message)
    other = Finding(3, 7, CLASS.rule, "another message")
    prints = fingerprints_of(LAMBDA, CLASS, other, again)
    assert len(set(prints)) == 4
    assert fingerprints_of(again, other, CLASS, LAMBDA) == prints


def test_each_file_counts_its_own_findings():
    results = run_of({"one.py": [CLASS], "two.py": [CLASS]})["results"]
    one, two = (result["partialFingerprints"] for result in results)
    assert one == two


@pytest.mark.parametrize(
    ("message", "text"),
    [
        pytest.param("give {0} a name", "give {{0}} a name", id="placeholder"),
        pytest.param("name `f[0](x)`", "name `f[0\\](x)`", id="link"),
        pytest.param("use `list[int]`", "use `list[int]`", id="brackets"),
    ],
)
def test_messages_are_shown_as_they_are(message, text):
    (result,) = results_of(Finding(1, 1, "no-class", message))
    assert result["message"] == {"text": text}
