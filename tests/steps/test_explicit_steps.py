"""Steps 16 to 20 on other ways to write the script, one after the other.

Every snapshot of a variant must print what the variant prints.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import libcst as cst
import pytest
from annotated_variants import VARIANTS, snapshot
from annotated_variants import small as scaled_down
from libcst.codemod import CodemodContext
from script_variants import printed

from codemods.layout import format_source
from codemods.memory import Memory
from codemods.step import Step
from codemods.steps.step_16_extract_setup import ExtractSetup
from codemods.steps.step_17_extract_training import ExtractTraining
from codemods.steps.step_18_extract_sampling import ExtractSampling
from codemods.steps.step_19_replace_methods import ReplaceMethods
from codemods.steps.step_20_replace_operators import ReplaceOperators

STEPS: list[type[Step]] = [
    ExtractSetup,
    ExtractTraining,
    ExtractSampling,
    ReplaceMethods,
    ReplaceOperators,
]
EXTRACTED = [
    "load_documents",
    "build_vocabulary",
    "initialize_parameters",
    "encode_document",
    "compute_document_loss",
    "update_parameters",
    "generate_sample",
]


@pytest.fixture(autouse=True)
def beside_some_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "input.txt").write_text("ada\ngrace\n\nbarbara\n")
    monkeypatch.chdir(tmp_path)


def methods_of(code: str) -> set[str]:
    [owner] = (s for s in cst.parse_module(code).body if isinstance(s, cst.ClassDef))
    return {m.name.value for m in owner.body.body if isinstance(m, cst.FunctionDef)}


def functions_of(code: str) -> list[str]:
    body = cst.parse_module(code).body
    return [s.name.value for s in body if isinstance(s, cst.FunctionDef)]


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_snapshot_prints_the_same(
    variant: Callable[[], str], tmp_path: Path
) -> None:
    code = format_source(variant())
    expected = printed(code)
    for step in STEPS:
        context = CodemodContext(filename=str(tmp_path / "script.py"))
        context.scratch["memory"] = Memory(tmp_path / "memory")
        after = step(context).transform_module(cst.parse_module(code)).code
        assert after != code
        assert printed(after) == expected
        code = after
    assert methods_of(code) == {"__init__"}
    expected_functions = set(EXTRACTED)
    if "print" not in code[: code.index("class ")]:
        expected_functions.remove("build_vocabulary")  # nothing parts it from loading
    assert expected_functions <= set(functions_of(code))


def test_the_last_snapshot_prints_what_the_first_one_prints() -> None:
    assert printed(scaled_down(snapshot(20))) == printed(scaled_down(snapshot(15)))
