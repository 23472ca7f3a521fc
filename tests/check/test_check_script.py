"""Running the rules: in one traversal, in order, and never silently without one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from codemods import rules
from codemods.background import Background
from codemods.check import check_script as checking
from codemods.check.check_script import check_script, load_rules
from codemods.check.checker import BATCH, DECIDES, Checker
from codemods.check.checker import _version as checking_version
from codemods.memory import Memory
from codemods.refusal import Refusal

RULES = Path(rules.__file__).parent


def test_the_suite_is_what_the_folder_holds() -> None:
    files = {path.stem for path in RULES.glob("*.py")} - {"__init__"}
    assert files == set(rules.SUITE)
    assert [rule.name.replace("-", "_") for rule in load_rules()] == list(rules.SUITE)


def test_findings_are_in_the_order_of_the_source() -> None:
    findings = check_script(
        "double = lambda number: 2 * number\nclass Shape:\n    pass\n"
    )
    places = [(f.line, f.column, f.rule) for f in findings]
    assert (1, 10, "no-lambda") in places and (2, 7, "no-class") in places
    assert places == sorted(places)


def test_refuses_what_is_not_python() -> None:
    with pytest.raises(Refusal, match=r"2:\d+: expected Python"):
        check_script("x = 1\ny = = 2\n")


def test_refuses_type_parameters_where_they_stand() -> None:
    with pytest.raises(Refusal, match=r"^2:1: expected no type parameters, found .+$"):
        check_script("x = 1\ndef first[T](values: list[T]) -> T:\n    return values\n")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param("not_there", "not_there: expected a rule that can be", id="gone"),
        pytest.param("__init__", "expected a rule named after its file", id="no-rule"),
    ],
)
def test_a_rule_that_does_not_load_ends_the_run(
    monkeypatch: pytest.MonkeyPatch, name: str, message: str
) -> None:
    load_rules.cache_clear()
    monkeypatch.setattr(checking, "SUITE", ("no_class", name))
    with pytest.raises(Refusal, match=message):
        check_script("x = 1\n")
    load_rules.cache_clear()


def test_a_rule_that_fails_on_import_ends_the_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "no_broken.py").write_text("raise KeyError('planted')\n")
    monkeypatch.setattr(rules, "__path__", [*rules.__path__, str(tmp_path)])
    monkeypatch.setattr(checking, "SUITE", ("no_broken",))
    load_rules.cache_clear()
    with pytest.raises(Refusal, match="no_broken: .* found KeyError: 'planted'"):
        check_script("x = 1\n")
    load_rules.cache_clear()


def test_the_checker_finds_the_same_and_remembers(tmp_path: Path) -> None:
    source = "class Shape:\n    pass\n"
    with Background() as background:
        first = Checker(Memory(tmp_path), background).findings(source)
        assert first == check_script(source)
        again = Checker(Memory(tmp_path), background)
        assert again.findings(source) == first
        assert again.seconds == 0


def test_the_checker_remembers_for_one_version_of_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Background() as background:
        Checker(Memory(tmp_path), background).findings("print(1)\n")
    monkeypatch.setattr("sys.version", "4.0")
    checking_version.cache_clear()
    with Background() as background:
        checker = Checker(Memory(tmp_path), background)
        checker.findings("print(1)\n")
        assert checker.seconds > 0
    checking_version.cache_clear()


def test_rules_import_nothing_that_does_not_count_for_what_is_remembered() -> None:
    code = (
        "import sys; from codemods.check.check_script import load_rules; load_rules(); "
        "print(*sys.modules)"
    )
    command = [sys.executable, "-c", code]
    loaded = subprocess.check_output(command, text=True, cwd=RULES.parents[1]).split()
    parts = {name.split(".")[1] for name in loaded if name.startswith("codemods.")}
    assert set(DECIDES) <= parts <= {*DECIDES, "refusal", "stopwatch"}


def test_the_checker_passes_refusals_on_with_their_file(tmp_path: Path) -> None:
    with (
        Background() as background,
        pytest.raises(Refusal, match=r"^a.py:1:\d+: rules: expected Python"),
    ):
        Checker(Memory(tmp_path), background).findings("x = = 1\n", Path("a.py"))


def test_the_checker_finds_the_same_in_many_scripts(tmp_path: Path) -> None:
    sources = [f"class Shape{number}:\n    pass\n" for number in range(2 * BATCH + 1)]
    broken = "x = = 1\n"
    with Background() as background:
        checker = Checker(Memory(tmp_path), background)
        for source in (*sources[:3], broken, *sources):
            checker.start(source)
        assert all(checker.findings(s) == check_script(s) for s in sources)
        for _ in range(2):
            with pytest.raises(Refusal, match="rules: expected Python"):
                checker.findings(broken)


def test_refuses_what_is_nested_too_deep_for_a_rule() -> None:
    strings = "    'a'\n" * 2000
    with pytest.raises(Refusal, match="expected less nesting, found more than"):
        check_script(f"x = (\n{strings})\n")
