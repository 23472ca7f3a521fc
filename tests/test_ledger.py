"""The ledger keeps what it is told, and what it does not know."""

from __future__ import annotations

from dataclasses import replace

import pytest

from codemods.ledger import (
    Benchmark,
    Figures,
    Ledger,
    Origin,
    Speed,
    Verification,
    sha256_of,
)
from codemods.refusal import Refusal

FIGURES = Figures("a" * 64, "exact", 500, 0.0, 2.5, 2.25, 18_000, "Identical.")
VERIFICATION = Verification(
    "input.txt",
    "b" * 64,
    "CPython 3.11.7",
    "x86_64, 2 cores",
    FIGURES,
    {"step_01_one.py": FIGURES},
)


@pytest.mark.parametrize(
    "text", [pytest.param("{", id="not JSON"), pytest.param("[]", id="not an object")]
)
def test_a_file_that_is_no_ledger_is_refused(tmp_path, text):
    (tmp_path / "ledger.json").write_text(text)
    with pytest.raises(Refusal) as refused:
        Ledger.load(tmp_path)
    assert refused.value.file == str(tmp_path / "ledger.json")


def test_a_folder_without_a_ledger_has_an_empty_one(tmp_path):
    ledger = Ledger.load(tmp_path)
    assert ledger.origin("step_01_one.py") is None
    assert ledger.verifications() == {}
    assert not ledger.path.exists()


def test_what_is_saved_is_loaded(tmp_path):
    ledger = Ledger.load(tmp_path / "new")
    ledger.set_origin("step_01_one.py", Origin("c" * 64, "d" * 64))
    ledger.set_verification(VERIFICATION)
    ledger.save()
    again = Ledger.load(tmp_path / "new")
    assert again.origin("step_01_one.py") == Origin("c" * 64, "d" * 64)
    assert again.verifications() == {"input.txt on CPython 3.11": VERIFICATION}


def test_the_bytes_do_not_depend_on_the_order_of_what_is_set(tmp_path):
    texts = []
    for order in (("a.py", "b.py"), ("b.py", "a.py")):
        ledger = Ledger(tmp_path / "ledger.json")
        for name in order:
            ledger.set_origin(name, Origin(name, name))
        ledger.save()
        texts.append(ledger.path.read_bytes())
    assert texts[0] == texts[1]
    assert texts[0].endswith(b"}\n")


def test_other_sections_survive(tmp_path):
    (tmp_path / "ledger.json").write_text('{"rules": [1], "snapshots": {}}')
    ledger = Ledger.load(tmp_path)
    ledger.set_origin("a.py", Origin("1", "0"))
    ledger.save()
    assert Ledger.load(tmp_path).content["rules"] == [1]


def test_snapshots_that_are_gone_are_forgotten(tmp_path):
    ledger = Ledger(tmp_path / "ledger.json")
    for name in ("a.py", "b.py"):
        ledger.set_origin(name, Origin(name, ""))
    ledger.keep_snapshots({"b.py"})
    assert ledger.origin("a.py") is None
    assert ledger.origin("b.py") is not None


def test_a_later_patch_release_replaces_the_figures_of_an_earlier_one(tmp_path):
    ledger = Ledger(tmp_path / "ledger.json")
    for version in ("CPython 3.11.7", "CPython 3.12.1", "CPython 3.11.9"):
        ledger.set_verification(replace(VERIFICATION, interpreter=version))
    kept = {key: v.interpreter for key, v in ledger.verifications().items()}
    assert kept == {
        "input.txt on CPython 3.11": "CPython 3.11.9",
        "input.txt on CPython 3.12": "CPython 3.12.1",
    }


def test_the_hash_is_sha256():
    assert sha256_of(b"")[:8] == "e3b0c442"


@pytest.mark.parametrize("entry", ['{"a": {}}', '{"a": {"original": 1}}', "[1]"])
@pytest.mark.parametrize("section", ["verification", "benchmark"])
def test_refuses_figures_of_another_shape(tmp_path, section, entry):
    (tmp_path / "ledger.json").write_text(f'{{"{section}": {entry}}}')
    ledger = Ledger.load(tmp_path)
    with pytest.raises(Refusal, match=f"ledger.json: expected figures of a {section},"):
        ledger.verifications()
        ledger.benchmarks()


def test_a_speed_is_kept_beside_those_measured_on_the_same(tmp_path):
    ledger = Ledger(tmp_path / "ledger.json")
    speed = Speed("e" * 64, 12, 3, 6.5, 33.0, 15_000, 0.33)

    def measure(name: str, machine: str) -> list[str]:
        ledger.set_benchmark(
            Benchmark("input.txt", "CPython 3.11.7", machine, {name: speed})
        )
        return list(ledger.benchmarks()["input.txt on CPython 3.11"].speeds)

    assert measure("a.py", "2 cores") == ["a.py"]
    assert measure("b.py", "2 cores") == ["a.py", "b.py"]
    assert measure("c.py", "4 cores") == ["c.py"]
