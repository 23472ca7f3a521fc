"""The command `rules`: on files, on one step, and on the plan with planted faults."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from codemods.check.rules_command import rules_command
from codemods.ledger import Ledger
from codemods.phase import all_steps
from codemods.plan import PHASES
from codemods.refusal import Refusal

PROJECT = Path(__file__).parents[2]
PLAN = all_steps(PHASES)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A copy of the snapshots to plant faults in."""
    copy = tmp_path / "generated"
    shutil.copytree(PROJECT / "generated", copy)
    yield copy


def run(*arguments: object) -> Result:
    return CliRunner().invoke(rules_command, [str(a) for a in arguments])


def test_the_plan_keeps_its_word(folder: Path) -> None:
    result = run("--output", folder)
    assert result.exit_code == 0, result.output
    for step in PLAN:
        assert f"{step.number:02d}" in result.output


PLANTED = {
    "no-class": "class Planted:\n    pass\n",
    "no-lambda": "planted = lambda number: number\n",
    "descriptive-names": "lr = 0.1\n",
    "one-statement-per-line": "planted = first = 0\n",
    "no-suppression-comments": "planted = 0  # noqa\n",
    "no-clever-tricks": "print(0 < 1 < 2)\n",
}


@pytest.mark.parametrize("rule", PLANTED)
def test_a_planted_fault_fails_the_step(rule: str, folder: Path) -> None:
    step = PLAN[-1]
    path = folder / step.file_name()
    lines = path.read_text(encoding="utf-8").count("\n")
    with path.open("a", encoding="utf-8") as file:
        file.write(PLANTED[rule])
    result = run("--output", folder)
    assert result.exit_code == 1
    assert f"{step.title()}: {rule}: " in result.output
    assert f"{path}:{lines + 1}:" in result.output


LAMBDA = "double = lambda number: 2 * number\n"


def test_shows_files_as_findings(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(LAMBDA, encoding="utf-8")
    result = run(script)
    assert result.exit_code == 1
    line = f"{script}:1:10: no-lambda: define a function with a name\n"
    assert line in result.output.replace("\n\n", "\n")
    script.write_text("print(1)\n", encoding="utf-8")
    assert run(script).exit_code == 0


def test_a_step_says_who_wrote_each_line(folder: Path) -> None:
    result = run("--step", 6, "--format", "json", "--output", folder)
    (record,) = json.loads(result.stdout)
    writers = {f["introduced_by"] for f in record["findings"]}
    assert writers <= set(range(7)) and 6 in writers
    assert result.exit_code == 1


def test_the_plan_in_json(folder: Path) -> None:
    content = json.loads(run("--format", "json", "--output", folder).stdout)
    assert len(content["files"]) == len(PLAN) + 1
    assert content["violations"] == []


def test_the_plan_in_sarif_shows_what_no_line_shows(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = PLAN[0]
    monkeypatch.setattr(step, "raises", {"no-class": "for no reason"})
    result = run("--format", "sarif", "--output", folder)
    results = json.loads(result.stdout)["runs"][0]["results"]
    message = "is declared to be broken, but is not"
    (found,) = [r for r in results if r["message"]["text"] == message]
    place = found["locations"][0]["physicalLocation"]
    assert found["ruleId"] == "no-class"
    assert place["artifactLocation"]["uri"].endswith(step.file_name())
    assert place["region"] == {"startLine": 1, "startColumn": 1}
    assert result.exit_code == 1


def test_sarif_of_a_file(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(LAMBDA, encoding="utf-8")
    log = json.loads(run(script, "--format", "sarif").stdout)
    assert "no-lambda" in {r["ruleId"] for r in log["runs"][0]["results"]}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["x.py", "--step", "1"], "expected files or --step, found both"),
        (["--step", "0"], "expected a step from 1 to"),
    ],
)
def test_refuses(arguments: list[str], message: str) -> None:
    result = run(*arguments)
    assert isinstance(result.exception, Refusal)
    assert message in str(result.exception)


REFUSED = {
    "not-python": "x = = 1\n",
    "not-there": None,
    "too-deep": f"x = {' + '.join(['1'] * 200)}\n",
    "much-too-deep": f"x = {' + '.join(['1'] * 20000)}\n",
    "type-parameters": "def first[T](values: list[T]) -> T:\n    return values[0]\n",
}


@pytest.mark.parametrize("form", ["text", "json", "sarif"])
def test_what_is_refused_hides_nothing_of_the_others(tmp_path: Path, form: str) -> None:
    files = [tmp_path / f"{name}.py" for name in ("first", *REFUSED, "last")]
    for file, source in zip(files, (LAMBDA, *REFUSED.values(), LAMBDA), strict=True):
        if source is not None:
            file.write_text(source, encoding="utf-8")
    result = run(*files, "--format", form)
    assert result.exit_code == 2
    assert result.stdout.count("define a function with a name") == 2
    refusals = sorted(result.stderr.splitlines())
    assert [Path(line.partition(":")[0]).stem for line in refusals] == sorted(REFUSED)
    placed = [line for line in refusals if re.match(r".+\.py:1:\d+: ", line)]
    assert len(placed) == 4  # all but the file that is not there


def test_the_ledger_holds_the_counts(folder: Path) -> None:
    ledger = Ledger.load(folder)
    content = json.loads(run("--format", "json", "--output", folder).stdout)
    totals = [len(record["findings"]) for record in content["files"]]
    for step, before, after in zip(PLAN, totals, totals[1:], strict=False):
        counts = ledger.rule_counts(step.file_name())
        assert counts is not None
        assert sum(b for b, _ in counts.values()) == before
        assert sum(a for _, a in counts.values()) == after
